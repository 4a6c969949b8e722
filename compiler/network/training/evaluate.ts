import type { Aggregation } from "../../aggregation/aggregation.ts";
import { type Mlp, weightsOf } from "../mlp.ts";
import { openBatch64 } from "./engine/batch64.ts";
import type { ExhaustiveReport, WordError } from "./result.ts";
import { inputGrid } from "./task.ts";

/** The word wanted for a sum of the workers' codes, and of the output symbols the word they are read as; exact below 2^53. */
interface WordReader {
  wanted(sum: number): number;
  read(outputs: Float64Array, from: number): number;
}

function wordReader(aggregation: Aggregation): WordReader {
  const { workers, roundingOffset, tiesToEven, symbols, symbolBits, levels } = aggregation;
  const tops = symbolBits.map((bits) => 2 ** bits - 1);
  return {
    wanted: (sum) => {
      const shifted = sum + roundingOffset;
      const word = Math.floor(shifted / workers);
      return tiesToEven && word * workers === shifted && word % 2 === 1 ? word - 1 : word;
    },
    read: (outputs, from) => {
      let word = 0;
      for (let i = 0; i < symbols; i++) {
        const level = Math.floor(outputs[from + i]! + 0.5);
        word = word * levels + (level > 0 ? Math.min(level, tops[i]!) : 0);
      }
      return word;
    },
  };
}

/**
 * Runs a network on every distinct input vector, in double precision. `proceed` is asked now and then with the number of
 * vectors done and may end the evaluation, which then returns null. Meant for domains up to some millions.
 */
export async function evaluateExhaustively(
  mlp: Mlp,
  aggregation: Aggregation,
  proceed: (done: number, domain: number) => boolean = () => true,
): Promise<ExhaustiveReport | null> {
  const inputs = mlp.layers[0]!.cols;
  const { sizes, places, domain } = inputGrid(aggregation, inputs);
  const batch = openBatch64(
    mlp.layers.map((layer) => ({ ...layer, weights: weightsOf(layer), relu: layer.activation === "relu" })),
  );
  const reader = wordReader(aggregation);
  const weights = places.map(Number);
  const bits = aggregation.bitsPerSymbol;
  const counts = new Map<number, number>();
  let worst = 0;
  const sums = new Float64Array(batch.rows);
  const pause = async (done: number): Promise<boolean> => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    return proceed(done, domain);
  };
  for (let first = 0, round = 0; first < domain; first += batch.rows, round++) {
    const rows = Math.min(batch.rows, domain - first);
    for (let r = 0; r < rows; r++) {
      let index = first + r;
      let sum = 0;
      for (let i = inputs - 1; i >= 0; i--) {
        const value = index % sizes[i]!;
        index = (index - value) / sizes[i]!;
        sum += value * weights[i]!;
        batch.inputs[r * inputs + i] = value / aggregation.workers;
      }
      sums[r] = sum;
    }
    for (const _ of batch.steps(rows)) if (!(await pause(first))) return null;
    for (let r = 0; r < rows; r++) {
      const want = reader.wanted(sums[r]!);
      let rest = want;
      for (let i = aggregation.symbols - 1; i >= 0; i--) {
        const digit = rest % 2 ** bits;
        rest = (rest - digit) / 2 ** bits;
        const e = Math.abs(batch.outputs[r * aggregation.symbols + i]! - digit);
        if (!(e <= worst)) worst = Number.isNaN(worst) ? worst : e;
      }
      const got = reader.read(batch.outputs, r * aggregation.symbols);
      if (got !== want) counts.set(got - want, (counts.get(got - want) ?? 0) + 1);
    }
    if (round % 64 === 63 && !(await pause(first + rows))) return null;
  }
  return reportOf(counts, domain, worst);
}

/** Word errors by value, and how often each occurs. */
function reportOf(counts: ReadonlyMap<number, number>, vectors: number, worst: number): ExhaustiveReport {
  const wrong = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const errors: WordError[] = [...counts]
    .map(([value, count]) => ({ value, count, share: count / wrong }))
    .sort((p, q) => q.count - p.count || p.value - q.value);
  return { vectors, wrong, accuracy: (vectors - wrong) / vectors, errors, worst };
}
