import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allToAll,
  allToAllWavelengths,
  checkWavelengths,
  materialise,
  pathLossDb,
  type Step,
  type Transfer,
  wrht,
  wrhtGroup,
} from "../../collectives/index.ts";
import { stepCount } from "./step-count.ts";
import { wrhtSteps } from "./wrht-steps.ts";

const range = { start: 0, end: 1 };

function arc(src: number, dst: number, direction: "up" | "down", wavelength: number, wavelengths = 1): Transfer {
  return { src, dst, range, op: "copy", route: { kind: "arc", direction, firstWavelength: wavelength, wavelengths } };
}

function check(workers: number, available: number, ...transfers: Transfer[]) {
  return checkWavelengths({ workers, steps: [{ transfers }] }, available);
}

describe("the wavelength rule", () => {
  it("finds two transfers with one wavelength on a segment in one direction", () => {
    expect(check(8, 4, arc(0, 3, "up", 1), arc(2, 5, "up", 1)).faults).toMatchObject([{ kind: "channel", worker: 2 }]);
    expect(check(8, 4, arc(0, 3, "up", 1), arc(2, 5, "up", 2)).faults).toEqual([]);
    expect(check(8, 4, arc(0, 3, "up", 1), arc(3, 5, "up", 1)).faults).toEqual([]);
    expect(check(8, 4, arc(0, 3, "up", 1), arc(5, 2, "down", 1)).faults).toEqual([]);
    // Around the end of the numbers.
    expect(check(8, 4, arc(6, 1, "up", 0), arc(7, 0, "up", 0)).faults).toHaveLength(1);
    expect(check(8, 4, arc(1, 6, "down", 0), arc(0, 7, "down", 0)).faults).toHaveLength(1);
    expect(check(8, 4, arc(0, 1, "up", 0, 2), arc(0, 1, "up", 1, 2)).faults).toHaveLength(1);
  });

  it("finds wavelengths that do not exist and arcs that end elsewhere", () => {
    expect(check(8, 4, arc(0, 3, "up", 4)).faults).toMatchObject([{ kind: "wavelength" }]);
    expect(check(8, 4, arc(0, 3, "up", 3, 2)).faults).toMatchObject([{ kind: "wavelength" }]);
    expect(check(8, 4, arc(0, 9, "up", 0)).faults).toMatchObject([{ kind: "route" }]);
  });

  it("measures the longest arc and counts wavelengths", () => {
    const report = check(8, 4, arc(6, 1, "up", 0), arc(0, 1, "up", 1), arc(1, 7, "down", 3));
    expect(report).toMatchObject({ longestArc: 3, wavelengths: 4, faults: [] });
  });

  it("adds two couplers and every node passed to the loss of a path", () => {
    expect(pathLossDb(10, { couplingLoss: 1.5, passingLoss: 0.1 })).toBeCloseTo(4, 12);
    expect(pathLossDb(0, { couplingLoss: 1.5, passingLoss: 0.1 })).toBe(0);
  });
});

describe("all-to-all on a ring", () => {
  it.each(Array.from({ length: 24 }, (_, i) => i + 1))(
    "joins %i nodes with the fewest wavelengths and no conflict",
    (n) => {
      const nodes = Array.from({ length: n }, (_, i) => 3 * i + 1);
      const { arcs, wavelengths } = allToAll(nodes);
      const pairs = new Set(arcs.map(({ src, dst }) => `${src} ${dst}`));
      expect(pairs.size).toBe(n * (n - 1));
      expect(arcs).toHaveLength(n * (n - 1));
      expect(wavelengths).toBe(n % 2 === 0 ? Math.ceil(n ** 2 / 8) : (n ** 2 - 1) / 8);
      expect(allToAllWavelengths(n)).toBe(wavelengths);
      const step: Step = {
        transfers: arcs.map(({ src, dst, direction, wavelength }) => arc(src, dst, direction, wavelength)),
      };
      expect(checkWavelengths({ workers: 3 * n + 1, steps: [step] }, Math.max(1, wavelengths)).faults).toEqual([]);
    },
  );
});

describe("WRHT", () => {
  const options = fc.record({
    workers: fc.integer({ min: 2, max: 300 }),
    wavelengths: fc.integer({ min: 1, max: 20 }),
    allToAll: fc.boolean(),
  });

  it("keeps the wavelength rule with the wavelengths it has, in the steps that its authors count", () => {
    fc.assert(
      fc.property(options, ({ workers, wavelengths, allToAll: finish }) => {
        const schedule = wrht(workers, 4, { wavelengths, allToAll: finish });
        const report = checkWavelengths(schedule, wavelengths);
        expect(report.faults).toEqual([]);
        const counted = wrhtSteps(workers, wavelengths, finish ? "all-to-all" : "tree");
        expect(report.wavelengths).toBe(counted.lit);
        const levels = Math.ceil(Math.log(workers) / Math.log(wrhtGroup(wavelengths)) - 1e-9);
        expect([2 * levels, 2 * levels - 1]).toContain(stepCount(schedule));
        if (!finish) expect(stepCount(schedule)).toBe(2 * levels);
        expect(counted.steps).toBe(stepCount(schedule));
      }),
    );
  });

  it("finishes an odd number of representatives with the wavelengths that their own assignment needs", () => {
    // Five groups of seven: five representatives, (25 - 1) / 8 = 3 wavelengths, not ceil(25 / 8) = 4.
    const schedule = wrht(35, 4, { wavelengths: 3, allToAll: true });
    expect(stepCount(schedule)).toBe(3);
    expect(checkWavelengths(schedule, 3)).toMatchObject({ faults: [], wavelengths: 3 });
    expect(wrhtSteps(35, 3, "all-to-all")).toMatchObject({ steps: 3 });
  });

  it("would break the rule with a wavelength less, or with one changed", () => {
    const schedule = materialise(wrht(40, 4, { wavelengths: 4, allToAll: false }));
    expect(checkWavelengths(schedule, 3).faults.map(({ kind }) => kind)).toContain("wavelength");
    const same = schedule.steps.map(({ transfers }) => ({
      transfers: transfers.map((transfer) =>
        transfer.route?.kind === "arc" ? { ...transfer, route: { ...transfer.route, firstWavelength: 0 } } : transfer,
      ),
    }));
    expect(checkWavelengths({ workers: 40, steps: same }, 4).faults.length).toBeGreaterThan(5);
  });

  it("makes groups of as many as its wavelengths serve, and refuses to go without", () => {
    expect(stepCount(wrht(27, 1, { wavelengths: 1, allToAll: false }))).toBe(6);
    expect(() => wrht(27, 1, { wavelengths: 0, allToAll: false })).toThrow(RangeError);
  });
});
