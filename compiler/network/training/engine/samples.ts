import type { KernelMemory } from "../../../kernels/memory.ts";
import * as Sampler from "./layout/sampler.ts";
import { recordIn } from "./record.ts";

/** Where input vectors and targets come from. */
export type Samples =
  | {
      readonly kind: "aggregation";
      /** Input i takes the values 0..sizes[i]-1 and counts places[i] in the sum that is averaged. */
      readonly sizes: readonly number[];
      readonly places: readonly bigint[];
      readonly workers: number;
      readonly roundingOffset: number;
      readonly tiesToEven: boolean;
      readonly bitsPerSymbol: number;
      readonly topLevels: number;
      readonly symbols: number;
      /** Network input i = (value - centres[i]) * scale. */
      readonly centres: readonly number[];
      readonly scale: number;
    }
  | {
      readonly kind: "table";
      readonly count: number;
      /** count x inputs and count x outputs, row-major. */
      readonly inputs: Float32Array;
      readonly targets: Float32Array;
      /** Largest error of an output that counts as right. */
      readonly tolerance: number;
    };

/** Wrong vectors that can be kept to be drawn again. */
export const MOST_HARD = 65536;
/** Vectors that an evaluation can enumerate: indices are unsigned words. */
const MOST_VECTORS = 2 ** 31;

/** A sampler in the memory. */
export interface PlacedSampler {
  readonly at: number;
  readonly domain: number;
  setHard(indices: readonly number[]): void;
}

/** Bytes that `placeSampler` takes at most. */
export function samplerBytes(samples: Samples): number {
  const arrays =
    samples.kind === "table" ? 4 * (samples.inputs.length + samples.targets.length) : 16 * samples.sizes.length;
  return Sampler.BYTES + 4 * MOST_HARD + arrays + 64 * 5;
}

/** Writes what the kernels have to know of the samples. Throws RangeError where they are too many to enumerate. */
export function placeSampler(
  memory: KernelMemory,
  samples: Samples,
  network: { readonly inputs: number; readonly outputs: number; readonly seed: number; readonly hardRows: number },
): PlacedSampler {
  const { buffer } = memory;
  const at = memory.allocate(Sampler.BYTES);
  const hardAt = memory.allocate(4 * MOST_HARD);
  const { word, float } = recordIn(buffer, at);
  const { inputs } = network;
  word(Sampler.inputs, inputs);
  word(Sampler.outputs, network.outputs);
  word(Sampler.seed, network.seed);
  word(Sampler.hard, hardAt);
  word(Sampler.hardRows, network.hardRows);
  const hard = new Uint32Array(buffer, hardAt, MOST_HARD);
  const setHard = (indices: readonly number[]): void => {
    const kept = indices.slice(0, MOST_HARD);
    hard.set(kept);
    word(Sampler.hardCount, kept.length);
  };
  if (samples.kind === "table") {
    const xs = memory.allocate(4 * samples.inputs.length);
    const ts = memory.allocate(4 * samples.targets.length);
    new Float32Array(buffer, xs, samples.inputs.length).set(samples.inputs);
    new Float32Array(buffer, ts, samples.targets.length).set(samples.targets);
    word(Sampler.kind, Sampler.table);
    word(Sampler.domain, samples.count);
    word(Sampler.tableInputs, xs);
    word(Sampler.tableTargets, ts);
    return { at, domain: samples.count, setHard };
  }
  const domain = samples.sizes.reduce((product, size) => product * size, 1);
  if (domain > MOST_VECTORS) throw new RangeError(`${domain} input vectors are too many to enumerate`);
  const places = memory.allocate(8 * inputs);
  const sizes = memory.allocate(4 * inputs);
  const centres = memory.allocate(4 * inputs);
  new BigUint64Array(buffer, places, inputs).set(samples.places);
  new Uint32Array(buffer, sizes, inputs).set(samples.sizes);
  new Float32Array(buffer, centres, inputs).set(samples.centres);
  word(Sampler.kind, Sampler.aggregation);
  word(Sampler.domain, domain);
  word(Sampler.workers, samples.workers);
  word(Sampler.roundingOffset, samples.roundingOffset);
  word(Sampler.tiesToEven, samples.tiesToEven ? 1 : 0);
  float(Sampler.scale, samples.scale);
  word(Sampler.bitsPerSymbol, samples.bitsPerSymbol);
  word(Sampler.topLevels, samples.topLevels);
  word(Sampler.places, places);
  word(Sampler.sizes, sizes);
  word(Sampler.centres, centres);
  return { at, domain, setHard };
}
