import { type Circuit, compileSimulation, tableRows, tabulate } from "../../netlist/index.ts";
import { ringWords } from "../results/ring-comparison.ts";
import { seesSums } from "./coverage.ts";
import type { GradientArray } from "./npy.ts";
import { type AggregationError, aggregationError, newErrorTally, quantizeBlocks } from "./quantize.ts";
import { finish, type Steps } from "./steps.ts";
import { throughDevices, throughTable } from "./words-through.ts";

/** What became of real gradients on their way through the circuit. */
export interface GradientReport {
  readonly workers: number;
  readonly length: number;
  readonly blockSize: number;
  /** How many sums passed the devices, for all elements that have them; null: every element did. */
  readonly sums: number | null;
  /** Elements for which some worker's received word differs from the ring all-reduce on the same words. */
  readonly wrong: number;
  /** First such element with the workers' words, the ring's word and the received one; null if there is none. */
  readonly counterexample: {
    readonly element: number;
    readonly words: readonly number[];
    readonly allReduce: number;
    readonly worker: number;
    /** NaN: no word. */
    readonly got: number;
  } | null;
  /** The circuit's words, dequantized, against the float64 mean, in quantization steps. */
  readonly error: AggregationError;
}

/** Elements that are followed together: what is kept of them stays in a core's cache. */
const BATCH = 8192;

/** `gradientSteps` at once. */
export function verifyGradients(circuit: Circuit, gradients: GradientArray, blockSize: number): GradientReport {
  return finish(gradientSteps(circuit, gradients, blockSize));
}

/**
 * Quantizes the gradients in blocks with a shared exponent, sends the words through the circuit and through a ring
 * all-reduce, and compares word by word and with the float mean. `gradients.workers` must be the circuit's.
 *
 * Of a circuit that sees nothing but sums (coverage.ts) every sum passes the devices once, where there are no more of them than
 * elements; else every element does.
 */
export function* gradientSteps(circuit: Circuit, gradients: GradientArray, blockSize: number): Steps<GradientReport> {
  const { aggregate } = circuit;
  const { workers, length } = gradients;
  if (workers !== aggregate.workers) throw new RangeError(`gradients of ${workers} workers for ${aggregate.workers}`);
  const simulator = compileSimulation(circuit);
  const inSums = tableRows(aggregate, "sums") <= length && seesSums(simulator);
  const table = inSums ? tabulate(simulator, "sums") : null;
  const tally = newErrorTally();
  let error: AggregationError = { maximumSteps: 0, rmsSteps: 0, worstElement: null };
  let wrong = 0;
  let counterexample: GradientReport["counterexample"] = null;
  const most = blockSize * Math.max(1, Math.floor(BATCH / blockSize));
  for (let start = 0; start < length; start += most) {
    const piece = pieceOf(gradients, start, Math.min(most, length - start));
    const quantized = quantizeBlocks(piece, aggregate, blockSize);
    const aggregated = new Float64Array(piece.length);
    for (let from = 0; from < piece.length; from += BATCH) {
      const count = Math.min(BATCH, piece.length - from);
      const sent = quantized.words.map((row) => row.subarray(from, from + count));
      const wanted = ringWords(sent, aggregate);
      const received = table === null ? throughDevices(simulator, sent) : throughTable(table, sent);
      aggregated.set(received[0]!, from);
      const differ = differences(received, wanted);
      wrong += differ.length;
      if (counterexample === null && differ.length > 0) {
        const at = differ[0]!;
        const worker = received.findIndex((row, w) => row[at] !== wanted[w]![at]);
        const [allReduce, got] = [wanted[worker]![at]!, received[worker]![at]!];
        counterexample = { element: start + from + at, words: sent.map((row) => row[at]!), allReduce, worker, got };
      }
      yield { done: start + from + count, total: length, unit: "elements", wrong };
    }
    error = aggregationError(piece, quantized, aggregated, tally);
  }
  const sums = table?.rows ?? null;
  return { workers, length, blockSize, sums, wrong, counterexample, error };
}

/** Some elements of all workers. */
function pieceOf({ workers, length, data }: GradientArray, from: number, count: number): GradientArray {
  const piece = new Float32Array(workers * count);
  for (let worker = 0; worker < workers; worker++) {
    piece.set(data.subarray(worker * length + from, worker * length + from + count), worker * count);
  }
  return { workers, length: count, data: piece };
}

/** Elements of which some worker received another word than is wanted, ascending. */
function differences(received: readonly Float64Array[], wanted: readonly Float64Array[]): number[] {
  const found = new Set<number>();
  for (const [worker, row] of received.entries()) {
    const right = wanted[worker]!;
    for (let i = 0; i < row.length; i++) if (row[i] !== right[i]) found.add(i);
  }
  return [...found].sort((a, b) => a - b);
}
