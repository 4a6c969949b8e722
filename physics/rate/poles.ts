/** A chain of first-order low-pass filters, at unit gain for constant light: their -3 dB frequencies in Hz. */
export type Poles = readonly number[];

/** A filter that is faster than the slowest by more is taken as this fast: slower than it is, and the series below stays short. */
const FASTEST = 16;

/**
 * What the chain answers at `timeS` to a step from 0 to 1 at time 0. It is the probability that a sum of exponential times, of rate
 * 2 pi f each, has passed: sum_k Poisson(k; L t) p_k with L the largest rate and p_k the probability that k jumps of a chain,
 * which advances past filter i with probability rate_i / L, have passed all filters (uniformisation: Jensen, 1953). All terms are
 * positive, and equal poles need no special case.
 */
export function stepResponse(poles: Poles, timeS: number): number {
  if (!(timeS > 0)) return 0;
  const slowest = Math.min(...poles);
  const rates = poles.map((hertz) => 2 * Math.PI * Math.min(hertz, FASTEST * slowest));
  const fastest = Math.max(...rates);
  const mean = fastest * timeS;
  const at = [1, ...rates.map(() => 0)];
  let probability = Math.exp(-mean);
  let rest = 1;
  let answered = 0;
  if (probability === 0) return 1;
  for (let k = 0; rest > 1e-15 && k < 2 * mean + 100; k++) {
    answered += probability * at.at(-1)!;
    rest -= probability;
    probability *= mean / (k + 1);
    for (let i = rates.length; i > 0; i--) {
      const arrives = at[i - 1]! * (rates[i - 1]! / fastest);
      at[i]! += arrives;
      at[i - 1]! -= arrives;
    }
  }
  return Math.min(1, answered + Math.max(0, rest) * at.at(-1)!);
}

/** Seconds after which the step response has reached `share`, 0 < share < 1; by bisection. */
export function timeOfShare(poles: Poles, share: number): number {
  const slowest = 1 / (2 * Math.PI * Math.min(...poles));
  let low = 0;
  let high = poles.length * slowest * (2 - Math.log(1 - share));
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (stepResponse(poles, middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** One filter on equally spaced samples, in place; between samples its input is a straight line, before the first it is constant. */
export function lowPass(samples: Float64Array, hertz: number, spacingS: number): void {
  const decay = 2 * Math.PI * hertz * spacingS;
  const kept = Math.exp(-decay);
  const ofLast = (1 - kept) / decay - kept;
  const ofThis = 1 - kept - ofLast;
  let last = samples[0]!;
  let out = last;
  for (let i = 0; i < samples.length; i++) {
    const now = samples[i]!;
    out = kept * out + ofLast * last + ofThis * now;
    last = now;
    samples[i] = out;
  }
}
