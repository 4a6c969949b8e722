import { describe, expect, test } from "vitest";
import { nullReal, type OwedPhases, phasesOf, type Rotations } from "../../../compiler/kernels/index.ts";
import { seededRandom } from "../../../netlist/index.ts";
import { haarIsometry, hadamard, identity, nearby, permutation } from "./matrices.ts";
import { scalarPhases } from "./scalar.ts";

/** What modes owe at the start: something or nothing, the modes from `lit` on dark. */
function owedBy(modes: number, cols: number, lit: number, seed: number): OwedPhases {
  const random = seededRandom(seed);
  return {
    quarters: new Int32Array(modes).map(() => (seed === 0 ? 0 : Math.floor(4 * random()))),
    restRad: new Float64Array(modes).map(() => (seed === 0 ? 0 : 1.5 * (random() - 0.5))),
    dark: new Uint8Array(modes).fill(1, lit),
    met: new Uint8Array(modes).fill(1, cols),
  };
}

/** Every number of both, as bits: 0 and -0 differ. */
function bitsOf(rotations: Rotations, way: typeof phasesOf, transposed: boolean, owed: OwedPhases): bigint[][] {
  const { column, mode, thetaRad, phiRad } = way(rotations, transposed, owed);
  const doubles = [thetaRad, phiRad, owed.restRad].map((x) => [...new BigUint64Array(x.slice().buffer)]);
  return [...[column, mode, owed.quarters, owed.dark, owed.met].map((x) => Array.from(x, BigInt)), ...doubles];
}

describe("columns and phases of the kernels are those of plain TypeScript, bit for bit", () => {
  const n = 40;
  const subnormal = identity(n);
  subnormal[39 * n] = 5e-324;
  subnormal[39 * n + 1] = 1e-310;
  const cases: readonly (readonly [string, number, number, Float64Array])[] = [
    ["Haar", 61, 61, haarIsometry(61, 61, 1)],
    ["tall", 64, 17, haarIsometry(64, 17, 4)],
    ["one column", 50, 1, haarIsometry(50, 1, 6)],
    ["identity", n, n, identity(n)],
    ["minus identity", n, n, identity(n, -1)],
    ["permutation", 45, 45, permutation(45, 7)],
    ["Hadamard", 64, 64, hadamard(64)],
    ["identity + 1e-9 skew", 44, 44, nearby(identity(44), 44, 1e-9, 8)],
    ["permutation + 1e-16 skew", 44, 44, nearby(permutation(44, 2), 44, 1e-16, 8)],
    ["subnormal entries", n, n, subnormal],
  ];
  test.each(cases)("%s, %d x %d, both ways", (_, rows, cols, a) => {
    const rotations = nullReal(a, rows, cols);
    for (const transposed of [false, true]) {
      for (const seed of [0, 1]) {
        const owed = (): OwedPhases => owedBy(rows, cols, transposed ? rows : cols, seed);
        const found = bitsOf(rotations, phasesOf, transposed, owed());
        expect(found).toEqual(bitsOf(rotations, scalarPhases, transposed, owed()));
      }
    }
  });

  test("rotations of every direction and size, in the order of a triangle", () => {
    const modes = 24;
    const mode = Int32Array.from({ length: 276 }, (_, i) => (i * 7) % (modes - 1));
    const random = seededRandom(9);
    const pick = (): number => {
      const sizes = [1, 0.5, Math.SQRT1_2, 5e-324, 1e-300, 2 ** (-60 * random()), random()];
      return sizes[Math.floor(sizes.length * random())]!;
    };
    const sign = (): number => (random() < 0.5 ? -1 : 1);
    /** Two numbers, one of them as small as may be, whose squares sum to 1. */
    const unit = (): [number, number] => {
      const one = pick();
      const other = Math.sqrt(1 - one * one);
      return random() < 0.5 ? [one, other] : [other, one];
    };
    const factors = Array.from(mode, unit);
    const rotations: Rotations = {
      count: mode.length,
      split: 100,
      mode,
      at: mode.map((_, i) => i),
      c: Float64Array.from(factors, ([c]) => c),
      s: Float64Array.from(factors, ([, s]) => sign() * s),
      diagonalRad: new Float64Array(modes).map(() => 6 * (random() - 0.5)),
    };
    const owed = (): OwedPhases => owedBy(modes, modes, modes, 2);
    expect(bitsOf(rotations, phasesOf, false, owed())).toEqual(bitsOf(rotations, scalarPhases, false, owed()));
  });
});
