import { gaussianFrom, seededRandom } from "../../netlist/index.ts";

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
  }
}

/** Seeded standard normal numbers. */
export function gaussianEntries(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, gaussianFrom(seededRandom(seed)));
}
