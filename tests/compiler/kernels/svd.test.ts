import fc from "fast-check";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { finish, numericalRank, svd } from "../../../compiler/kernels/index.ts";
import { svdSteps } from "../../../compiler/kernels/svd.ts";
import {
  fourier,
  gaussianMatrix,
  haarIsometry,
  hadamard,
  identity,
  multiply,
  nearby,
  permutation,
} from "../mesh/matrices.ts";

/** max |q^T q - 1| of a rows x cols matrix. */
function orthonormality(q: Float64Array, rows: number, cols: number): number {
  let worst = 0;
  for (let i = 0; i < cols; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? -1 : 0;
      for (let k = 0; k < rows; k++) sum += q[k * cols + i]! * q[k * cols + j]!;
      if (!(Math.abs(sum) <= worst)) worst = Math.abs(sum);
    }
  }
  return worst;
}

/** Asserts every property of the decomposition and returns s. */
function check(a: Float64Array, rows: number, cols: number): Float64Array {
  const { u, s, v } = svd(a, rows, cols);
  const width = Math.min(rows, cols);
  expect([u.length, s.length, v.length]).toEqual([rows * width, width, cols * width]);
  expect(orthonormality(u, rows, width)).toBeLessThan(1e-13);
  expect(orthonormality(v, cols, width)).toBeLessThan(1e-13);
  for (let i = 0; i < width; i++) {
    expect(s[i]).toBeGreaterThanOrEqual(0);
    if (i > 0) expect(s[i]).toBeLessThanOrEqual(s[i - 1]!);
  }
  const largest = a.reduce((best, value) => Math.max(best, Math.abs(value)), 0);
  let worst = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += u[i * width + k]! * (s[k]! / (largest || 1)) * v[j * width + k]!;
      worst = Math.max(worst, Math.abs(sum - a[i * cols + j]! / (largest || 1)));
    }
  }
  expect(worst).toBeLessThan(1e-13 * Math.max(1, (s[0] ?? 0) / (largest || 1)));
  return s;
}

function filled(rows: number, cols: number, entry: (i: number, j: number) => number): Float64Array {
  return Float64Array.from({ length: rows * cols }, (_, at) => entry(Math.floor(at / cols), at % cols));
}

describe("svd", () => {
  const special: readonly (readonly [string, number, number, Float64Array, number])[] = [
    ["all ones", 64, 64, filled(64, 64, () => 1), 1],
    ["averaging", 16, 16, filled(16, 16, () => 1 / 16), 1],
    ["averaging, wide", 5, 12, filled(5, 12, () => 1 / 12), 1],
    ["zero", 6, 4, new Float64Array(24), 0],
    ["one row", 1, 7, filled(1, 7, (_, j) => j - 3), 1],
    ["one column", 7, 1, filled(7, 1, (i) => i - 3), 1],
    ["identical columns", 9, 6, filled(9, 6, (i) => Math.sin(i + 1)), 1],
    ["pairs of identical columns", 9, 6, filled(9, 6, (i, j) => Math.sin((i + 1) * (1 + (j >> 1)))), 3],
    ["two equal rows of large integers", 2, 2, Float64Array.of(-896, -896, -19, -19), 1],
    ["identity", 20, 20, identity(20), 20],
    ["minus identity", 20, 20, identity(20, -1), 20],
    ["permutation", 30, 30, permutation(30, 3), 30],
    ["hadamard", 32, 32, hadamard(32), 32],
    ["isometry", 40, 13, haarIsometry(40, 13, 5), 13],
    ["rank 3", 20, 14, multiply(gaussianMatrix(20, 3, 1), gaussianMatrix(3, 14, 2), 20, 3, 14), 3],
    ["lower triangular of ones", 24, 24, filled(24, 24, (i, j) => (j <= i ? 1 : 0)), 24],
    ["one entry", 8, 8, filled(8, 8, (i, j) => (i === 5 && j === 2 ? -3 : 0)), 1],
  ];
  test.each(special)("%s (%d x %d)", (_, rows, cols, a, rank) => {
    const s = check(a, rows, cols);
    expect(numericalRank(s, rows, cols)).toBe(rank);
  });

  test.each([1e-160, 1e-300, 1e150, 1e300])("input scaled by %d keeps its relative accuracy", (scale) => {
    const a = gaussianMatrix(12, 9, 4);
    const plain = check(a, 12, 9);
    const scaled = check(
      a.map((x) => x * scale),
      12,
      9,
    );
    for (let i = 0; i < 9; i++) expect(scaled[i]! / scale / plain[i]!).toBeCloseTo(1, 13);
  });

  test("subnormal input", () => {
    check(Float64Array.of(5e-324, 0, 0, 1e-320), 2, 2);
  });

  test("graded columns: singular values are exact to rounding of the largest", () => {
    const grades = [1, 1e-5, 1e-10, 1e-20, 1e-60, 1e-200];
    const q = haarIsometry(6, 6, 8);
    const s = check(
      filled(6, 6, (i, j) => q[i * 6 + j]! * grades[j]!),
      6,
      6,
    );
    for (let i = 0; i < 6; i++) expect(Math.abs(s[i]! - grades[i]!)).toBeLessThan(1e-15);
  });

  test("Kahan's matrix, nearly rank-deficient", () => {
    const c = Math.cos(1.2);
    const sine = Math.sin(1.2);
    check(
      filled(40, 40, (i, j) => (j < i ? 0 : j === i ? sine ** i : -c * sine ** i)),
      40,
      40,
    );
  });

  test.each([
    [5, 5],
    [30, 30],
    [40, 17],
    [17, 40],
    [100, 80],
  ])("singular values of a Gaussian %d x %d matrix are ml-matrix' to 1e-12", (rows, cols) => {
    const a = gaussianMatrix(rows, cols, 11);
    const s = check(a, rows, cols);
    const tall = rows >= cols ? Matrix.from1DArray(rows, cols, a) : Matrix.from1DArray(rows, cols, a).transpose();
    const peer = new SingularValueDecomposition(tall).diagonal;
    for (let i = 0; i < s.length; i++) expect(Math.abs(s[i]! - peer[i]!)).toBeLessThan(1e-12 * s[0]!);
  });

  test("any small matrix of small integers", () => {
    const shapes = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }));
    const matrices = shapes.chain(([rows, cols]) =>
      fc
        .array(fc.integer({ min: -2, max: 2 }), { minLength: rows * cols, maxLength: rows * cols })
        .map((entries) => ({ rows, cols, a: Float64Array.from(entries) })),
    );
    fc.assert(
      fc.property(matrices, ({ rows, cols, a }) => {
        check(a, rows, cols);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test.each([Number.NaN, Infinity, -Infinity])("%d in the input is refused with its place", (bad) => {
    expect(() => svd(Float64Array.of(1, 2, 3, 4, 5, bad), 2, 3)).toThrow(/entry \(1, 2\)/);
  });

  test("a wrong number of entries is refused", () => {
    expect(() => svd(new Float64Array(5), 2, 3)).toThrow(/5 entries/);
  });
});

describe("svd of larger matrices", () => {
  const n = 80;
  const grades = (i: number): number => 10 ** (-i / 3);
  const rank40 = multiply(gaussianMatrix(n, 40, 1), gaussianMatrix(40, n, 2), n, 40, n);
  const cases: readonly (readonly [string, number, number, Float64Array, number])[] = [
    ["identity", n, n, identity(n), n],
    ["minus identity", n, n, identity(n, -1), n],
    ["permutation", n, n, permutation(n, 3), n],
    ["Hadamard", 128, 128, hadamard(128), 128],
    ["Fourier, as a real matrix", n, n, realOf(fourier(n / 2), n / 2), n],
    ["identity + 1e-9 skew", n, n, nearby(identity(n), n, 1e-9, 4), n],
    ["all ones", n, n, filled(n, n, () => 1), 1],
    ["all ones, tall, odd", 99, 67, filled(99, 67, () => 1), 1],
    ["rank 1", n, n, filled(n, n, (i, j) => Math.sin(i + 1) * Math.cos(j)), 1],
    ["rank 40", n, n, rank40, 40],
    ["zero", n, n, new Float64Array(n * n), 0],
    ["one entry", n, n, filled(n, n, (i, j) => (i === 70 && j === 2 ? -3 : 0)), 1],
    ["a zero column and a zero row", n, n, filled(n, n, (i, j) => (i === 9 || j === 11 ? 0 : Math.sin(i * j + i))), -1],
    ["lower triangular of ones", n, n, filled(n, n, (i, j) => (j <= i ? 1 : 0)), n],
    ["bidiagonal", n, n, filled(n, n, (i, j) => (i === j || i === j - 1 ? 1 : 0)), n],
    ["diagonal, falling", n, n, filled(n, n, (i, j) => (i === j ? grades(i) : 0)), -1],
    ["diagonal, rising", n, n, filled(n, n, (i, j) => (i === j ? grades(n - i) : 0)), -1],
    ["graded columns, rising", n, n, filled(n, n, (i, j) => Math.sin(i * i + j) * grades(n - j)), -1],
    ["graded rows, rising", n, n, filled(n, n, (i, j) => Math.sin(i * i + j) * grades(n - i)), -1],
    ["two clusters of singular values", n, n, clustered(n), n],
    ["tall", 131, 70, gaussianMatrix(131, 70, 5), 70],
    ["wide, odd", 65, 97, gaussianMatrix(65, 97, 6), 65],
    ["isometry", 96, 66, haarIsometry(96, 66, 7), 66],
  ];
  test.each(cases)("%s (%d x %d)", (_, rows, cols, a, rank) => {
    const s = check(a, rows, cols);
    if (rank >= 0) expect(numericalRank(s, rows, cols)).toBe(rank);
  });

  test.each([1e-300, 1e300])("entries of %d", (scale) => {
    const a = gaussianMatrix(n, n, 4);
    const plain = check(a, n, n);
    const scaled = check(
      a.map((x) => x * scale),
      n,
      n,
    );
    for (let i = 0; i < n; i++) expect(Math.abs(scaled[i]! / scale - plain[i]!)).toBeLessThan(1e-13 * plain[0]!);
  });

  test("1e-300 and 1e300 in one matrix", () => {
    check(
      filled(n, n, (i, j) => ((i * 7 + j * 3) % 5 === 0 ? 1e300 : 1e-300)),
      n,
      n,
    );
  });

  test("the same matrix gives the same bits, whatever ran before and in between", () => {
    const a = gaussianMatrix(90, 75, 12);
    const first = svd(a, 90, 75);
    const steps = svdSteps(a, 90, 75);
    svd(gaussianMatrix(120, 120, 13), 120, 120);
    expect(finish(steps)).toEqual(first);
    expect(svd(a, 90, 75)).toEqual(first);
  });
});

/** [[Re, -Im], [Im, Re]] of a complex n x n matrix. */
function realOf(u: Float64Array, n: number): Float64Array {
  return filled(2 * n, 2 * n, (i, j) => {
    const at = 2 * ((i % n) * n + (j % n));
    if (i < n === j < n) return u[at]!;
    return i < n ? -u[at + 1]! : u[at + 1]!;
  });
}

/** Half of the singular values 1, half 1e-3. */
function clustered(n: number): Float64Array {
  const u = haarIsometry(n, n, 21);
  const v = haarIsometry(n, n, 22);
  return multiply(
    filled(n, n, (i, j) => u[i * n + j]! * (j < n / 2 ? 1 : 1e-3)),
    v,
    n,
    n,
    n,
  );
}
