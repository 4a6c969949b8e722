import { openKernels } from "../../../kernels/memory.ts";
import { largestOf } from "../../../kernels/norm.ts";

/** A ReLU network in double precision that takes batches; for evaluation of finished networks. */
export interface Batch64 {
  /** Rows of a full batch. */
  readonly rows: number;
  /** rows x inputs of the first layer; to be filled before the steps. */
  readonly inputs: Float64Array;
  /** rows x outputs of the last layer, after the steps. */
  readonly outputs: Float64Array;
  /** With a pause after every large layer. */
  steps(rows: number): Generator<void, void>;
}

interface BatchLayer {
  readonly rows: number;
  readonly cols: number;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly relu: boolean;
}

const BATCH_ROWS = 256;
/** Multiplications of a layer that are followed by a pause. */
const LARGE = 1e8;

export function openBatch64(layers: readonly BatchLayer[]): Batch64 {
  const largest = largestOf(layers.map((l) => l.rows * l.cols));
  const packed = layers.map((layer) => 32 * layer.cols * Math.ceil(layer.rows / 4));
  const bytes =
    layers.reduce((sum, l, i) => sum + packed[i]! + 8 * l.rows * (BATCH_ROWS + 1) + 256, 0) +
    8 * BATCH_ROWS * layers[0]!.cols +
    8 * largest +
    4096;
  const { kernels, buffer, allocate } = openKernels(bytes);
  const tile = allocate(192);
  const first = allocate(8 * BATCH_ROWS * layers[0]!.cols);
  const weightsAt = allocate(8 * largest);
  let x = first;
  const plan = layers.map((layer, i) => {
    const panel = allocate(packed[i]!);
    new Float64Array(buffer, weightsAt, layer.rows * layer.cols).set(layer.weights);
    kernels.packColumns64(weightsAt, layer.cols, layer.cols, layer.rows, panel);
    const bias = allocate(8 * layer.rows);
    new Float64Array(buffer, bias, layer.rows).set(layer.bias);
    const y = allocate(8 * BATCH_ROWS * layer.rows);
    const stage = { layer, panel, bias, x, y };
    x = y;
    return stage;
  });
  function* steps(rows: number): Generator<void, void> {
    for (const { layer, panel, bias, x, y } of plan) {
      kernels.multiplyRows64(x, layer.cols, panel, y, layer.rows, rows, layer.rows, layer.cols, tile);
      kernels.addBias64(y, bias, rows, layer.rows, layer.relu);
      if (rows * layer.rows * layer.cols > LARGE) yield;
    }
  }
  return {
    rows: BATCH_ROWS,
    inputs: new Float64Array(buffer, first, BATCH_ROWS * layers[0]!.cols),
    outputs: new Float64Array(buffer, x, BATCH_ROWS * layers.at(-1)!.rows),
    steps,
  };
}
