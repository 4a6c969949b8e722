import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyMesh, jacobiRows, multiply32, multiply64, openKernels, svd } from "../../../compiler/kernels/index.ts";
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
        const single = multiply32(form, Float32Array.from(a), Float32Array.from(b), m, n, k);
        const double = multiply64(form, a, b, m, n, k);
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            let s = 0;
            let d = 0;
            for (let p = 0; p < k; p++) {
              s = Math.fround(s + Math.fround(at(i, p) * bt(p, j)));
              d += at(i, p) * bt(p, j);
            }
            expect(single[i * n + j]).toBe(s);
            expect(double[i * n + j]).toBe(d);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it("hold at the sizes of a training step", () => {
    for (const [m, n, k] of [
      [256, 64, 4],
      [128, 256, 255],
      [61, 130, 257],
    ] as const) {
      const random = seededRandom(m);
      const a = Float32Array.from({ length: m * k }, () => random() - 0.5);
      const b = Float32Array.from({ length: n * k }, () => random() - 0.5);
      const c = multiply32("NT", a, b, m, n, k);
      let worst = 0;
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[j * k + p]!;
          worst = Math.max(worst, Math.abs(sum - c[i * n + j]!));
        }
      }
      expect(worst).toBeLessThan(1e-5);
    }
  });
});

describe("one-sided Jacobi", () => {
  const n = 48;
  const random = seededRandom(3);
  const noise = (): Float64Array => Float64Array.from({ length: n * n }, () => random() - 0.5);
  const left = noise();
  const graded = noise().map((x, i) => x * 10 ** (-(i % n) / 6));
  const cases: Record<string, Float64Array> = {
    "all ones": new Float64Array(n * n).fill(1),
    averaging: new Float64Array(n * n).fill(1 / n),
    "rank 3": Float64Array.from({ length: n * n }, (_, i) => {
      const row = Math.floor(i / n);
      return [0, 1, 2].reduce((sum, r) => sum + left[row * n + r]! * left[r * n + (i % n)]!, 0);
    }),
    graded,
    identity: Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
    "scaled to 1e-160, scaled back by its largest entry": noise().map((x) => (x * 1e-160) / 1e-160),
    noise: noise(),
    zero: new Float64Array(n * n),
  };
  for (const [name, matrix] of Object.entries(cases)) {
    it(`makes the rows of ${name} orthogonal and keeps the singular values`, () => {
      const rows = matrix.slice();
      const squares = jacobiRows(rows, n, n, n)!;
      expect(squares).not.toBeNull();
      const expected = svd(matrix, n, n).s;
      const found = Float64Array.from(squares, Math.sqrt).sort().reverse();
      const scale = expected[0]! || 1;
      found.forEach((s, i) => {
        expect(Math.abs(s - expected[i]!) / scale).toBeLessThan(1e-13);
      });
      for (let p = 0; p < n; p++) {
        for (let q = 0; q < p; q++) {
          let dot = 0;
          for (let j = 0; j < n; j++) dot += rows[p * n + j]! * rows[q * n + j]!;
          // relative to the largest row: rows of norm 1e-16 are rounding
          expect(Math.abs(dot)).toBeLessThan(1e-13 * scale * scale);
        }
      }
    });
  }

  it("carries what stands behind the counted columns along", () => {
    const width = 2 * n;
    const rows = new Float64Array(n * width);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) rows[i * width + j] = left[i * n + j]!;
      rows[i * width + n + i] = 1;
    }
    jacobiRows(rows, n, n, width);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let back = 0;
        for (let k = 0; k < n; k++) back += rows[k * width + n + i]! * rows[k * width + j]!;
        expect(back).toBeCloseTo(left[i * n + j]!, 13);
      }
    }
  });

  it("says so when the input is not finite", () => {
    expect(jacobiRows(Float64Array.of(1, Number.NaN, 2, 3), 2, 2, 2)).toBeNull();
  });
});

describe("applyMesh", () => {
  it("sends every vector of a batch through the devices in their order", () => {
    const modes = 5;
    const batch = 7;
    const random = seededRandom(8);
    const count = 12;
    const table = Float64Array.from({ length: 9 * count }, (_, i) =>
      i % 9 === 0 ? Math.floor(random() * (modes - 1)) : random() - 0.5,
    );
    const re = Float64Array.from({ length: modes * batch }, () => random() - 0.5);
    const im = Float64Array.from({ length: modes * batch }, () => random() - 0.5);
    const wanted = Array.from({ length: batch }, (_, b) => {
      const x = Array.from({ length: modes }, (_, m) => [re[m * batch + b]!, im[m * batch + b]!] as const);
      for (let k = 0; k < count; k++) {
        const mode = table[9 * k]!;
        const m = table.subarray(9 * k + 1, 9 * k + 9);
        const [a, c] = [x[mode]!, x[mode + 1]!];
        const row = (i: number): readonly [number, number] => [
          m[i]! * a[0] - m[i + 1]! * a[1] + m[i + 2]! * c[0] - m[i + 3]! * c[1],
          m[i]! * a[1] + m[i + 1]! * a[0] + m[i + 2]! * c[1] + m[i + 3]! * c[0],
        ];
        x[mode] = row(0);
        x[mode + 1] = row(4);
      }
      return x;
    });
    applyMesh({ table, count }, re, im, modes, batch);
    wanted.forEach((x, b) => {
      x.forEach(([real, imaginary], m) => {
        expect(re[m * batch + b]).toBeCloseTo(real, 14);
        expect(im[m * batch + b]).toBeCloseTo(imaginary, 14);
      });
    });
  });
});

describe("the order of the samples", () => {
  it("is another permutation of the domain in every epoch", () => {
    const { kernels, buffer, allocate } = openKernels(65536);
    const sampler = allocate(80);
    const words = new Uint32Array(buffer, sampler, 20);
    for (const domain of [1, 2, 49, 1000, 4096]) {
      words[3] = domain;
      words[4] = 7;
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
