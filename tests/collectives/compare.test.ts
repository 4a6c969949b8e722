import { describe, expect, it } from "vitest";
import {
  algorithms,
  compareAlgorithms,
  comparisonCsv,
  comparisonJson,
  comparisonSvg,
  comparisonTable,
  findAlgorithm,
  type Outcome,
} from "../../collectives/index.ts";
import { type Cluster, defaultCluster } from "../../dsl/index.ts";

const inputsOf = (name: string): readonly string[] => findAlgorithm(name)!.inputs;

function compare(workers: readonly number[], changes: Partial<Cluster> = {}, executeUpTo = 0) {
  const cluster = { ...defaultCluster(workers[0]!), gradients: [{ name: "g", elements: 1_000_000 }], ...changes };
  return compareAlgorithms(cluster, { workers, algorithms, executeUpTo });
}

function outcome(comparison: ReturnType<typeof compare>, name: string): Outcome {
  const found = comparison.rows.find(({ algorithm }) => algorithm === name)?.outcome;
  if (found?.kind !== "timed") throw new Error(`${name} was not timed`);
  return found;
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
        .filter((path) => path !== "workers" && path !== "models" && path !== "parameters" && path !== "compute-share"),
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
    for (const { name } of algorithms) expect(svg).toContain(`>${name}</text>`);
    const [, height] = /viewBox="0 0 \d+ (\d+)"/.exec(svg)!;
    const ys = [...svg.matchAll(/<text x="[\d.]+" y="([\d.]+)" fill/g)].map(([, y]) => Number(y));
    expect(ys.length).toBeGreaterThan(10);
    for (const y of ys) expect(y).toBeLessThan(Number(height));
    // Workers double from tick to tick: equal distances on a logarithmic axis.
    const ticks = [...svg.matchAll(/<text x="([\d.]+)" y="487" text-anchor="middle">(\d+)</g)].map(([, x]) =>
      Number(x),
    );
    expect(ticks).toHaveLength(6);
    const gaps = ticks.slice(1).map((x, i) => x - ticks[i]!);
    for (const gap of gaps) expect(gap).toBeCloseTo(gaps[0]!, 1);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("are SVG with a dot for each algorithm when there is one number of workers", () => {
    const svg = comparisonSvg(compare([16]));
    expect(svg.match(/<circle /g)).toHaveLength(algorithms.length - 1);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(comparisonSvg({ ...compare([16]), cluster: "a<b&c" })).toContain("a&lt;b&amp;c");
  });
});
