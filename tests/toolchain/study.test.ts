import fc from "fast-check";
import { expect, test } from "vitest";
import { parseStudies, type Study } from "../../dsl/index.ts";
import { measurePoint, type Outcome, paretoFront, studyPoints } from "../../toolchain/index.ts";

function study(...lines: readonly string[]): Study {
  const text = `aggregate pair { workers 2; precision 2 }\nstudy s {\naggregate pair\nmeasure mzis, depth, yield\n${lines.join("\n")}\n}\n`;
  const { value, diagnostics } = parseStudies({ name: "a.optinc", text });
  expect(diagnostics).toEqual([]);
  return value![0]!;
}

const valuesOf = (asked: Study) => studyPoints(asked).map((point) => point.map(({ value }) => value));

test("a grid goes through its axes, the last one fastest", () => {
  expect(valuesOf(study("vary workers 2 3; neuron relu saturating"))).toEqual([
    [2, "relu"],
    [2, "saturating"],
    [3, "relu"],
    [3, "saturating"],
  ]);
  expect(valuesOf(study())).toEqual([[]]);
});

test("a search draws that many different points of the grid, the same for the same seed, others for another", () => {
  const lines = ["vary workers 2..40; decision-margin 0.1..0.4 step 0.1", "search 60 trials"];
  const grid = new Set(valuesOf(study(lines[0]!)).map((each) => JSON.stringify(each)));
  const points = valuesOf(study(...lines));
  expect(new Set(points.map((each) => JSON.stringify(each))).size).toBe(60);
  for (const point of points) expect(grid).toContain(JSON.stringify(point));
  expect(valuesOf(study(...lines))).toEqual(points);
  expect(valuesOf(study(...lines, "seed 2"))).not.toEqual(points);
});

test("a search that could have the whole grid has it, in its order", () => {
  const axes = "vary workers 2..6; neuron relu saturating";
  expect(valuesOf(study(axes, "search 10 trials"))).toEqual(valuesOf(study(axes)));
  expect(valuesOf(study(axes, "search 9 trials"))).toHaveLength(9);
});

test("a range without a step is drawn from evenly, and written as it is read", () => {
  const asked = study("vary decision-margin 0.1..0.4", "search 400 trials");
  const drawn = studyPoints(asked).map(([value]) => value!);
  const numbers = drawn.map(({ value }) => Number(value));
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0.1);
  expect(Math.max(...numbers)).toBeLessThanOrEqual(0.4);
  // the mean of 400 even draws: 0.25, give or take four of its standard deviations of 0.0043
  expect(Math.abs(numbers.reduce((sum, each) => sum + each, 0) / 400 - 0.25)).toBeLessThan(0.0174);
  for (const { value, written } of drawn) expect(Number(written)).toBe(value);
});

const outcome = fc.record({
  state: fc.constantFrom("done" as const, "done" as const, "missed" as const, "failed" as const),
  figures: fc.tuple(
    fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(null)),
    fc.integer({ min: 0, max: 5 }),
    fc.integer({ min: 0, max: 5 }),
  ),
  problem: fc.constant(null),
});

test("the front is everything that nothing beats, by its definition", () => {
  const asked = study("minimise mzis, depth", "maximise yield");
  const sign = [1, 1, -1];
  const beats = (a: Outcome, b: Outcome): boolean =>
    sign.every((s, i) => s * a.figures[i]! <= s * b.figures[i]!) &&
    sign.some((s, i) => s * a.figures[i]! < s * b.figures[i]!);
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 40 }), (outcomes) => {
      const can = (each: Outcome): boolean => each.state === "done" && each.figures[0] !== null;
      const expected = outcomes.flatMap((each, i) =>
        can(each) && !outcomes.some((other) => can(other) && beats(other, each)) ? [i] : [],
      );
      expect(paretoFront(asked, outcomes)).toEqual(expected);
    }),
  );
  expect(paretoFront(study(), [{ state: "done", figures: [1, 1, 1], problem: null }])).toEqual([]);
});

test("a point without a circuit says why, and one without a technology which figures it has not", async () => {
  const asked = study();
  const none = await measurePoint({ value: null, diagnostics: [] }, asked, null);
  expect(none).toEqual({ state: "failed", figures: [null, null, null], problem: "no circuit" });
});
