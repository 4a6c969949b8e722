import { seededRandom } from "../../../netlist/index.ts";

/** Random choices that a seed repeats. */
export interface Dice {
  /** Uniform in [0, 1). */
  readonly real: () => number;
  /** Uniform in 0..count-1. */
  readonly below: (count: number) => number;
  /** True with probability `share`. */
  readonly chance: (share: number) => boolean;
  /** One of a list that is not empty. */
  readonly pick: <T>(list: readonly T[]) => T;
}

/** The choices of input `index` (below 2^32) under a seed (below 2^20): each input can be made on its own. */
export function rollDice(seed: number, index: number): Dice {
  const real = seededRandom((seed % 2 ** 20) * 2 ** 32 + index);
  const below = (count: number): number => Math.floor(real() * count);
  return { real, below, chance: (share) => real() < share, pick: (list) => list[below(list.length)]! };
}
