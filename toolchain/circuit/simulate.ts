import {
  type Circuit,
  compileSimulation,
  type OutputFields,
  simulate as propagate,
  readWords,
  resultOf,
} from "../../netlist/index.ts";
import { decodeWords, encodeWords } from "../../verify/index.ts";

export interface SimulatedWords {
  /** [worker][element], words that each worker receives; NaN where a receiver reads no level. */
  readonly words: readonly (readonly number[])[];
  /** Fields at the receivers, [element][port] at `element * ports + port`, ports as in `circuit.outputs`. */
  readonly fields: OutputFields;
}

/**
 * Sends the workers' words, [worker][element], through every device. Words are integers of the spec's range: 0..2^bits - 1,
 * or -2^(bits-1)..2^(bits-1) - 1 where it is signed. With `rounding none` the received ones are sums. Throws a RangeError for other words, another number of workers, or
 * workers with different numbers of words.
 */
export function simulate(circuit: Circuit, words: readonly ArrayLike<number>[]): SimulatedWords {
  const { workers, symbols } = circuit.aggregate;
  const elements = words[0]?.length ?? 0;
  if (words.length !== workers) throw new RangeError(`words of ${words.length} workers, the circuit has ${workers}`);
  if (words.some(({ length }) => length !== elements)) throw new RangeError("workers have different numbers of words");
  const batch = new Float64Array(elements * workers * symbols);
  words.forEach((row, worker) => {
    const encoded = encodeWords(row, circuit.aggregate);
    for (let i = 0; i < elements; i++) {
      batch.set(encoded.subarray(i * symbols, (i + 1) * symbols), (i * workers + worker) * symbols);
    }
  });
  const fields = propagate(compileSimulation(circuit), batch);
  const received = decodeWords(readWords(circuit, fields), resultOf(circuit.aggregate));
  return {
    words: Array.from({ length: workers }, (_, worker) =>
      Array.from({ length: elements }, (_unused, i) => received[i * workers + worker]!),
    ),
    fields,
  };
}
