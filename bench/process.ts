import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import nodeModule from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measured } from "../dsl/index.ts";
import { recordGoal } from "./goals.ts";
import { printTable } from "./table.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
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

/** Whole commands as processes, beside an empty Node process. */
export function processBench(smoke: boolean): void {
  const scratch = mkdtempSync(join(tmpdir(), "optinc-bench-"));
  try {
    const example = join(root, "examples/mean-4x8.optinc");
    const wide = join(scratch, "wide.optinc");
    writeFileSync(wide, `aggregate wide { workers ${smoke ? 8 : 64}; precision 32 bits }\n`);
    const built = join(scratch, "built");
    const inRounds = timeInRounds(smoke ? 1 : 25, [
      ["node -e 0 (the limit)", ["-e", "0"], null],
      ["optinc check mean-4x8", [program, "check", example], { most: codeIsKept ? 1.6 : 2.5, unit: "x" }],
      [
        "optinc compile mean-4x8",
        [program, "compile", example, "-o", built, "--force"],
        { most: codeIsKept ? 5 : 6, unit: "x" },
      ],
      ["optinc verify mean-4x8, 28 561 vectors", [program, "verify", built], { most: codeIsKept ? 4 : 5, unit: "x" }],
    ]);
    const rows = [
      ...inRounds,
      time(
        `optinc compile ${smoke ? 8 : 64} workers x 32 bits`,
        [program, "compile", wide, "-o", join(scratch, "w"), "--force"],
        1,
        { most: 20_000, unit: "ms" },
      ),
      ...physicsRows(scratch, smoke),
    ];
    const [empty, ...commands] = rows;
    for (const { name, ms, goal } of commands) {
      if (goal === null) continue;
      const ratio = ms / empty!.ms;
      recordGoal({
        work: `${name}, ${codeIsKept ? "with" : "without"} a compile cache`,
        now: measured(ms / 1e3, "s"),
        peer: `node -e 0 ${measured(empty!.ms / 1e3, "s")}`,
        ratio: `${ratio.toFixed(1)} x`,
        goal: goalText(goal),
        met: (goal.unit === "x" ? ratio : ms) <= goal.most,
      });
    }
    printTable(
      `Commands as processes, ${codeIsKept ? "with" : "without"} a compile cache (the best of some rounds)`,
      ["command", "ms", "x node -e 0", "goal"],
      rows.map((row) => [
        row.name,
        row.ms.toFixed(0),
        (row.ms / rows[0]!.ms).toFixed(1),
        row.goal === null ? "" : goalText(row.goal),
      ]),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What is asked most of a circuit with its technology; the goals are those of two cores that do nothing else. */
function physicsRows(scratch: string, smoke: boolean): Timed[] {
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
  const dies = smoke ? 20 : 1000;
  const drawn = [program, "yield", built(4), ...technology, "--dies", `${dies}`, "--threads"];
  return [
    time(`optinc budget mean-${workers}x8`, [program, "budget", built(workers), ...technology], smoke ? 1 : 5, {
      most: 1000,
      unit: "ms",
    }),
    time(`optinc yield mean-4x8, ${dies} dies, one thread`, [...drawn, "1"], 1, null),
    time(`optinc yield mean-4x8, ${dies} dies, two threads`, [...drawn, "2"], smoke ? 1 : 3, {
      most: 5000,
      unit: "ms",
    }),
  ];
}

interface Timed {
  readonly name: string;
  readonly ms: number;
  readonly goal: Limit | null;
}

/** What is compared runs in turns, so that a change of the machine's clock hits all of it. */
function timeInRounds(
  rounds: number,
  work: readonly (readonly [name: string, args: readonly string[], goal: Limit | null])[],
): readonly Timed[] {
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

function time(name: string, args: readonly string[], runs: number, goal: Limit | null): Timed {
  return timeInRounds(runs, [[name, args, goal]])[0]!;
}

/** Milliseconds that a process takes. */
function run(name: string, args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}
