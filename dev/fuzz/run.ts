import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { type Case, describeFault, parseCase, printCase } from "./material/case.ts";
import { checkout } from "./material/corpus.ts";
import { allSubjects, makeInput } from "./subjects/index.ts";
import { type News, type Orders, selectSubjects } from "./worker.ts";

const usage = `npm run fuzz -- [--minutes N] [--inputs COUNT] [--seed S] [--from INDEX] [--only NAME,NAME] [--out FOLDER]
npm run fuzz -- --smoke              what continuous integration runs: a fixed round; npm test replays the cases of tests/fuzz
npm run fuzz -- --replay FILE        a finding once more, with its stack
Ends with 0 without findings, with 1 otherwise and after an error of the fuzzer. Findings: an exception; an exit code other than 0, 1, 2 or 3;
10 s of computing; 1 GiB more memory; a wrong circuit (by an independent walk) that passes.`;

/** Limits of one input. */
const MOST_CPU_S = 10;
const MOST_BYTES = 2 ** 30;
const POLL_MS = 100;
const SMOKE_INPUTS = 15_000;

interface Round {
  readonly seed: number;
  readonly from: number;
  readonly inputs: number;
  readonly minutes: number;
  readonly only: string | null;
  readonly out: string;
}

interface Tally {
  readonly counts: Map<string, number>;
  /** Signature -> times. */
  readonly found: Map<string, number>;
  readonly failed: Set<string>;
  tried: number;
  /** What of the fuzzer itself failed and ended the round. */
  fault: string | null;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string" },
      inputs: { type: "string" },
      seed: { type: "string" },
      from: { type: "string" },
      only: { type: "string" },
      out: { type: "string" },
      replay: { type: "string" },
      smoke: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  if (values.replay !== undefined) {
    await replay(values.replay);
    return;
  }
  const smoke = values.smoke === true;
  const round: Round = {
    seed: whole(values.seed ?? "1"),
    from: whole(values.from ?? "0"),
    inputs: whole(values.inputs ?? (smoke ? `${SMOKE_INPUTS}` : `${2 ** 31 - 2}`)),
    minutes: smoke ? 1e9 : Number(values.minutes ?? (values.inputs === undefined ? "1" : "1e9")),
    only: knownNames(values.only ?? null),
    out: values.out ?? join(checkout, "build/fuzz"),
  };
  const tally = await fuzz(round);
  for (const [name, count] of [...tally.counts].sort()) process.stdout.write(`${name.padEnd(12)} ${count}\n`);
  process.stdout.write(`${tally.tried} inputs, seed ${round.seed}, ${tally.found.size} findings\n`);
  for (const [signature, times] of tally.found) process.stdout.write(`  ${times} times: ${signature}\n`);
  if (tally.fault !== null) process.stdout.write(`${tally.fault}\n`);
  if (process.env["OPTINC_TEST_COUNTS"] !== undefined) {
    const failed = tally.failed.size + (tally.fault === null ? 0 : 1);
    const counts = {
      numPassedTests: tally.counts.size - tally.failed.size,
      numFailedTests: failed,
      numPendingTests: 0,
      numTodoTests: 0,
      success: failed === 0,
    };
    writeFileSync(process.env["OPTINC_TEST_COUNTS"], `${JSON.stringify(counts)}\n`);
  }
  process.exitCode = tally.found.size === 0 && tally.fault === null ? 0 : 1;
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

/** Runs workers, one after the other: a new one when an input takes too much. */
async function fuzz(round: Round): Promise<Tally> {
  const tally: Tally = { counts: new Map(), found: new Map(), failed: new Set(), tried: 0, fault: null };
  const end = performance.now() + round.minutes * 60_000;
  let from = round.from;
  const to = round.from + round.inputs;
  while (from < to && performance.now() < end && tally.fault === null) from = await work(round, from, to, end, tally);
  return tally;
}

/** One worker, until it is done, out of time or over a limit. Returns the input to go on with. */
function work(round: Round, from: number, to: number, end: number, tally: Tally): Promise<number> {
  const place = new Int32Array(new SharedArrayBuffer(4));
  Atomics.store(place, 0, from);
  const orders: Orders = { seed: round.seed, from, to, only: round.only, place };
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    workerData: orders,
    // What the command line has as well.
    resourceLimits: { maxOldGenerationSizeMb: 1024, stackSizeMb: 1 },
  });
  return new Promise((resolve) => {
    let last = from;
    let since = process.cpuUsage();
    let base = process.memoryUsage.rss();
    let shown = performance.now();
    const finish = (next: number): void => {
      clearInterval(watch);
      worker.removeAllListeners();
      void worker.terminate().then(() => resolve(next));
    };
    const fell = (what: string): void => {
      const index = Atomics.load(place, 0);
      const made = makeInput(selectSubjects(allSubjects(), round.only), round.seed, index);
      if (made.kind === "fault") tally.fault = made.fault;
      else {
        const { subject, input } = made;
        const found = { subject: subject.name, seed: round.seed, index, found: what, input };
        report(round, tally, { format: "optinc.fuzz-case", ...found }, what);
      }
      finish(index + 1);
    };
    const watch = setInterval(() => {
      const index = Atomics.load(place, 0);
      const { user, system } = process.cpuUsage(since);
      const rss = process.memoryUsage.rss();
      if (performance.now() - shown > 10_000) {
        process.stderr.write(`${tally.tried} inputs, ${tally.found.size} findings\n`);
        shown = performance.now();
      }
      if (index !== last) {
        last = index;
        since = process.cpuUsage();
        base = Math.min(base, rss);
      } else if (user + system > MOST_CPU_S * 1e6) fell(`hangs after ${MOST_CPU_S} s of computing`);
      if (rss - base > MOST_BYTES) fell("takes more than 1 GiB");
      if (performance.now() > end) finish(index);
    }, POLL_MS);
    worker.on("message", (news: News) => {
      switch (news.kind) {
        case "counts":
          for (const [name, count] of Object.entries(news.counts)) {
            tally.counts.set(name, (tally.counts.get(name) ?? 0) + count);
            tally.tried += count;
          }
          break;
        case "found":
          report(round, tally, news.text, news.signature);
          break;
        case "fault":
          tally.fault = news.fault;
          finish(to);
          break;
        case "end":
          finish(to);
          break;
        default:
          news satisfies never;
      }
    });
    worker.on("error", (error) => fell(describeFault(error)));
  });
}

function report(round: Round, tally: Tally, found: Case, signature: string): void {
  const times = tally.found.get(signature) ?? 0;
  tally.found.set(signature, times + 1);
  tally.failed.add(found.subject);
  if (times > 0) return;
  mkdirSync(round.out, { recursive: true });
  const path = join(round.out, `${found.subject}-${found.seed}-${found.index}.json`);
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
