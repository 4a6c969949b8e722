import {
  type Circuit,
  distinctVectors,
  enumeratedVectors,
  type OutputFields,
  type Simulator,
  simulate,
  type VectorBatch,
} from "../../netlist/index.ts";
import { type Coverage, coverageOf } from "../../proof/index.ts";
import { prove } from "./proof-report.ts";

/** Vectors that are driven together. */
const BATCH = 4096;

/** Whether every word of every worker is read as the one of its sums that `enumeratedVectors` deals. */
export function seesSums(simulator: Simulator): boolean {
  const { circuit } = simulator;
  if (circuit.certificate !== null && prove(circuit).holds) return true;
  const total = distinctVectors(circuit.aggregate);
  const coverage = coverageOf(circuit, total);
  for (let from = 0; from < total; from += BATCH) {
    const batch = enumeratedVectors(circuit.aggregate, from, Math.min(BATCH, total - from));
    if (!coversWords(circuit, batch, simulate(simulator, batch.symbols), coverage)) return false;
  }
  return true;
}

/** Whether all words of a batch's sums are read as those of the batch were. */
export function coversWords(
  { aggregate, outputs }: Circuit,
  { vectors, symbols: sent }: VectorBatch,
  { re }: OutputFields,
  coverage: Coverage,
): boolean {
  const { workers, symbols } = aggregate;
  const unit = aggregate.fanIn?.[0] ?? workers;
  const width = Math.ceil(workers / unit) * symbols;
  const values = new Int32Array(vectors * width);
  for (let at = 0; at < sent.length; at++) {
    const worker = Math.floor(at / symbols) % workers;
    const vector = Math.floor(at / (symbols * workers));
    values[vector * width + Math.floor(worker / unit) * symbols + (at % symbols)]! += sent[at]!;
  }
  const claims = re.map((field, at) => Math.round(field * outputs[at % outputs.length]!.levelsPerField));
  return coverage.covers({ vectors, values, claims });
}
