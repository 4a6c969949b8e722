/** Matrices of the benches, seeded. */

export const svdInputs = ["Gaussian", "all ones", "rank N/4"] as const;
export type SvdInput = (typeof svdInputs)[number];

/** An n x n matrix of that kind, row-major. */
export function svdInput(kind: SvdInput, n: number): Float64Array {
  switch (kind) {
    case "Gaussian":
      return gaussianEntries(n * n, 2);
    case "all ones":
      return new Float64Array(n * n).fill(1);
    case "rank N/4": {
      const rank = n / 4;
      const [a, b] = [gaussianEntries(n * rank, 3), gaussianEntries(rank * n, 4)];
      const out = new Float64Array(n * n);
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < rank; k++) for (let j = 0; j < n; j++) out[i * n + j]! += a[i * rank + k]! * b[k * n + j]!;
      }
      return out;
    }
    default:
      return kind satisfies never;
  }
}

/** Seeded standard normal numbers (mulberry32, Box-Muller). */
export function gaussianEntries(count: number, seed: number): Float64Array {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return Float64Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    return radius * Math.cos(2 * Math.PI * uniform());
  });
}

export interface Timed<T> {
  /** Milliseconds that this process computed for. */
  readonly ms: number;
  readonly value: T;
}

/** The CPU time of the fastest of `runs` calls, after one to warm up where there are several. */
export function cpuBest<T>(runs: number, work: () => T): Timed<T> {
  let value = work();
  let ms = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const start = process.cpuUsage();
    value = work();
    const { user, system } = process.cpuUsage(start);
    ms = Math.min(ms, (user + system) / 1e3);
  }
  return { ms, value };
}
