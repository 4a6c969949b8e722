import type { Aggregation } from "../../aggregation/aggregation.ts";
import { multiplySteps } from "../../kernels/matrix.ts";
import { type DenseLayer, type Mlp, weightsOf } from "../mlp.ts";
import { runSteps } from "./patience.ts";
import type { ExhaustiveReport, WordError } from "./result.ts";
import { inputGrid } from "./task.ts";

/** The word wanted for a sum of the workers' codes, and of the output symbols the word they are read as; exact below 2^53. */
function wordReader(aggregation: Aggregation) {
  const { workers, roundingOffset, tiesToEven, symbols, symbolBits, levels } = aggregation;
  const tops = symbolBits.map((bits) => 2 ** bits - 1);
  return {
    wanted: (sum: number): number => {
      const shifted = sum + roundingOffset;
      const word = Math.floor(shifted / workers);
      return tiesToEven && word * workers === shifted && word % 2 === 1 ? word - 1 : word;
    },
    read: (outputs: Float64Array, from: number): number => {
      let word = 0;
      for (let i = 0; i < symbols; i++) {
        const level = Math.floor(outputs[from + i]! + 0.5);
        word = word * levels + (level > 0 ? Math.min(level, tops[i]!) : 0);
      }
      return word;
    },
  };
}

/** Vectors that are evaluated together. */
const BATCH = 256;
/** Multiplications of a layer that are followed by a pause. */
const LARGE = 1e8;

/** Outputs of a network for `count` input vectors, both row-major. */
function* outputsFor(
  layers: readonly Omit<DenseLayer, "kind">[],
  inputs: Float64Array,
  count: number,
): Generator<void, Float64Array> {
  let values = inputs;
  for (const { rows, cols, weights, bias, activation } of layers) {
    values = yield* multiplySteps("NT", values, weights, count, rows, cols);
    for (let i = 0; i < values.length; i++) {
      const sum = values[i]! + bias[i % rows]!;
      values[i] = activation === "relu" ? Math.max(sum, 0) : sum;
    }
    if (values.length * cols > LARGE) yield;
  }
  return values;
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
  const layers = mlp.layers.map((layer) => ({ ...layer, weights: weightsOf(layer) }));
  const batch = new Float64Array(BATCH * inputs);
  const reader = wordReader(aggregation);
  const weights = places.map(Number);
  const bits = aggregation.bitsPerSymbol;
  const counts = new Map<number, number>();
  let worst = 0;
  const sums = new Float64Array(BATCH);
  const pause = async (done: number): Promise<boolean> => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    return proceed(done, domain);
  };
  for (let first = 0, round = 0; first < domain; first += BATCH, round++) {
    const rows = Math.min(BATCH, domain - first);
    for (let r = 0; r < rows; r++) {
      let index = first + r;
      let sum = 0;
      for (let i = inputs - 1; i >= 0; i--) {
        const value = index % sizes[i]!;
        index = (index - value) / sizes[i]!;
        sum += value * weights[i]!;
        batch[r * inputs + i] = value / aggregation.workers;
      }
      sums[r] = sum;
    }
    const look = async () => ((await pause(first)) ? null : "cancelled");
    const made = await runSteps(outputsFor(layers, batch.subarray(0, rows * inputs), rows), look);
    if (made.kind === "stopped") return null;
    const outputs = made.value;
    for (let r = 0; r < rows; r++) {
      const want = reader.wanted(sums[r]!);
      let rest = want;
      for (let i = aggregation.symbols - 1; i >= 0; i--) {
        const digit = rest % 2 ** bits;
        rest = (rest - digit) / 2 ** bits;
        const e = Math.abs(outputs[r * aggregation.symbols + i]! - digit);
        if (!(e <= worst)) worst = Number.isNaN(worst) ? worst : e;
      }
      const got = reader.read(outputs, r * aggregation.symbols);
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
