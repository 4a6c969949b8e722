import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { writeCounts } from "../bench/counts.ts";
import { type Case, describeFault, parseCase, printCase, signatureOf } from "./material/case.ts";
import { checkout } from "./material/corpus.ts";
import type { News, Orders } from "./round.ts";
import { allSubjects } from "./subjects/index.ts";

const usage = `npm run fuzz -- [--minutes N] [--inputs COUNT] [--seed S] [--only NAME,NAME] [--out FOLDER]
npm run fuzz -- --smoke              what continuous integration runs: a fixed round; npm test replays the cases of tests/fuzz
npm run fuzz -- --replay FILE        a finding once more, with its stack
Ends with 0 without findings, with 1 otherwise and after an error of the fuzzer. Findings: an exception; an exit code other than 0, 1, 2 or 3;
10 s of computing; 1 GiB more memory; a wrong circuit (by an independent walk) that passes.`;

/** Limits of one input. */
const MOST_CPU_S = 10;
const MOST_BYTES = 2 ** 30;
const POLL_MS = 100;
const SMOKE_INPUTS = 15_000;

interface Tally {
  readonly out: string;
  readonly counts: Map<string, number>;
  /** Signature -> times. */
  readonly found: Map<string, number>;
  readonly failed: Set<string>;
  tried: number;
  /** What of the fuzzer itself failed and ended the round. */
  fault: string | null;
}

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const { values } = parseArgs({
    options: { minutes: text, inputs: text, seed: text, only: text, out: text, replay: text, smoke: flag, help: flag },
  });
  if (values.help === true) return void process.stdout.write(`${usage}\n`);
  if (values.replay !== undefined) return replay(values.replay);
  const smoke = values.smoke === true;
  const orders: Orders = {
    seed: whole(values.seed ?? "1"),
    inputs: whole(values.inputs ?? (smoke ? `${SMOKE_INPUTS}` : `${2 ** 31 - 2}`)),
    minutes: smoke ? 1e9 : Number(values.minutes ?? (values.inputs === undefined ? "1" : "1e9")),
    only: knownNames(values.only ?? null),
  };
  const out = values.out ?? join(checkout, "build/fuzz");
  const tally: Tally = { out, counts: new Map(), found: new Map(), failed: new Set(), tried: 0, fault: null };
  await fuzz(orders, tally);
  print(orders.seed, tally);
}

function print(seed: number, { counts, tried, found, failed, fault }: Tally): void {
  for (const [name, count] of [...counts].sort()) process.stdout.write(`${name.padEnd(12)} ${count}\n`);
  process.stdout.write(`${tried} inputs, seed ${seed}, ${found.size} findings\n`);
  for (const [signature, times] of found) process.stdout.write(`  ${times} times: ${signature}\n`);
  if (fault !== null) process.stdout.write(`${fault}\n`);
  writeCounts(counts.size - failed.size, failed.size + (fault === null ? 0 : 1));
  process.exitCode = found.size === 0 && fault === null ? 0 : 1;
}

/** Subjects by name, as they were given; throws where there is none of a name. */
function knownNames(only: string | null): string | null {
  const names = allSubjects().map(({ name }) => name);
  const strange = only?.split(",").find((name) => !names.includes(name));
  if (strange !== undefined) throw new Error(`there is no subject ${strange}: ${names.join(", ")}`);
  return only;
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${text} is no whole number\n${usage}`);
  return value;
}

/** Runs workers, one after the other: a new one, under another seed, when an input takes too much. */
async function fuzz(orders: Orders, tally: Tally): Promise<void> {
  const end = performance.now() + orders.minutes * 60_000;
  for (let restarts = 0; tally.tried < orders.inputs && performance.now() < end; restarts++) {
    const minutes = (end - performance.now()) / 60_000;
    const rest = { ...orders, seed: orders.seed + 1000 * restarts, inputs: orders.inputs - tally.tried, minutes };
    if (await work(rest, tally)) return;
  }
}

/** One worker, until it is done (true) or over a limit. */
function work(orders: Orders, tally: Tally): Promise<boolean> {
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    workerData: orders,
    // What the command line has as well.
    resourceLimits: { maxOldGenerationSizeMb: 1024, stackSizeMb: 1 },
  });
  return new Promise((resolve) => {
    let trying: Case | null = null;
    let since = process.cpuUsage();
    let base = process.memoryUsage.rss();
    let shown = performance.now();
    const finish = (done: boolean): void => {
      clearInterval(watch);
      worker.removeAllListeners();
      void worker.terminate().then(() => resolve(done));
    };
    const fell = (what: string): void => {
      if (trying === null) tally.fault = what;
      else report(tally, { ...trying, found: what }, `${trying.subject}: ${signatureOf(what)}`);
      finish(trying === null);
    };
    const watch = setInterval(() => {
      const { user, system } = process.cpuUsage(since);
      if (user + system > MOST_CPU_S * 1e6) fell(`hangs after ${MOST_CPU_S} s of computing`);
      else if (process.memoryUsage.rss() - base > MOST_BYTES) fell("takes more than 1 GiB");
      if (performance.now() - shown < 10_000) return;
      process.stderr.write(`${tally.tried} inputs, ${tally.found.size} findings\n`);
      shown = performance.now();
    }, POLL_MS);
    worker.on("message", (news: News) => {
      if (news.kind === "trying") {
        trying = news.text;
        since = process.cpuUsage();
        base = Math.min(base, process.memoryUsage.rss());
        if (news.smaller) return;
        tally.counts.set(trying.subject, (tally.counts.get(trying.subject) ?? 0) + 1);
        tally.tried++;
      } else if (news.kind === "found") report(tally, news.text, news.signature);
      else {
        if (news.kind === "fault") tally.fault = news.fault;
        finish(true);
      }
    });
    worker.on("error", (error) => fell(describeFault(error)));
  });
}

function report(tally: Tally, found: Case, signature: string): void {
  const times = tally.found.get(signature) ?? 0;
  tally.found.set(signature, times + 1);
  tally.failed.add(found.subject);
  if (times > 0) return;
  mkdirSync(tally.out, { recursive: true });
  const path = join(tally.out, `${found.subject}-${found.seed}-${found.index}.json`);
  writeFileSync(path, printCase(found));
  process.stdout.write(`${path}: ${found.found}\n  seed ${found.seed}, input ${found.index}\n`);
}

async function replay(path: string): Promise<void> {
  const { subject: name, input } = parseCase(readFileSync(path, "utf8"));
  const subject = allSubjects().find((each) => each.name === name);
  if (subject === undefined) throw new Error(`there is no subject ${name}`);
  await subject.run(input);
  process.stdout.write("nothing wrong any more\n");
}

await main();
