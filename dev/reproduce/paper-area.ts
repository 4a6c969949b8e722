import type { PublishedNetwork } from "./published.ts";

/**
 * MZIs of a perceptron between P and T, as the reference system counts them (arXiv 2603.28290): layers `first` to `last` are tiled with
 * diag(d) u blocks. Biases, splitters and combiners are not counted there. Symbols have 4 levels.
 */
type Sizes = Pick<PublishedNetwork, "workers" | "bits" | "widths" | "first" | "last">;

export interface AreaCount {
  readonly mzis: number;
  /** With every layer by SVD. */
  readonly mzisWithoutApproximation: number;
  /** mzis / mzisWithoutApproximation */
  readonly share: number;
}

/** rows x cols by SVD with two full meshes and no device for the singular values beyond the larger one's diagonal. */
export function paperSvdMzis(rows: number, cols: number): number {
  return (rows * (rows + 1)) / 2 + (cols * (cols - 1)) / 2;
}

/** A square block as one mesh and one column of attenuators. */
export function paperBlockMzis(size: number): number {
  return (size * (size + 1)) / 2;
}

/** A layer tiled with blocks as wide as its shorter side, which divides the longer one in every published network. */
export function paperApproximatedMzis(rows: number, cols: number): number {
  const size = Math.min(rows, cols);
  return (Math.max(rows, cols) / size) * paperBlockMzis(size);
}

/** The whole unit: P as a K x NM mesh, the layers, T as an NM x M mesh. */
export function paperArea({ workers, bits, widths, first, last }: Sizes): AreaCount {
  const symbols = bits / 2;
  const around = paperSvdMzis(widths[0]!, workers * symbols) + paperSvdMzis(workers * symbols, symbols);
  let mzis = around;
  let mzisWithoutApproximation = around;
  for (let layer = 1; layer < widths.length; layer++) {
    const rows = widths[layer]!;
    const cols = widths[layer - 1]!;
    mzis += layer >= first && layer <= last ? paperApproximatedMzis(rows, cols) : paperSvdMzis(rows, cols);
    mzisWithoutApproximation += paperSvdMzis(rows, cols);
  }
  return { mzis, mzisWithoutApproximation, share: mzis / mzisWithoutApproximation };
}

/** What the same layers take without dark modes: r (m + n - r) at full rank is m n (see mesh/isometry.ts). */
export function exactLayerMzis({ widths }: Sizes): number {
  return widths.slice(1).reduce((total, rows, i) => total + rows * widths[i]!, 0);
}

/**
 * The diag(d) u layers as this compiler builds them: s(s+1)/2 a block with the biases in the attenuators, and 1-to-c splitters
 * where a layer is taller than wide. Other layers by SVD, biases included and dark modes left out.
 */
export function builtLayerMzis({ widths, first, last }: Sizes): number {
  let total = 0;
  for (let layer = 1; layer < widths.length; layer++) {
    const rows = widths[layer]!;
    const cols = widths[layer - 1]!;
    if (layer >= first && layer <= last) {
      total += paperApproximatedMzis(rows, cols) + Math.max(0, rows - cols);
    } else total += rows * (cols + 1);
  }
  return total;
}
