import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { optinc, program, root } from "../cli/run.ts";
import { answerOf } from "./exports.ts";

const execute = promisify(execFile);
const study = join(root, "examples/studies/neurons.optinc");
const shards = 4;

const folder = mkdtempSync(join(tmpdir(), "optinc-study-"));
const whole = join(folder, "whole");
/** Every start of the program by the batch systems: its process and its arguments, a line each. */
const starts = join(folder, "starts");
const wrapper = join(folder, "optinc");

beforeAll(() => {
  writeFileSync(starts, "");
  writeFileSync(wrapper, `#!/bin/sh\necho "$$ $*" >> '${starts}'\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(wrapper, 0o755);
  const { code, err } = optinc(["study", study, "-o", whole, "-q"]);
  expect([code, err]).toEqual([0, ""]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("rows.parquet, rows.jsonl and rows.csv are the same rows to pyarrow", async () => {
  const verdict = await answerOf<{ rows: number; columns: readonly string[]; wrong: readonly string[] }>(
    "study_rows",
    (at) => writeFileSync(join(at, "results.json"), JSON.stringify(whole)),
  );
  if (verdict === null) return;
  expect(verdict.wrong).toEqual([]);
  expect(verdict.rows).toBe(16);
  expect(verdict.columns.slice(0, 6)).toEqual(["point", "decision_margin", "neuron", "threshold", "outputs", "mzis"]);
});

it("a job array of Slurm, one task of which is killed and resumed, merges to the bytes of one machine", async () => {
  const missing = ["munged", "slurmctld", "slurmd", "sbatch"].filter((name) => spawnSync("which", [name]).status !== 0);
  if (missing.length > 0 || process.getuid?.() !== 0) {
    return notRun(
      `Slurm: ${missing.length > 0 ? `${missing.join(", ")} missing` : "its daemons are started by root alone"}`,
    );
  }
  const at = join(folder, "slurm");
  const results = join(at, "results");
  const cluster = await startSlurm(join(folder, "daemons"));
  try {
    mkdirSync(at);
    const { out } = optinc(["study", study, "-o", results, "--slurm", `${shards}`]);
    writeFileSync(join(at, "study.sh"), out);
    const submit = async (...options: readonly string[]): Promise<void> => {
      const env = { ...process.env, ...cluster.env, OPTINC: wrapper };
      // ends with the code of the worst task
      await execute("sbatch", ["--parsable", "--wait", "--no-requeue", ...options, "study.sh"], { cwd: at, env }).catch(
        () => {},
      );
    };
    const [all, killed] = await Promise.all([submit(), killShard(results, 1)]);
    void all;
    const logs = readdirSync(at).filter((name) => name.endsWith(".log"));
    expect(logs.sort()).toEqual([1, 2, 3, 4].map((task) => `optinc-neurons-${task}.log`));
    expect(optinc(["study", "merge", study, results, "-o", join(at, "merged")]).err).toContain("OPT0685");
    await submit("--array=1");
    expect(readFileSync(join(at, "optinc-neurons-1.log"), "utf8")).toContain(
      `4 of 4 points finished (${killed} of them before)`,
    );
    expect(optinc(["study", "merge", study, results, "-o", join(at, "merged"), "-q"]).code).toBe(0);
    expect(tablesOf(join(at, "merged"))).toEqual(tablesOf(whole));
    // As at a limit of time: the task is told, queued again, and the merge waits for it.
    const limited = join(at, "limited");
    writeFileSync(join(at, "limited.sh"), optinc(["study", study, "-o", limited, "--slurm", `${shards}`]).out);
    const env = { ...process.env, ...cluster.env, OPTINC: `sh ${wrapper}` };
    const [submitted] = await Promise.all([
      execute("bash", ["limited.sh"], { cwd: at, env }),
      // The signal that slurmd sends, to the script: the parent of the program.
      untilFinished(limited, 1).then(() => {
        const status = readFileSync(`/proc/${processOf(limited, 1)}/status`, "utf8");
        process.kill(Number(/^PPid:\s*(\d+)/m.exec(status)![1]), "SIGUSR1");
      }),
    ]);
    expect(submitted.stdout).toContain("Submitted batch job");
    await until(() => existsSync(join(limited, "pareto.svg")), "the merge", 600);
    const log = readFileSync(join(at, "optinc-neurons-1.log"), "utf8");
    expect(log).toMatch(/finished points are kept[\s\S]*4 of 4 points finished \([1-3] of them before\)/);
    expect(tablesOf(limited)).toEqual(tablesOf(whole));
    console.log(
      `Slurm ${cluster.version}: ${shards} tasks, one killed with ${killed} of 4 points finished and resumed, one queued again at its limit, and the merge`,
    );
  } finally {
    await cluster.stop();
  }
});

it("the Snakemake workflow, one shard of which is killed and resumed, ends with the bytes of one machine", async () => {
  const snakemake = join(root, ".interop/studies/bin/snakemake");
  if (!existsSync(snakemake)) {
    const reason = join(root, ".interop/studies.reason");
    return notRun(`Snakemake: ${existsSync(reason) ? readFileSync(reason, "utf8").trim() : "not installed"}`);
  }
  const at = join(folder, "snakemake");
  const results = join(at, "results");
  mkdirSync(at);
  const config = [`optinc=${wrapper}`, `study=${study}`, `results=${results}`, `shards=${shards}`];
  const workflow = async (): Promise<number> => {
    const args = ["-s", join(root, "examples/studies/Snakefile"), "-d", at, "-j", "2", "--config", ...config];
    const env = { ...process.env, HOME: at, XDG_CACHE_HOME: at };
    const run = spawn(snakemake, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    return await new Promise((resolve) => run.on("exit", (code) => resolve(code ?? -1)));
  };
  const [code, killed] = await Promise.all([workflow(), killShard(results, 2)]);
  expect(code).toBe(1);
  expect(existsSync(join(results, "rows.csv"))).toBe(false);
  const before = readFileSync(starts, "utf8");
  expect(await workflow()).toBe(0);
  const again = readFileSync(starts, "utf8").slice(before.length);
  expect(again).toContain("--shard 2/4");
  expect(readFinishedOf(results, 2)).toBe(4);
  expect(tablesOf(results)).toEqual(tablesOf(whole));
  console.log(`Snakemake: ${shards} shards, one killed with ${killed} of 4 points finished, and resumed`);
});

function notRun(what: string): void {
  console.log(`not run: ${what}`);
  if (process.env["CI"] === "true") throw new Error(`${what} was not run`);
}

function tablesOf(results: string): Record<string, string> {
  const names = ["rows.csv", "rows.jsonl", "rows.parquet", "pareto.csv", "pareto.svg", "study.json"];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(results, name)).toString("base64")]));
}

function readFinishedOf(results: string, shard: number): number {
  const path = join(results, `finished/${shard}-of-${shards}.jsonl`);
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
}

/** Waits for the first point of a shard. */
async function untilFinished(results: string, shard: number): Promise<void> {
  for (let waited = 0; waited < 120_000; waited += 5) {
    if (readFinishedOf(results, shard) > 0) break;
    await pause(5);
  }
}

function processOf(results: string, shard: number): number {
  const line = readFileSync(starts, "utf8")
    .split("\n")
    .find((each) => each.includes(`--shard ${shard}/${shards}`) && each.includes(results));
  return Number(line!.split(" ")[0]);
}

/** Kills the program of a shard as soon as it has finished a point; how many it had. */
async function killShard(results: string, shard: number): Promise<number> {
  await untilFinished(results, shard);
  process.kill(processOf(results, shard), "SIGKILL");
  await pause(200);
  const kept = readFinishedOf(results, shard);
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(4);
  return kept;
}

interface Cluster {
  readonly version: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** One node with all daemons in a folder of their own: no systemd, no control groups, no other user than root. */
async function startSlurm(at: string): Promise<Cluster> {
  const node = hostname().split(".")[0]!;
  for (const inner of ["munge", "state", "spool"]) mkdirSync(join(at, inner), { recursive: true, mode: 0o700 });
  writeFileSync(join(at, "munge/key"), crypto.getRandomValues(new Uint8Array(1024)), { mode: 0o400 });
  const [controller, daemon] = [26_817, 26_818];
  const lines = [
    "ClusterName=optinc",
    `SlurmctldHost=${node}(127.0.0.1)`,
    "SlurmUser=root",
    "SlurmdUser=root",
    "AuthType=auth/munge",
    "CredType=cred/munge",
    // a job that is queued again waits as long as a credential holds: 120 s, if nothing else is said
    `AuthInfo=socket=${at}/munge/socket,cred_expire=10`,
    `SlurmctldPort=${controller}`,
    `SlurmdPort=${daemon}`,
    `SlurmctldPidFile=${at}/slurmctld.pid`,
    `SlurmdPidFile=${at}/slurmd.pid`,
    `StateSaveLocation=${at}/state`,
    `SlurmdSpoolDir=${at}/spool`,
    `SlurmctldLogFile=${at}/slurmctld.log`,
    `SlurmdLogFile=${at}/slurmd.log`,
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "JobAcctGatherType=jobacct_gather/none",
    "AccountingStorageType=accounting_storage/none",
    "MpiDefault=none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_Core",
    "ReturnToService=2",
    `NodeName=${node} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN`,
    `PartitionName=all Nodes=${node} Default=YES MaxTime=60 State=UP`,
  ];
  const configuration = join(at, "slurm.conf");
  writeFileSync(configuration, `${lines.join("\n")}\n`);
  const env = { SLURM_CONF: configuration };
  const daemons: ChildProcess[] = [];
  const start = (name: string, ...args: readonly string[]): void => {
    daemons.push(spawn(name, args, { env: { ...process.env, ...env }, stdio: "ignore" }));
  };
  const stop = async (): Promise<void> => {
    for (const each of [...daemons].reverse()) {
      if (each.exitCode !== null || each.signalCode !== null) continue;
      const ended = new Promise((resolve) => each.once("exit", resolve));
      each.kill("SIGTERM");
      await Promise.race([ended, pause(10_000).then(() => each.kill("SIGKILL"))]);
    }
  };
  const munge = ["key", "socket", "pid", "log", "seed"].map((name) => {
    const option = { key: "key-file", socket: "socket", pid: "pid-file", log: "log-file", seed: "seed-file" }[name];
    return `--${option}=${at}/munge/${name}`;
  });
  try {
    start("munged", "--force", "--foreground", ...munge);
    await until(() => existsSync(join(at, "munge/socket")), "munged");
    start("slurmctld", "-D", "-f", configuration);
    start("slurmd", "-D", "-f", configuration);
    const idle = (): boolean =>
      spawnSync("sinfo", ["-h", "-o", "%T"], { env: { ...process.env, ...env }, encoding: "utf8" }).stdout.trim() ===
      "idle";
    await until(idle, "slurmctld and slurmd");
    const version = spawnSync("sinfo", ["--version"], { env: { ...process.env, ...env }, encoding: "utf8" }).stdout;
    return { version: version.trim().replace(/^\S+ /, ""), env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function until(holds: () => boolean, what: string, most = 120): Promise<void> {
  for (let tries = 0; tries < most; tries++) {
    if (holds()) return;
    await pause(500);
  }
  throw new Error(`${what} did not come up`);
}
