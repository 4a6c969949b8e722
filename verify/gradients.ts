import { ringAllReduceMean } from "../collectives/index.ts";
import { type Circuit, compileSimulation, simulateWords, UNREADABLE } from "../netlist/index.ts";
import type { GradientArray } from "./npy.ts";
import { type AggregationError, aggregationError, quantizeBlocks } from "./quantize.ts";
import { decodeWords, encodeWords } from "./reference.ts";
import { finish, type Steps } from "./steps.ts";

/** What became of real gradients on their way through the circuit. */
export interface GradientReport {
  readonly workers: number;
  readonly length: number;
  readonly blockSize: number;
  /** Elements for which some worker's received word differs from the ring all-reduce on the same words. */
  readonly wrong: number;
  /** First such element with the workers' words, the ring's word and the received one; null if there is none. */
  readonly counterexample: {
    readonly element: number;
    readonly words: readonly number[];
    readonly allReduce: number;
    readonly worker: number;
    readonly got: number;
  } | null;
  /** The circuit's words, dequantized, against the float64 mean, in quantization steps. */
  readonly error: AggregationError;
}

const BATCH = 8192;

/** `gradientSteps` at once. */
export function verifyGradients(circuit: Circuit, gradients: GradientArray, blockSize: number): GradientReport {
  return finish(gradientSteps(circuit, gradients, blockSize));
}

/**
 * Quantizes the gradients in blocks with a shared exponent, sends the words through the circuit and through a ring
 * all-reduce, and compares word by word and with the float mean. `gradients.workers` must be the circuit's.
 */
export function* gradientSteps(circuit: Circuit, gradients: GradientArray, blockSize: number): Steps<GradientReport> {
  const { aggregate } = circuit;
  const { workers, symbols: width } = aggregate;
  if (gradients.workers !== workers) throw new RangeError(`gradients of ${gradients.workers} workers for ${workers}`);
  const quantized = quantizeBlocks(gradients, aggregate, blockSize);
  const simulator = compileSimulation(circuit);
  const aggregated = new Float64Array(gradients.length);
  let wrong = 0;
  let counterexample: GradientReport["counterexample"] = null;
  for (let from = 0; from < gradients.length; from += BATCH) {
    const count = Math.min(BATCH, gradients.length - from);
    const sent = quantized.words.map((row) => row.subarray(from, from + count));
    const ring = ringAllReduceMean(sent, aggregate);
    if (ring.faults.length > 0) throw new Error(`the ring schedule is not an all-reduce: ${ring.faults[0]!.kind}`);
    const batch = new Uint8Array(count * workers * width);
    sent.forEach((row, worker) => {
      const symbols = encodeWords(row, aggregate);
      for (let v = 0; v < count; v++) {
        for (let s = 0; s < width; s++) batch[(v * workers + worker) * width + s] = symbols[v * width + s]!;
      }
    });
    const symbols = simulateWords(simulator, batch);
    const words = decodeWords(symbols, aggregate);
    for (let v = 0; v < count; v++) {
      aggregated[from + v] = words[v * workers]!;
      for (let worker = 0; worker < workers; worker++) {
        const got = words[v * workers + worker]!;
        const allReduce = ring.words[worker]![v]!;
        const first = (v * workers + worker) * width;
        if (got === allReduce && isReadable(symbols, first, width)) continue;
        wrong++;
        counterexample ??= { element: from + v, words: sent.map((row) => row[v]!), allReduce, worker, got };
        break;
      }
    }
    yield { done: from + count, total: gradients.length, unit: "elements", wrong };
  }
  const error = aggregationError(gradients, quantized, aggregated);
  return { workers, length: gradients.length, blockSize, wrong, counterexample, error };
}

/** Symbols that no receiver could read may spell a word all the same. */
function isReadable(symbols: Uint8Array, first: number, width: number): boolean {
  for (let s = first; s < first + width; s++) if (symbols[s] === UNREADABLE) return false;
  return true;
}
