import type { ApproximateSpec } from "../../dsl/index.ts";
import type { Aggregation } from "../aggregation/aggregation.ts";

/**
 * A multilayer perceptron as plain data: what training and the readers of imported files deliver.
 *
 * Input k is an average over the workers, as the preprocessing P makes it: with K inputs for M symbols, every g = ceil(M / K)
 * neighbouring symbols are merged into sum_j levels^(g-1-j) I_j (the most significant group may hold fewer), so that input k
 * runs from 0 to levels^g - 1 in steps of 1 / workers. Output i is symbol i of the mean word as a number, symbol 0 the most
 * significant; the receivers snap it to the nearest level.
 */
export interface Mlp {
  /** At least one; the columns of a layer are the rows of the one before. */
  readonly layers: readonly MlpLayer[];
}

export type Nonlinearity = "relu" | "none";

export type MlpLayer = DenseLayer | FactoredLayer;

/** y = activation(weights x + bias) */
export interface DenseLayer {
  readonly kind: "dense";
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  /** rows x cols, row-major. */
  readonly weights: Float64Array;
  /** rows */
  readonly bias: Float64Array;
  readonly activation: Nonlinearity;
}

/** The same with weights that are a tiling of square blocks, each a diagonal times an orthogonal matrix. */
export interface FactoredLayer {
  readonly kind: "factored";
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  /** One a square of `squareBlocks(rows, cols)`, in that order. */
  readonly blocks: readonly ScaledOrthogonal[];
  readonly bias: Float64Array;
  readonly activation: Nonlinearity;
}

/** A square of a matrix: rows row..row+size-1, columns col..col+size-1. */
export interface Square {
  readonly row: number;
  readonly col: number;
  readonly size: number;
}

/** The block diag(d) u. */
export interface ScaledOrthogonal extends Square {
  /** size; of any sign. */
  readonly d: Float64Array;
  /** size x size, row-major, orthogonal to 1e-10. */
  readonly u: Float64Array;
}

/** What training hands to the compiler. */
export interface TrainedNetwork {
  /** As the circuit will compute it: inputs as in `Mlp`, any centring or scaling folded into weights and biases. */
  readonly mlp: Mlp;
  /** One sentence for the summary: what was trained, how, and on which inputs. */
  readonly description: string;
}

/** Tiles a rows x cols matrix with squares: as many of the largest size as fit, the rest likewise. */
export function squareBlocks(rows: number, cols: number): readonly Square[] {
  const squares: Square[] = [];
  let row = 0;
  let col = 0;
  while (row < rows && col < cols) {
    const size = Math.min(rows - row, cols - col);
    squares.push({ row, col, size });
    // a band as wide as the rest of the shorter side is filled before the rest of the band is looked at
    if (rows - row >= cols - col) row += size;
    else col += size;
  }
  return squares;
}

/** A square of a matrix of so many columns, row-major. */
export function squareOf(weights: ArrayLike<number>, cols: number, { row, col, size }: Square): Float64Array {
  return Float64Array.from(
    { length: size * size },
    (_, at) => weights[(row + Math.floor(at / size)) * cols + col + (at % size)]!,
  );
}

/** The weights of a layer, rows x cols, row-major. */
export function weightsOf(layer: MlpLayer): Float64Array {
  if (layer.kind === "dense") return layer.weights;
  const weights = new Float64Array(layer.rows * layer.cols);
  for (const { row, col, size, d, u } of layer.blocks) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) weights[(row + i) * layer.cols + col + j] = d[i]! * u[i * size + j]!;
    }
  }
  return weights;
}

/** The groups of neighbouring symbols that K inputs merge, most significant first; null when no even merging gives K. */
export function mergedGroups(symbols: number, inputs: number): readonly (readonly number[])[] | null {
  const size = Math.ceil(symbols / inputs);
  if (inputs < 1 || Math.ceil(symbols / size) !== inputs) return null;
  const first = symbols - (inputs - 1) * size;
  return Array.from({ length: inputs }, (_, k) => {
    const from = k === 0 ? 0 : first + (k - 1) * size;
    return Array.from({ length: k === 0 ? first : size }, (_, j) => from + j);
  });
}

/** `mergedGroups` of an aggregation; throws RangeError when there is no such merging. */
export function groupsOf(aggregation: Aggregation, inputs: number): readonly (readonly number[])[] {
  const groups = mergedGroups(aggregation.symbols, inputs);
  if (groups === null) {
    throw new RangeError(`${aggregation.symbols} symbols cannot be merged into ${inputs} inputs`);
  }
  return groups;
}

/** Whether a layer, numbered from 1, is among the approximated ones. */
export function isApproximated(approximate: ApproximateSpec, layer: number): boolean {
  switch (approximate.kind) {
    case "none":
      return false;
    case "all":
      return true;
    case "layers":
      return layer >= approximate.first && layer <= approximate.last;
  }
}
