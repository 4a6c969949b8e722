import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { depthOf, isometryMesh, type MeshProgram, toDevices } from "../../../compiler/mesh/index.ts";
import { seededRandom } from "../../../netlist/index.ts";
import { blockDiagonal, gaussian, haarIsometry, hadamard, identity, nearby, permutation } from "./matrices.ts";
import { largestError, propagate, unitFields } from "./reference.ts";

const orthogonalMesh = (matrix: Float64Array, n: number): MeshProgram => isometryMesh(matrix, n, n);

/** Angles in range, columns in order and free of collisions, modes inside. */
function expectWellFormed(program: MeshProgram): void {
  const { column, mode, thetaRad, phiRad } = program.mzis;
  const taken = new Map<number, number>();
  for (let i = 0; i < column.length; i++) {
    if (i > 0) expect(column[i]! * 1e6 + mode[i]!).toBeGreaterThan(column[i - 1]! * 1e6 + mode[i - 1]!);
    for (const side of [mode[i]!, mode[i]! + 1]) {
      expect(side).toBeLessThan(program.outputs.length);
      expect(taken.get(side) ?? -1).toBeLessThan(column[i]!);
      taken.set(side, column[i]!);
    }
  }
  for (const angles of [thetaRad, phiRad, program.outputs]) {
    expect(angles.every((angle) => angle >= 0 && angle < 2 * Math.PI)).toBe(true);
  }
}

/** The identity, but for two entries that are next to nothing. */
function subnormal(n: number): Float64Array {
  const matrix = identity(n);
  matrix.set([5e-324, 1e-310], n * (n - 1));
  return matrix;
}

function reconstructionError(program: MeshProgram, wanted: Float64Array, n: number): number {
  const fields = unitFields(n, n);
  propagate(fields, n, toDevices(program));
  return largestError(fields, wanted, n, n);
}

describe("convention", () => {
  test("row = output, column = input: light into mode 0 of a non-symmetric matrix leaves as its first column", () => {
    const angle = 0.3;
    const matrix = Float64Array.of(Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle));
    const field = Float64Array.of(1, 0, 0, 0);
    propagate(field, 1, toDevices(orthogonalMesh(matrix, 2)));
    expect(largestError(field, Float64Array.of(Math.cos(angle), Math.sin(angle)), 2, 1)).toBeLessThan(1e-15);
  });

  test("a cyclic shift moves light by one mode, and not back", () => {
    // output i takes input i + 1
    const shift = Float64Array.of(0, 1, 0, 0, 0, 1, 1, 0, 0);
    const field = Float64Array.of(1, 0, 2, 0, 3, 0);
    propagate(field, 1, toDevices(orthogonalMesh(shift, 3)));
    expect(largestError(field, Float64Array.of(2, 3, 1), 3, 1)).toBeLessThan(1e-14);
  });
});

describe("special matrices", () => {
  const n = 64;
  const pairs = (matrix: Float64Array): number => orthogonalMesh(matrix, n).mzis.mode.length;
  const full = (n * (n - 1)) / 2;
  const cases: readonly (readonly [string, Float64Array])[] = [
    ["identity", identity(n)],
    ["minus identity", identity(n, -1)],
    ["permutation", permutation(n, 1)],
    ["block-diagonal", blockDiagonal(n, 8, 2)],
    ["hadamard", hadamard(n)],
    ["identity + 1e-9 skew", nearby(identity(n), n, 1e-9, 3)],
    ["permutation + 1e-7 skew", nearby(permutation(n, 4), n, 1e-7, 5)],
    ["permutation + 1e-16 skew", nearby(permutation(n, 4), n, 1e-16, 5)],
    ["Haar", haarIsometry(n, n, 6)],
    ["subnormal entries", subnormal(n)],
  ];
  test.each(cases)("%s, to 2e-14", (_, matrix) => {
    const program = orthogonalMesh(matrix, n);
    expectWellFormed(program);
    expect(depthOf(program)).toBeLessThanOrEqual(n);
    expect(reconstructionError(program, matrix, n)).toBeLessThan(2e-14);
  });

  test("exact zeros cost no MZI", () => {
    expect(pairs(identity(n))).toBe(0);
    expect(toDevices(orthogonalMesh(identity(n), n))).toEqual([]);
    expect(pairs(identity(n, -1))).toBe(0);
    expect(orthogonalMesh(identity(n, -1), n).outputs).toEqual(new Float64Array(n).fill(Math.PI));
    expect(pairs(blockDiagonal(n, 8, 2))).toBe((n / 8) * 28);
    expect(pairs(haarIsometry(n, n, 6))).toBe(full);
    expect(pairs(permutation(n, 1))).toBeLessThan(full);
  });

  test.each([1e-170, 1e-310, 5e-324])("entries of %d", (tiny) => {
    const matrix = Float64Array.of(1, -tiny, 0, tiny, 1, -tiny, tiny, tiny, 1);
    expect(reconstructionError(orthogonalMesh(matrix, 3), matrix, 3)).toBeLessThan(1e-15);
  });

  test.each([
    ["not orthogonal", Float64Array.of(1, 1, 0, 1)],
    ["not a number", Float64Array.of(1, 0, 0, Number.NaN)],
  ])("%s is refused", (_, matrix) => {
    expect(() => orthogonalMesh(matrix, 2)).toThrow(/not orthonormal/);
  });
});

describe("any size", () => {
  test("Haar: n(n-1)/2 MZIs in n columns, to 2e-14", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), fc.nat(), (n, seed) => {
        const q = haarIsometry(n, n, seed);
        const program = orthogonalMesh(q, n);
        expectWellFormed(program);
        expect([program.mzis.mode.length, depthOf(program)]).toEqual([(n * (n - 1)) / 2, n < 2 ? 0 : n === 2 ? 1 : n]);
        expect(reconstructionError(program, q, n)).toBeLessThan(2e-14);
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  test("any product of a few rotations, permutations and signs", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(), fc.nat({ max: 12 }), (n, seed, count) => {
        const matrix = permutation(n, seed);
        const next = seededRandom(seed);
        const normal = gaussian(seed + 1);
        for (let r = 0; r < count; r++) {
          const i = Math.floor(next() * n);
          const j = (i + 1 + Math.floor(next() * (n - 1))) % n;
          const angle = normal() * 10 ** -Math.floor(20 * next());
          const c = Math.cos(angle);
          const s = Math.sin(angle);
          for (let col = 0; col < n; col++) {
            const x = matrix[i * n + col]!;
            const y = matrix[j * n + col]!;
            matrix[i * n + col] = c * x - s * y;
            matrix[j * n + col] = -(s * x + c * y);
          }
        }
        const program = orthogonalMesh(matrix, n);
        expectWellFormed(program);
        expect(depthOf(program)).toBeLessThanOrEqual(n);
        expect(reconstructionError(program, matrix, n)).toBeLessThan(1e-14);
      }),
      { numRuns: 150, seed: 3 },
    );
  });

  test("the input is left alone and the result is the same each time, whatever larger matrix came between", () => {
    const q = haarIsometry(10, 10, 1);
    const copy = q.slice();
    const first = orthogonalMesh(q, 10);
    orthogonalMesh(haarIsometry(90, 90, 9), 90);
    expect(orthogonalMesh(q, 10)).toEqual(first);
    expect(q).toEqual(copy);
  });

  test("n = 256, every MZI near the bar state, the corner of the matrix subnormal: to 2e-14", () => {
    const n = 256;
    const next = seededRandom(8);
    const matrix = identity(n);
    for (let column = 0; column < n; column++) {
      for (let i = column % 2; i + 1 < n; i += 2) {
        const angle = 0.002 * next();
        for (let j = 0; j < n; j++) {
          const x = matrix[i * n + j]!;
          const y = matrix[(i + 1) * n + j]!;
          matrix[i * n + j] = Math.cos(angle) * x - Math.sin(angle) * y;
          matrix[(i + 1) * n + j] = Math.sin(angle) * x + Math.cos(angle) * y;
        }
      }
    }
    expect(reconstructionError(orthogonalMesh(matrix, n), matrix, n)).toBeLessThan(1e-14);
  });

  test.each([
    ["identity", identity(256), 1e-9],
    ["permutation", permutation(256, 4), 1e-7],
  ])("n = 256, near an %s: the rounding of pi does not add up along the mesh, 6e-15", (_, base, size) => {
    const matrix = nearby(base, 256, size, 5);
    expect(reconstructionError(orthogonalMesh(matrix, 256), matrix, 256)).toBeLessThan(6e-15);
  });

  test("n = 256, Haar, to 1e-14", () => {
    const n = 256;
    const q = haarIsometry(n, n, 9);
    expect(reconstructionError(orthogonalMesh(q, n), q, n)).toBeLessThan(1e-14);
  });
});
