import { checkCircuit } from "../check/check.ts";
import type { Finding } from "../check/finding.ts";
import { ANYWHERE, checkForm, isFields } from "../check/form.ts";
import { newReports } from "../check/reports.ts";
import type { Circuit, Mesh, Section } from "../circuit/circuit.ts";
import {
  aggregateRule,
  certificateRule,
  inputsRule,
  modeListRule,
  modesRule,
  outputsRule,
  type SchemaRule,
  sectionHeadRule,
} from "../circuit/schema.ts";
import { circuitVersion } from "../circuit/version.ts";
import {
  type BlockPorts,
  jsonValueOf,
  meshesOf,
  type NetlistReading,
  type PlacedDevice,
  reading,
  Unreadable,
} from "./reading.ts";
import { readSax } from "./sax/reader.ts";
import { fileWord } from "./scope.ts";

/**
 * The circuit of an export to SAX: ports, neurons and certificate from the index, every device from the files, which
 * `load` gives by name (null: there is none). Extra modes hold light that only passes an absorber. Whatever is not understood,
 * in the index or in a file, is refused.
 */
export function readIndex(text: string, load: (name: string) => string | null): NetlistReading<Circuit> {
  const parsed = reading(() => parseIndex(text));
  if (parsed.value === null) {
    return { value: null, findings: parsed.findings };
  }
  const index = parsed.value;
  const malformed = checkIndex(index);
  if (malformed.length > 0) {
    return { value: null, findings: malformed };
  }
  const built = reading(() => build(index as ExportIndex, load));
  if (built.value === null) {
    return { value: null, findings: built.findings };
  }
  const { circuit, findings } = checkCircuit(built.value);
  return { value: circuit, findings };
}

/** What `printIndex` writes. */
interface ExportIndex extends Omit<Circuit, "format" | "sections" | "placement"> {
  readonly format: "optinc.export-index";
  readonly target: string;
  readonly sections: readonly IndexSection[];
}
interface IndexSection extends Omit<Section, "meshes"> {
  /** Its files act in order. */
  readonly files: readonly FileEntry[];
}
interface FileEntry extends BlockPorts {
  readonly file: string;
  /** For the reader's eye; `name` is that of the section. */
  readonly meshes: readonly string[];
}

const name = { kind: "name" } as const;

const indexRule: SchemaRule<ExportIndex> = {
  kind: "record",
  fields: {
    format: { kind: "choice", of: { "optinc.export-index": true } },
    version: { kind: "literal", of: [1] },
    target: name,
    name,
    aggregate: aggregateRule,
    modes: modesRule,
    inputs: inputsRule,
    outputs: outputsRule,
    sections: {
      kind: "list",
      of: {
        kind: "record",
        fields: {
          ...sectionHeadRule.fields,
          files: {
            kind: "list",
            of: {
              kind: "record",
              fields: {
                file: name,
                name,
                modes: modeListRule,
                outputs: { kind: "list", of: { kind: "integer", low: 0, high: ANYWHERE } },
                meshes: { kind: "list", of: name },
              },
            },
          },
        },
      },
    },
    certificate: certificateRule,
  },
};

function parseIndex(text: string): unknown {
  const value = jsonValueOf(text);
  if (
    !isFields(value) ||
    value["format"] !== "optinc.export-index" ||
    value["version"] !== 1 ||
    value["target"] !== "sax"
  ) {
    throw new Unreadable("this is not an index of a sax export", "");
  }
  return value;
}

/** Ports and certificate are checked again, with the circuit; what is unknown is an error here. */
function checkIndex(value: unknown): readonly Finding[] {
  const reports = newReports();
  const counts = {
    modes: ANYWHERE,
    workers: ANYWHERE,
    symbols: ANYWHERE,
    received: ANYWHERE,
    sections: ANYWHERE,
    signals: ANYWHERE,
  };
  checkForm(value, indexRule, "", counts, reports);
  return reports.findings().map((finding) => ({ ...finding, severity: "error" }));
}

function build(index: ExportIndex, load: (name: string) => string | null): unknown {
  const { aggregate, inputs, outputs, certificate } = index;
  let modes = index.modes;
  const loaded = new Set<string>();
  const sections = index.sections.map((section, s) => ({
    kind: section.kind,
    name: section.name,
    activations: section.activations,
    meshes: section.files.flatMap((entry, f): Mesh[] => {
      checkEntry(entry, section, index.modes, `sections[${s}].files[${f}]`);
      if (loaded.has(entry.file)) {
        throw new Unreadable(`${entry.file} stands in the index twice`, `sections[${s}].files[${f}]`);
      }
      loaded.add(entry.file);
      const content = load(entry.file);
      if (content === null) {
        throw new Unreadable(`${entry.file} is missing`, "");
      }
      const devices = devicesOf(content, entry);
      const needed = devices.reduce(
        (most, { ports }) => ports.reduce((it, port) => Math.max(it, port + 1), most),
        entry.modes.length,
      );
      const extra = Array.from({ length: needed - entry.modes.length }, () => modes++);
      return meshesOf(devices, [...entry.modes, ...extra], `s${s}`);
    }),
  }));
  return {
    format: "optinc.circuit",
    version: circuitVersion(sections),
    name: index.name,
    aggregate,
    modes,
    inputs,
    sections,
    outputs,
    certificate,
  };
}

function checkEntry(
  { file, name, modes, outputs }: FileEntry,
  section: IndexSection,
  count: number,
  where: string,
): void {
  const problem =
    fileWord(file) !== file
      ? "an export does not give this file name"
      : name !== section.name
        ? "the file is for another section"
        : modes.length === 0 || new Set(modes).size < modes.length || modes.some((mode) => mode >= count)
          ? "the modes are not distinct modes of the circuit"
          : new Set(outputs).size < outputs.length || outputs.some((position) => position >= modes.length)
            ? "the outputs are not distinct positions of the modes"
            : null;
  if (problem !== null) {
    throw new Unreadable(problem, where);
  }
}

function devicesOf(content: string, entry: FileEntry): readonly PlacedDevice[] {
  const { value, findings } = readSax(content, entry);
  if (value === null) {
    throw new Unreadable(findings[0]!.message, `${entry.file}: ${findings[0]!.where}`);
  }
  return value;
}
