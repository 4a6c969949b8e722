/** Relative width of the bracket at which a power is taken as found. */
const PRECISION = 1e-10;

/** More would mean that the function is not monotone. */
const MOST_STEPS = 200;

/**
 * The least power between `lowW` and `highW` for which `surplus(power)` >= 0, where `surplus` grows with the power; null when that of
 * `highW` is negative, `lowW` when that of `lowW` is not. By the Illinois variant of regula falsi on the logarithm, which halves the
 * interval whenever it creeps.
 */
export function leastPower(surplus: (powerW: number) => number, lowW: number, highW: number): number | null {
  let low = Math.log(lowW);
  let high = Math.log(highW);
  let below = surplus(lowW);
  let above = surplus(highW);
  if (!(above >= 0)) return null;
  if (below >= 0) return lowW;
  for (let step = 0; step < MOST_STEPS && high - low > PRECISION; step++) {
    const straight = high - (above * (high - low)) / (above - below);
    const inside = straight > low && straight < high;
    const x = inside && step % 3 !== 2 ? straight : (low + high) / 2;
    const value = surplus(Math.exp(x));
    if (value >= 0) {
      high = x;
      above = value;
      below /= 2;
    } else {
      low = x;
      below = value;
      above /= 2;
    }
    // the answer itself was hit
    if (value === 0) break;
  }
  return Math.exp(high);
}
