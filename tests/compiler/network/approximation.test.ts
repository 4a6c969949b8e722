import { describe, expect, test } from "vitest";
import { finish, orthogonalised, polarFactor } from "../../../compiler/kernels/index.ts";
import {
  approximateLayer,
  bestApproximation,
  closedGap,
  optimalityGap,
} from "../../../compiler/network/approximation.ts";
import { type DenseLayer, squareBlocks, weightsOf } from "../../../compiler/network/mlp.ts";
import { gaussianFrom, seededRandom } from "../../../netlist/index.ts";
import { randomOrthogonal } from "./mlps.ts";

function gaussianBlock(n: number, seed: number): Float64Array {
  const gaussian = gaussianFrom(seededRandom(seed));
  return Float64Array.from({ length: n * n }, () => gaussian());
}

function norm(a: Float64Array): number {
  return Math.hypot(...a);
}

/** |w|^2 - sum_i <w_i, u_i>^2, the squared error with the best d for u. */
function squaredError(w: Float64Array, u: Float64Array, n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) {
    let product = 0;
    for (let j = 0; j < n; j++) product += w[i * n + j]! * u[i * n + j]!;
    total -= product * product;
  }
  return total + w.reduce((sum, x) => sum + x * x, 0);
}

function withBestD(w: Float64Array, u: Float64Array, n: number) {
  const d = Float64Array.from({ length: n }, (_, i) => {
    const row = u.subarray(i * n, (i + 1) * n);
    return row.reduce((sum, x, j) => sum + x * w[i * n + j]!, 0);
  });
  return { n, d, u, error: Math.sqrt(Math.max(0, squaredError(w, u, n))) };
}

/** The paper's recipe. */
const polarApproximation = (w: Float64Array, n: number) => withBestD(w, finish(polarFactor(w, n)), n);

function rotation2(angle: number, reflect: number): Float64Array {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  return Float64Array.of(c, -s, reflect * s, reflect * c);
}

function product3(a: Float64Array, b: Float64Array): Float64Array {
  return Float64Array.from({ length: 9 }, (_, at) => {
    const i = Math.floor(at / 3);
    const j = at % 3;
    return a[3 * i]! * b[j]! + a[3 * i + 1]! * b[3 + j]! + a[3 * i + 2]! * b[6 + j]!;
  });
}

function turn3(p: number, q: number, angle: number): Float64Array {
  const out = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  out[4 * p] = Math.cos(angle);
  out[4 * q] = Math.cos(angle);
  out[3 * p + q] = -Math.sin(angle);
  out[3 * q + p] = Math.sin(angle);
  return out;
}

describe("the best diag(d) u", () => {
  test.each([8, 16, 24, 32, 48, 64])("the certificate closes on Gaussian %i x %i, within 1e-9 of |w|^2", (n) => {
    const w = gaussianBlock(n, n);
    const best = bestApproximation(w, n);
    expect(best.gap).toBeLessThan(1e-9);
    expect(best.error).toBeLessThan(polarApproximation(w, n).error);
    // the limit for large Gaussian blocks
    if (n === 64) expect(best.error / norm(w)).toBeCloseTo(Math.sqrt(1 - 64 / (9 * Math.PI ** 2)), 1);
  });

  test("a perturbed u, and the polar recipe, are not certified, and the bound still holds", () => {
    const n = 16;
    const w = gaussianBlock(n, 2);
    const best = bestApproximation(w, n);
    const nudge = gaussianBlock(n, 3);
    const nudged = best.u.map((x, i) => x + 1e-3 * nudge[i]!);
    const u = finish(orthogonalised(nudged, n));
    for (const worse of [withBestD(w, u, n), polarApproximation(w, n)]) {
      const gap = optimalityGap(w, worse);
      expect(gap).toBeGreaterThan(1e-7);
      expect(worse.error ** 2 - gap * norm(w) ** 2).toBeLessThanOrEqual(best.error ** 2 * (1 + 1e-12));
    }
  });

  test.each([1, 2, 3, 4, 5, 6])("a grid of 1e-4 rad over O(2) finds nothing better, seed %i", (seed) => {
    const w = gaussianBlock(2, seed);
    const best = bestApproximation(w, 2);
    let least = Infinity;
    for (const reflect of [1, -1]) {
      for (let angle = 0; angle < 2 * Math.PI; angle += 1e-4) {
        least = Math.min(least, squaredError(w, rotation2(angle, reflect), 2));
      }
    }
    expect(best.error ** 2).toBeLessThanOrEqual(least + 1e-12);
    expect(least - best.error ** 2).toBeLessThan(1e-6 * norm(w) ** 2);
    expect(best.gap).toBeLessThanOrEqual(closedGap);
  });

  test.each([1, 2, 3, 4])("no restart of a random search over O(3) finds anything better, seed %i", (seed) => {
    const random = seededRandom(seed);
    const w = gaussianBlock(3, 100 + seed);
    const best = bestApproximation(w, 3);
    let least = Infinity;
    for (let restart = 0; restart < 40; restart++) {
      let u = randomOrthogonal(3, random);
      let error = squaredError(w, u, 3);
      for (let step = 1; step > 1e-7; ) {
        let moved = false;
        for (const [p, q] of [
          [0, 1],
          [0, 2],
          [1, 2],
        ] as const) {
          for (const angle of [step, -step]) {
            const next = product3(u, turn3(p, q, angle));
            const nextError = squaredError(w, next, 3);
            if (nextError >= error) continue;
            u = next;
            error = nextError;
            moved = true;
          }
        }
        if (!moved) step /= 2;
      }
      least = Math.min(least, error);
    }
    expect(best.error ** 2).toBeLessThanOrEqual(least + 1e-12);
    expect(least - best.error ** 2).toBeLessThan(1e-9);
  });

  test("equal, vanishing, graded and tiny rows", () => {
    const n = 8;
    const gaussian = gaussianBlock(n, 5);
    const cases: readonly Float64Array[] = [
      new Float64Array(n * n).fill(1),
      gaussian.map((x, at) => (Math.floor(at / n) === 2 ? 0 : x)),
      gaussian.map((x, at) => x * 10 ** -Math.floor(at / n)),
      gaussian.map((x) => x * 1e-160),
      Float64Array.from({ length: n * n }, (_, at) => gaussian[(Math.floor(at / n) >> 1) * n + (at % n)]!),
    ];
    for (const w of cases) {
      const best = bestApproximation(w, n);
      expect(best.gap).toBeLessThanOrEqual(closedGap);
      expect(best.error).toBeLessThanOrEqual(polarApproximation(w, n).error * (1 + 1e-12));
    }
    const zero = bestApproximation(new Float64Array(n * n), n);
    expect(zero.error).toBe(0);
    expect(zero.gap).toBe(0);
  });

  test("an exact diag(d) u is found again", () => {
    const n = 12;
    const random = seededRandom(4);
    const u = randomOrthogonal(n, random);
    const w = u.map((x, at) => x * (0.2 + Math.floor(at / n)));
    const best = bestApproximation(w, n);
    expect(best.error).toBeLessThan(1e-12 * norm(w));
  });
});

test("u of the result is orthogonal to rounding, and float32 noise is cleaned up", () => {
  const n = 32;
  for (const u of [
    bestApproximation(gaussianBlock(n, 1), n).u,
    finish(orthogonalised(Float64Array.from(Float32Array.from(randomOrthogonal(n, seededRandom(2)))), n)),
  ]) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let product = 0;
        for (let k = 0; k < n; k++) product += u[i * n + k]! * u[j * n + k]!;
        expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-14);
      }
    }
  }
});

test.each([
  [64, 4, 16],
  [4, 64, 16],
  [6, 6, 1],
  [10, 4, 4],
  [5, 3, 4],
  [7, 1, 7],
])("%i x %i is tiled by %i squares, each entry once", (rows, cols, count) => {
  const squares = squareBlocks(rows, cols);
  expect(squares).toHaveLength(count);
  const hits = new Uint8Array(rows * cols);
  for (const { row, col, size } of squares) {
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) hits[(row + i) * cols + col + j]!++;
  }
  expect(hits.every((hit) => hit === 1)).toBe(true);
});

test("a layer is approximated square by square, and the error reported is that of the weights", () => {
  const gaussian = gaussianFrom(seededRandom(8));
  const weights = Float64Array.from({ length: 60 }, () => gaussian());
  const bias = new Float64Array(10);
  const layer: DenseLayer = { kind: "dense", name: "a", rows: 10, cols: 6, weights, bias, activation: "relu" };
  const { layer: factored, relativeError, certified } = approximateLayer(layer);
  const difference = weightsOf(factored).map((w, at) => w - weights[at]!);
  expect(relativeError).toBeCloseTo(norm(difference) / norm(weights), 12);
  expect(certified).toBe(squareBlocks(10, 6).length);
});
