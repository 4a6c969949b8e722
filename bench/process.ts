import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Circuit, checkCircuit, compileSimulation, readWords, simulate } from "../netlist/index.ts";
import { distinctVectors, enumeratedVectors, verifyCircuit } from "../verify/index.ts";
import { simulateNaively } from "./peers/naive-simulation.ts";
import { printTable } from "./table.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = join(root, "dist/cli/main.js");

/** Whole commands as processes, beside an empty Node process, and the simulation beside a naive one. */
export function processBench(smoke: boolean): void {
  const scratch = mkdtempSync(join(tmpdir(), "optinc-bench-"));
  try {
    const example = join(root, "examples/mean-4x8.optinc");
    const wide = join(scratch, "wide.optinc");
    writeFileSync(wide, `aggregate wide { workers ${smoke ? 8 : 64}; precision 32 bits }\n`);
    const built = join(scratch, "built");
    const runs = (full: number): number => (smoke ? 1 : full);
    const rows = [
      time("node -e 0 (the limit)", ["-e", "0"], runs(7), null),
      time("optinc check mean-4x8", [program, "check", example], runs(7), 250),
      time("optinc compile mean-4x8", [program, "compile", example, "-o", built, "--force"], runs(5), 500),
      time("optinc verify mean-4x8, 28 561 vectors", [program, "verify", built], runs(3), 2000),
      time(
        `optinc compile ${smoke ? 8 : 64} workers x 32 bits`,
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
    simulationBench(circuit, smoke);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function simulationBench(circuit: Circuit, smoke: boolean): void {
  const vectors = smoke ? 500 : distinctVectors(circuit.aggregate);
  const batch = enumeratedVectors(circuit.aggregate, 0, vectors);
  const simulator = compileSimulation(circuit);
  const ours = best(3, () => readWords(circuit, simulate(simulator, batch.symbols)));
  const few = smoke ? 50 : 2000;
  const some = enumeratedVectors(circuit.aggregate, 0, few);
  const naive = best(2, () => simulateNaively(circuit, some.symbols));
  const oursSome = best(3, () => simulate(simulator, some.symbols));
  const whole = best(smoke ? 1 : 2, () => verifyCircuit(circuit, { inputs: { kind: "exhaustive" }, seed: 1 }));
  printTable(
    "mean-4x8 through its devices",
    ["what", "vectors", "ms", "vectors a second"],
    [
      simulationRow("simulate and read", vectors, ours),
      simulationRow("verify: reference and ring too", distinctVectors(circuit.aggregate), whole),
      simulationRow("simulate", few, oursSome),
      simulationRow(`naive peer, the same ${few} vectors`, few, naive),
      ["peer / ours", "", (naive / oursSome).toFixed(1), ""],
    ],
  );
}

function simulationRow(name: string, vectors: number, ms: number): string[] {
  return [name, String(vectors), ms.toFixed(1), (vectors / (ms / 1000)).toExponential(2)];
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
