import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import nodeModule from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measured } from "../../dsl/index.ts";
import { recordGoal } from "./goals.ts";
import { inScratch, timed } from "./timing.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const program = join(root, "dist/program/optinc.js");

/** Whether the Node at hand keeps compiled code between runs, from 22.1 on; goals for commands depend on it. */
const codeIsKept = "enableCompileCache" in nodeModule && process.env["NODE_DISABLE_COMPILE_CACHE"] === undefined;

/** At most so many empty Node processes, or milliseconds. */
type Limit = readonly [most: number, unit: "x" | "ms"];

/** Workers, and ms: twice what a compile took before it drew lanes, and what a script of the layout may take. */
const layouts = [
  [4, 1120, 20_000],
  [8, 1580, 20_000],
  [16, 2140, 120_000],
] as const;

type Work = readonly [name: string, args: readonly string[], goal: Limit];

/** Start and work of the shortest commands, beside an empty Node process in turns. */
export function startBench(smoke: boolean): void {
  const kept = `${codeIsKept ? "with" : "without"} a compile cache`;
  const example = join(root, "examples/mean-4x8.optinc");
  inScratch((scratch) => {
    const built = join(scratch, "built");
    const [check, compile, verify] = codeIsKept ? [1.6, 5, 4] : [2.5, 6, 5];
    record(smoke ? 1 : 25, [
      [`optinc check mean-4x8, ${kept}`, [program, "check", example], [check, "x"]],
      [`optinc compile mean-4x8, ${kept}`, [program, "compile", example, "-o", built, "--force"], [compile, "x"]],
      [`optinc verify mean-4x8, 28 561 vectors, ${kept}`, [program, "verify", built], [verify, "x"]],
    ]);
  });
}

/** Commands that take their time, as processes; the goals are those of two cores that do nothing else. */
export function processBench(smoke: boolean): void {
  inScratch((scratch) => {
    const [wide, workers, chips, most] = smoke ? [8, 4, 20, 1] : [64, 16, 1000, 5];
    const spec = (name: string, text: string): string => {
      const file = join(scratch, `${name}.optinc`);
      writeFileSync(file, `aggregate ${name} { ${text} }\n`);
      return file;
    };
    const compiled = (source: string): string[] => {
      return [program, "compile", source, "-o", `${source}.build`, "--force", "-q"];
    };
    const lossy = (count: number): string => {
      const source = spec(`mean-${count}x8`, `workers ${count}; precision 8 bits; technology "foundry-si"`);
      run(source, compiled(source));
      return `${source}.build`;
    };
    const technology = ["--technology", "foundry-si"];
    const drawn = ["--chip-samples", `${chips}`, "--threads", "2"];
    const large = compiled(spec("wide", `workers ${wide}; precision 32 bits`));
    record(1, [[`optinc compile ${wide} workers x 32 bits`, large, [20_000, "ms"]]]);
    const chipsOf4 = [program, "yield", lossy(4), ...technology, ...drawn];
    for (const [count, compileMs, scriptMs] of smoke ? layouts.slice(0, 1) : layouts) {
      const source = spec(`drawn-${count}x8`, `workers ${count}; precision 8 bits; technology "best-published"`);
      const script = "--to gdsfactory --option chip=whole --force -o".split(" ");
      const exported = [program, "export", `${source}.build`, ...script, `${source}.py`];
      record(most, [
        [`optinc compile mean-${count}x8 with its layout`, compiled(source), [compileMs, "ms"]],
        [`optinc export mean-${count}x8 as a chip`, exported, [scriptMs, "ms"]],
      ]);
    }
    record(most, [
      [`optinc budget mean-${workers}x8`, [program, "budget", lossy(workers), ...technology], [1000, "ms"]],
      [`optinc yield mean-4x8, ${chips} chips, two threads`, chipsOf4, [5000, "ms"]],
    ]);
  });
}

/**
 * The best of some rounds of each, beside an empty process. What is compared runs in turns, so that a change of the machine's clock hits
 * all of it; there and back, because what runs behind much work runs slower.
 */
function record(rounds: number, work: readonly Work[]): void {
  const empty = ["-e", "0"];
  const all = [empty, ...work.map(([, args]) => args)];
  const least = all.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < all.length; turn++) {
      const i = round % 2 === 0 ? turn : all.length - 1 - turn;
      least[i] = Math.min(least[i]!, run(all[i]!.join(" "), all[i]!));
    }
  }
  for (const [i, [name, , [most, unit]]] of work.entries()) {
    const [ms, emptyMs] = [least[i + 1]!, least[0]!];
    recordGoal({
      work: name,
      now: measured(ms / 1e3, "s"),
      peer: `node -e 0 ${measured(emptyMs / 1e3, "s")}`,
      ratio: `${(ms / emptyMs).toFixed(1)} x`,
      goal: `${most} ${unit}`,
      met: (unit === "x" ? ms / emptyMs : ms) <= most,
    });
  }
}

/** Milliseconds that a process takes. */
function run(name: string, args: readonly string[]): number {
  const { ms, value } = timed(() => spawnSync(process.execPath, args, { encoding: "utf8" }));
  if (value.status !== 0) throw new Error(`${name} ended with ${value.status}: ${value.stderr}`);
  return ms;
}
