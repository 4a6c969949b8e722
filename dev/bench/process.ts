import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import nodeModule from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measured } from "../../dsl/index.ts";
import { recordGoal } from "./goals.ts";
import { printTable } from "./table.ts";
import { timed } from "./timing.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const program = join(root, "dist/program/optinc.js");

/** Whether the Node at hand keeps compiled code between runs, from 22.1 on; goals for commands depend on it. */
const codeIsKept = "enableCompileCache" in nodeModule && process.env["NODE_DISABLE_COMPILE_CACHE"] === undefined;

/** At most so many empty Node processes, or milliseconds. */
interface Limit {
  readonly most: number;
  readonly unit: "x" | "ms";
}

function goalText({ most, unit }: Limit): string {
  return `${most} ${unit}`;
}

/** Start and work of the shortest commands, beside an empty Node process in turns. */
export function startBench(smoke: boolean): void {
  const kept = `${codeIsKept ? "with" : "without"} a compile cache`;
  const example = join(root, "examples/mean-4x8.optinc");
  inScratch((scratch) => {
    const built = join(scratch, "built");
    const most = codeIsKept ? [1.6, 5, 4] : [2.5, 6, 5];
    const work = [
      ["check mean-4x8", ["check", example]],
      ["compile mean-4x8", ["compile", example, "-o", built, "--force"]],
      ["verify mean-4x8, 28 561 vectors", ["verify", built]],
    ] as const;
    const rows = timeInRounds(smoke ? 1 : 25, [
      empty,
      ...work.map(([name, words], i): Work => {
        return [`optinc ${name}, ${kept}`, [program, ...words], { most: most[i]!, unit: "x" }];
      }),
    ]);
    report(`Start of commands on Node ${process.version}, ${kept} (the best of some rounds)`, rows);
  });
}

/** Commands that take their time, as processes. */
export function processBench(smoke: boolean): void {
  inScratch((scratch) => {
    const wide = join(scratch, "wide.optinc");
    const workers = smoke ? 8 : 64;
    writeFileSync(wide, `aggregate wide { workers ${workers}; precision 32 bits }\n`);
    report("Commands as processes (the best of some rounds)", [
      ...timeInRounds(smoke ? 1 : 5, [empty]),
      time(
        `optinc compile ${workers} workers x 32 bits`,
        [program, "compile", wide, "-o", join(scratch, "w"), "--force"],
        1,
        { most: 20_000, unit: "ms" },
      ),
      ...physicsRows(scratch, smoke),
    ]);
  });
}

function inScratch(work: (scratch: string) => void): void {
  const scratch = mkdtempSync(join(tmpdir(), "optinc-bench-"));
  try {
    work(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Rows beside the first, which is an empty process. */
function report(title: string, rows: readonly TimedCommand[]): void {
  const least = rows[0]!.ms;
  for (const { name, ms, goal } of rows) {
    if (goal === null) continue;
    recordGoal({
      work: name,
      now: measured(ms / 1e3, "s"),
      peer: `node -e 0 ${measured(least / 1e3, "s")}`,
      ratio: `${(ms / least).toFixed(1)} x`,
      goal: goalText(goal),
      met: (goal.unit === "x" ? ms / least : ms) <= goal.most,
    });
  }
  printTable(
    title,
    ["command", "ms", "x node -e 0", "goal"],
    rows.map(({ name, ms, goal }) => [
      name,
      ms.toFixed(0),
      (ms / least).toFixed(1),
      goal === null ? "" : goalText(goal),
    ]),
  );
}

/** What is asked most of a circuit with its technology; the goals are those of two cores that do nothing else. */
function physicsRows(scratch: string, smoke: boolean): TimedCommand[] {
  const built = (workers: number): string => {
    const spec = join(scratch, `lossy-${workers}.optinc`);
    writeFileSync(
      spec,
      `aggregate mean-${workers}x8 { workers ${workers}; precision 8 bits; technology "foundry-si" }\n`,
    );
    const out = join(scratch, `lossy-${workers}`);
    time("", [program, "compile", spec, "-o", out, "-q"], 1, null);
    return out;
  };
  const technology = ["--technology", "foundry-si"];
  const workers = smoke ? 4 : 16;
  const chips = smoke ? 20 : 1000;
  const drawn = [program, "yield", built(4), ...technology, "--chip-samples", `${chips}`, "--threads"];
  return [
    time(`optinc budget mean-${workers}x8`, [program, "budget", built(workers), ...technology], smoke ? 1 : 5, {
      most: 1000,
      unit: "ms",
    }),
    time(`optinc yield mean-4x8, ${chips} chips, one thread`, [...drawn, "1"], 1, null),
    time(`optinc yield mean-4x8, ${chips} chips, two threads`, [...drawn, "2"], smoke ? 1 : 3, {
      most: 5000,
      unit: "ms",
    }),
  ];
}

interface TimedCommand {
  readonly name: string;
  readonly ms: number;
  readonly goal: Limit | null;
}

type Work = readonly [name: string, args: readonly string[], goal: Limit | null];

const empty: Work = ["node -e 0 (the limit)", ["-e", "0"], null];

/** What is compared runs in turns, so that a change of the machine's clock hits all of it. */
function timeInRounds(rounds: number, work: readonly Work[]): readonly TimedCommand[] {
  const least = work.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    // there and back: what runs behind much work runs slower
    for (let turn = 0; turn < work.length; turn++) {
      const i = round % 2 === 0 ? turn : work.length - 1 - turn;
      const [name, args] = work[i]!;
      least[i] = Math.min(least[i]!, run(name, args));
    }
  }
  return work.map(([name, , goal], i) => ({ name, ms: least[i]!, goal }));
}

function time(name: string, args: readonly string[], runs: number, goal: Limit | null): TimedCommand {
  return timeInRounds(runs, [[name, args, goal]])[0]!;
}

/** Milliseconds that a process takes. */
function run(name: string, args: readonly string[]): number {
  const { ms, value } = timed(() => spawnSync(process.execPath, args, { encoding: "utf8" }));
  if (value.status !== 0) throw new Error(`${name} ended with ${value.status}: ${value.stderr}`);
  return ms;
}
