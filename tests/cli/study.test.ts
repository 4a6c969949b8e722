import { type ChildProcess, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectEnd, optinc, program, scratch, startOptinc } from "./run.ts";

const small = `aggregate pair {
  workers 2
  precision 2 bits
}

cluster two { workers 2 }

study small {
  aggregate pair
  vary workers 2 3; neuron relu saturating; threshold electronic optical
  measure mzis, neurons, depth, yield at phase 0.02 rad, iteration-ring
  minimise mzis
  maximise yield
  chips 20
}
`;

function place(text = small): string {
  const at = scratch();
  writeFileSync(join(at, "s.optinc"), text);
  return at;
}

function run(cwd: string, ...args: readonly string[]) {
  return optinc(["study", ...args], { cwd });
}

function filesOf(folder: string): Record<string, string> {
  const names = ["rows.csv", "rows.jsonl", "rows.parquet", "pareto.csv", "pareto.svg", "study.json"];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name)).toString("base64")]));
}

/** The exit code of a study that gets a signal once so many lines stand in its file of finished points. */
function cutShort(child: ChildProcess, signal: NodeJS.Signals, journal: string, lines: number): Promise<number | null> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (existsSync(journal) && readFileSync(journal, "utf8").split("\n").length > lines && !child.killed) {
        child.kill(signal);
      }
    }, 2);
    child.on("exit", (code) => {
      clearInterval(timer);
      resolve(code);
    });
  });
}

describe("a study", () => {
  test("has a row for every point, failures too, in the order of the points", () => {
    const at = place();
    const { code, out, err } = run(at, "s.optinc", "-o", "r");
    expect(code).toBe(0);
    expect(out).toContain("small: 8 points of pair: 6 done, 2 failed");
    expect(out).toContain("the first that failed is point 1: OPT0233");
    expect(out).toContain("Pareto front, less mzis, more yield");
    expect(err).toContain("wrote r/rows.csv");
    const rows = readFileSync(join(at, "r/rows.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows.map(({ point }) => point)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(rows.map(({ workers }) => workers)).toEqual([2, 2, 2, 2, 3, 3, 3, 3]);
    expect(rows[0]).toMatchObject({ neuron: "relu", threshold: "electronic", state: "failed", mzis: null });
    expect(new Set(rows.map(({ key }) => key)).size).toBe(8);
    expect([rows[5].workers, rows[5].spec]).toEqual([3, expect.stringMatching(/^aggregate pair \{\n {2}workers +3\n/)]);
    const [head, ...lines] = readFileSync(join(at, "r/rows.csv"), "utf8").trimEnd().split("\n");
    expect(head).toBe(
      "point,workers,neuron,threshold,mzis,neurons,depth,yield,iteration_ring_s,state,problem,seed,key",
    );
    expect(lines).toHaveLength(8);
    expect(lines[2]!.split(",").slice(1, 5)).toEqual(["2", "saturating", "electronic", String(rows[2].mzis)]);
    const front = readFileSync(join(at, "r/pareto.csv"), "utf8").trimEnd().split("\n");
    expect(front[0]).toBe(head);
    for (const line of front.slice(1)) expect(lines).toContain(line);
    expect(readFileSync(join(at, "r/pareto.svg"), "utf8")).toContain("Pareto front of small");

    // what `compile` says of the same circuit
    writeFileSync(
      join(at, "one.optinc"),
      "aggregate pair { workers 3; precision 2 bits; network constructed { neuron relu } }\n",
    );
    const compiled = optinc(["compile", "one.optinc", "-o", "b", "--chips", "0", "--json"], { cwd: at });
    const { figures = {}, ...summary } = JSON.parse(compiled.out).aggregates[0].summary;
    expect(JSON.stringify({ ...figures, ...summary })).toContain(`"mzis":${rows[5].mzis}`);
  });

  test("in shards, on threads, killed and resumed, merges to the same bytes", async () => {
    const at = place();
    expect(run(at, "s.optinc", "-o", "whole", "-q").code).toBe(0);
    expect(run(at, "s.optinc", "-o", "parts", "--shard", "1/3", "--jobs", "2", "-q").code).toBe(0);
    expect(existsSync(join(at, "parts/rows.csv"))).toBe(false);
    expect(run(at, "s.optinc", "-o", "other", "--shard", "2/3", "-q").code).toBe(0);
    expectEnd(run(at, "merge", "s.optinc", "parts", "other", "-o", "merged"), 1, "OPT0685");
    expect(existsSync(join(at, "merged"))).toBe(false);
    expect(run(at, "merge", "s.optinc", "parts", "other", "-o", "some", "--partial").out).toContain("6 of 8 points");
    // killed as soon as its first row is finished
    const child = startOptinc(["study", "s.optinc", "-o", "parts", "--shard", "3/3"], { cwd: at });
    const journal = join(at, "parts/finished/3-of-3.jsonl");
    await cutShort(child, "SIGKILL", journal, 1);
    const kept = readFileSync(journal, "utf8").split("\n").length - 1;
    expect(kept).toBeGreaterThan(0);
    expect(run(at, "s.optinc", "-o", "parts", "--shard", "3/3").code).toBe(1);
    const resumed = run(at, "s.optinc", "-o", "parts", "--shard", "3/3", "--resume");
    expect(resumed.err).toMatch(new RegExp(`2 of 2 points finished \\(${kept} of them before\\)`));
    expect(run(at, "merge", "s.optinc", "parts", "other", "-o", "merged", "-q").code).toBe(0);
    expect(filesOf(join(at, "merged"))).toEqual(filesOf(join(at, "whole")));
    expect(run(at, "merge", "s.optinc", "whole", "-o", "whole", "-q").code).toBe(0);
    expect(filesOf(join(at, "merged"))).toEqual(filesOf(join(at, "whole")));
  });

  test("never computes a finished row again, and computes what was changed or damaged", () => {
    const at = place();
    expect(run(at, "s.optinc", "-o", "r", "-q").code).toBe(0);
    const before = filesOf(join(at, "r"));
    expect(run(at, "s.optinc", "-o", "r").err).toContain("OPT0683");
    const again = run(at, "s.optinc", "-o", "r", "--resume");
    expect(again.err).toContain("8 of 8 points finished (8 of them before)");
    expect(filesOf(join(at, "r"))).toEqual(before);

    const journal = join(at, "r/finished/1-of-1.jsonl");
    const lines = readFileSync(journal, "utf8").trimEnd().split("\n");
    const better = lines[2]!.replace(/"figures":\[\d+/, '"figures":[1');
    const hostile = [
      '{"key":"__proto__"}',
      "[]",
      "null",
      '{"key":3',
      "\u0000",
      `{"key":"${"0".repeat(64)}","state":"done"}`,
    ];
    writeFileSync(
      journal,
      [...lines.slice(0, 2), better, ...lines.slice(3, 7), ...hostile, lines[7]!.slice(0, 30)].join("\n"),
    );
    const mended = run(at, "s.optinc", "-o", "r", "--resume");
    expect(mended.err).toContain("OPT0684");
    expect(mended.err).toContain("8 of 8 points finished (6 of them before)");
    expect(filesOf(join(at, "r"))).toEqual(before);

    // one more value, another seed: what is the same is taken
    writeFileSync(join(at, "s.optinc"), small.replace("workers 2 3", "workers 2 3 4"));
    expect(run(at, "s.optinc", "-o", "r", "--resume").err).toContain("12 of 12 points finished (8 of them before)");
    writeFileSync(join(at, "s.optinc"), small.replace("chips 20", "chips 20; seed 2"));
    expect(run(at, "s.optinc", "-o", "r", "--resume").err).toMatch(/8 of 8 points finished, /);
  });

  test("that is interrupted keeps what is finished, and says how it goes on", async () => {
    const many = small.replace("workers 2 3;", "workers 2..40; precision 2..8 bits;");
    const at = place(many);
    const child = startOptinc(["study", "s.optinc", "-o", "r"], { cwd: at });
    const journal = join(at, "r/finished/1-of-1.jsonl");
    let err = "";
    child.stderr!.on("data", (text) => {
      err += text;
    });
    expect(await cutShort(child, "SIGTERM", journal, 3)).toBe(143);
    expect(err).toContain("--resume");
    const rows = readFileSync(join(at, "r/rows.csv"), "utf8").trimEnd().split("\n").length - 1;
    expect(rows).toBe(readFileSync(journal, "utf8").trimEnd().split("\n").length);
    expect(rows).toBeGreaterThanOrEqual(3);
  });

  test("leaves folders of others alone", () => {
    const at = place();
    mkdirSync(join(at, "mine"));
    writeFileSync(join(at, "mine/notes.txt"), "kept");
    expectEnd(run(at, "s.optinc", "-o", "mine"), 1, "OPT0682");
    expect(readdirSync(join(at, "mine"))).toEqual(["notes.txt"]);
    expect(run(at, "s.optinc", "-o", "s.optinc").err).toContain("OPT0607");
    expect(run(at, "s.optinc", "-o", "mine", "--force", "-q").code).toBe(0);
    expect(readFileSync(join(at, "mine/notes.txt"), "utf8")).toBe("kept");
  });

  test.each([
    ["OPT0245", "aggregate pair { workers 2; precision 2 }\n", []],
    ["OPT0681", small, ["--study", "smal"]],
    ["OPT0681", `${small}${small.slice(small.indexOf("study")).replace("small", "other")}`, []],
    ["OPT0637", small.replace("neuron relu", "technology foundry; neuron relu"), []],
    ["OPT0240", small.replace("aggregate pair\n", "aggregate pear\n"), []],
  ])("%s before any work", (code, text, more) => {
    const at = place(text);
    expectEnd(run(at, "s.optinc", "-o", "r", ...more), 1, code);
    expect(existsSync(join(at, "r"))).toBe(false);
  });

  test("is refused on standard input, and shards that are none are", () => {
    const at = place();
    expect(run(at, "-").err).toContain("OPT0680");
    for (const shard of ["0/2", "3/2", "1", "a/b"]) expect(run(at, "s.optinc", "--shard", shard).code).toBe(2);
  });

  test("prints a script for Slurm and runs nothing", () => {
    const at = place();
    const { code, out } = run(at, "s.optinc", "-o", "my results", "--slurm", "4", "--time", "2-12:00:00");
    expect(code).toBe(0);
    for (const line of ["#SBATCH --array=1-4\n", "#SBATCH --time=2-12:00:00\n"]) expect(out).toContain(line);
    expect(readdirSync(at)).toEqual(["s.optinc"]);
    expect(run(at, "s.optinc", "--slurm", "--time", "1 hour").code).toBe(2);
    expect(run(at, "s.optinc", "--time", "60").code).toBe(2);
  });

  /** Runs the script beside stand-ins for sbatch and scontrol, which write down what they are given. */
  function scripted(at: string, env: Record<string, string>, ...args: string[]) {
    const script = run(at, "s.optinc", "-o", "my results", "--slurm", "2").out;
    writeFileSync(join(at, "study.sh"), script);
    for (const name of ["sbatch", "scontrol"]) {
      writeFileSync(join(at, name), `#!/bin/sh\necho ${name} "$@" >> '${at}/calls'\necho 7\n`, { mode: 0o755 });
    }
    const path = { PATH: `${at}:${process.env["PATH"]}` };
    const ended = spawnSync("bash", ["study.sh", ...args], { cwd: at, env: { ...path, ...env }, encoding: "utf8" });
    const calls = existsSync(join(at, "calls")) ? readFileSync(join(at, "calls"), "utf8") : "";
    return { code: ended.status, err: ended.stderr, calls };
  }

  test("the script submits the array, and the merge behind it", () => {
    const at = place();
    const { code, calls } = scripted(at, {});
    expect(code).toBe(0);
    expect(calls).toContain("sbatch --parsable study.sh\n");
    expect(calls).toMatch(/--dependency=afterok:7 .*--wrap bash \S*study\.sh merge\n/);
  });

  test("a task runs a program of several words, and is queued again at its limit only if it made progress", () => {
    const words = { OPTINC: `${process.execPath} ${program}` };
    const task = { SLURM_ARRAY_JOB_ID: "7", SLURM_ARRAY_TASK_ID: "1" };
    const at = place();
    expect(scripted(at, { ...words, ...task }).code).toBe(0);
    expect(scripted(at, { ...words, ...task, SLURM_ARRAY_TASK_ID: "2" }).calls).toBe("");
    expect(scripted(at, words, "merge").code).toBe(0);
    expect(existsSync(join(at, "my results/rows.csv"))).toBe(true);
    // A program that is told of the limit, with and without a point that it finished.
    const slow = (more: string): string =>
      `#!/bin/bash\ntrap 'exit 143' TERM\n${more}\nkill -USR1 $PPID\nfor i in {1..100}; do sleep 0.1; done\n`;
    for (const [more, outcome, calls] of [
      [`mkdir -p 'my results/finished'; echo >> 'my results/finished/1-of-2.jsonl'`, 0, "scontrol requeue 7_1\n"],
      ["", 143, ""],
    ] as const) {
      const other = place();
      writeFileSync(join(other, "slow program"), slow(more), { mode: 0o755 });
      const ended = scripted(other, { ...task, OPTINC: join(other, "slow program") });
      expect([ended.code, ended.calls]).toEqual([outcome, calls]);
      if (calls === "") expect(ended.err).toContain("no point is finished");
    }
  });
});
