import { describe, expect, test } from "vitest";
import { nullComplex, nullReal, type Rotations } from "../../../compiler/kernels/index.ts";
import { nullComplexScalar, nullRealScalar, sweepSchedule } from "../../../compiler/kernels/scalar-nulling.ts";
import { complexOf, haarIsometry, haarUnitary, hadamard, identity, nearby, permutation } from "../mesh/matrices.ts";

/** c, Re s, Im s of all rotations, one after the other in plain TypeScript. */
function scalar(a: Float64Array, rows: number, cols: number, complex: boolean): Float64Array[] {
  const sweeps = sweepSchedule(rows, cols);
  const total = sweeps.reduce((sum, { last }) => sum + last + 1, 0);
  const [c, re, im] = [new Float64Array(total), new Float64Array(total), new Float64Array(complex ? total : 0)];
  if (complex) nullComplexScalar(sweeps, a.slice(), rows, cols, c!, re!, im!);
  else nullRealScalar(sweeps, a.slice(), rows, cols, c!, re!);
  return [c!, re!, im!];
}

function expectSameBits({ c, sRe, sIm }: Rotations, wanted: readonly Float64Array[]): void {
  const found = [c, sRe, sIm ?? new Float64Array(0)];
  found.forEach((values, k) => {
    const differ = values.reduce((count, value, i) => count + (Object.is(value, wanted[k]![i]) ? 0 : 1), 0);
    expect([values.length, differ]).toEqual([wanted[k]!.length, 0]);
  });
}

const subnormal = identity(40);
subnormal[39 * 40] = 5e-324;
subnormal[39 * 40 + 1] = 1e-310;

describe("nulling in the kernels gives the bits of nulling one rotation after the other", () => {
  const cases: readonly (readonly [string, number, number, Float64Array])[] = [
    ["Haar, every remainder of eight rows", 33, 33, haarIsometry(33, 33, 1)],
    ["Haar", 38, 38, haarIsometry(38, 38, 2)],
    ["Haar, large", 131, 131, haarIsometry(131, 131, 3)],
    ["tall", 64, 17, haarIsometry(64, 17, 4)],
    ["tall by one", 36, 35, haarIsometry(36, 35, 5)],
    ["one column", 1100, 1, haarIsometry(1100, 1, 6)],
    ["identity", 40, 40, identity(40)],
    ["minus identity", 40, 40, identity(40, -1)],
    ["permutation", 45, 45, permutation(45, 7)],
    ["Hadamard", 64, 64, hadamard(64)],
    ["identity + 1e-9 skew", 44, 44, nearby(identity(44), 44, 1e-9, 8)],
    ["subnormal entries", 40, 40, subnormal],
  ];
  test.each(cases)("%s, %d x %d, real and complex", (_, rows, cols, a) => {
    expectSameBits(nullReal(a, rows, cols), scalar(a, rows, cols, false));
    expectSameBits(nullComplex(complexOf(a), rows, cols), scalar(complexOf(a), rows, cols, true));
  });

  test.each([32, 33, 35, 70])("complex Haar, %d modes", (n) => {
    const u = haarUnitary(n, n);
    expectSameBits(nullComplex(u, n, n), scalar(u, n, n, true));
  });

  test("what an earlier, larger matrix left in the memory does not matter", () => {
    const a = haarIsometry(34, 34, 9);
    nullReal(haarIsometry(90, 90, 9), 90, 90);
    expectSameBits(nullReal(a, 34, 34), scalar(a, 34, 34, false));
  });

  test("not a number is refused, wherever it stands", () => {
    for (const place of [0, 35, 34 * 34 - 1]) {
      const a = haarIsometry(34, 34, 9);
      a[place] = Number.NaN;
      expect(() => nullReal(a, 34, 34)).toThrow(/not orthonormal/);
    }
  });
});
