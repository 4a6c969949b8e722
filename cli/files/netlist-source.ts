import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { placed } from "../../dsl/index.ts";
import { type Circuit, type Reading, readIndex, readSpice } from "../../netlist/index.ts";
import { distinctVectors } from "../../verify/index.ts";
import { errnoOf } from "../text/findings.ts";
import type { CircuitReading } from "./circuit-source.ts";
import { dataBytes, readText } from "./read.ts";

/** Formats that `optinc verify --netlist` reads. */
export const netlistFormats = ["spice", "sax", "blackbird"] as const;

export interface NetlistSource {
  /** The file of `optinc export`, or the index where it made several. */
  readonly file: string;
  readonly as: (typeof netlistFormats)[number];
}

/** The circuit of an exported file: its devices are those of the file, not those that were compiled. */
export async function readNetlist({ file, as }: NetlistSource): Promise<CircuitReading> {
  const none = { circuits: null, source: null, failed: null };
  const { value, diagnostics } = await readText(file, dataBytes);
  if (value === null) return { ...none, diagnostics };
  const read: Reading<Circuit> =
    as === "spice" ? readSpice(value.text) : readIndex(value.text, as, (name) => neighbour(file, name));
  const found = read.findings.map((finding) => placed(finding, file));
  const circuit = read.value;
  if (circuit === null) return { ...none, diagnostics: found };
  // without a certificate there is nothing to prove
  const few = distinctVectors(circuit.aggregate) <= 2e6;
  const inputs = circuit.certificate !== null || few ? null : ({ kind: "sampled", samples: 100_000 } as const);
  return { circuits: [{ name: file, circuit, inputs, target: 1 }], source: null, diagnostics: found, failed: null };
}

/** A file of the same directory; names with a path in them are not followed. */
function neighbour(file: string, name: string): string | null {
  if (/[/\\]/.test(name)) return null;
  try {
    return readFileSync(join(dirname(file), name), "utf8");
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}
