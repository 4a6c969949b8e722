// A runner of Vitest that tries mutants where the tests stand: each test runs once as it is, which says what mutants it reaches, and
// then once for each of those that still lives, in the same process. Mutants that act nowhere but where modules are loaded are tried on
// modules loaded afresh. Everything is written down at once, so that a mutant that hangs or ends the process is known afterwards.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { collectTests } from "@vitest/runner";
import fc from "fast-check";
import { TestRunner, vi } from "vitest";

// A counterexample need not be a small one.
fc.configureGlobal({ endOnFailure: true });

const plan = JSON.parse(readFileSync(process.env.OPTINC_MUTATION_PLAN, "utf8"));
const before = existsSync(plan.log) ? readFileSync(plan.log, "utf8").trim().split("\n").filter(Boolean).map((it) => JSON.parse(it)) : [];
const alive = new Set(plan.chosen);
const tried = new Set();
for (const { kind, mutant, test } of before) {
  if (kind === "killed" || kind === "hung") alive.delete(mutant);
  if (kind === "lived") tried.add(`${test} ${mutant}`);
}

/** Processor time, so that other work on the machine does not change what is noticed. */
function ownMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Tests that take longer are not tried on mutants: seconds for each that lives add up to hours. */
const SLOWEST_MS = 3000;

/** Switch of the instrumented code (Stryker's names). Its getter is read at every mutated place, so that endless loops end here. */
const reached = { static: {}, perTest: {} };
let active;
let reads = 0;
let deadline = Number.POSITIVE_INFINITY;
globalThis.__stryker__ = {
  mutantCoverage: reached,
  currentTestId: undefined,
  get activeMutant() {
    reads += 1;
    if (reads % 512 === 0 && ownMs() > deadline) throw new Error("the mutant takes too long");
    return active;
  },
};
const stryker = globalThis.__stryker__;

function note(entry) {
  appendFileSync(plan.log, `${JSON.stringify(entry)}\n`);
}

/** Runs the function with one mutant switched on; why it was noticed, or null. */
async function noticed(mutant, usualMs, run) {
  active = mutant;
  deadline = ownMs() + 1500 + 20 * usualMs;
  try {
    await run();
    return null;
  } catch (error) {
    return String(error?.message ?? error).split("\n")[0].slice(0, 100);
  } finally {
    active = undefined;
    deadline = Number.POSITIVE_INFINITY;
  }
}

async function attempt(mutant, test, usualMs, run) {
  if (!alive.has(mutant) || tried.has(`${test} ${mutant}`)) return;
  note({ kind: "begun", mutant, test });
  const why = await noticed(mutant, usualMs, run);
  if (why === null) return note({ kind: "lived", mutant, test });
  alive.delete(mutant);
  note({ kind: "killed", mutant, test, why });
}

/** Tests that ran, with what they reach; shared by the files, which run in one process. */
const runs = [];
const files = [];

export default class MutationRunner extends TestRunner {
  /** Called by Vitest in place of the test. */
  async runTask(test) {
    const run = TestRunner.getTestFn(test);
    const name = `${test.file.name} > ${fullName(test)}`;
    stryker.currentTestId = name;
    note({ kind: "test", test: name });
    const from = ownMs();
    try {
      await run();
    } finally {
      stryker.currentTestId = undefined;
    }
    runs.push({ name, run, ms: ownMs() - from, mutants: new Set(Object.keys(reached.perTest[name] ?? {})) });
  }

  async onAfterRunFiles(ran) {
    await super.onAfterRunFiles?.(ran);
    files.push(...ran.map((file) => file.filepath));
    if (files.length === plan.tests.length) await this.tryAll();
  }

  async tryAll() {
    runs.sort((a, b) => a.ms - b.ms);
    note({ kind: "times", times: runs.map(({ name, ms, mutants }) => [name, ms, mutants.size]) });
    const quick = [];
    // A test that needs what Vitest gives a test alone (hooks, snapshots) fails outside of one, and is not tried.
    for (const test of runs) if (test.ms <= SLOWEST_MS && (await noticed(undefined, 60_000, test.run)) === null) quick.push(test);
    for (const mutant of plan.chosen) {
      for (const { name, run, ms, mutants } of quick) if (mutants.has(mutant)) await attempt(mutant, name, ms, run);
    }
    // A test that fails ever after would have killed everything.
    for (const { name, run } of quick) {
      const why = await noticed(undefined, 60_000, run);
      if (why !== null) note({ kind: "broken", test: name, why });
    }
    const inTests = new Set(runs.flatMap(({ mutants }) => [...mutants]));
    for (const mutant of Object.keys(reached.static)) {
      if (inTests.has(mutant)) continue;
      await attempt(mutant, "loading", 5000, async () => {
        for (const filepath of files) {
          vi.resetModules();
          for (const suite of await collectTests([{ filepath, testLocations: undefined, testIds: undefined }], this)) {
            if (suite.result?.state === "fail") throw new Error(suite.result.errors?.[0]?.message ?? "not loaded");
            for (const test of testsOf(suite)) await TestRunner.getTestFn(test)();
          }
        }
      });
    }
    note({ kind: "end" });
  }
}

function fullName(task) {
  return task.suite === undefined || task.suite === task.file ? task.name : `${fullName(task.suite)} > ${task.name}`;
}

function testsOf(suite) {
  return suite.tasks.flatMap((task) => (task.type === "suite" ? testsOf(task) : task.mode === "run" || task.mode === "queued" ? [task] : []));
}
