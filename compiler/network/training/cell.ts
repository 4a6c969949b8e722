import { finish } from "../../kernels/steps.ts";
import type { CellPlan } from "./cell-program.ts";
import { type LayerShape, openPerceptron, type Perceptron } from "./engine/perceptron.ts";
import { initialise } from "./initial.ts";
import { type LoopEnd, lossForms, runLoop } from "./loop.ts";
import { seededNormal } from "./portable.ts";
import type { TrainingHooks } from "./result.ts";
import type { TrainingSettings } from "./task.ts";

/** Half the width of the plateau that a cell keeps around every integer: what the cells before it may be off. */
export const PLATEAU = 0.25;
/** Points of the plateau that are trained. */
const POINTS = [-PLATEAU, -PLATEAU / 2, 0, PLATEAU / 2, PLATEAU];
/** Largest error of an output on them. */
const TOLERANCE = 0.06;

/** Dense layers 1 -> ... -> outputs in double precision: y = relu(W x + b), the last one too (outputs are >= 0). */
export interface CellLayer {
  readonly rows: number;
  readonly cols: number;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

export interface TrainedCell {
  readonly layers: readonly CellLayer[];
  readonly hidden: readonly number[];
  readonly end: LoopEnd;
}

/** Trains a cell on all its values and their plateaus. */
export async function trainCell(
  cell: CellPlan,
  settings: TrainingSettings,
  hooks: TrainingHooks,
  part: { name: string; index: number; count: number },
): Promise<TrainedCell> {
  const width = cell.outputs.length;
  const count = (cell.max + 1) * POINTS.length;
  const centre = cell.max / 2;
  const scale = Math.fround(2 / Math.max(cell.max, 1));
  const inputs = new Float32Array(count);
  const targets = new Float32Array(count * width);
  for (let t = 0; t <= cell.max; t++) {
    POINTS.forEach((shift, p) => {
      const row = t * POINTS.length + p;
      inputs[row] = (t + shift - centre) * scale;
      cell.outputs.forEach(({ table }, o) => {
        targets[row * width + o] = table[t]!;
      });
    });
  }
  const runs = changes(cell).length;
  const hidden = [runs, runs];
  const widths = [1, ...hidden, width];
  const layers: LayerShape[] = widths.slice(1).map((outputs, l) => ({ inputs: widths[l]!, outputs, blocks: null }));
  const net = await openPerceptron({
    layers,
    samples: { kind: "table", count, inputs, targets, tolerance: TOLERANCE },
    batch: count,
    threads: settings.threads,
    seed: settings.seed,
    hardRows: 0,
  });
  try {
    finish(initialise(net, layers, settings.seed));
    startNearClamps(net, cell, scale, settings.seed);
    const job = {
      net,
      settings: { ...settings, batch: count, target: 1 },
      identity: cell.name,
      form: lossForms({ kind: "symbols" }, width, 1),
      project: null,
      affordable: () => false,
      part,
    };
    const end = await runLoop(job, hooks);
    const exact = layers.map((layer, l): CellLayer => {
      const weights = Float64Array.from(net.weights[l]!);
      const bias = Float64Array.from(net.biases[l]!);
      if (l === 0) {
        // inputs centred and scaled: folded in
        for (let i = 0; i < bias.length; i++) {
          weights[i]! *= scale;
          bias[i]! -= weights[i]! * centre;
        }
      }
      return { rows: layer.outputs, cols: layer.inputs, weights, bias };
    });
    return { layers: exact, hidden, end };
  } finally {
    await net.close();
  }
}

/** Relative disturbance of the start: large enough that training has to find the function again. */
const JITTER = 0.05;

/**
 * Where training starts: near the clamps of the exact construction, one for every change of the outputs between t and
 * t + 1. The first layer's unit falls to 0 at t + 1 - PLATEAU, the second's rises from 0 to 1 over the gap between the
 * plateaus. Steps, thresholds and outputs are disturbed, and everything is trained.
 */
function startNearClamps(net: Perceptron, cell: CellPlan, scale: number, seed: number): void {
  const normal = seededNormal(seed + 1);
  const jitter = (x: number): number => x * (1 + JITTER * normal());
  const edges = changes(cell);
  const units = edges.length;
  const [first, second, third] = net.weights as [Float32Array, Float32Array, Float32Array];
  const [firstBias, secondBias, thirdBias] = net.biases as [Float32Array, Float32Array, Float32Array];
  second.fill(0);
  third.fill(0);
  edges.forEach((t, j) => {
    first[j] = -1;
    firstBias[j] = (t + 1 - PLATEAU - cell.max / 2 + JITTER * normal()) * scale;
    second[j * units + j] = -jitter(1 / ((1 - 2 * PLATEAU) * scale));
    secondBias[j] = jitter(1);
    cell.outputs.forEach(({ table }, o) => {
      third[o * units + j] = jitter(table[t + 1]! - table[t]!);
    });
  });
  cell.outputs.forEach(({ table }, o) => {
    thirdBias[o] = table[0]!;
  });
}

/** Every t after which some output changes. */
export function changes(cell: CellPlan): number[] {
  const found: number[] = [];
  for (let t = 0; t < cell.max; t++) if (cell.outputs.some(({ table }) => table[t] !== table[t + 1])) found.push(t);
  return found;
}
