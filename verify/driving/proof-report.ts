import type { Circuit } from "../../netlist/index.ts";

import type { Proof, ProofReport } from "../results/results.ts";
import { proveCircuit } from "./claims.ts";
import { finish, type Steps } from "./steps.ts";

const PROVED: readonly string[] = [
  "every symbol sum depends on the workers' symbols alone; equally on each worker up to its bound (discs through the devices)",
  "every cell gives its claimed bits and residual in every reachable state; this holds for all fields within the bounds of its inputs",
  "every receiver of every worker reads the claimed symbol in every reachable state; this holds for all fields within the bounds of its inputs",
  "the claims compose to the result: N q + R = S + c with 0 <= R < N, as an identity of integers",
];

const ASSUMED: readonly string[] = [
  "devices follow the MZI convention and the ideal activation; light is coherent and in phase at the inputs",
  "every number of circuit.json is exactly its double; +, -, *, / of doubles round as IEEE 754 says",
];

/** `proveSteps` at once. */
export function prove(circuit: Circuit): ProofReport {
  return finish(proveSteps(circuit));
}

/** Proves on the devices of a checked circuit that every word of every worker gives the word of the specification (docs/explanation/proof.md). */
export function* proveSteps(circuit: Circuit): Steps<ProofReport> {
  const log = yield* proveCircuit(circuit);
  const { holds, problems, states, worstDeviation } = log;
  const nothing = log.cells.length === 0 && circuit.certificate === null;
  const margin = log.cells.reduce(
    (least, cell) => (cell.margin === null ? least : Math.min(least, cell.margin)),
    Infinity,
  );
  const largestOf = (numbers: readonly number[]): number =>
    nothing ? Number.NaN : numbers.reduce((a, b) => Math.max(a, b), 0);
  return {
    ...{ holds, problems, states },
    cells: circuit.certificate?.cells.length ?? 0,
    comparatorMargin: nothing ? Number.NaN : margin,
    sumDeviation: largestOf(log.cells.map(({ deviation }) => deviation)),
    receiverMargin: 0.5 - log.receiverError,
    worstDeviation,
    proved: holds ? PROVED : [],
    assumed: ASSUMED,
    log,
  };
}

/** One line of what `verify --proof-log` writes; docs/explanation/proof.md says what its numbers mean. */
export function proofLog(name: string, { holds, problems, signals, cells, receivers }: Proof): string {
  const root = { format: "optinc.proof-log", version: 1, circuit: name, holds, problems, signals, cells, receivers };
  // what is no number, or not finite, is null
  return `${JSON.stringify(root)}\n`;
}
