import { dirname, join } from "node:path";
import { placed } from "../../dsl/index.ts";
import { readSpice } from "../../netlist/index.ts";
import { errnoOf } from "../text/findings.ts";
import { readAtMost } from "./bounded.ts";
import type { CircuitReading } from "./circuit-reading.ts";
import { dataBytes, readText } from "./read.ts";

/** The circuit of an exported file: its devices are those of the file, not those that were compiled. */
export async function readNetlist(file: string): Promise<CircuitReading> {
  const none = { circuits: null, source: null, failed: null };
  const { value, diagnostics } = await readText(file, dataBytes);
  if (value === null) return { ...none, diagnostics };
  const load = (name: string): string | null => neighbour(file, name);
  const read = readSpice(value.text, load);
  const found = read.findings.map((finding) => placed(finding, file));
  const circuit = read.value;
  if (circuit === null) return { ...none, diagnostics: found };
  return {
    circuits: [{ name: file, circuit, spec: null, build: null, compiledWith: null, curves: null }],
    source: null,
    diagnostics: found,
    failed: null,
  };
}

/** A file of the same directory; names with a path in them are not followed. */
function neighbour(file: string, name: string): string | null {
  if (/[/\\]/.test(name)) return null;
  try {
    return readAtMost(join(dirname(file), name), dataBytes).toString("utf8");
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}
