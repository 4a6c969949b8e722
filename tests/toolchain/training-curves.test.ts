import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TrainingCurve } from "../../compiler/network/training/index.ts";
import { drawCurves, printCurves, readCurves } from "../../toolchain/index.ts";

const head = "part,step,loss,wrong,vectors";

const curves: fc.Arbitrary<TrainingCurve[]> = fc
  .uniqueArray(
    fc.record({
      part: fc.stringMatching(/^[a-z][a-z0-9_]{0,9}$/),
      vectors: fc.integer({ min: 1, max: 1e9 }),
      points: fc
        .array(
          fc.record({
            loss: fc.double({ min: 0, max: 1e30, noNaN: true }),
            share: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
          }),
          {
            minLength: 1,
            maxLength: 20,
          },
        )
        .map((points) => points.map(({ loss, share }, i) => ({ step: 3 * i + 1, loss: loss + 0, wrong: share }))),
    }),
    { selector: ({ part }) => part, maxLength: 9 },
  )
  .map((all) =>
    all.map(({ part, vectors, points }) => ({
      part,
      vectors,
      points: points.map((point) => ({
        ...point,
        wrong: point.wrong === null ? null : Math.round(point.wrong * vectors),
      })),
    })),
  );

describe("training.csv", () => {
  it("reads back as it was printed, bit for bit", () => {
    fc.assert(
      fc.property(curves, (all) => {
        expect(readCurves(printCurves(all), "t")).toEqual({ value: all, diagnostics: [] });
      }),
    );
  });

  it.each([
    ["", "line 1"],
    ["step,loss\n1,2\n", "line 1"],
    [`${head}\na,1,0.5,,9`, "cut off"],
    [`${head}\na,1,0.5,,9\na,1,0.4,,9\n`, "line 3: steps do not ascend"],
    [`${head}\na,1,0.5,10,9\n`, "line 2: more are wrong than there are"],
    [`${head}\na,1,1e999,,9\n`, "line 2"],
    [`${head}\na,1,NaN,,9\n`, "line 2"],
    [`${head}\na,1,-1,,9\n`, "line 2"],
    [`${head}\n=1+1,1,1,,9\n`, "line 2"],
    [`${head}\n<b>,1,1,,9\n`, "line 2"],
    [`${head}\na,1,1,,9\nb,1,1,,9\na,2,1,,9\n`, "line 4: a stands in two places"],
    [`${head}\na,1,1,,9\na,2,1,,8\n`, "line 3"],
    [
      `${head}\n${Array.from({ length: 259 }, (_, i) => `a,${i},1,,9\n`).join("")}`,
      "line 260: more than 258 points of a",
    ],
    [`${head}\n${Array.from({ length: 257 }, (_, i) => `a${i},1,1,,9\n`).join("")}`, "line 258: more than 256 parts"],
  ])("%j is refused with its place", (text, where) => {
    const { value, diagnostics } = readCurves(text, "training.csv");
    expect(value).toBeNull();
    expect(diagnostics).toMatchObject([{ code: "OPT0653", message: expect.stringContaining(where) }]);
  });
});

describe("the drawing of a training", () => {
  it("has finite places for whatever a table holds, and names where there are several parts", () => {
    fc.assert(
      fc.property(curves, (all) => {
        const svg = drawCurves(all);
        expect(svg).not.toMatch(/NaN|Infinity|undefined/);
        if (all.length > 1)
          for (const { part } of all.slice(0, 1))
            expect(svg).toMatch(new RegExp(`>${part}<|>nothing to draw: .*${part}|of ${all.length} that`));
      }),
    );
  });

  it("draws loss and wrong vectors, and neither where there is none", () => {
    const points = [
      { step: 1, loss: 3, wrong: null },
      { step: 500, loss: 0.002, wrong: 40 },
      { step: 1000, loss: 0.0004, wrong: 0 },
    ];
    const svg = drawCurves([{ part: "network", vectors: 49, points }]);
    expect(svg).toContain(">loss<");
    expect(svg).toContain(">wrong vectors<");
    expect(svg.match(/<path class="line"/g)).toHaveLength(2);
    const without = drawCurves([{ part: "network", vectors: 49, points: points.slice(0, 1) }]);
    expect(without).not.toContain(">wrong vectors<");
  });
});
