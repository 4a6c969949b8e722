import { max } from "d3-array";
import type { Aggregation } from "../aggregation/aggregation.ts";
import { norm } from "../kernels/index.ts";
import { connectedComponents, spectralNorm } from "../mesh/index.ts";
import { type DenseLayer, type FactoredLayer, groupsOf, type Mlp, type Nonlinearity } from "./mlp.ts";
import { balanceMlp } from "./mlp-balance.ts";
import type { Bias, Block, Layer, NetworkNeuron, Onn } from "./onn.ts";

/** What became of one layer of the perceptron. */
export interface LayerFigures {
  readonly name: string;
  readonly kind: "dense" | "factored";
  readonly rows: number;
  readonly cols: number;
  /** Output field per unit over input field per unit, the price of being passive. */
  readonly scale: number;
}

export interface MlpOnn {
  readonly onn: Onn;
  readonly layers: readonly LayerFigures[];
  /** Field of a unit of the inputs (averages over the workers) over field of a level of the outputs: what the receivers compensate. */
  readonly gain: number;
}

/** Share of the power that a bias combiner takes from the row with the largest weights: its bias must get through too. */
const strongestRow = Math.sqrt(0.8);
/** Field of a bias lane over that of an input's unit below which it counts as nothing. */
const leastBias = 1e-30;
/** Norm of a dense layer's bias column relative to the norm of its weights. */
const biasShare = 0.5;

/**
 * The perceptron on waveguides. Passive meshes cannot amplify, so every layer is divided by what makes it one; relu is
 * positively homogeneous, and the product of the divisors (`gain`) is left to the receivers. Hidden units are balanced first.
 *
 * A dense layer is one block a connected component, its biases one more column that a lane of bias light feeds.
 * In a factored layer every u is a mesh; each output is one combiner of the blocks' light and a bias, which is the attenuator
 * d at the same time: an attenuator is an MZI with a dark second input, and here that input carries the bias.
 * Throws RangeError when the widths do not fit the aggregation.
 */
export function mlpToOnn(mlp: Mlp, aggregation: Aggregation): MlpOnn {
  const inputs = mlp.layers[0]!.cols;
  const outputs = mlp.layers.at(-1)!.rows;
  if (outputs !== aggregation.symbols) {
    throw new RangeError(`the network has ${outputs} outputs for ${aggregation.symbols} symbols`);
  }
  const builder: Builder = { lanes: aggregation.symbols, layers: [], biases: [] };
  const sumField = 1 / Math.sqrt(aggregation.workers);
  const merged = merge(builder, aggregation, inputs, sumField);

  let lit = merged;
  const figures: LayerFigures[] = [];
  for (const [i, layer] of balanceMlp(mlp).layers.entries()) {
    if (layer.cols !== lit.lanes.length) {
      throw new RangeError(`layer ${layer.name} reads ${layer.cols} values where ${lit.lanes.length} arrive`);
    }
    const { name, kind, rows, cols } = layer;
    const values =
      layer.kind === "dense" ? placeDense(builder, layer, i + 1, lit) : placeFactored(builder, layer, i + 1, lit);
    figures.push({ name, kind, rows, cols, scale: values.field / lit.field });
    lit = values;
  }
  return {
    onn: {
      lanes: builder.lanes,
      inputs: aggregation.symbolBits.map((_, lane) => ({ lane, fieldPerUnit: sumField })),
      biases: builder.biases,
      layers: builder.layers,
      outputs: lit.lanes.map((lane) => ({ lane, fieldPerUnit: lit.field })),
    },
    layers: figures,
    gain: merged.field / lit.field,
  };
}

interface Builder {
  lanes: number;
  readonly layers: Layer[];
  readonly biases: Bias[];
}

/** Values that share one field per unit. */
interface Lit {
  readonly lanes: readonly number[];
  readonly field: number;
}

/** A block's light that a row adds up, and its weight relative to the field on the lane. */
interface Term {
  readonly lane: number;
  readonly weight: number;
}

function freshLane(builder: Builder): number {
  builder.lanes++;
  return builder.lanes - 1;
}

function biasLane(builder: Builder, field: number): number {
  const lane = freshLane(builder);
  builder.biases.push({ lane, field });
  return lane;
}

function relus(lanes: readonly number[], activation: Nonlinearity): NetworkNeuron[] {
  return activation === "relu" ? lanes.map((lane) => ({ kind: "relu", lane, gain: 1 })) : [];
}

/** Neighbouring symbol sums merged into the network's inputs, all at one field per unit of the workers' average. */
function merge(builder: Builder, aggregation: Aggregation, inputs: number, sumField: number): Lit {
  const groups = groupsOf(aggregation, inputs);
  const weights = groups.map((group) => group.map((_, j) => aggregation.levels ** (group.length - 1 - j)));
  // sum w_j S_j = workers * average; row w_j c of norm <= 1 gives field c sumField per unit of sum w_j S_j
  const c = 1 / max(weights.map(norm))!;
  const values: Lit = { lanes: groups.map((group) => group[0]!), field: c * sumField * aggregation.workers };
  if (c === 1) return values;
  builder.layers.push({
    blocks: groups.map((group, k): Block => {
      const row = Float64Array.from(weights[k]!, (w) => w * c);
      return { name: `merge${k}`, lanes: group, rows: 1, cols: group.length, weights: row };
    }),
    activations: [],
  });
  return values;
}

function placeDense(builder: Builder, layer: DenseLayer, number: number, input: Lit): Lit {
  const { rows, cols, weights, bias } = layer;
  const { components, darkRows, unusedCols } = connectedComponents(weights, rows, cols);
  // light that no row wants rides along with zero weight and is absorbed behind the first component
  const parts = components.map((component, i) => {
    const extra = i === 0 ? unusedCols : [];
    const width = component.cols.length + extra.length;
    const largest = spectralNorm(component.weights, component.rows.length, component.cols.length) / input.field;
    const biasNorm = norm(component.rows.map((row) => bias[row]!));
    // at this bias field the bias column has `biasShare` of the norm of the rest
    const wanted = biasNorm / (biasShare * largest);
    // one that drowns in the rounding errors of the inputs' light would only underflow
    const biasField = wanted > leastBias * input.field ? wanted : null;
    return { component, extra, width, biasField };
  });
  const matrices = parts.map(({ component, extra, width, biasField }) => {
    const total = width + (biasField === null ? 0 : 1);
    const matrix = new Float64Array(component.rows.length * total);
    component.rows.forEach((row, i) => {
      component.cols.forEach((col, j) => {
        matrix[i * total + j] = weights[row * cols + col]! / input.field;
      });
      if (biasField !== null) matrix[(i + 1) * total - 1] = bias[row]! / biasField;
    });
    return { rows: component.rows, sources: [...component.cols, ...extra], total, matrix, biasField };
  });
  const strongest = max(matrices, (part) => spectralNorm(part.matrix, part.rows.length, part.total)) ?? 0;
  const field = strongest > 0 ? 1 / strongest : input.field;

  const lanes = new Array<number>(rows);
  const blocks = matrices.map((part, k): Block => {
    const used = part.sources.map((col) => input.lanes[col]!);
    if (part.biasField !== null) used.push(biasLane(builder, part.biasField));
    while (used.length < part.rows.length) used.push(freshLane(builder));
    part.rows.forEach((row, i) => {
      lanes[row] = used[i]!;
    });
    const scaled = part.matrix.map((x) => x * field);
    return { name: `l${number}_w${k}`, lanes: used, rows: part.rows.length, cols: part.total, weights: scaled };
  });
  for (const row of darkRows)
    lanes[row] = constantLane(builder, bias[row]! * field, layer.activation, blocks, number, row);
  builder.layers.push({ blocks, activations: relus(lanes, layer.activation) });
  return { lanes, field };
}

/** A unit without inputs is its bias: a lane of that field, or darkness. */
function constantLane(
  builder: Builder,
  value: number,
  activation: Nonlinearity,
  blocks: Block[],
  number: number,
  row: number,
): number {
  if (Math.abs(value) <= leastBias * leastBias || (activation === "relu" && value < 0)) return freshLane(builder);
  const lane = biasLane(builder, Math.abs(value));
  const sign = Float64Array.of(Math.sign(value));
  if (value < 0) blocks.push({ name: `l${number}_constant${row}`, lanes: [lane], rows: 1, cols: 1, weights: sign });
  return lane;
}

function placeFactored(builder: Builder, layer: FactoredLayer, number: number, input: Lit): Lit {
  const { rows, cols, blocks, bias, activation } = layer;
  const copies = new Array<number>(cols).fill(0);
  for (const { col, size } of blocks) for (let j = 0; j < size; j++) copies[col + j]!++;
  const most = max(copies)!;
  const copyField = 1 / Math.sqrt(most);
  const splitters: Block[] = [];
  // the copies of each input, taken block by block
  const waiting = input.lanes.map((lane, j): number[] => {
    const count = copies[j]!;
    if (most === 1) return [lane];
    const own = [lane, ...Array.from({ length: count - 1 }, () => freshLane(builder))];
    const weights = new Float64Array(count).fill(copyField);
    splitters.push({ name: `l${number}_copy${j}`, lanes: own, rows: count, cols: 1, weights });
    return [...own];
  });
  if (splitters.length > 0) builder.layers.push({ blocks: splitters, activations: [] });

  const terms: Term[][] = Array.from({ length: rows }, () => []);
  const meshes = blocks.map(({ row, col, size, d, u }, k): Block => {
    const lanes = Array.from({ length: size }, (_, j) => waiting[col + j]!.shift()!);
    for (let i = 0; i < size; i++) {
      terms[row + i]!.push({ lane: lanes[i]!, weight: d[i]! / (copyField * input.field) });
    }
    return { name: `l${number}_u${k}`, lanes, rows: size, cols: size, weights: u };
  });
  builder.layers.push({ blocks: meshes, activations: [] });

  let field = Infinity;
  for (const [i, row] of terms.entries()) {
    const length = norm(row.map((term) => term.weight));
    if (length > 0) field = Math.min(field, (bias[i] === 0 ? 1 : strongestRow) / length);
  }
  if (field === Infinity) field = input.field;
  const combiners = terms.map((row, i): Block => {
    const lanes = row.map((term) => term.lane);
    const weights = row.map((term) => term.weight * field);
    if (bias[i] !== 0) {
      const rest = Math.sqrt(1 - weights.reduce((total, w) => total + w * w, 0));
      lanes.push(biasLane(builder, (field * Math.abs(bias[i]!)) / rest));
      weights.push(Math.sign(bias[i]!) * rest);
    }
    return { name: `l${number}_d${i}`, lanes, rows: 1, cols: lanes.length, weights: Float64Array.from(weights) };
  });
  const lanes = combiners.map((block) => block.lanes[0]!);
  builder.layers.push({ blocks: combiners, activations: relus(lanes, activation) });
  return { lanes, field };
}
