import { mixed } from "../timing/networks.ts";

/** Numbers in (0, 1], the same for the same seed and stream. */
export type Chance = () => number;

export function chanceOf(seed: number, stream: number): Chance {
  let drawn = 0;
  return () => 1 - mixed(stream, drawn++, seed);
}

/** Largest of `count` geometric numbers of tries, each of which fails with probability `fails`: from its distribution (1 - fails^k)^count. */
export function mostTries(chance: Chance, fails: number, count: number, least = 1): number {
  if (fails === 0 || count === 0) return 1;
  // With more than one try known, the rest of the distribution.
  const known = least <= 1 ? 0 : (1 - fails) ** count;
  const reached = known + (1 - known) * chance();
  const failed = -Math.expm1(Math.log(reached) / count);
  return failed <= 0 ? least : Math.max(least, Math.ceil(Math.log(failed) / Math.log(fails)));
}

/** How many of `count` tries fail: the gaps between failures are geometric. */
export function failures(chance: Chance, fails: number, count: number): number {
  if (fails === 0) return 0;
  const gap = Math.log1p(-fails);
  let failed = -1;
  for (let at = 0; at <= count; failed++) at += 1 + Math.floor(Math.log(chance()) / gap);
  return failed;
}
