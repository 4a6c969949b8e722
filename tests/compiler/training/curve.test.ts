import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joined, mostPoints, noPoints, offer, type Thinned } from "../../../compiler/network/training/curve.ts";

function series(steps: readonly number[], wrong: number | null): Thinned {
  return steps.reduce((all, step) => offer(all, { step, loss: 1 / step, wrong }), noPoints);
}

function upTo(most: number): number[] {
  return Array.from({ length: most }, (_, i) => i + 1);
}

describe("a training's curve", () => {
  it("keeps all of few points, and of many at most 258, evenly, the first and the last among them", () => {
    const few = joined(series(upTo(100), null), noPoints);
    expect(few.map(({ step }) => step)).toEqual(upTo(100));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), (most) => {
        const all = joined(series(upTo(most), null), noPoints).map(({ step }) => step);
        expect(all[0]).toBe(1);
        expect(all.at(-1)).toBe(most);
        expect(all.length).toBeGreaterThanOrEqual(Math.min(most, 64));
        const gaps = all.slice(1, -1).map((step, i) => step - all[i]!);
        expect(new Set(gaps).size).toBeLessThanOrEqual(1);
        expect(all.length).toBeLessThanOrEqual(mostPoints / 2);
      }),
      { numRuns: 60 },
    );
  });

  it("has evaluations where they were made, in the order of the steps", () => {
    const evaluations = series([10, 20, 25], 3);
    const all = joined(series(upTo(25), null), evaluations);
    expect(all.map(({ step }) => step)).toEqual(upTo(25));
    expect(all.filter(({ wrong }) => wrong !== null).map(({ step }) => step)).toEqual([10, 20, 25]);
  });
});
