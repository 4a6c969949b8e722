import type { Steps } from "../../verify/index.ts";

/** Relative width of the bracket at which a power is taken as found. */
const PRECISION = 1e-10;

/** A surplus of so little is none: of q, where an error rate of 1e-12 changes by 1e-10 of itself. */
const VALUE_PRECISION = 1e-11;

/** More would mean that the function is not monotone. */
const MOST_STEPS = 200;

/** Factor by which the first bracket is wider than the guess. */
const FIRST_STEP = 1.3;

/**
 * The least power between `lowW` and `highW` for which `surplus(power)` >= 0, where `surplus` grows with the power; null when that of
 * `highW` is negative, `lowW` when that of `lowW` is not. `guessW` is where the search starts: a bracket is widened from there, and closed by the Illinois
 * variant of regula falsi on the logarithm, which halves the interval whenever it creeps.
 */
export function* leastPowerSteps(
  surplus: (powerW: number) => Steps<number>,
  lowW: number,
  highW: number,
  guessW: number,
): Steps<number | null> {
  const bottom = Math.log(lowW);
  const top = Math.log(highW);
  let x = Math.min(Math.max(Math.log(guessW), bottom), top);
  let value = yield* surplus(Math.exp(x));
  let step = Math.log(FIRST_STEP);
  let low = x;
  let high = x;
  let below = value;
  let above = value;
  while (above < 0) {
    if (high === top) return null;
    [low, below] = [high, above];
    high = Math.min(top, high + step);
    above = yield* surplus(Math.exp(high));
    step *= 2;
  }
  while (below >= 0) {
    if (low === bottom) return lowW;
    [high, above] = [low, below];
    low = Math.max(bottom, low - step);
    below = yield* surplus(Math.exp(low));
    step *= 2;
  }
  let last = 0;
  for (let round = 0; round < MOST_STEPS && high - low > PRECISION; round++) {
    const straight = high - (above * (high - low)) / (above - below);
    const inside = straight > low && straight < high;
    x = inside && round % 4 !== 3 ? straight : (low + high) / 2;
    value = yield* surplus(Math.exp(x));
    // the answer itself was hit
    if (value === 0) return Math.exp(x);
    if (value > 0) {
      [high, above] = [x, value];
      if (last > 0) below /= 2;
    } else {
      [low, below] = [x, value];
      if (last < 0) above /= 2;
    }
    last = value;
    if (Math.abs(value) < VALUE_PRECISION) return Math.exp(x);
  }
  return Math.exp(high);
}
