import { max } from "d3-array";
import type { Aggregation } from "../../aggregation/aggregation.ts";
import { orthogonalised, polarFactor } from "../../kernels/orthogonal.ts";
import { isApproximated, type Mlp, type MlpLayer, type ScaledOrthogonal, squareBlocks, squareOf } from "../mlp.ts";
import { type LayerShape, openPerceptron, type Perceptron } from "./engine/perceptron.ts";
import type { Samples } from "./engine/samples.ts";
import { evaluateExhaustively } from "./evaluate.ts";
import { initialise } from "./initial.ts";
import { divergenceAdvice, lossForms, runLoop, shortfallAdvice } from "./loop.ts";
import { ignoringStops, type Look, lookThrough, runSteps, type StopReason } from "./patience.ts";
import type { TrainingHooks, TrainingResult } from "./result.ts";
import { inputGrid, type TrainingSettings, type TrainingTask } from "./task.ts";

/** Operations worth to be spent after a stop, whatever came before: a second or two. */
const CLOSING_WORK = { budget: 2e10, cancelled: 4e9 } as const;
/** And after the end of the budget, as a share of what was trained in it. */
const CLOSING_SHARE = 0.2;
/** Operations of factoring an n x n block into meshes, divided by n^3. */
const FACTOR_WORK = 40;

/** Distinct input vectors of a network that is trained on all of them, at most. */
const MOST_VECTORS = 5e7;

/**
 * Trains one network from the (merged) symbol sums to the symbols, on every distinct input vector. Deterministic: task and
 * settings (but for the threads) determine every bit of the result, and a resumed training ends like an uninterrupted one.
 * NaN and divergence are results, not errors. Throws RangeError where inputs or widths cannot be (see `groupsOf`), or the
 * network does not fit into 2 GB.
 */
export async function train(
  task: TrainingTask,
  settings: TrainingSettings,
  hooks: TrainingHooks = {},
): Promise<TrainingResult> {
  const { aggregation } = task;
  const { domain } = inputGrid(aggregation, task.inputs);
  if (domain > MOST_VECTORS) {
    return {
      kind: "refused",
      reason: `it has ${domain.toPrecision(3)} distinct input vectors, and at most ${MOST_VECTORS} are trained on`,
      advice: [{ setting: "network", value: "constructed", reason: "exact for words of any length" }],
    };
  }
  const samples = samplesOf(aggregation, task.inputs);
  const widths = [task.inputs, ...task.hidden, aggregation.symbols];
  const approximated = widths.slice(1).map((_, l) => isApproximated(task.approximate, l + 1));
  const projected = settings.method === "projected";
  const squares = approximated.map((yes, l) => (yes ? squareBlocks(widths[l + 1]!, widths[l]!) : null));
  const layers: LayerShape[] = squares.map((blocks, l) => ({
    inputs: widths[l]!,
    outputs: widths[l + 1]!,
    blocks: projected ? null : blocks,
  }));
  const progress = (stage: "setup" | "evaluation", share: number): void => hooks.progress?.({ stage, share });
  const net = await openPerceptron({
    layers,
    samples,
    batch: settings.batch,
    threads: settings.threads,
    seed: settings.seed,
    hardRows: Math.round(settings.hardShare * settings.batch),
  });
  const look = lookThrough(hooks);
  /** Of making the network exact, evaluating it, and factoring it into meshes after that. */
  const closingWork =
    net.domain * net.vectorWork +
    layers.reduce((sum, l) => sum + FACTOR_WORK * l.inputs * l.outputs * Math.min(l.inputs, l.outputs), 0);
  const affordable = (because: StopReason, workDone: number): boolean =>
    closingWork <= CLOSING_WORK[because] + (because === "budget" ? CLOSING_SHARE * workDone : 0);
  try {
    if (hooks.resume === undefined) {
      let share = 0;
      const steps = initialise(net, layers, settings.seed, (made) => {
        share = made;
      });
      const ready = await runSteps(steps, async () => {
        progress("setup", share);
        return await look();
      });
      if (ready.kind === "stopped") {
        return { kind: "stopped", because: ready.because, reason: "the first weights were not made yet" };
      }
    }
    const end = await runLoop(
      {
        net,
        settings,
        identity: identityOf(task, settings),
        form: lossForms(settings.loss, aggregation.symbols, aggregation.bitsPerSymbol),
        project: projected ? () => projectWeights(net, layers, squares) : null,
        affordable,
      },
      hooks,
    );
    switch (end.kind) {
      case "diverged":
        return { kind: "diverged", step: end.step, loss: end.loss, advice: divergenceAdvice(settings) };
      case "mismatch":
        return {
          kind: "refused",
          reason: "the checkpoint belongs to another task or other settings",
          advice: [{ setting: "resume", value: "", reason: "start again without the checkpoint" }],
        };
      case "stopped": {
        const reason = `it was stopped after ${end.step} steps, and evaluating and factoring it would take much longer`;
        return { kind: "stopped", because: end.because, reason };
      }
      case "reached":
      case "short": {
        // A stop that came before was found worth finishing after; one that comes now ends it.
        const told = end.kind === "short" && end.because !== "cycles";
        const closing: Look = told ? ignoringStops(look) : look;
        progress("evaluation", 0);
        const exact = await runSteps(exactMlp(net, widths, squares, samples, aggregation.workers), closing);
        const reason = "it was stopped before the network was evaluated on every word";
        if (exact.kind === "stopped") return { kind: "stopped", because: exact.because, reason };
        const mlp = exact.value;
        let because: StopReason | null = null;
        const report = await evaluateExhaustively(mlp, aggregation, (done, domain) => {
          progress("evaluation", done / domain);
          because = told ? null : (hooks.interrupt?.() ?? null);
          return because === null;
        });
        if (report === null) return { kind: "stopped", because: because ?? "cancelled", reason };
        const constrained = approximated.filter(Boolean).length;
        const how = projected ? "free weights with periodic projection" : "on the manifold of diag(d) U blocks";
        const method = constrained === 0 ? "free weights" : `${constrained} of ${layers.length} layers ${how}`;
        const network = {
          mlp,
          description: `one perceptron ${widths.join("-")}, ${method}, trained ${end.step} steps on all ${report.vectors} input vectors`,
        };
        const summary = {
          steps: end.step,
          loss: end.loss,
          notes: [`all ${report.vectors} distinct input vectors were evaluated in double precision`],
          curves: [end.curve],
        };
        const enough = report.wrong <= Math.floor((1 - settings.target) * report.vectors + 1e-9);
        if (enough) return { kind: "reached", network, report, summary };
        const cause = end.kind === "short" ? end.because : "cycles";
        return { kind: "short", because: cause, network, report, summary, advice: shortfallAdvice(settings) };
      }
      default:
        return end satisfies never;
    }
  } finally {
    await net.close();
  }
}

/** Everything that determines the weights; the number of threads does not. */
export function identityOf(task: TrainingTask, settings: TrainingSettings): string {
  const { threads: _, ...rest } = settings;
  return JSON.stringify({ task, settings: rest });
}

/** Inputs centred and in [-1, 1]; one scale for all, so that blocks of the first layer stay a diagonal times U. */
export function samplesOf(aggregation: Aggregation, inputs: number): Samples {
  const { sizes, places } = inputGrid(aggregation, inputs);
  const { workers, roundingOffset, tiesToEven, bitsPerSymbol, symbolBits } = aggregation;
  return {
    ...{ sizes, places, workers, roundingOffset, tiesToEven, bitsPerSymbol },
    topLevels: 2 ** symbolBits[0]!,
    centres: sizes.map((size) => (size - 1) / 2),
    scale: Math.fround(2 / (max(sizes)! - 1)),
  };
}

/** Weights of approximated layers become the blocks that the reference system takes: U = u v^T of the SVD, d_i by least squares. */
function* projectWeights(
  net: Perceptron,
  layers: readonly LayerShape[],
  squares: readonly (ReturnType<typeof squareBlocks> | null)[],
): Generator<void, void> {
  for (const [l, blocks] of squares.entries()) {
    const weights = net.weights[l]!;
    const { inputs } = layers[l]!;
    for (const square of blocks ?? []) {
      const { row, col, size } = square;
      const w = squareOf(weights, inputs, square);
      const u = yield* polarFactor(w, size);
      for (let i = 0; i < size; i++) {
        let d = 0;
        for (let j = 0; j < size; j++) d += w[i * size + j]! * u[i * size + j]!;
        for (let j = 0; j < size; j++) weights[(row + i) * inputs + col + j] = d * u[i * size + j]!;
      }
    }
  }
}

/** The network in double precision: U orthogonal to rounding, centring and scaling of the inputs folded into layer 1. */
function* exactMlp(
  net: Perceptron,
  widths: readonly number[],
  squares: readonly (ReturnType<typeof squareBlocks> | null)[],
  samples: Samples,
  workers: number,
): Generator<void, Mlp> {
  const layers: MlpLayer[] = [];
  for (const [l, blocks] of squares.entries()) {
    const cols = widths[l]!;
    const rows = widths[l + 1]!;
    const bias = Float64Array.from(net.biases[l]!);
    const gain = l === 0 ? samples.scale * workers : 1;
    const weights = Float64Array.from(net.weights[l]!);
    const common = {
      name: `layer${l + 1}`,
      rows,
      cols,
      bias,
      activation: l === squares.length - 1 ? ("none" as const) : ("relu" as const),
    };
    if (blocks === null) {
      if (l === 0) shiftBias(bias, weights, rows, cols, samples);
      layers.push({ kind: "dense", ...common, weights: weights.map((w) => w * gain) });
      continue;
    }
    const factors = net.factors[l] ?? null;
    const exact: ScaledOrthogonal[] = [];
    for (const [b, square] of blocks.entries()) {
      const { row, col, size } = square;
      const block = squareOf(weights, cols, square);
      const { u, d } = yield* exactBlock(block, size, factors === null ? null : factors[b]!);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) weights[(row + i) * cols + col + j] = d[i]! * u[i * size + j]!;
      }
      exact.push({ row, col, size, d: d.map((x) => x * gain), u });
    }
    if (l === 0) shiftBias(bias, weights, rows, cols, samples);
    layers.push({ kind: "factored", ...common, blocks: exact });
  }
  return { layers };
}

/** A block in double precision, from its factors or its product in single precision. U is orthogonal to 1e-14. Pauses now and then. */
function* exactBlock(
  block: Float64Array,
  size: number,
  factors: { readonly u: Float32Array; readonly d: Float32Array } | null,
): Generator<void, { u: Float64Array; d: Float64Array }> {
  if (factors !== null) {
    return { u: yield* orthogonalised(Float64Array.from(factors.u), size), d: Float64Array.from(factors.d) };
  }
  // Rows of diag(d) U have norm |d_i|: divided by it they are orthonormal to single precision.
  const u = block.slice();
  const d = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let square = 0;
    for (let j = 0; j < size; j++) square += block[i * size + j]! * block[i * size + j]!;
    d[i] = Math.sqrt(square);
    if (d[i] === 0) continue;
    for (let j = 0; j < size; j++) u[i * size + j]! /= d[i]!;
  }
  // A row of zeros leaves U open: the polar factor completes it.
  const open = d.some((x) => x === 0);
  return { u: open ? yield* polarFactor(u, size) : yield* orthogonalised(u, size), d };
}

function shiftBias(bias: Float64Array, weights: Float64Array, rows: number, cols: number, samples: Samples): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) bias[i]! -= weights[i * cols + j]! * samples.scale * samples.centres[j]!;
  }
}
