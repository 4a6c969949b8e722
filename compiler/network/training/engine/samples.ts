import type { Aggregation } from "../../../aggregation/aggregation.ts";
import type { KernelMemory } from "../../../kernels/memory.ts";
import type { InputGrid } from "../task.ts";
import * as Sampler from "./layout/sampler.ts";
import { recordIn } from "./record.ts";

/** The input vectors of an aggregation, and what it makes of them. */
export interface Samples
  extends Pick<InputGrid, "sizes" | "places">,
    Pick<Aggregation, "workers" | "roundingOffset" | "tiesToEven" | "bitsPerSymbol"> {
  readonly topLevels: number;
  /** Network input i = (value - centres[i]) * scale. */
  readonly centres: readonly number[];
  readonly scale: number;
}

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
export function samplerBytes({ sizes }: Samples): number {
  return Sampler.BYTES + 4 * MOST_HARD + 16 * sizes.length + 64 * 5;
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
  const domain = samples.sizes.reduce((product, size) => product * size, 1);
  if (domain > MOST_VECTORS) throw new RangeError(`${domain} input vectors are too many to enumerate`);
  const places = memory.allocate(8 * inputs);
  const sizes = memory.allocate(4 * inputs);
  const centres = memory.allocate(4 * inputs);
  new BigUint64Array(buffer, places, inputs).set(samples.places);
  new Uint32Array(buffer, sizes, inputs).set(samples.sizes);
  new Float32Array(buffer, centres, inputs).set(samples.centres);
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
