import { execFileSync } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { synthesise } from "../../compiler/index.ts";
import { npyHeader } from "../../formats/index.ts";
import { compileSimulation, tabulate } from "../../netlist/index.ts";
import { gradientTable, noTotals, openFastAggregation } from "../../training-sim/index.ts";
import { quantizeBlocks, referenceWords, verifyGradients } from "../../verify/index.ts";
import { recordGoal } from "./goals.ts";
import { meanSpec } from "./specs.ts";
import { best, inScratch, timed } from "./timing.ts";

const goal = 1e8;
/** Of `verify --gradients`: a ring and the errors against the float mean beside what goes through the devices. */
const goalVerified = 1e7;

/**
 * Gradients of four workers through the table of mean-4x8, elements a second: the kernel on one thread, `optinc aggregate` from file to file
 * on all cores, beside the plain path of `verify` and the memory: copying as many bytes as are read and written.
 */
export function gradientsBench(smoke: boolean): void {
  const length = smoke ? 4096 : 2 ** 22;
  const spec = meanSpec(4, 8, "network constructed { decision-margin 0.25 }");
  const { circuit } = synthesise(spec);
  const table = gradientTable(tabulate(compileSimulation(circuit), "sums"));
  if (table === null) throw new Error("mean-4x8 reads a level of every field");
  const data = Float32Array.from({ length: 4 * length }, (_, i) => Math.sin(i * 1.37) * Math.exp(Math.cos(i / 300)));
  const rows = [0, 1, 2, 3].map((worker) => data.subarray(worker * length, (worker + 1) * length));
  const piece = 2 ** 15;
  const fast = openFastAggregation(table, 256, piece);
  if (fast === null) throw new Error("no WebAssembly");
  const kernel = bestRate(length, smoke, () => {
    const totals = noTotals();
    for (let first = 0; first < length; first += piece) {
      const count = Math.min(piece, length - first);
      for (const [worker, row] of rows.entries()) fast.rows[worker]!.set(row.subarray(first, first + count));
      fast.run(count, first, totals);
    }
  });
  const plain = bestRate(length, true, () => {
    const quantized = quantizeBlocks({ workers: 4, length, data }, circuit.aggregate, 256);
    referenceWords(quantized.words, circuit.aggregate);
  });
  const some = { workers: 4, length: length / 8, data: data.subarray(0, length / 2) };
  const verified = bestRate(some.length, smoke, () => {
    if (verifyGradients(circuit, some, 256).wrong > 0) throw new Error("mean-4x8 is wrong");
  });
  const bytes = new Uint8Array(data.buffer);
  const target = new Uint8Array(bytes.length);
  // 16 bytes read and 4 written an element; a copy reads and writes each byte.
  const copied = bestRate(bytes.length, smoke, () => target.set(bytes)) / 10;
  const command = commandRate(data, length, smoke);
  recordGoal({
    work: "`optinc aggregate` of mean-4x8 through its table, from file to file",
    now: `${(command / 1e6).toFixed(1)}e6 elements/s on ${availableParallelism()} threads`,
    peer: `copying as many bytes ${(copied / 1e6).toFixed(0)}e6; kernel alone, one thread ${(kernel / 1e6).toFixed(1)}e6`,
    ratio: `${((100 * command) / copied).toFixed(0)} % of the memory's`,
    goal: `${goal / 1e6}e6 on two threads`,
    met: command >= goal,
  });
  recordGoal({
    work: "`verify --gradients` of mean-4x8: sums through its devices, ring and float mean beside",
    now: `${(verified / 1e6).toFixed(1)}e6 elements/s on one thread`,
    peer: `quantization and mean by their definitions ${(plain / 1e6).toFixed(1)}e6`,
    ratio: `${((100 * verified) / plain).toFixed(0)} %`,
    goal: `${goalVerified / 1e6}e6`,
    met: verified >= goalVerified,
  });
}

/** Units a second, the best of several runs. */
function bestRate(units: number, once: boolean, work: () => void): number {
  return (1000 * units) / best(once ? 1 : 7, work).ms;
}

/** Of the whole command, less what it takes for next to nothing. */
function commandRate(data: Float32Array, length: number, smoke: boolean): number {
  return inScratch((folder) => {
    const copies = smoke ? 1 : 8;
    const whole = new Uint8Array(data.buffer);
    const written = (name: string, pieces: readonly Uint8Array[]): string => {
      const file = join(folder, `${name}.npy`);
      const bytes = Buffer.concat(pieces);
      writeFileSync(file, Buffer.concat([npyHeader("<f4", [bytes.length / 4]), bytes]));
      return file;
    };
    const inputs = [0, 1, 2, 3].map((worker) => {
      const own = whole.subarray(4 * worker * length, 4 * (worker + 1) * length);
      return written(`${worker}`, new Array<Uint8Array>(copies).fill(own));
    });
    const few = [0, 1, 2, 3].map((worker) => written(`few${worker}`, [new Uint8Array(4)]));
    const program = fileURLToPath(new URL("../../program/optinc.js", import.meta.url));
    const run = (files: readonly string[], out: string): number => {
      const words = ["aggregate", "examples/mean-4x8.optinc", ...files, "-o", join(folder, out), "-q"];
      return timed(() => execFileSync(process.execPath, [program, ...words])).ms / 1000;
    };
    const startS = run(few, "few.npy");
    const wholeS = run(inputs, "out.npy");
    if (statSync(join(folder, "out.npy")).size < 4 * copies * length) throw new Error("the output is too short");
    return (copies * length) / Math.max(1e-3, wholeS - startS);
  });
}
