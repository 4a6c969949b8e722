import { checkCircuit } from "../check/check.ts";
import type { Circuit, Mesh, Section } from "../circuit/circuit.ts";
import { readBlackbird } from "./blackbird/reader.ts";
import { meshesOf, type PlacedDevice, type Reading, reading, Unreadable } from "./reading.ts";
import { readSax } from "./sax/reader.ts";

/** Formats of which an index and its files are read back. */
export type BlockFormat = "sax" | "blackbird";

/**
 * The circuit of an export of several files: ports, neurons and certificate from the index, every device from the files, which
 * `load` gives by name (null: there is none). Extra modes hold light that only passes an absorber.
 */
export function readIndex(text: string, format: BlockFormat, load: (name: string) => string | null): Reading<Circuit> {
  const built = reading(() => build(text, format, load));
  if (built.value === null) {
    return { value: null, findings: built.findings };
  }
  const { circuit, findings } = checkCircuit(built.value);
  return { value: circuit, findings };
}

interface FileEntry {
  readonly file: string;
  readonly modes: readonly number[];
  readonly outputs: readonly number[];
}
type IndexSection = Pick<Section, "kind" | "name" | "activations"> & { readonly files: readonly FileEntry[] };

function build(text: string, format: BlockFormat, load: (name: string) => string | null): unknown {
  let index: Record<string, unknown>;
  try {
    index = JSON.parse(text);
  } catch {
    throw new Unreadable("the index is no complete JSON text", "");
  }
  if (index["format"] !== "optinc.export-index" || index["version"] !== 1 || index["target"] !== format) {
    throw new Unreadable(`this is no index of a ${format} export`, "");
  }
  const { name, aggregate, inputs, outputs, certificate } = index;
  let modes = Number(index["modes"]);
  const sections = (index["sections"] as readonly IndexSection[]).map((section) => ({
    kind: section.kind,
    name: section.name,
    activations: section.activations,
    meshes: section.files.flatMap((entry): Mesh[] => {
      const content = load(entry.file);
      if (content === null) {
        throw new Unreadable(`${entry.file} is missing`, "");
      }
      const devices = devicesOf(content, format, entry);
      const needed = Math.max(entry.modes.length, ...devices.flatMap((device) => device.ports.map((port) => port + 1)));
      const extra = Array.from({ length: needed - entry.modes.length }, () => modes++);
      return meshesOf(devices, [...entry.modes, ...extra], entry.file);
    }),
  }));
  return { format: "optinc.circuit", version: 1, name, aggregate, modes, inputs, sections, outputs, certificate };
}

function devicesOf(content: string, format: BlockFormat, entry: FileEntry): readonly PlacedDevice[] {
  const { value, findings } =
    format === "sax" ? readSax(content, entry.modes) : readBlackbird(content, entry.modes.length);
  if (value === null) {
    throw new Unreadable(findings[0]!.message, `${entry.file}: ${findings[0]!.where}`);
  }
  return value;
}
