import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  depthOf,
  factorMatrix,
  isometryMesh,
  type MatrixFactors,
  toDevices,
  transposedIsometryMesh,
} from "../../../compiler/mesh/index.ts";
import type { Device } from "../../../netlist/index.ts";
import { seededRandom } from "../../../netlist/index.ts";
import { gaussianMatrix, haarIsometry, hadamard, identity, multiply, permutation } from "./matrices.ts";
import { largestError, propagate, unitFields } from "./reference.ts";

/** Devices of all parts, and the worst error of the light path, dumping what the parts say is dumped. */
function run(factors: MatrixFactors, wanted: Float64Array, rows: number, cols: number) {
  const fields = unitFields(Math.max(rows, cols), cols);
  const devices: Device[] = [];
  // modes that are outputs may not be the ones where the right mesh dumps light, unless a part follows that starts dark there
  if (factors.rank < Math.min(rows, cols)) {
    expect(factors.right).not.toBeNull();
    expect(factors.left).not.toBeNull();
  }
  for (const part of ["right", "singular", "left"] as const) {
    const made = factors[part];
    if (made === null) continue;
    for (const device of made) {
      const end = device.mode + (device.kind === "mzi" ? 2 : 1);
      expect(end).toBeLessThanOrEqual(part === "right" ? cols : part === "left" ? rows : factors.rank);
    }
    propagate(fields, cols, made);
    devices.push(...made);
    if (part === "right") fields.fill(0, 2 * factors.rank * cols, 2 * cols * cols);
  }
  const count = devices.filter((device) => device.kind !== "phase").length;
  return { devices, count, error: largestError(fields, wanted, rows, cols) };
}

/** Gaussian of the given rank with spectral norm just below 1. */
function passive(rows: number, cols: number, rank: number, seed: number): Float64Array {
  const a = multiply(gaussianMatrix(rows, rank, seed), gaussianMatrix(rank, cols, seed + 1), rows, rank, cols);
  const norm = Math.sqrt(a.reduce((sum, x) => sum + x * x, 0));
  return a.map((x) => x / norm);
}

describe("isometries", () => {
  test("n(2m-n-1)/2 MZIs in at most m columns, both directions, to 2e-14", () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 12 }), fc.nat());
    fc.assert(
      fc.property(sizes, ([n, more, seed]) => {
        const m = n + more;
        const v = haarIsometry(m, n, seed);
        const expected = (n * (2 * m - n - 1)) / 2;
        const forth = isometryMesh(v, m, n);
        expect(forth.mzis.mode.length).toBe(expected);
        expect(depthOf(forth)).toBeLessThanOrEqual(m);
        const out = unitFields(m, n);
        propagate(out, n, toDevices(forth));
        expect(largestError(out, v, m, n)).toBeLessThan(2e-14);

        const back = transposedIsometryMesh(v, m, n);
        expect(back.mzis.mode.length).toBe(expected);
        expect(depthOf(back)).toBeLessThanOrEqual(m);
        expect(back.outputs.subarray(n).every((phase) => phase === 0)).toBe(true);
        const transposed = new Float64Array(m * n);
        for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) transposed[j * m + i] = v[i * n + j]!;
        const rest = unitFields(m, m);
        propagate(rest, m, toDevices(back));
        expect(largestError(rest, transposed, n, m)).toBeLessThan(2e-14);
      }),
      { numRuns: 80, seed: 4 },
    );
  });

  test.each([
    [1100, 1],
    [64, 17],
    [131, 131],
  ])("%i x %i, to 2e-14", (rows, cols) => {
    const v = haarIsometry(rows, cols, 4);
    const out = unitFields(rows, cols);
    propagate(out, cols, toDevices(isometryMesh(v, rows, cols)));
    expect(largestError(out, v, rows, cols)).toBeLessThan(2e-14);
  });

  test("an isometry on dark modes whose input owes a phase, to 2e-14", () => {
    const v = haarIsometry(8, 3, 6);
    const program = isometryMesh(v, 8, 3, Float64Array.of(0.5, 0, 0));
    const fields = unitFields(8, 3);
    // the phase that input 0 owes
    fields.set([Math.cos(-0.5), Math.sin(-0.5)]);
    propagate(fields, 3, toDevices(program));
    expect(largestError(fields, v, 8, 3)).toBeLessThan(2e-14);
    expect(program.mzis.mode.length).toBe(18);
  });

  test("an MZI with a dark input needs no phi", () => {
    const { mzis } = isometryMesh(haarIsometry(7, 1, 3), 7, 1);
    expect(mzis.phiRad).toEqual(new Float64Array(6));
    expect([...mzis.column]).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe("factorMatrix", () => {
  test("r(m+n-r) devices at rank r and the product itself, to 1e-13", () => {
    const shapes = fc.tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }), fc.nat(), fc.nat());
    fc.assert(
      fc.property(shapes, ([rows, cols, pick, seed]) => {
        const rank = 1 + (pick % Math.min(rows, cols));
        const a = passive(rows, cols, rank, seed);
        const factors = factorMatrix(a, rows, cols);
        const { count, error } = run(factors, a, rows, cols);
        expect(error).toBeLessThan(1e-13);
        // a single singular value is 1 here and spares its attenuator
        expect([factors.rank, count]).toEqual([rank, rank * (rows + cols - rank) - (rank === 1 ? 1 : 0)]);
      }),
      { numRuns: 150, seed: 5 },
    );
  });

  test("sparse small integers, scaled to norm at most 1", () => {
    const shapes = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }));
    const matrices = shapes.chain(([rows, cols]) =>
      fc
        .array(fc.constantFrom(0, 0, 0, 1, -1, 2), { minLength: rows * cols, maxLength: rows * cols })
        .map((entries) => ({ rows, cols, entries })),
    );
    fc.assert(
      fc.property(matrices, ({ rows, cols, entries }) => {
        const norm = Math.hypot(...entries) || 1;
        const a = Float64Array.from(entries, (x) => x / norm);
        const factors = factorMatrix(a, rows, cols);
        const { count, error } = run(factors, a, rows, cols);
        expect(error).toBeLessThan(1e-14);
        expect(count).toBeLessThanOrEqual(factors.rank * (rows + cols - factors.rank));
      }),
      { numRuns: 400, seed: 6 },
    );
  });

  test.each([
    ["row", 1, 2],
    ["column", 2, 1],
  ])("a %s of norm 1 and length 2 is one MZI and its output phases", (_, rows, cols) => {
    const a = Float64Array.of(0.6, -0.8);
    const factors = factorMatrix(a, rows, cols);
    const { devices, error } = run(factors, a, rows, cols);
    expect(error).toBeLessThan(1e-15);
    expect(devices.filter((device) => device.kind === "mzi").length).toBe(1);
    expect(devices.filter((device) => device.kind === "attenuator").length).toBe(0);
    expect(devices.length).toBeLessThanOrEqual(1 + rows);
  });

  test("1 x 1: weight 1 is nothing, -1 a phase, 0.25 an attenuator, 0 is dark", () => {
    const kinds = (w: number) => {
      const a = Float64Array.of(w);
      const factors = factorMatrix(a, 1, 1);
      const { devices, error } = factors.rank === 0 ? { devices: [], error: 0 } : run(factors, a, 1, 1);
      expect(error).toBeLessThan(1e-15);
      return devices.map((device) => device.kind);
    };
    expect(kinds(1)).toEqual([]);
    expect(factorMatrix(Float64Array.of(1), 1, 1)).toMatchObject({ right: null, singular: null, left: null });
    expect(kinds(-1)).toEqual(["phase"]);
    expect(kinds(0.25)).toEqual(["attenuator"]);
    expect(kinds(-0.25).sort()).toEqual(["attenuator", "phase"]);
    expect(factorMatrix(Float64Array.of(0), 1, 1).rank).toBe(0);
  });

  test("an attenuator alone transmits a real positive field", () => {
    for (const w of [1e-9, 0.1, 0.5, 0.999999, 1 - 1e-12]) {
      const field = Float64Array.of(1, 0);
      const { singular } = factorMatrix(Float64Array.of(w), 1, 1);
      propagate(field, 1, singular!);
      expect(largestError(field, Float64Array.of(w), 1, 1)).toBeLessThan(1e-15);
    }
  });

  test.each([
    ["orthogonal", 12, 12, haarIsometry(12, 12, 1), 66],
    ["a third of an orthogonal", 12, 12, haarIsometry(12, 12, 1).map((x) => x / 3), 66 + 12],
    ["isometry", 12, 5, haarIsometry(12, 5, 1), 45],
    ["identity", 12, 12, identity(12), 0],
    ["hadamard", 16, 16, hadamard(16), 120],
  ])("equal singular values need one mesh only: %s", (_, rows, cols, a, most) => {
    const { count, error } = run(factorMatrix(a, rows, cols), a, rows, cols);
    expect(error).toBeLessThan(1e-14);
    expect(count).toBeLessThanOrEqual(most);
  });

  test("an isometry is factored as it stands: one rotation in twelve modes is one MZI", () => {
    const a = identity(12);
    a.set([0.6, -0.8], 5 * 12 + 5);
    a.set([0.8, 0.6], 6 * 12 + 5);
    const { count, error } = run(factorMatrix(a, 12, 12), a, 12, 12);
    expect(error).toBeLessThan(1e-15);
    expect(count).toBe(1);
    // three rows of a banded orthogonal matrix, wide and tall
    const band = identity(6);
    for (const at of [0, 2, 4, 1, 3]) {
      for (let j = 0; j < 6; j++) {
        const x = band[at * 6 + j]!;
        const y = band[at * 6 + 6 + j]!;
        band[at * 6 + j] = 0.6 * x - 0.8 * y;
        band[at * 6 + 6 + j] = 0.8 * x + 0.6 * y;
      }
    }
    const wide = band.slice(6, 24);
    const tall = Float64Array.from({ length: 18 }, (_, i) => wide[(i % 3) * 6 + Math.floor(i / 3)]!);
    expect(run(factorMatrix(wide, 3, 6), wide, 3, 6)).toMatchObject({ count: 8 });
    expect(run(factorMatrix(tall, 6, 3), tall, 6, 3)).toMatchObject({ count: 8 });
  });

  test("a projection of rank 3 in 8 modes spares the common corner: 15 + 18 MZIs", () => {
    const v = haarIsometry(8, 3, 2);
    const a = new Float64Array(64);
    for (let i = 0; i < 8; i++) {
      for (let j = 0; j < 8; j++) for (let k = 0; k < 3; k++) a[i * 8 + j]! += v[i * 3 + k]! * v[j * 3 + k]!;
    }
    const { count, error } = run(factorMatrix(a, 8, 8), a, 8, 8);
    expect(error).toBeLessThan(1e-14);
    expect(count).toBe(15 + 18);
  });

  test.each([
    ["all ones / n", 32, Float64Array.from({ length: 1024 }, () => 1 / 32)],
    ["permutation with a lost row", 16, permutation(16, 4).fill(0, 0, 16)],
    ["zero column", 2, Float64Array.of(0.5, 0, 0.5, 0)],
    ["zero row", 2, Float64Array.of(0, 0, 0.5, 0.5)],
    ["second row zero", 2, Float64Array.of(0.5, 0.5, 0, 0)],
  ])("%s", (_, n, a) => {
    const { error } = run(factorMatrix(a, n, n), a, n, n);
    expect(error).toBeLessThan(1e-13);
  });

  test("the zero matrix keeps a part after which everything is dumped", () => {
    const factors = factorMatrix(new Float64Array(6), 2, 3);
    expect(factors.rank).toBe(0);
    expect(factors.right).not.toBeNull();
    expect(run(factors, new Float64Array(6), 2, 3)).toMatchObject({ count: 0, error: 0 });
  });

  test("a norm above 1 and an entry that is no number are refused", () => {
    expect(() => factorMatrix(Float64Array.of(1.1), 1, 1)).toThrow(/spectral norm is 1\.1/);
    expect(() => factorMatrix(Float64Array.of(1 + 2 ** -52), 1, 1)).not.toThrow();
    expect(() => factorMatrix(Float64Array.of(0, Number.NaN), 1, 2)).toThrow(/entry \(0, 1\)/);
  });

  test("bit for bit the same each time, input untouched", () => {
    const next = seededRandom(3);
    const a = Float64Array.from({ length: 35 }, () => next() / 6);
    const copy = a.slice();
    expect(factorMatrix(a, 5, 7)).toEqual(factorMatrix(a, 5, 7));
    expect(a).toEqual(copy);
  });
});
