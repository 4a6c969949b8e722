import { spawnSync } from "node:child_process";
import { aggregationOf } from "../compiler/aggregation/aggregation.ts";
import { jacobiRows, type LayerShape, multiply32, multiply64, openPerceptron, svd } from "../compiler/kernels/index.ts";
import { squareBlocks } from "../compiler/network/mlp.ts";
import { type Approximate, defaultSettings, type TrainingTask, train } from "../compiler/network/training/index.ts";
import { initialise } from "../compiler/network/training/initial.ts";
import { samplesOf } from "../compiler/network/training/perceptron.ts";
import type { Spec } from "../dsl/index.ts";
import { seededRandom } from "../netlist/index.ts";
import { plainProduct, plainStep } from "./peers/plain-training.ts";

const WIDTHS = [4, 64, 128, 256, 128, 64, 4] as const;
const BATCH = 1024;
const PEER_SCRIPT = "bench/peers/training_numpy.py";

/**
 * Prints the times of the training engine beside peers measured in the same run: plain JavaScript, and NumPy where some
 * Python has it (the interpreter of the interop command, or the one named in OPTINC_PYTHON). `long` adds the times to the
 * exhaustive targets, which take minutes. Kernel times are the best of several runs.
 */
export async function trainingBench(options: { readonly long: boolean } = { long: false }): Promise<void> {
  const peer = numpyPeer();
  if (peer === null)
    console.log(
      "\nNumPy: no Python with it was found; onnxruntime-node is no dependency (its install script leaves the registry)",
    );
  products(peer);
  await stepTimes(peer);
  singularValues(peer);
  await largeRows();
  if (options.long) await targets();
}

interface Peer {
  readonly numpy: string;
  readonly step_ms: number;
  readonly gflops: number;
  readonly svd256_ms: number;
  readonly svd512_ms: number;
}

function numpyPeer(): Peer | null {
  for (const python of [process.env["OPTINC_PYTHON"], ".interop/main/bin/python", "python3"]) {
    if (python === undefined) continue;
    const run = spawnSync(python, [PEER_SCRIPT], {
      encoding: "utf8",
      env: { ...process.env, OPENBLAS_NUM_THREADS: "1" },
    });
    if (run.status === 0) return JSON.parse(run.stdout) as Peer;
  }
  return null;
}

function products(peer: Peer | null): void {
  const [m, n, k] = [1024, 256, 256];
  const random = seededRandom(1);
  const a = Float32Array.from({ length: m * k }, () => random() - 0.5);
  const b = Float32Array.from({ length: n * k }, () => random() - 0.5);
  const a64 = Float64Array.from(a);
  const b64 = Float64Array.from(b);
  console.log(`\nMatrix product ${m} x ${n} x ${k}, one thread, copies in and out included, GFLOP/s`);
  const rate = (ms: number): string => ((2 * m * n * k) / ms / 1e6).toFixed(1);
  for (const form of ["NN", "NT", "TN"] as const) {
    const single = rate(best(30, () => multiply32(form, a, b, m, n, k)));
    const double = rate(best(30, () => multiply64(form, a64, b64, m, n, k)));
    console.log(line([form, `f32 ${single}`, `f64 ${double}`]));
  }
  console.log(line(["plain JS", `f32 ${rate(best(5, () => plainProduct(a, b, m, n, k)))}`]));
  if (peer !== null) console.log(line([`NumPy ${peer.numpy}`, `f32 ${peer.gflops.toFixed(1)}`]));
}

async function stepTimes(peer: Peer | null): Promise<void> {
  console.log(`\nOne training step of ${WIDTHS.join("-")}, batch ${BATCH}, ms (goal 14 on one thread, 7.2 on two)`);
  for (const approximate of [false, true]) {
    for (const threads of [1, 2]) {
      const layers: LayerShape[] = WIDTHS.slice(1).map((outputs, l) => ({
        inputs: WIDTHS[l]!,
        outputs,
        blocks: approximate ? squareBlocks(outputs, WIDTHS[l]!) : null,
      }));
      const samples = samplesOf(paperAggregation(4, 8), 4, 1);
      const net = await openPerceptron({ layers, samples, batch: BATCH, threads, seed: 1, hardRows: 0 });
      initialise(net, layers, 1);
      for (let i = 0; i < 4; i++) net.form[i * 5] = 1;
      let step = 0;
      const ms = best(60, () => net.step({ step: step++, rate: 1e-3, epsilon: 1e-8, beta1: 0.9, beta2: 0.999 }));
      net.close();
      const what = approximate ? "all layers diag(d) U" : "free weights";
      console.log(line([what, `${threads} thread${threads > 1 ? "s" : ""}`, ms.toFixed(2)]));
    }
  }
  const random = seededRandom(2);
  const inputs = Float32Array.from({ length: BATCH * 4 }, () => random() * 2 - 1);
  const wanted = Float32Array.from({ length: BATCH * 4 }, () => Math.floor(random() * 4));
  const plain = plainStep(WIDTHS, BATCH, 1e-3);
  console.log(line(["plain JS", "1 thread", best(4, () => plain.run(inputs, wanted)).toFixed(2)]));
  if (peer !== null) console.log(line([`NumPy ${peer.numpy}`, "1 thread", peer.step_ms.toFixed(2)]));
}

function singularValues(peer: Peer | null): void {
  console.log("\nSVD of noise, ms (goal 80 / 650); rotations alone: the WASM kernel on the rows [A | 1]");
  for (const n of [256, 512]) {
    const random = seededRandom(n);
    const a = Float64Array.from({ length: n * n }, () => random() - 0.5);
    const whole = best(2, () => svd(a, n, n));
    const rotations = best(2, () => {
      const rows = new Float64Array(2 * n * n);
      for (let i = 0; i < n; i++) {
        rows.set(a.subarray(i * n, (i + 1) * n), 2 * i * n);
        rows[2 * i * n + n + i] = 1;
      }
      if (jacobiRows(rows, n, n, 2 * n) === null) throw new Error("no convergence");
    });
    const theirs = peer === null ? [] : [`NumPy ${(n === 256 ? peer.svd256_ms : peer.svd512_ms).toFixed(0)}`];
    console.log(line([String(n), `svd() ${whole.toFixed(0)}`, `rotations ${rotations.toFixed(0)}`, ...theirs]));
  }
}

async function largeRows(): Promise<void> {
  console.log("\nTable I's larger rows as cells: training, proof and every input vector, s (goal 600)");
  for (const [bits, workers] of [
    [8, 8],
    [8, 16],
    [16, 4],
  ] as const) {
    const start = performance.now();
    const result = await train(paperTask(workers, bits, { kind: "none" }), defaultSettings);
    const report = result.kind === "reached" ? `${result.report.vectors} vectors, ${result.report.wrong} wrong` : "";
    console.log(line([`${bits} bit / ${workers}`, seconds(start), result.kind, report]));
  }
}

async function targets(): Promise<void> {
  console.log(`\nTime to 100 % of 28 561 words with ${WIDTHS.join("-")}, two threads, s`);
  for (const [name, approximate, method, goal] of [
    ["free weights", { kind: "none" }, "manifold", "goal 60"],
    ["all layers diag(d) U, on the manifold", { kind: "all" }, "manifold", "goal 150"],
    ["all layers, periodic projection", { kind: "all" }, "projected", "the paper's way"],
  ] as const) {
    const start = performance.now();
    const end = start + 600_000;
    const hooks = { interrupt: () => (performance.now() > end ? ("budget" as const) : null) };
    const result = await train(paperTask(4, 8, approximate), { ...defaultSettings, method }, hooks);
    const figures =
      "report" in result ? `${(100 * result.report.accuracy).toFixed(3)} %, ${result.summary.steps} steps` : "";
    console.log(line([name, seconds(start), result.kind, figures, goal]));
  }
}

function paperAggregation(workers: number, precisionBits: number): TrainingTask["aggregation"] {
  return aggregationOf({ workers, precisionBits, levels: 4, signed: true, rounding: "half-up" } as Spec);
}

function paperTask(workers: number, bits: number, approximate: Approximate): TrainingTask {
  const aggregation = paperAggregation(workers, bits);
  return { aggregation, structure: "auto", inputs: 4, hidden: WIDTHS.slice(1, -1), approximate };
}

function seconds(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}

/** Milliseconds of the fastest of `runs` calls. */
function best(runs: number, call: () => unknown): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    call();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}

function line(cells: readonly string[]): string {
  return `  ${cells.join("   ")}`;
}
