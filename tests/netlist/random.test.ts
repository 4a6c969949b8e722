import { describe, expect, it } from "vitest";
import { gaussianFrom, seededRandom, seededWords } from "../../netlist/index.ts";

describe("seededRandom", () => {
  it("repeats a seed and differs between seeds, also in the high half", () => {
    const draw = (seed: number) => Array.from({ length: 4 }, seededRandom(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(new Set([0, 1, 2 ** 32, 2 ** 32 + 1, 2 ** 33].map((seed) => draw(seed).join())).size).toBe(5);
  });

  it("keeps its stream: a manifest of today must repeat tomorrow", () => {
    expect(Array.from({ length: 3 }, seededWords(1))).toMatchInlineSnapshot(`
      [
        792534090,
        3215351813,
        160231488,
      ]
    `);
  });

  it("is uniform: mean, variance and each of 16 bins within five standard errors", () => {
    const random = seededRandom(3);
    const n = 100_000;
    const bins = new Array<number>(16).fill(0);
    let sum = 0;
    let outside = 0;
    for (let i = 0; i < n; i += 1) {
      const x = random();
      outside += x >= 0 && x < 1 ? 0 : 1;
      sum += x;
      bins[Math.floor(16 * x)]! += 1;
    }
    expect(outside).toBe(0);
    expect(Math.abs(sum / n - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    for (const count of bins) {
      expect(Math.abs(count - n / 16)).toBeLessThan(5 * Math.sqrt((n / 16) * (15 / 16)));
    }
  });

  it("refuses what is no seed", () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => seededRandom(seed)).toThrow(RangeError);
    }
  });
});

describe("gaussianFrom", () => {
  it("gives numbers that do not depend on the one before", () => {
    const gaussian = gaussianFrom(seededRandom(6));
    const n = 50_000;
    let products = 0;
    let last = gaussian();
    for (let i = 0; i < n; i += 1) {
      const next = gaussian();
      products += (last * next) / n;
      last = next;
    }
    expect(Math.abs(products)).toBeLessThan(5 / Math.sqrt(n));
  });

  it("has mean 0, variance 1 and fourth moment 3 within five standard errors", () => {
    const gaussian = gaussianFrom(seededRandom(5));
    const n = 100_000;
    const moments = [0, 0, 0];
    for (let i = 0; i < n; i += 1) {
      const x = gaussian();
      moments[0]! += x / n;
      moments[1]! += (x * x) / n;
      moments[2]! += x ** 4 / n;
    }
    expect(Math.abs(moments[0]!)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(moments[1]! - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(moments[2]! - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
  });
});
