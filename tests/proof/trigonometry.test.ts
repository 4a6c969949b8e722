import { describe, expect, it } from "vitest";
import { INFLATE, squareRoot } from "../../proof/ball.ts";
import { sineAndCosine } from "../../proof/trigonometry.ts";

/** Fixed point with 320 bits behind the point: more than the 100 digits that the comparison needs. */
const BITS = 320n;
const ONE = 1n << BITS;

/** The exact value of a double. */
function exact(x: number): bigint {
  let [scaled, shift] = [x, 0n];
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    shift++;
  }
  return (BigInt(scaled) << BITS) >> shift;
}

/** sin and cos by their series, in as many terms as the argument needs. */
function series(x: bigint): { readonly sin: bigint; readonly cos: bigint } {
  let [sin, cos, term] = [0n, 0n, ONE];
  for (let n = 0n; term !== 0n; n++) {
    const signed = n % 4n < 2n ? term : -term;
    if (n % 2n === 0n) cos += signed;
    else sin += signed;
    term = (term * x) / (ONE * (n + 1n));
  }
  return { sin, cos };
}

function distance(mid: number, to: bigint): number {
  const off = exact(mid) - to;
  return Number(off < 0n ? -off : off) / Number(ONE);
}

const angles = [
  ...[0, 1, 2, 3, 4, 5, 6, 7, 12, 100].map((k) => (k * Math.PI) / 2),
  ...[
    0.1,
    0.7853981633974483,
    0.7853981633974484,
    1e-9,
    1e-160,
    Math.PI - 2 ** -51,
    Math.PI + 2 ** -51,
    100.53096491487338,
  ],
  ...Array.from({ length: 200 }, (_, i) => 30 * Math.sin(i * i + 0.3)),
];

describe("sine and cosine", () => {
  it.each(angles.flatMap((x) => [x, -x]))("of %d lie in their balls, which are small", (x) => {
    const known = series(exact(x));
    const { sin, cos } = sineAndCosine(x);
    expect(distance(sin.mid, known.sin)).toBeLessThanOrEqual(sin.rad);
    expect(distance(cos.mid, known.cos)).toBeLessThanOrEqual(cos.rad);
    expect(sin.rad).toBeLessThanOrEqual(2 ** -51);
    expect(cos.rad).toBeLessThanOrEqual(2 ** -51);
  });

  it("of large angles follow those of half of them", () => {
    for (const x of [2 ** 20, 999_999.5, 355 * 2953.5, 710_000.123]) {
      const { sin, cos } = sineAndCosine(x);
      const half = sineAndCosine(x / 2);
      expect(Math.abs(sin.mid - 2 * half.sin.mid * half.cos.mid)).toBeLessThan(1e-14);
      expect(Math.abs(cos.mid - (half.cos.mid ** 2 - half.sin.mid ** 2))).toBeLessThan(1e-14);
    }
  });

  it("claim nothing of what is too large, or no number", () => {
    for (const x of [2 ** 20 + 1, -1e300, Number.POSITIVE_INFINITY, Number.NaN]) {
      expect(sineAndCosine(x)).toEqual({ sin: { mid: 0, rad: 1 }, cos: { mid: 0, rad: 1 } });
    }
  });
});

it("square roots lie in their balls, which are small", () => {
  for (const x of [0, 1, 0.5, 0.25, 0.1, 1e-9, 1 - 1e-9, 1e-40, ...angles.map((angle) => Math.abs(Math.sin(angle)))]) {
    const { mid, rad } = squareRoot(x);
    // (mid - rad)^2 <= x <= (mid + rad)^2, in exact rationals
    const [low, high] = [exact(mid) - exact(rad), exact(mid) + exact(rad)];
    expect(low <= 0n || low * low <= exact(x) * ONE).toBe(true);
    expect(high * high >= exact(x) * ONE).toBe(true);
    expect(rad).toBeLessThan(1e-15);
  }
});

it("radii of more ports than workers may have are not summed to less than they are", () => {
  const [most, small] = [2 ** 18, 2 ** -53];
  let sum = 1;
  for (let i = 0; i < most; i++) sum += small;
  expect(sum).toBe(1);
  expect(sum * INFLATE).toBeGreaterThan(1 + most * small);
});
