import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  algorithms,
  checkAllReduce,
  checkSchedule,
  executeSchedule,
  findAlgorithm,
  inNetworkTree,
  materialise,
  type Schedule,
  type Transfer,
} from "../../collectives/index.ts";
import { type Cluster, defaultCluster } from "../../dsl/index.ts";
import { expectExactSum } from "./exact-sum.ts";
import { proveAllReduce } from "./prove.ts";
import { stepCount } from "./step-count.ts";
import { trafficOf } from "./traffic.ts";
import { randomWords } from "./words.ts";

const sizes = [...Array.from({ length: 39 }, (_, i) => i + 2), 64, 128, 1024];
const names = algorithms.map(({ name }) => name);

/** Small switches and few wavelengths, so that few workers already need several levels. */
const small: Cluster = {
  ...defaultCluster(16),
  group: 4,
  chunks: 3,
  optical: { ...defaultCluster(16).optical, wavelengths: 2 },
  optinc: { ...defaultCluster(16).optinc, unit: 4, pass: 1e-8 },
  tree: { radix: 3, duplex: "full" },
  fatTree: { ...defaultCluster(16).fatTree, rack: 4, oversubscription: 2, placement: "scattered", seed: 5 },
};

function build(name: string, workers: number, length: number, cluster: Cluster = small): Schedule {
  return materialise(findAlgorithm(name)!.build(cluster, workers, length, 32));
}

function definedFor(name: string, cluster: Cluster): readonly number[] {
  return sizes.filter((workers) => findAlgorithm(name)!.refuses(cluster, workers) === null);
}

describe("every algorithm", () => {
  // 1024 workers are in tests/exhaustive.
  it.each(names)("%s gives all workers the exact sum wherever it is defined", (name) => {
    for (const cluster of [small, defaultCluster(16)]) {
      for (const workers of definedFor(name, cluster).filter((p) => p < 1024)) expectExactSum(name, cluster, workers);
    }
  });

  it.each(names)("%s is proved for every input, also of fewer elements than workers", (name) => {
    for (const workers of definedFor(name, small).filter((p) => p <= 17)) {
      for (const length of [0, 1, workers - 1, 5 * workers + 1]) {
        expect(proveAllReduce(build(name, workers, length))).toEqual([]);
      }
    }
  });

  it("is defined for most numbers of workers, and says where not", () => {
    const cluster = defaultCluster(16);
    const undefinedFor = (name: string): number[] => sizes.filter((p) => !definedFor(name, cluster).includes(p));
    expect(undefinedFor("torus")).toEqual([2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]);
    expect(undefinedFor("hierarchical-ring")).toEqual(
      [11, 13, 17, 19, 22, 23, 26, 29, 31, 33, 34, 37, 38, 39].filter(
        (p) => p % 2 !== 0 && p % 3 !== 0 && p % 5 !== 0 && p % 7 !== 0,
      ),
    );
    expect(undefinedFor("optinc")).toEqual(sizes.filter((p) => p > 16));
    expect(undefinedFor("optinc-cascade")).toEqual(sizes.filter((p) => p <= 16));
    expect(undefinedFor("h-ring")).toEqual(undefinedFor("hierarchical-ring"));
    expect(undefinedFor("switchml")).toEqual(sizes.filter((p) => p > 32));
    expect(undefinedFor("nvls")).toEqual(sizes.filter((p) => p > 8));
    // Groups of up to eight, and a second one.
    const groups = sizes.filter((p) => [2, 3, 4, 5, 6, 7, 8].some((g) => g < p && p % g === 0));
    expect(undefinedFor("hierarchical-optinc")).toEqual(sizes.filter((p) => p <= 8 || !groups.includes(p)));
    const without = undefinedFor("hierarchical-optinc");
    expect(undefinedFor("hierarchical-sharp")).toEqual(without);
    expect(undefinedFor("hierarchical-switchml")).toEqual([...without, 1024]);
    const partial = [
      ...["hierarchical-sharp", "hierarchical-switchml", "hierarchical-optinc"],
      "torus",
      "hierarchical-ring",
      "h-ring",
      "switchml",
      "nvls",
      "optinc",
      "optinc-cascade",
    ];
    for (const name of names.filter((each) => !partial.includes(each))) expect(undefinedFor(name)).toEqual([]);
    expect(findAlgorithm("torus")!.refuses(cluster, 13)).toBe("13 workers fill no rectangle");
  });
});

describe("a damaged schedule", () => {
  const anyPlace = fc
    .record({ name: fc.constantFrom(...names), workers: fc.integer({ min: 2, max: 18 }), seed: fc.nat() })
    .filter(({ name, workers }) => findAlgorithm(name)!.refuses(small, workers) === null)
    .chain(({ name, workers, seed }) => {
      const length = 2 * workers + 1;
      const schedule = build(name, workers, length);
      const places = schedule.steps.flatMap(({ transfers }, step) => transfers.map((_, index) => ({ step, index })));
      return fc.record({
        schedule: fc.constant(schedule),
        inputs: fc.constant(randomWords(workers, length, 31, false, seed)),
        place: fc.constantFrom(...places),
      });
    });

  const withTransfers = (schedule: Schedule, step: number, transfers: readonly Transfer[]): Schedule => ({
    ...schedule,
    steps: schedule.steps.map((old, index) => (index === step ? { transfers } : old)),
  });

  it("is noticed when any transfer is dropped", () => {
    fc.assert(
      fc.property(anyPlace, ({ schedule, inputs, place }) => {
        // Its groups gather sums of which only those of the middle workers are used.
        fc.pre(schedule.name !== "h-ring");
        const kept = schedule.steps[place.step]!.transfers.filter((_, index) => index !== place.index);
        const damaged = withTransfers(schedule, place.step, kept);
        expect(checkAllReduce(damaged, inputs, executeSchedule(damaged, inputs))).not.toEqual([]);
        expect(proveAllReduce(damaged)).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("is noticed when any transfer happens twice in its step", () => {
    fc.assert(
      fc.property(anyPlace, ({ schedule, place }) => {
        const { transfers } = schedule.steps[place.step]!;
        const damaged = withTransfers(schedule, place.step, [...transfers, transfers[place.index]!]);
        expect(checkSchedule(damaged).map(({ kind }) => kind)).toContain("sent-twice");
      }),
      { numRuns: 300 },
    );
  });

  it("is noticed when a reduce is repeated in a step of its own", () => {
    fc.assert(
      fc.property(anyPlace, ({ schedule, inputs, place }) => {
        const repeated = schedule.steps[place.step]!.transfers[place.index]!;
        fc.pre(repeated.op === "reduce");
        const damaged = { ...schedule, steps: schedule.steps.toSpliced(place.step + 1, 0, { transfers: [repeated] }) };
        expect(checkAllReduce(damaged, inputs, executeSchedule(damaged, inputs))).not.toEqual([]);
        expect(proveAllReduce(damaged)).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("shapes of the schedules", () => {
  const steps = (name: string, workers: number, cluster: Cluster = defaultCluster(16)): number =>
    stepCount(findAlgorithm(name)!.build(cluster, workers, 4 * workers, 32));

  it.each([
    ["ring", 8, 14],
    ["recursive-doubling", 8, 3],
    ["recursive-doubling", 12, 5],
    ["halving-doubling", 8, 6],
    ["halving-doubling", 12, 8],
    ["binomial", 8, 6],
    ["binomial", 9, 8],
    ["hierarchical-ring", 16, 16],
    ["torus", 16, 12],
    ["optinc", 16, 2],
    ["optinc-cascade", 64, 4],
    ["optinc-cascade", 1024, 6],
    ["wrht", 1024, 3],
    ["wrht", 4096, 4],
    ["sip-ring", 8, 14],
  ])("%s of %i workers takes %i steps", (name, workers, expected) => {
    expect(steps(name, workers)).toBe(expected);
  });

  it("sends with the double binary tree over every port in both directions alike", () => {
    const schedule = build("double-binary-tree", 16, 480);
    const { sent } = trafficOf(schedule);
    // Twice the buffer for all but the roots and the nodes beside them.
    expect(Math.max(...sent)).toBeLessThanOrEqual(2 * 480);
    expect(sent.filter((elements) => elements >= 1.4 * 480).length).toBeGreaterThanOrEqual(14);
  });

  it("lets only switches reduce in a tree, each worker sending its buffer once", () => {
    const schedule = inNetworkTree("tree", 20, 50, 4);
    const { sent, reduced } = trafficOf(schedule);
    expect(schedule.switches).toBe(5 + 2 + 1);
    expect(sent.slice(0, 20)).toEqual(new Array(20).fill(50));
    expect(reduced.slice(0, 20)).toEqual(new Array(20).fill(0));
  });

  it("refuses sizes that are none", () => {
    for (const { name, build: make } of algorithms) {
      expect(() => make(small, 0, 10, 32), name).toThrow(RangeError);
      expect(() => make(small, 4, -1, 32), name).toThrow(RangeError);
      expect(() => make(small, 4, 1.5, 32), name).toThrow(RangeError);
    }
  });
});
