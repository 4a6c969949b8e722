import type { Aggregation } from "../../aggregation/aggregation.ts";
import { type LayerShape, largestOf, openPerceptron, type Perceptron, type Samples } from "../../kernels/index.ts";
import { type Mlp, type MlpLayer, squareBlocks } from "../mlp.ts";
import { evaluateExhaustively } from "./evaluate.ts";
import { initialise, polarFactor } from "./initial.ts";
import { divergenceAdvice, lossForms, runLoop, shortfallAdvice } from "./loop.ts";
import { exactBlock } from "./orthogonal.ts";
import type { TrainingHooks, TrainingResult } from "./result.ts";
import { inputGrid, type TrainingSettings, type TrainingTask } from "./task.ts";

/** One network from the (merged) symbol sums to the symbols, trained on every distinct input vector. */
export async function trainPerceptron(
  task: TrainingTask,
  settings: TrainingSettings,
  hooks: TrainingHooks,
): Promise<TrainingResult> {
  const { aggregation } = task;
  const samples = samplesOf(aggregation, task.inputs, settings.inputReach);
  const widths = [task.inputs, ...task.hidden, aggregation.symbols];
  const approximated = widths.slice(1).map((_, l) => isApproximated(task, l + 1));
  const projected = settings.method === "projected";
  const squares = approximated.map((yes, l) => (yes ? squareBlocks(widths[l + 1]!, widths[l]!) : null));
  const layers: LayerShape[] = squares.map((blocks, l) => ({
    inputs: widths[l]!,
    outputs: widths[l + 1]!,
    blocks: projected ? null : blocks,
  }));
  const net = await openPerceptron({
    layers,
    samples,
    batch: settings.batch,
    threads: settings.threads,
    seed: settings.seed,
    hardRows: Math.round(settings.hardShare * settings.batch),
  });
  try {
    initialise(net, layers, settings.seed);
    const end = await runLoop(
      {
        net,
        settings,
        identity: identityOf(task, settings),
        form: lossForms(settings.loss, aggregation.symbols, aggregation.bitsPerSymbol),
        project: projected ? () => projectWeights(net, layers, squares) : null,
        part: { name: "network", index: 0, count: 1 },
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
          advice: [{ setting: "resume", value: "", reason: "start anew without the checkpoint" }],
        };
      case "reached":
      case "short": {
        const mlp = exactMlp(net, widths, squares, samples, aggregation.workers);
        const report = (await evaluateExhaustively(mlp, aggregation))!;
        const constrained = approximated.filter(Boolean).length;
        const how = projected ? "free weights with periodic projection" : "on the manifold of diag(d) U blocks";
        const method = constrained === 0 ? "free weights" : `${constrained} of ${layers.length} layers ${how}`;
        const network = {
          mlp,
          description: `one perceptron ${widths.join("-")}, ${method}, trained ${end.step} steps on all ${report.vectors} input vectors`,
          checkedVectors: report.vectors,
          wrongVectors: report.wrong,
        };
        const summary = {
          structure: "perceptron" as const,
          steps: end.step,
          loss: end.loss,
          notes: [`all ${report.vectors} distinct input vectors were evaluated in double precision`],
        };
        const enough = report.wrong <= Math.floor((1 - settings.target) * report.vectors + 1e-9);
        if (enough) return { kind: "reached", network, report, summary };
        const because = end.kind === "short" ? end.because : "cycles";
        return { kind: "short", because, network, report, summary, advice: shortfallAdvice(settings) };
      }
      default:
        return end satisfies never;
    }
  } finally {
    net.close();
  }
}

export function isApproximated(task: TrainingTask, layer: number): boolean {
  const { approximate } = task;
  switch (approximate.kind) {
    case "none":
      return false;
    case "all":
      return true;
    case "layers":
      return layer >= approximate.from && layer <= approximate.to;
    default:
      return approximate satisfies never;
  }
}

/** Everything that determines the weights; the number of threads does not. */
export function identityOf(task: TrainingTask, settings: TrainingSettings): string {
  const { threads: _, ...rest } = settings;
  return JSON.stringify({ task, settings: rest });
}

/** Inputs centred and in [-reach, reach]; one scale for all, so that blocks of the first layer stay a diagonal times U. */
export function samplesOf(
  aggregation: Aggregation,
  inputs: number,
  reach: number,
): Extract<Samples, { kind: "aggregation" }> {
  const { sizes, places } = inputGrid(aggregation, inputs);
  return {
    kind: "aggregation",
    sizes,
    places,
    workers: aggregation.workers,
    roundingOffset: aggregation.roundingOffset,
    tiesToEven: aggregation.tiesToEven,
    bitsPerSymbol: aggregation.bitsPerSymbol,
    topLevels: 2 ** aggregation.symbolBits[0]!,
    symbols: aggregation.symbols,
    centres: sizes.map((size) => (size - 1) / 2),
    scale: Math.fround((2 * reach) / (largestOf(sizes) - 1)),
  };
}

/** Weights of approximated layers become the blocks that the reference system takes: U = u v^T of the SVD, d_i by least squares. */
function projectWeights(
  net: Perceptron,
  layers: readonly LayerShape[],
  squares: readonly (ReturnType<typeof squareBlocks> | null)[],
): void {
  squares.forEach((blocks, l) => {
    const weights = net.weights[l]!;
    const { inputs } = layers[l]!;
    for (const { row, col, size } of blocks ?? []) {
      const w = new Float64Array(size * size);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) w[i * size + j] = weights[(row + i) * inputs + col + j]!;
      }
      const u = polarFactor(w, size);
      for (let i = 0; i < size; i++) {
        let d = 0;
        for (let j = 0; j < size; j++) d += w[i * size + j]! * u[i * size + j]!;
        for (let j = 0; j < size; j++) weights[(row + i) * inputs + col + j] = d * u[i * size + j]!;
      }
    }
  });
}

/** The network in double precision: U orthogonal to rounding, centring and scaling of the inputs folded into layer 1. */
function exactMlp(
  net: Perceptron,
  widths: readonly number[],
  squares: readonly (ReturnType<typeof squareBlocks> | null)[],
  samples: Extract<Samples, { kind: "aggregation" }>,
  workers: number,
): Mlp {
  const layers = squares.map((blocks, l): MlpLayer => {
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
      return { kind: "dense", ...common, weights: weights.map((w) => w * gain) };
    }
    const factors = net.factors[l] ?? null;
    const exact = blocks.map(({ row, col, size }, b) => {
      const block = new Float64Array(size * size);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) block[i * size + j] = weights[(row + i) * cols + col + j]!;
      }
      const { u, d } = exactBlock(block, size, factors === null ? null : factors[b]!);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) weights[(row + i) * cols + col + j] = d[i]! * u[i * size + j]!;
      }
      return { row, col, size, d: d.map((x) => x * gain), u };
    });
    if (l === 0) shiftBias(bias, weights, rows, cols, samples);
    return { kind: "factored", ...common, blocks: exact };
  });
  return { layers };
}

function shiftBias(
  bias: Float64Array,
  weights: Float64Array,
  rows: number,
  cols: number,
  samples: Extract<Samples, { kind: "aggregation" }>,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) bias[i]! -= weights[i * cols + j]! * samples.scale * samples.centres[j]!;
  }
}
