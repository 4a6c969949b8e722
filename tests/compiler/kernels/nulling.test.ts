import { describe, expect, test } from "vitest";
import { nullReal, type Rotations } from "../../../compiler/kernels/index.ts";
import { haarIsometry, hadamard, identity, nearby, permutation } from "../mesh/matrices.ts";
import { nulledOneByOne } from "../mesh/scalar.ts";

function expectSameBits({ c, s }: Rotations, wanted: readonly Float64Array[]): void {
  [c, s].forEach((values, k) => {
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
    ["small, 2 modes", 2, 2, haarIsometry(2, 2, 10)],
    ["small, 7 modes", 7, 7, haarIsometry(7, 7, 11)],
    ["small and tall", 12, 5, haarIsometry(12, 5, 12)],
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
  test.each(cases)("%s, %d x %d", (_, rows, cols, a) => {
    expectSameBits(nullReal(a, rows, cols), nulledOneByOne(a, rows, cols));
  });

  test("what an earlier, larger matrix left in the memory does not matter", () => {
    const a = haarIsometry(34, 34, 9);
    nullReal(haarIsometry(90, 90, 9), 90, 90);
    expectSameBits(nullReal(a, 34, 34), nulledOneByOne(a, 34, 34));
  });

  test("not a number is refused, wherever it stands", () => {
    for (const place of [0, 35, 34 * 34 - 1]) {
      const a = haarIsometry(34, 34, 9);
      a[place] = Number.NaN;
      expect(() => nullReal(a, 34, 34)).toThrow(/not orthonormal/);
    }
  });
});
