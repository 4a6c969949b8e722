import { describe, expect, it } from "vitest";
import { compareIterations, findAlgorithm, type JobRow, shareSwitch } from "../../collectives/index.ts";
import { type Cluster, defaultCluster } from "../../dsl/index.ts";
import { optinc, scratch } from "../cli/run.ts";
import { figuresOf, outcomeOf } from "./outcome.ts";

const base = defaultCluster(4);
const gradients = [{ name: "g", elements: 1_000_000 }];

function cluster(changes: Partial<Cluster["jobs"]>): Cluster {
  return {
    ...base,
    gradients,
    optinc: { ...base.optinc, unit: 4 },
    jobs: { ...base.jobs, iterations: 1000, ...changes },
  };
}

function rowOf(sharing: JobRow["sharing"], on: Cluster, seed: number, workers: readonly number[] = [4]): JobRow {
  return shareSwitch(on, workers, 5000, seed, [sharing]).rows[0]!;
}

/** Seconds of an all-reduce as `compare` has it. */
function reduction(name: string): number {
  return outcomeOf(name, cluster({}), 4).timing.totalS;
}

/** Mean over seeds, and its standard error. */
function over(of: (seed: number) => number): readonly [number, number] {
  const values = Array.from({ length: 12 }, (_, seed) => of(seed + 1));
  const mean = values.reduce((a, b) => a + b) / 12;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 11 / 12)];
}

/** Probability that all of c servers are busy under an offered load: calls that are lost, and calls that wait. */
function erlang(c: number, load: number): { readonly lost: number; readonly waits: number } {
  let lost = 1;
  for (let servers = 1; servers <= c; servers++) lost = (load * lost) / (servers + load * lost);
  return { lost, waits: lost / (1 - (load / c) * (1 - lost)) };
}

describe("jobs on a switch", () => {
  it("keep Little's law: jobs at a time are arrivals a second x mean time", () => {
    const every = 0.1;
    for (const sharing of ["isolated", "optinc-fixed", "optinc-shared", "sharp", "ring"] as const) {
      const on = cluster({ every, units: 8, contexts: 2, iterations: 20, heater: 1e-3 });
      const [ratio, error] = over((seed) => {
        const row = rowOf(sharing, on, seed, [2, 4, 8]);
        return (row.present * every) / row.meanS;
      });
      expect(Math.abs(ratio - 1), sharing).toBeLessThan(4 * error);
      expect(error).toBeLessThan(0.02);
    }
  });

  it("wait for one of four units as Erlang's C says, and lose trees as his B says", () => {
    const jobS = 1000 * reduction("optinc");
    const fixed = cluster({ units: 4, every: jobS / 3.2, heater: 1e-9 });
    const [waited, error] = over((seed) => rowOf("optinc-fixed", fixed, seed).waitedS);
    expect(Math.abs(waited - (erlang(4, 3.2).waits * jobS) / 0.8)).toBeLessThan(4 * error);
    const [busy, busyError] = over((seed) => rowOf("optinc-fixed", fixed, seed).busy!);
    expect(Math.abs(busy - 0.8)).toBeLessThan(4 * busyError);
    const trees = cluster({ contexts: 3, every: (1000 * reduction("sharp")) / 2 });
    const [lost, lostError] = over((seed) => rowOf("sharp", trees, seed).ringShare);
    expect(Math.abs(lost - erlang(3, 2).lost)).toBeLessThan(4 * lostError);
  });

  it("end later by renewals: (exp(h / mtbf) - 1) (mtbf + repair) for each piece h, and half a repair if the unit is away", () => {
    const [h, mtbf, repair] = [reduction("optinc"), 4 * reduction("optinc"), 2 * reduction("optinc")];
    const on = cluster({ units: 1, iterations: 5, heater: 0, mtbf, repair, every: 5e3 * h });
    // ceil of exponential lengths of mean 5.
    const pieces = 1 / -Math.expm1(-1 / 5);
    const away = ((repair / (mtbf + repair)) * repair) / 2;
    for (const sharing of ["optinc-fixed", "optinc-shared"] as const) {
      const [mean, error] = over((seed) => shareSwitch(on, [4], 500, seed, [sharing]).rows[0]!.meanS);
      expect(Math.abs(mean - (away + pieces * Math.expm1(h / mtbf) * (mtbf + repair))), sharing).toBeLessThan(
        4 * error,
      );
      expect(error / mean).toBeLessThan(0.02);
    }
  });

  it("reduce buckets under the backward pass: alone they take an iteration with overlap", () => {
    const on = {
      ...cluster({ every: 1e-3, units: 1, heater: 0, iterations: 1 }),
      gradients: [{ name: "resnet50", elements: 25_557_032 }],
    };
    const options = { workers: [4], algorithms: [findAlgorithm("optinc")!], sharding: "data", unit: null } as const;
    const outcome = figuresOf(compareIterations(on, options).blocks[0]!.rows, "optinc");
    for (const [overlap, wanted] of [
      ["off", outcome.plainS],
      ["on", outcome.overlappedS],
    ] as const) {
      for (const sharing of ["optinc-fixed", "optinc-shared"] as const) {
        const row = shareSwitch({ ...on, jobs: { ...on.jobs, overlap } }, [4], 1, 1, [sharing]).rows[0]!;
        expect(row.meanS / wanted / Math.round(row.meanS / wanted)).toBeCloseTo(1, 9);
      }
    }
    expect(outcome.overlappedS).toBeLessThan(0.999 * outcome.plainS);
  });

  it("need no more units than there are (OPT0713), and print every way in every format", () => {
    const cwd = scratch();
    const input =
      "cluster c { workers 4; parameters 1e6; optinc { unit 4 }; jobs { units 5; every 1 s; iterations 10 } }";
    const run = (...words: string[]) => optinc(["compare", "-", "--jobs", "20", ...words], { cwd, input });
    expect(run("--workers", "4,64")).toMatchObject({
      code: 1,
      err: expect.stringContaining("error[OPT0713]: jobs of 64 workers take 21 units; c has 5"),
    });
    const frail = input.replace("jobs {", "jobs { mtbf 1 s;");
    expect(optinc(["compare", "-", "--jobs", "20"], { cwd, input: frail })).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /error\[OPT0714\]: units of c fail every 1 s, too often for its jobs\n.*`mtbf` of 18180 s or more/s,
      ),
    });
    const table = run("--workers", "4,16");
    expect([table.code, table.out.match(/^ {2}(isolated|optinc-fixed|optinc-shared|sharp|ring) /gm)]).toEqual([
      0,
      expect.any(Array),
    ]);
    expect(table.out).toContain("1 000 000 elements, 20 jobs, 4, 16 workers");
    const lines = run("--format", "csv").out.trimEnd().split("\n");
    expect(new Set(lines.map((line) => line.split(",").length))).toEqual(new Set([15]));
    expect(lines).toHaveLength(6);
    expect(JSON.parse(run("--format", "json").out)).toMatchObject({ format: "optinc.jobs", jobs: 20 });
    for (const words of [
      ["--rounds", "2"],
      ["--algorithms", "ring"],
      ["--words", "equal"],
    ])
      expect(run(...words).code).toBe(2);
    for (const format of ["table", "csv", "json"]) {
      for (const _ of [1, 2]) expect(run("--format", format, "-o", `jobs.${format}`).code, format).toBe(0);
    }
  });
});
