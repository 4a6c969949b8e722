import { describe, expect, it } from "vitest";
import {
  compareAlgorithms,
  findAlgorithm,
  type Job,
  type JobCourse,
  type JobRow,
  serveJobs,
  shareSwitch,
} from "../../collectives/index.ts";
import { type Cluster, defaultCluster } from "../../dsl/index.ts";
import { seededRandom } from "../../netlist/index.ts";
import { optinc, scratch } from "../cli/run.ts";

interface Case {
  readonly jobs: readonly Job[];
  readonly courses: readonly JobCourse[];
  readonly units: number;
  readonly heaterS: number;
}

/** Four jobs whose times are whole seconds. */
function caseOf(seed: number): Case {
  const random = seededRandom(seed);
  const whole = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  const units = whole(1, 4);
  const arrivals = Array.from({ length: 4 }, () => whole(0, 12)).sort((a, b) => a - b);
  const courses = arrivals.map(() => {
    return { rounds: whole(1, 4), ownS: whole(1, 5), units: whole(1, units), holdS: whole(1, 6) };
  });
  const jobs = arrivals.map((arrivesS) => ({ arrivesS, workers: 2, iterations: 1 }));
  return { jobs, courses, units, heaterS: whole(0, 2) };
}

/** Second by second: the rules as docs/explanation/collectives.md has them. */
function bySeconds({ jobs, courses, units, heaterS }: Case) {
  const ends = [-1, -1, -1, -1];
  const waits = [0, 0, 0, 0];
  const rounds = courses.map((course) => course.rounds);
  const doing = new Array<"away" | "own" | "waits" | "holds" | "gone">(4).fill("away");
  const until = [0, 0, 0, 0];
  const owner = new Array<number>(units).fill(-1);
  const holder = new Array<number>(units).fill(-1);
  const line: number[] = [];
  for (let now = 0; ends.includes(-1); now++) {
    const give = (): void => {
      while (line.length > 0) {
        const job = line[0]!;
        const free = owner.map((_, unit) => unit).filter((unit) => holder[unit] === -1);
        const chosen = [...free.filter((unit) => owner[unit] === job), ...free.filter((unit) => owner[unit] !== job)];
        if (chosen.length < courses[job]!.units) break;
        const taken = chosen.slice(0, courses[job]!.units);
        const heats = taken.some((unit) => owner[unit] !== job) ? heaterS : 0;
        for (const unit of taken) owner[unit] = holder[unit] = job;
        doing[job] = "holds";
        until[job] = now + heats + courses[job]!.holdS;
        line.shift();
      }
    };
    for (const job of [0, 1, 2, 3]) if (doing[job] === "waits") waits[job]!++;
    for (const job of [0, 1, 2, 3]) {
      if (until[job] !== now) continue;
      if (doing[job] === "own") {
        doing[job] = "waits";
        line.push(job);
      } else if (doing[job] === "holds") {
        for (const [unit, whose] of holder.entries()) if (whose === job) holder[unit] = -1;
        rounds[job]!--;
        doing[job] = rounds[job] === 0 ? "gone" : "own";
        until[job] = now + courses[job]!.ownS;
        if (rounds[job] === 0) ends[job] = now;
      }
      give();
    }
    for (const job of [0, 1, 2, 3]) {
      if (jobs[job]!.arrivesS !== now) continue;
      doing[job] = "own";
      until[job] = now + courses[job]!.ownS;
    }
  }
  return { ends, waits };
}

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
  const options = { workers: [4], algorithms: [findAlgorithm(name)!], executeUpTo: 0, unit: null };
  const { outcome } = compareAlgorithms(cluster({}), options).rows[0]!;
  if (outcome.kind === "refused") throw new Error(outcome.reason);
  return outcome.timing.totalS;
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
  it("are served as four jobs are second by second, in 400 cases", () => {
    let [waited, shared] = [0, 0];
    for (let seed = 1; seed <= 400; seed++) {
      const it = caseOf(seed);
      const wanted = bySeconds(it);
      const found = serveJobs(it.jobs, it.units, it.heaterS, (job) => it.courses[it.jobs.indexOf(job)]!);
      expect([...found.endS], `case ${seed}`).toEqual(wanted.ends);
      expect([...found.waitedS], `case ${seed}`).toEqual(wanted.waits);
      if (wanted.waits.some((time) => time > 0)) waited++;
      if (found.programmed > 4) shared++;
    }
    expect(Math.min(waited, shared)).toBeGreaterThan(100);
  });

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

  it("need no more units than there are (OPT0713), and print every way in every format", () => {
    const cwd = scratch();
    const input =
      "cluster c { workers 4; parameters 1e6; optinc { unit 4 }; jobs { units 5; every 1 s; iterations 10 } }";
    const run = (...words: string[]) => optinc(["compare", "-", "--jobs", "20", ...words], { cwd, input });
    expect(run("--workers", "4,64")).toMatchObject({
      code: 1,
      err: expect.stringContaining("error[OPT0713]: jobs of 64 workers take 21 units; c has 5"),
    });
    const table = run("--workers", "4,16");
    expect([table.code, table.out.match(/^ {2}(isolated|optinc-fixed|optinc-shared|sharp|ring) /gm)]).toEqual([
      0,
      expect.any(Array),
    ]);
    expect(table.out).toContain("1 000 000 elements, 20 jobs, 4, 16 workers");
    const lines = run("--format", "csv").out.trimEnd().split("\n");
    expect(new Set(lines.map((line) => line.split(",").length))).toEqual(new Set([14]));
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
