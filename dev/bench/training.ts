import { type Aggregation, aggregationOf } from "../../compiler/aggregation/aggregation.ts";
import { finish } from "../../compiler/kernels/index.ts";
import { multiplySteps } from "../../compiler/kernels/matrix.ts";
import { squareBlocks } from "../../compiler/network/mlp.ts";
import { type LayerShape, openPerceptron } from "../../compiler/network/training/engine/perceptron.ts";
import { type TrainingTask, train } from "../../compiler/network/training/index.ts";
import { initialise } from "../../compiler/network/training/initial.ts";
import { samplesOf } from "../../compiler/network/training/perceptron.ts";
import { measured } from "../../dsl/index.ts";
import { seededRandom } from "../../netlist/index.ts";
import { recordGoal } from "./goals.ts";
import { type Limits, leastMs, measuredLimits } from "./limits.ts";
import { numpyPeer } from "./peers/python.ts";
import { meanSpec, usualTraining } from "./specs.ts";
import { best } from "./timing.ts";

const WIDTHS = [4, 64, 128, 256, 128, 64, 4] as const;

/**
 * Prints the times of the training engine beside a peer measured in the same run: NumPy where some
 * Python has it (the interpreter of the interop command, or the one named in OPTINC_PYTHON). Kernel times are the best of
 * several runs.
 */
export async function trainingBench(smoke: boolean): Promise<void> {
  const peer = smoke ? null : numpyPeer<Peer>("training_numpy.py");
  if (peer === null && !smoke)
    console.log(
      "\nNumPy: no Python with it was found; onnxruntime-node is no dependency (its install script leaves the registry)",
    );
  const limits = measuredLimits();
  products(peer, limits, smoke);
  await stepTimes(peer, limits, smoke);
}

interface Peer {
  readonly numpy: string;
  readonly step_ms: number;
  readonly gflops: number;
}

function products(peer: Peer | null, limits: Limits, smoke: boolean): void {
  const [m, n, k] = smoke ? [16, 8, 8] : [1024, 256, 256];
  const random = seededRandom(1);
  const a = Float64Array.from({ length: m * k }, () => random() - 0.5);
  const b = Float64Array.from({ length: n * k }, () => random() - 0.5);
  console.log(`\nMatrix product ${m} x ${n} x ${k}, one thread, copies in and out included, GFLOP/s`);
  const rate = (ms: number): string => ((2 * m * n * k) / ms / 1e6).toFixed(1);
  for (const form of ["NN", "NT", "TN"] as const) {
    console.log(line([form, `f64 ${rate(best(smoke ? 1 : 30, () => finish(multiplySteps(form, a, b, m, n, k))).ms)}`]));
  }
  if (peer !== null) console.log(line([`NumPy ${peer.numpy}`, `f32 ${peer.gflops.toFixed(1)}`]));
  const { twice, fused } = limits;
  const relaxed = fused === null ? "this engine has no relaxed SIMD" : `fused ${fused.toFixed(1)}`;
  console.log(line(["registers alone", `f32 ${twice.toFixed(1)}`, relaxed]));
}

async function stepTimes(peer: Peer | null, limits: Limits, smoke: boolean): Promise<void> {
  const widths = smoke ? [4, 8, 8, 4] : WIDTHS;
  const batch = smoke ? 32 : 1024;
  console.log(`\nOne training step of ${widths.join("-")}, batch ${batch}, ms (goal 13; 7.5 on two threads)`);
  for (const approximate of [false, true]) {
    for (const threads of [1, 2]) {
      const layers: LayerShape[] = widths.slice(1).map((outputs, l) => ({
        inputs: widths[l]!,
        outputs,
        blocks: approximate ? squareBlocks(outputs, widths[l]!) : null,
      }));
      const samples = samplesOf(paperAggregation(4, 8), 4, 1);
      const net = await openPerceptron({ layers, samples, batch, threads, seed: 1, hardRows: 0 });
      finish(initialise(net, layers, 1));
      for (let i = 0; i < 4; i++) net.form[i * 5] = 1;
      let step = 0;
      const ms = await bestOf(smoke ? 1 : 60, () =>
        net.step({ step: step++, rate: 1e-3, epsilon: 1e-8, beta1: 0.9, beta2: 0.999 }),
      );
      await net.close();
      const what = approximate ? "all layers diag(d) U" : "free weights";
      console.log(line([what, `${threads} thread${threads > 1 ? "s" : ""}`, ms.toFixed(2)]));
      if (approximate) continue;
      const least = (gflops: number): string => measured(leastMs(net.stepWork, gflops) / threads / 1e3, "s");
      const { twice, fused } = limits;
      const arithmetic = `arithmetic allows ${least(twice)}${fused === null ? "" : `, fused ${least(fused)}`}`;
      const numpy =
        peer === null ? "NumPy: not found, not run" : `NumPy, one thread ${measured(peer.step_ms / 1e3, "s")}`;
      const wanted = threads === 1 ? 13 : 7.5;
      recordGoal({
        work: `training step of the paper's net, batch ${batch}, ${threads} thread${threads > 1 ? "s" : ""}`,
        now: measured(ms / 1e3, "s"),
        peer: `${arithmetic}; ${numpy}`,
        ratio: peer === null ? "-" : `${(peer.step_ms / ms).toFixed(2)} x as fast`,
        goal: `${wanted} ms`,
        met: ms <= wanted,
      });
    }
  }
  if (peer !== null) console.log(line([`NumPy ${peer.numpy}`, "1 thread", peer.step_ms.toFixed(2)]));
}

/** Time to the exhaustive target of the paper's network, all layers diag(d) U as in examples/trained-4x8: minutes. */
export async function targetBench(smoke: boolean): Promise<void> {
  await target("all layers diag(d) U, on the manifold", { kind: "all" }, "manifold", 120, smoke);
}

/** The same for free weights, and for the paper's way, which takes up to ten minutes. */
export async function targetsBench(smoke: boolean): Promise<void> {
  await target("free weights", { kind: "none" }, "manifold", 60, smoke);
  await target("all layers, periodic projection", { kind: "all" }, "projected", null, smoke);
}

async function target(
  name: string,
  approximate: TrainingTask["approximate"],
  method: "manifold" | "projected",
  goal: number | null,
  smoke: boolean,
): Promise<void> {
  console.log(`\nTime to 100 % of 28 561 words with ${WIDTHS.join("-")}, two threads, s`);
  const start = performance.now();
  const end = start + (smoke ? 1000 : 600_000);
  const hooks = { interrupt: () => (performance.now() > end ? ("budget" as const) : null) };
  const result = await train(paperTask(4, 8, approximate), { ...usualTraining(), method }, hooks);
  const taken = ((performance.now() - start) / 1000).toFixed(1);
  const steps = "report" in result ? `${result.summary.steps} steps` : "";
  const accuracy = "report" in result ? `${(100 * result.report.accuracy).toFixed(3)} %` : "";
  console.log(line([name, taken, result.kind, accuracy, steps, goal === null ? "the paper's way" : `goal ${goal}`]));
  if (goal === null) return;
  recordGoal({
    work: `100 % of 28 561 words, ${name}`,
    now: `${taken} s, ${steps}`,
    peer: "-",
    ratio: "-",
    goal: `${goal} s on two cores`,
    met: result.kind === "reached" && Number(taken) <= goal,
  });
}

function paperAggregation(workers: number, bits: number): Aggregation {
  return aggregationOf(meanSpec(workers, bits));
}

function paperTask(workers: number, bits: number, approximate: TrainingTask["approximate"]): TrainingTask {
  const aggregation = paperAggregation(workers, bits);
  return { aggregation, inputs: 4, hidden: WIDTHS.slice(1, -1), approximate };
}

/** Milliseconds of the fastest of `runs` calls. */
async function bestOf(runs: number, call: () => Promise<unknown>): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await call();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}

function line(cells: readonly string[]): string {
  return `  ${cells.join("   ")}`;
}
