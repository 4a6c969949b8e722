import { type Circuit, interpret } from "../../netlist/index.ts";
import { triedWords } from "../../physics/index.ts";
import { decodeWords, type Steps } from "../../verify/index.ts";
import type { Comparator } from "./comparators.ts";
import { decisionDistance } from "./decision.ts";

/** The words that bring a comparator, or in a circuit without any a receiver, closest to another decision. */
export interface WeakestInput {
  readonly words: readonly number[];
  readonly kind: "comparator" | "receiver";
  /** In LSB of the comparator, or in levels of the receiver. */
  readonly distance: number;
  /** Of so many vectors, all distinct ones or a sample. */
  readonly vectors: number;
  readonly all: boolean;
}

/** Of the vectors that are tried, at least one and at most so many passages of a vector through a device. */
const mostPassages = 1e8;
const batchVectors = 256;

export function* weakestInputSteps(
  circuit: Circuit,
  comparators: readonly Comparator[],
  seed: number,
): Steps<WeakestInput> {
  const { simulator, symbols: every, vectors, all } = triedWords(circuit, seed);
  const { program } = simulator;
  const { aggregate } = circuit;
  const width = aggregate.workers * aggregate.symbols;
  const total = Math.min(vectors, Math.max(1, Math.floor(mostPassages / Math.max(1, program.op.length))));
  const inOrder = [...comparators].sort((a, b) => a.step - b.step);
  const watched = inOrder.map(({ step, fieldPerGridStep: slope }) => {
    const [threshold, range] = [0 - program.coefficients[8 * step + 1]!, program.coefficients[8 * step + 2]!];
    return { step, slope, threshold, range };
  });
  const byStep = new Map(watched.map((each) => [each.step, each]));
  let best = { distance: Number.POSITIVE_INFINITY, symbols: new Uint8Array(width) };
  for (let from = 0; from < total; from += batchVectors) {
    const count = Math.min(batchVectors, total - from);
    const symbols = every.subarray(from * width, (from + count) * width);
    const consider = (vector: number, distance: number): void => {
      if (!(distance < best.distance)) return;
      best = { distance, symbols: symbols.slice(vector * width, (vector + 1) * width) };
    };
    const fields = interpret(simulator, symbols, {
      steps: watched.map(({ step }) => step),
      before: ({ re }, step, mode) => {
        const { slope, threshold, range } = byStep.get(step)!;
        for (let v = 0; v < count; v++) consider(v, decisionDistance(re[mode * count + v]! - threshold, range) / slope);
      },
    });
    for (const { mode, levelsPerField } of watched.length > 0 ? [] : circuit.outputs) {
      for (let v = 0; v < count; v++) {
        const value = fields.re[mode * count + v]! * levelsPerField;
        consider(v, 0.5 - Math.abs(value - Math.round(value)));
      }
    }
    yield { done: from + count, total, unit: "vectors", wrong: null };
  }
  const words = [...decodeWords(best.symbols, aggregate)];
  const kind = watched.length > 0 ? "comparator" : "receiver";
  return { words, kind, distance: best.distance, vectors: total, all: all && total === vectors };
}
