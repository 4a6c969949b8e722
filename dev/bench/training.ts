import { aggregationOf } from "../../compiler/aggregation/aggregation.ts";
import { finish } from "../../compiler/kernels/index.ts";
import { type LayerShape, openPerceptron } from "../../compiler/network/training/engine/perceptron.ts";
import { type TrainingTask, train } from "../../compiler/network/training/index.ts";
import { initialise } from "../../compiler/network/training/initial.ts";
import { samplesOf } from "../../compiler/network/training/perceptron.ts";
import { measured } from "../../dsl/index.ts";
import { recordGoal } from "./goals.ts";
import { leastMs, measuredLimits } from "./limits.ts";
import { numpyPeer } from "./peers/python.ts";
import { meanSpec, usualTraining } from "./specs.ts";

const WIDTHS = [4, 64, 128, 256, 128, 64, 4] as const;

interface Peer {
  readonly step_ms: number;
}

/**
 * A step of the training engine beside a peer measured in the same run: NumPy where some Python has it (the interpreter of the interop
 * command, or the one named in OPTINC_PYTHON). Times are the best of several runs.
 */
export async function trainingBench(smoke: boolean): Promise<void> {
  const peer = smoke ? null : numpyPeer<Peer>("training_numpy.py");
  const widths = smoke ? [4, 8, 8, 4] : WIDTHS;
  const batch = smoke ? 32 : 1024;
  const layers = widths.slice(1).map((outputs, l): LayerShape => ({ inputs: widths[l]!, outputs, blocks: null }));
  for (const threads of [1, 2]) {
    const samples = samplesOf(aggregationOf(meanSpec(4, 8)), 4);
    const net = await openPerceptron({ layers, samples, batch, threads, seed: 1, hardRows: 0 });
    finish(initialise(net, layers, 1));
    for (let i = 0; i < 4; i++) net.form[i * 5] = 1;
    let step = 0;
    const ms = await bestOf(smoke ? 1 : 60, () =>
      net.step({ step: step++, rate: 1e-3, epsilon: 1e-8, beta1: 0.9, beta2: 0.999 }),
    );
    await net.close();
    recordStep(batch, threads, ms, net.stepWork, peer);
  }
}

function recordStep(batch: number, threads: number, ms: number, work: number, peer: Peer | null): void {
  const least = (gflops: number): string => measured(leastMs(work, gflops) / threads / 1e3, "s");
  const { twice, fused } = measuredLimits();
  const arithmetic = `arithmetic allows ${least(twice)}${fused === null ? "" : `, fused ${least(fused)}`}`;
  const numpy = peer === null ? "NumPy: not found, not run" : `NumPy, one thread ${measured(peer.step_ms / 1e3, "s")}`;
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
  const start = performance.now();
  const end = start + (smoke ? 1000 : 600_000);
  const hooks = { interrupt: () => (performance.now() > end ? ("budget" as const) : null) };
  const aggregation = aggregationOf(meanSpec(4, 8));
  const task = { aggregation, inputs: 4, hidden: WIDTHS.slice(1, -1), approximate };
  const result = await train(task, { ...usualTraining(), method }, hooks);
  const taken = ((performance.now() - start) / 1000).toFixed(1);
  const steps = "report" in result ? `${result.summary.steps} steps` : "";
  recordGoal({
    work: `100 % of 28 561 words, ${name}`,
    now: `${taken} s, ${steps}`,
    peer: "-",
    ratio: "-",
    goal: goal === null ? "the paper's way" : `${goal} s on two cores`,
    met: goal === null ? null : result.kind === "reached" && Number(taken) <= goal,
  });
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
