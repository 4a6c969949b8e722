/**
 * Clopper-Pearson: the largest error rate that is compatible, at 5 %, with `wrong` errors in `samples` independent
 * trials: the p with P(at most `wrong` of `samples`) = 0.05. Without errors that is 1 - 0.05^(1/samples), about 3/samples.
 */
export function upperBound95(wrong: number, samples: number): number {
  return upperBound(wrong, samples, 0.05);
}

/** Clopper-Pearson: the rates that `hits` of `samples` do not contradict at 2.5 % on either side; all where there are none. */
export function interval95(hits: number, samples: number): { readonly low: number; readonly high: number } {
  return { low: 1 - upperBound(samples - hits, samples, 0.025), high: upperBound(hits, samples, 0.025) };
}

/** What a sample says of a share before all of it is known. */
export type ShareVerdict = "above half" | "below nine tenths" | "undecided";

/**
 * Wald's sequential test (Ann. Math. Stat. 16 (1945) 117), which may be asked after every sample. "above half" is wrong in at most
 * 5 % of all runs where the share is a half or less, and "below nine tenths" where it is nine tenths or more.
 */
export function judgeShare(hits: number, samples: number): ShareVerdict {
  const evidence = hits * Math.log(0.9 / 0.5) + (samples - hits) * Math.log(0.1 / 0.5);
  if (Math.abs(evidence) < Math.log(1 / 0.05)) return "undecided";
  return evidence > 0 ? "above half" : "below nine tenths";
}

/** The p with P(at most `wrong` of `samples`) = `doubt`. */
function upperBound(wrong: number, samples: number, doubt: number): number {
  if (samples <= 0 || wrong >= samples) return 1;
  const ways = lnChoose(samples, wrong);
  let low = wrong / samples;
  let high = 1;
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    const middle = (low + high) / 2;
    if (atMost(wrong, samples, middle, ways) > doubt) low = middle;
    else high = middle;
  }
  return high;
}

/** P(X <= k) for X binomial(n, p), summed downwards from the largest term until the rest is below rounding; `ways`: ln of n over k. */
function atMost(k: number, n: number, p: number, ways: number): number {
  let term = Math.exp(ways + k * Math.log(p) + (n - k) * Math.log1p(-p));
  let sum = 0;
  for (let i = k; i >= 0 && term > 1e-18 * sum; i--) {
    sum += term;
    term *= (i / (n - i + 1)) * ((1 - p) / p);
  }
  return sum;
}

/** ln of n over k. */
function lnChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= Math.min(k, n - k); i++) sum += Math.log((n - i + 1) / i);
  return sum;
}
