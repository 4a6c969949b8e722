import { svd } from "../kernels/index.ts";

/** A connected component of the bipartite graph of rows and columns with one edge a nonzero entry. */
export interface Component {
  /** Ascending indices into the whole matrix. */
  readonly rows: readonly number[];
  readonly cols: readonly number[];
  /** The submatrix, row-major. */
  readonly weights: Float64Array;
}

export interface Components {
  /** Ordered by their first row. */
  readonly components: readonly Component[];
  /** Rows without a nonzero entry: these outputs stay dark. */
  readonly darkRows: readonly number[];
  /** Columns without a nonzero entry: the light of these inputs is dumped. */
  readonly unusedCols: readonly number[];
}

/** Splits a rows x cols matrix, row-major, into independent blocks; only exact zeros separate. */
export function connectedComponents(weights: Float64Array, rows: number, cols: number): Components {
  // union-find over rows 0..rows-1 and columns rows..rows+cols-1; a root is its set's least node
  const parent = Int32Array.from({ length: rows + cols }, (_, i) => i);
  const root = (node: number): number => {
    let at = node;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  const linked = new Uint8Array(rows + cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      if (weights[i * cols + j] === 0) continue;
      linked[i] = 1;
      linked[rows + j] = 1;
      const p = root(i);
      const q = root(rows + j);
      parent[Math.max(p, q)] = Math.min(p, q);
    }
  }
  const members = new Map<number, { rows: number[]; cols: number[] }>();
  const darkRows: number[] = [];
  const unusedCols: number[] = [];
  for (let i = 0; i < rows; i++) {
    if (!linked[i]) darkRows.push(i);
    else if (root(i) === i) members.set(i, { rows: [i], cols: [] });
    else members.get(root(i))!.rows.push(i);
  }
  for (let j = 0; j < cols; j++) {
    if (linked[rows + j]) members.get(root(rows + j))!.cols.push(j);
    else unusedCols.push(j);
  }
  const components = [...members.values()].map((part): Component => {
    const entries = part.rows.flatMap((i) => part.cols.map((j) => weights[i * cols + j]!));
    return { ...part, weights: Float64Array.from(entries) };
  });
  return { components, darkRows, unusedCols };
}

/** Largest singular value of a rows x cols matrix, row-major; 0 for an empty one. */
export function spectralNorm(weights: Float64Array, rows: number, cols: number): number {
  return svd(weights, rows, cols).s[0] ?? 0;
}
