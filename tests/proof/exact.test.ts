import { describe, expect, it } from "vitest";
import { angle, exact, nearest, ONE, POINT, squareRoot, times } from "./attacker/exact.ts";

/** 100 digits of a published table, as far as fixed-point numbers can hold them. */
const digits = (text: string): bigint => {
  const [whole, rest] = text.split(".");
  return (BigInt(whole! + rest!) << POINT) / 10n ** BigInt(rest!.length);
};
const isClose = (a: bigint, b: bigint, places: bigint): boolean => {
  const off = a > b ? a - b : b - a;
  return off * 10n ** places < ONE;
};

describe("arithmetic in more than 100 digits", () => {
  it("knows sine, cosine and roots as they are published", () => {
    // OEIS A049469, A049470, A002193
    const sine =
      "0.8414709848078965066525023216302989996225630607983710656727517099919104043912396689486397435430526958";
    const cosine =
      "0.5403023058681397174009366074429766037323104206179222276700972553811003947744717645179518560871830893";
    const root =
      "1.4142135623730950488016887242096980785696718753769480731766797379907324784621070388503875343276415727";
    expect(isClose(angle(1).sine, digits(sine), 98n)).toBe(true);
    expect(isClose(angle(1).cosine, digits(cosine), 98n)).toBe(true);
    expect(isClose(squareRoot(2n * ONE), digits(root), 98n)).toBe(true);
  });

  it("keeps the circle and its turns", () => {
    for (const radians of [0, 1e-300, -1, Math.PI, 12345.678, -1048576, 2e-18, 6.283185307179586]) {
      const { sine, cosine } = angle(radians);
      expect(isClose(times(sine, sine) + times(cosine, cosine), ONE, 140n)).toBe(true);
      expect(nearest(sine)).toBeCloseTo(Math.sin(radians), 12);
      expect(nearest(cosine)).toBeCloseTo(Math.cos(radians), 12);
      const twice = angle(2 * radians);
      expect(isClose(twice.sine, 2n * times(sine, cosine), 140n)).toBe(true);
    }
    // what a double of pi is off, Kahan
    expect(nearest(angle(Math.PI).sine)).toBe(1.2246467991473532e-16);
  });

  it("reads doubles as they are", () => {
    for (const value of [1, -0.1, 1e100, 1e-50, 2 ** -300, -5e-100])
      expect(nearest(exact(value)) / value).toBeCloseTo(1, 14);
    expect(exact(0.1) * 10n > ONE).toBe(true);
  });
});
