import { dirname, join } from "node:path";
import { andThen, type Checked, placed } from "../../dsl/index.ts";
import { readSpice } from "../../netlist/index.ts";
import { unlessFailed } from "../text/findings.ts";
import { readAtMost } from "./bounded.ts";
import { type CircuitSource, circuitAlone } from "./circuit-reading.ts";
import { dataBytes, readText } from "./read.ts";

/** The circuit of an exported file: its devices are those of the file, not those that were compiled. */
export async function netlistCircuit(file: string): Promise<Checked<CircuitSource>> {
  return andThen(await readText(file, dataBytes), ({ text }) => {
    const { value, findings } = readSpice(text, (name) => neighbour(file, name));
    const diagnostics = findings.map((finding) => placed(finding, file));
    return { value: value === null ? null : circuitAlone(file, value), diagnostics };
  });
}

/** A file of the same directory; names with a path in them are not followed. */
function neighbour(file: string, name: string): string | null {
  if (/[/\\]/.test(name)) return null;
  return unlessFailed(() => readAtMost(join(dirname(file), name), dataBytes).toString("utf8"), null);
}
