import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkCircuit, compileSimulation, readWords, simulate } from "../netlist/index.ts";
import { verifyCircuit } from "../verify/index.ts";
import { enumeratedVectors } from "../verify/vectors.ts";
import { simulateNaively } from "./peers/naive-simulation.ts";
import { printTable } from "./table.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = join(root, "dist/cli/main.js");

/** Whole commands as processes, beside an empty Node process, and the simulation beside a naive one. */
export function processBench(): void {
  const scratch = mkdtempSync(join(tmpdir(), "optinc-bench-"));
  try {
    const example = join(root, "examples/mean-4x8.optinc");
    const wide = join(scratch, "wide.optinc");
    writeFileSync(wide, "aggregate wide { workers 64; precision 32 bits }\n");
    const built = join(scratch, "built");
    const rows = [
      time("node -e 0 (the limit)", ["-e", "0"], 7, null),
      time("optinc check mean-4x8", [program, "check", example], 7, 250),
      time("optinc compile mean-4x8", [program, "compile", example, "-o", built, "--force"], 5, 500),
      time("optinc verify mean-4x8, 28 561 vectors", [program, "verify", built], 3, 2000),
      time(
        "optinc compile 64 workers x 32 bits",
        [program, "compile", wide, "-o", join(scratch, "w"), "--force"],
        1,
        20_000,
      ),
    ];
    printTable(
      "Commands as processes (best of a few runs)",
      ["command", "ms", "x node -e 0", "goal ms"],
      rows.map((row) => [row.name, row.ms.toFixed(0), (row.ms / rows[0]!.ms).toFixed(1), row.goalMs?.toString() ?? ""]),
    );
    const { circuit } = checkCircuit(JSON.parse(readFileSync(join(built, "circuit.json"), "utf8")));
    if (circuit === null) throw new Error("the compiled circuit does not check");
    simulationBench(circuit);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function simulationBench(circuit: Parameters<typeof compileSimulation>[0]): void {
  const batch = enumeratedVectors(circuit.aggregate, 0, 28_561);
  const simulator = compileSimulation(circuit);
  const ours = best(3, () => readWords(circuit, simulate(simulator, batch.symbols)));
  const some = enumeratedVectors(circuit.aggregate, 0, 2000);
  const naive = best(2, () => simulateNaively(circuit, some.symbols));
  const oursSome = best(3, () => simulate(simulator, some.symbols));
  const whole = best(2, () => verifyCircuit(circuit, { inputs: { kind: "exhaustive" }, seed: 1 }));
  printTable(
    "mean-4x8 through its devices",
    ["what", "vectors", "ms", "vectors a second"],
    [
      ["simulate and read", "28561", ours.toFixed(1), (28_561 / (ours / 1000)).toExponential(2)],
      ["verify: reference and ring too", "28561", whole.toFixed(1), (28_561 / (whole / 1000)).toExponential(2)],
      ["simulate", "2000", oursSome.toFixed(1), (2000 / (oursSome / 1000)).toExponential(2)],
      ["naive peer, the same 2000 vectors", "2000", naive.toFixed(1), (2000 / (naive / 1000)).toExponential(2)],
      ["peer / ours", "", (naive / oursSome).toFixed(1), ""],
    ],
  );
}

function time(
  name: string,
  args: readonly string[],
  runs: number,
  goalMs: number | null,
): { name: string; ms: number; goalMs: number | null } {
  const ms = best(runs, () => {
    const run = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (run.status !== 0) throw new Error(`${name} ended with ${run.status}: ${run.stderr}`);
  });
  return { name, ms, goalMs };
}

function best(runs: number, work: () => unknown): number {
  let ms = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    work();
    ms = Math.min(ms, performance.now() - start);
  }
  return ms;
}
