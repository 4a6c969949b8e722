import type { Aggregation } from "./aggregation/aggregation.ts";
import { planAggregation } from "./aggregation/plan-aggregation.ts";
import { squareBlocks } from "./network/mlp.ts";
import { type Decisions, residualsOf } from "./network/tuning.ts";

/** A layer of a perceptron before it has weights: dense, or approximated by diag(d) u. */
export interface LayerSize {
  readonly kind: "dense" | "factored";
  readonly rows: number;
  readonly cols: number;
}

/** Ports, certificate and the text around. */
const BASE = 20_000;
/** Ports of a worker's symbol and the combiners and splitters that bring it there. */
const SYMBOL = 1350;

/**
 * Bytes of circuit.json of a constructed network, known from its plan before anything is built: at least as many as there
 * will be, at most twice as many above a megabyte. What the parts of a plan become was measured and rounded up.
 */
export function estimateConstructedBytes(aggregation: Aggregation, decisions: Decisions): number {
  const { workers, symbols } = aggregation;
  const plan = planAggregation(aggregation, residualsOf(decisions));
  // Reference light takes combiners and splitters.
  const passedBit = decisions.threshold === "electronic" ? 1300 : 3200;
  let bytes = BASE + SYMBOL * workers * symbols;
  for (const cell of plan.cells) {
    switch (cell.kind) {
      case "sum":
        break;
      case "split":
        // Every bit beyond the first is compared with what passed the bits before it.
        bytes += 1100 * cell.terms.length + 700 * cell.bits.length + passedBit * Math.max(0, cell.bits.length - 1);
        bytes += cell.residual === null ? 0 : 1300;
        if (decisions.residual !== "direct") bytes += 200 * cell.bits.length;
        break;
      case "nonzero":
      case "only":
        bytes += 3000;
        break;
      default:
        cell satisfies never;
    }
  }
  // A neuron, and a section for it at most.
  if (decisions.outputs === "regenerated") bytes += 400 * symbols;
  for (const { from, end, inputs } of plan.combiners) bytes += 700 * (end - from) * inputs;
  return bytes;
}

/** Meshes of random phases, a line a device. */
const DEVICE = 132;

/** The same of a perceptron, whose meshes are as large as its layers are wide. */
export function estimatePerceptronBytes({ workers, symbols }: Aggregation, layers: readonly LayerSize[]): number {
  const devices = layers.reduce((sum, { kind, rows, cols }) => sum + layerDevices(kind, rows, cols), 0);
  return BASE + SYMBOL * workers * symbols + DEVICE * devices;
}

function layerDevices(kind: "dense" | "factored", rows: number, cols: number): number {
  if (kind === "factored") {
    // A mesh a square, and in front and behind what splits and adds up its light.
    return squareBlocks(rows, cols).reduce((sum, { size }) => sum + (size * (size + 1)) / 2 + 12 * size, 0);
  }
  // Two isometries of the rank of the matrix with a column of biases, and the attenuators between them.
  const rank = Math.min(rows, cols + 1);
  const half = (size: number): number => (rank * (2 * size - rank - 1)) / 2;
  return half(rows) + half(cols + 1) + 2 * (rows + cols);
}
