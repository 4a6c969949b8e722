import { describe, expect, it } from "vitest";
import {
  algorithms,
  compareAlgorithms,
  comparisonCsv,
  comparisonJson,
  comparisonSvg,
  comparisonTable,
  findAlgorithm,
  sizesTable,
  type TimedOutcome,
  type UnitFigures,
} from "../../collectives/index.ts";
import { type Cluster, defaultCluster } from "../../dsl/index.ts";
import { picturesBelowEachOther } from "../../formats/index.ts";
import { figuresOf } from "./outcome.ts";

const inputsOf = (name: string): readonly string[] => findAlgorithm(name)!.inputs;

function compare(
  workers: readonly number[],
  changes: Partial<Cluster> = {},
  executeUpTo = 0,
  unit: UnitFigures | null = null,
) {
  const cluster = { ...defaultCluster(workers[0]!), gradients: [{ name: "g", elements: 1_000_000 }], ...changes };
  return compareAlgorithms(cluster, { workers, algorithms, executeUpTo, unit });
}

function outcome(comparison: ReturnType<typeof compare>, name: string): TimedOutcome {
  return figuresOf(comparison.rows, name);
}

describe("a comparison", () => {
  it("has a row for every gradient, number of workers and algorithm, and executes small ones", () => {
    const comparison = compare(
      [4, 8],
      {
        gradients: [
          { name: "a", elements: 100 },
          { name: "b", elements: 200 },
        ],
      },
      4,
    );
    expect(comparison.rows).toHaveLength(2 * 2 * algorithms.length);
    for (const { workers, outcome: each } of comparison.rows) {
      if (each.kind === "timed") expect(each.exact).toBe(workers === 4 ? true : null);
    }
  });

  it("shows what OptINC saves: half of the ring's bytes, less time, and the share of an iteration", () => {
    const optinc = outcome(
      compare([4], { computeShare: 0.24, latency: 0, reduction: Number.POSITIVE_INFINITY }),
      "optinc",
    );
    expect(optinc.volume).toBe(1);
    expect(optinc.bytesPerWorker).toBe(4e6);
    expect(optinc.ratio).toBeCloseTo(1 / 1.5, 3);
    // f (N - 2) / (2 (N - 1)) with f = 0.76.
    expect(1 - optinc.iterationRatio!).toBeCloseTo(0.76 / 3, 3);
    expect(outcome(compare([4]), "optinc").iterationRatio).toBeNull();
  });

  it("averages what chance decides, and says how far it moves", () => {
    const base = defaultCluster(128);
    const of = (seed: number, seeds: number): TimedOutcome => {
      const fatTree = { ...base.fatTree, rack: 8, placement: "scattered", seed, seeds } as const;
      return outcome(compare([128], { fatTree }), "fat-tree");
    };
    const each = [5, 6, 7, 8].map((seed) => of(seed, 1));
    const all = of(5, 4);
    const times = each.map(({ timing }) => timing.totalS);
    expect(all.timing.totalS).toBeCloseTo(times.reduce((a, b) => a + b, 0) / 4, 12);
    expect(all.spread).toMatchObject({ draws: 4, leastS: Math.min(...times), mostS: Math.max(...times) });
    expect(all.spread!.deviationS).toBeGreaterThan(0);
    expect(each[0]!.spread).toBeNull();
    // A ring that follows the racks meets nobody, whatever the hash.
    const racks = outcome(compare([128]), "fat-tree").spread!;
    expect(racks).toMatchObject({ draws: 8, deviationS: 0, leastS: racks.mostS });
  });

  it("draws sizes over sizes, time and bus bandwidth, with powers of two on the axis", () => {
    const gradients = [10, 14, 18].map((power) => ({ name: `${2 ** power} B`, elements: 2 ** (power - 2) }));
    const svg = comparisonSvg(compare([4, 8], { gradients }), true);
    expect(svg.match(/>buffer</g)).toHaveLength(4);
    expect(svg.match(/>bus bandwidth</g)).toHaveLength(2);
    for (const tick of ["1 KiB", "16 KiB", "256 KiB"]) expect(svg).toContain(`>${tick}<`);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    const table = sizesTable(compare([4], { gradients }));
    expect(table).toMatch(/^# {2}size +count +type +time +algbw +busbw/m);
    expect(table).toMatch(/^262144 +65536 +fp32 /m);
    expect(table).toContain("# optinc-cascade of 4 workers on defaults: one unit serves 4 workers; see optinc");
    expect(picturesBelowEachOther([svg, svg]).match(/<svg /g)).toHaveLength(3);
  });

  it("charges every device for the time of the all-reduce, and a row without figures nothing", () => {
    const ring = outcome(compare([8]), "ring");
    const { totalS } = ring.timing;
    // Adapter, two transceivers and a port of the switch for each worker, over 100 Gb/s.
    expect(ring.energy!.totalJ).toBeCloseTo(8 * 100e9 * (50 + 2 * 22.5 + 9.8) * 1e-12 * totalS, 9);
    const oddl = outcome(compare([8]), "oddl").energy!;
    expect([oddl.switchesJ, oddl.transceiversJ / oddl.adaptersJ]).toEqual([0, 22.5 / 50]);
    expect(outcome(compare([8]), "nvls").energy).toBeNull();
    expect(outcome(compare([8]), "optinc").energy).toBeNull();
    // 64 workers on switches of 32: two leaves below a root, two links between them.
    const tree = outcome(compare([64]), "tree");
    expect(tree.energy!.switchesJ).toBeCloseTo((64 + 4) * 9.8e-12 * 100e9 * tree.timing.totalS, 12);
  });

  it("sends integers of 32 bits with SwitchML, whatever the gradient is", () => {
    const switchml = outcome(compare([16], { dtype: "bf16" }), "switchml");
    expect(switchml).toMatchObject({ bits: 32, volume: 2, bytesPerWorker: 4e6 });
    expect(outcome(compare([16], { dtype: "bf16" }), "ring")).toMatchObject({ bits: 16, bytesPerWorker: 3.75e6 });
  });

  it("evaluates the loss of the longest path against the budget", () => {
    const base = defaultCluster(1024);
    expect(outcome(compare([1024]), "wrht").loss).toMatchObject({ withinBudget: true });
    const lossy = { ...base.optical, passingLoss: 0.1 };
    const wrht = outcome(compare([1024], { optical: lossy }), "wrht");
    expect(wrht.loss!.withinBudget).toBe(false);
    expect(comparisonTable(compare([1024], { optical: lossy }))).toContain("above the budget");
    expect(outcome(compare([1024]), "ring").loss).toBeNull();
  });

  it("names the inputs it hangs on, with value and origin, in every format", () => {
    const comparison = compare([4]);
    expect(comparison.inputs.map(({ path }) => path)).toEqual(
      defaultCluster(4)
        .inputs.map(({ path }) => path)
        .filter(
          (path) =>
            !path.startsWith("iteration ") &&
            !path.startsWith("jobs ") &&
            path !== "workers" &&
            !["round drop", "round resend", "round absent", "round timeout"].includes(path) &&
            path !== "models" &&
            path !== "parameters" &&
            path !== "compute-share",
        ),
    );
    expect(comparisonTable(comparison)).toMatch(/latency +2 us +default/);
    expect(comparisonCsv(comparison, inputsOf)).toContain("latency = 2 us");
    expect(JSON.parse(comparisonJson(comparison, inputsOf)).inputs[0]).toEqual({
      path: "rate",
      value: "100 Gb/s",
      from: "default",
    });
    expect(comparisonSvg(comparison)).toContain("latency 2 us");
  });
});

describe("a comparison on equal words", () => {
  const optinc = { ...defaultCluster(4).optinc, precision: 8 };
  const equal = (round: Partial<Cluster["round"]> = {}) => {
    const gradients = [{ name: "g", elements: 1_000_000 }];
    const cluster = { ...defaultCluster(4), gradients, optinc, round: { ...defaultCluster(4).round, ...round } };
    return compareAlgorithms(cluster, { workers: [4], algorithms, executeUpTo: 4, unit: null, words: "equal" });
  };

  it("takes the times that docs/explanation/collectives.md works out by hand", () => {
    const exponents = 2 * (2e-6 + 31_256 / 100e9 + 31_256 / 4e12);
    const ring = outcome(equal(), "ring");
    expect(ring.timing.totalS).toBeCloseTo(12e-6 + 75e-6 + 1.875e-6 + 60e-6 + exponents, 14);
    expect([ring.bits, ring.widestBits, ring.isBaseline]).toEqual([8, 10, false]);
    expect(outcome(equal(), "optinc").timing.totalS).toBeCloseTo(2e-6 + 80e-6 + 10e-9 + exponents, 14);
  });

  it("charges every row the same exponents, executes every row, and says the words in the table", () => {
    for (const { outcome: each } of equal().rows) {
      if (each.kind === "refused") continue;
      expect(each.timing.exponentsS).toBe(outcome(equal(), "ring").timing.exponentsS);
      expect(each.exact).toBe(true);
    }
    expect(comparisonTable(equal())).toMatch(/words of 8 bits for all\n[\s\S]* ring +8-10 +not measured /);
    expect(outcome(compare([4]), "ring").isBaseline).toBe(true);
  });

  it("repeats wrong frames until none is left, and refuses where that does not end", () => {
    const clean = outcome(equal({ wordErrorRate: 0, skew: 0 }), "optinc-framed").timing;
    const some = outcome(equal({ wordErrorRate: 1e-5, skew: 0 }), "optinc-framed").timing;
    const wrong = 1 - (1 - 1e-5) ** 65_537;
    // Words alone: the exponents before them take recursive doubling's two steps.
    const words = clean.transmissionS - (2 * 31_256) / 100e9;
    expect(some.transmissionS - clean.transmissionS).toBeCloseTo((words * wrong) / (1 - wrong), 12);
    const row = equal({ wordErrorRate: 1e-4 }).rows.find(({ algorithm }) => algorithm === "optinc-framed")!;
    expect(row.outcome).toMatchObject({ kind: "refused", reason: expect.stringContaining("100 % of its frames") });
  });
});

describe("printed comparisons", () => {
  it("are tables that line up", () => {
    const lines = comparisonTable(compare([16]))
      .split("\n")
      .slice(1, 17);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  it("are CSV with as many cells in every line as in the head", () => {
    const text = comparisonCsv(compare([4, 13]), inputsOf);
    const cells = (line: string): number =>
      line.match(/("(?:[^"]|"")*"|[^,]*)(,|$)/g)!.filter((cell, i, all) => i < all.length - 1 || cell !== "").length;
    const [head, ...lines] = text.trimEnd().split("\n");
    const width = head!.split(",").length;
    for (const line of lines) expect(cells(line)).toBe(width);
    expect(lines).toHaveLength(2 * algorithms.length);
    expect(text).toContain("13 workers fill no rectangle");
  });

  it("are JSON that says why a row is missing", () => {
    const parsed = JSON.parse(comparisonJson(compare([13]), inputsOf));
    expect(parsed).toMatchObject({ format: "optinc.comparison", version: 1, dtype: "fp32" });
    const torus = parsed.rows.find(({ algorithm }: { algorithm: string }) => algorithm === "torus");
    expect(torus.outcome).toEqual({ kind: "refused", reason: "13 workers fill no rectangle" });
  });

  it("are SVG with both axes logarithmic and a label for every line inside the picture", () => {
    const svg = comparisonSvg(compare([4, 8, 16, 32, 64, 128]));
    const labels = [...svg.matchAll(/<text [^>]*class="name"[^>]*>([^<]+)</g)].flatMap(([, text]) => text!.split(", "));
    expect(labels.sort()).toEqual(algorithms.map(({ name }) => name).sort());
    const colours = [...svg.matchAll(/<path class="line" [^>]*stroke="(#[0-9a-f]{6})"/g)].map(([, colour]) => colour);
    expect(new Set(colours).size).toBe(colours.length);
    for (const axis of ["workers", "time of an all-reduce"]) expect(svg).toContain(`>${axis}</text>`);
    const [, height] = /viewBox="0 0 \d+ (\d+)"/.exec(svg)!;
    const ys = [...svg.matchAll(/<text x="[\d.]+" y="([\d.]+)" class="name"/g)].map(([, y]) => Number(y));
    expect(ys.length).toBeGreaterThan(10);
    for (const y of ys) expect(y).toBeLessThan(Number(height));
    // Workers double from tick to tick: equal distances on a logarithmic axis.
    const ticks = [...svg.matchAll(/<text x="([\d.]+)" y="[\d.]+" class="x" [^>]*>(\d+)</g)].map(([, x]) => Number(x));
    expect(ticks).toHaveLength(6);
    const gaps = ticks.slice(1).map((x, i) => x - ticks[i]!);
    for (const gap of gaps) expect(gap).toBeCloseTo(gaps[0]!, 1);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("are SVG with a bar of set-up, latency, transmission and reduction for each algorithm on one number of workers", () => {
    const svg = comparisonSvg(compare([16]));
    // No cascade and no domain of NVLink for 16.
    expect(svg.match(/class="bar"/g)).toHaveLength(algorithms.length - 2);
    for (const part of ["set-up", "latency", "transmission", "reduction"]) expect(svg).toContain(`>${part}</text>`);
    const ring = outcome(compare([16]), "ring").timing;
    const bar = /text-anchor="end">ring<\/text>\n((?:<rect [^>]*>\n)+)/.exec(svg)![1]!;
    const widths = [...bar.matchAll(/ width="([\d.]+)"/g)].map(([, text]) => Number(text));
    expect(widths[0]! / widths[1]!).toBeCloseTo(ring.latencyS / ring.transmissionS, 1);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(comparisonSvg({ ...compare([16]), cluster: "a<b&c" })).toContain("a&#60;b&#38;c");
  });
});
