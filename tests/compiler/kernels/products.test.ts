import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finish, openKernels } from "../../../compiler/kernels/index.ts";
import { multiplySteps } from "../../../compiler/kernels/matrix.ts";
import * as Sampler from "../../../compiler/network/training/engine/layout/sampler.ts";
import { seededRandom } from "../../../netlist/index.ts";

const forms = ["NN", "NT", "TN"] as const;

describe("matrix products", () => {
  it("are, entry by entry, the sum over k in order, whatever the shape", () => {
    const shape = fc.integer({ min: 1, max: 23 });
    fc.assert(
      fc.property(fc.constantFrom(...forms), shape, shape, shape, fc.nat(1000), (form, m, n, k, seed) => {
        const random = seededRandom(seed);
        const a = Float64Array.from({ length: m * k }, () => Math.fround(random() - 0.5));
        const b = Float64Array.from({ length: n * k }, () => Math.fround(random() - 0.5));
        const at = (i: number, p: number): number => a[form === "TN" ? p * m + i : i * k + p]!;
        const bt = (p: number, j: number): number => b[form === "NT" ? j * k + p : p * n + j]!;
        const double = finish(multiplySteps(form, a, b, m, n, k));
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            let d = 0;
            for (let p = 0; p < k; p++) {
              d += at(i, p) * bt(p, j);
            }
            expect(double[i * n + j]).toBe(d);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("the order of the samples", () => {
  it("is another permutation of the domain in every epoch", () => {
    const { kernels, buffer, allocate } = openKernels(65536);
    const sampler = allocate(Sampler.BYTES);
    const words = new Uint32Array(buffer, sampler, Sampler.BYTES / 4);
    for (const domain of [1, 2, 49, 1000, 4096]) {
      words[Sampler.domain / 4] = domain;
      words[Sampler.seed / 4] = 7;
      const epoch = (e: number): number[] =>
        Array.from({ length: domain }, (_, row) => kernels.drawIndex(sampler, e, row, domain));
      const first = epoch(0);
      const second = epoch(1);
      const all = Array.from({ length: domain }, (_, i) => i);
      expect(first.toSorted((a, b) => a - b)).toEqual(all);
      expect(second.toSorted((a, b) => a - b)).toEqual(all);
      if (domain > 40) {
        expect(second).not.toEqual(first);
        expect(first).not.toEqual(all);
      }
    }
  });
});
