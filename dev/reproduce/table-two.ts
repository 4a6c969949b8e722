import type { DenseLayer } from "../../compiler/index.ts";
import { textTable } from "../../formats/index.ts";
import type { TableRow } from "../bench/table.ts";
import { cpuTimed } from "../bench/timing.ts";
import { type ExactNetwork, type ExactShape, exactNetwork, tilingOf } from "./exact-networks.ts";
import { paperArea } from "./paper-area.ts";
import { type PublishedNetwork, tableOne, tableTwo } from "./published.ts";

/** What a network does on its distinct inputs. */
interface Judgement {
  readonly inputs: number;
  readonly wrong: number;
  /** Of an output, in levels; receivers err from 0.5 on. */
  readonly largestError: number;
}

/** A layer without what is always 0: row i adds `values[k] x[columns[k]]` for k from starts[i] to starts[i + 1]. */
interface SparseLayer {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
  readonly bias: Float64Array;
}

/** Networks that take the place of all of a table's rows of the same widths: each layer that a row replaces is diag(d) U. */
export function exactNetworkFor(row: PublishedNetwork): ExactNetwork {
  const alike = [...tableOne, ...tableTwo].filter((other) => other.widths.join() === row.widths.join());
  const first = Math.min(...alike.map((other: PublishedNetwork) => other.first));
  const last = Math.max(...alike.map((other: PublishedNetwork) => other.last));
  const shape: ExactShape = { workers: row.workers, bits: row.bits, widths: row.widths, first, last };
  return exactNetwork(shape);
}

/** Compares a network with the mean, halves up, on all distinct inputs or on `sample` in even steps. Dark neurons are left out (checked). */
export function judge(
  { layers: dense, lit }: ExactNetwork,
  row: PublishedNetwork,
  sample: number = Number.POSITIVE_INFINITY,
): Judgement {
  const { workers, bits } = row;
  const inputs = row.widths[0]!;
  const symbols = bits / 2;
  const base = 2 ** (bits / inputs);
  const size = workers * (base - 1) + 1;
  const layers = dense.map((layer, l) => {
    return sparse(layer, lit[l]!, l === 0 ? null : lit[l - 1]!);
  });
  const domain = size ** inputs;
  const count = Math.min(domain, sample);
  let [wrong, largestError] = [0, 0];
  const sums = new Array<number>(inputs);
  let x = new Float64Array(64);
  let y = new Float64Array(64);
  for (let n = 0; n < count; n++) {
    let rest = count === domain ? n : Math.floor((n * domain) / count);
    let sum = 0;
    let place = 1;
    for (let k = inputs - 1; k >= 0; k--) {
      sums[k] = rest % size;
      rest = (rest - sums[k]!) / size;
      sum += place * sums[k]!;
      place *= base;
      x[k] = sums[k]! / workers;
    }
    for (let l = 0; l < layers.length; l++) {
      const { starts, columns, values, bias } = layers[l]!;
      for (let i = 0; i < bias.length; i++) {
        let total = bias[i]!;
        for (let k = starts[i]!; k < starts[i + 1]!; k++) total += values[k]! * x[columns[k]!]!;
        y[i] = total > 0 || l === layers.length - 1 ? total : 0;
      }
      [x, y] = [y, x];
    }
    let word = Math.floor((sum + workers / 2) / workers);
    let bad = false;
    for (let i = symbols - 1; i >= 0; i--) {
      const error = Math.abs(x[i]! - (word % 4));
      if (!(error <= largestError)) largestError = error;
      if (!(error < 0.5)) bad = true;
      word = Math.floor(word / 4);
    }
    if (bad) wrong++;
  }
  return { inputs: count, wrong, largestError };
}

/** Rows and columns of lit neurons alone; throws where a neuron that counts as dark could see light. */
function sparse(
  { rows, cols, weights, bias }: DenseLayer,
  lit: readonly number[],
  before: readonly number[] | null,
): SparseLayer {
  const isLit = new Set(lit);
  for (let i = 0; i < rows; i++) {
    if (isLit.has(i)) continue;
    if (bias[i] !== 0 || weights.subarray(i * cols, (i + 1) * cols).some((w) => w !== 0))
      throw new Error("lit after all");
  }
  const starts = [0];
  const columns: number[] = [];
  const values: number[] = [];
  for (const i of lit) {
    for (const [k, j] of (before ?? Array.from({ length: cols }, (_, at) => at)).entries()) {
      const value = weights[i * cols + j]!;
      if (value === 0) continue;
      columns.push(k);
      values.push(value);
    }
    starts.push(values.length);
  }
  return {
    starts: Int32Array.from(starts),
    columns: Int32Array.from(columns),
    values: Float64Array.from(values),
    bias: Float64Array.from(lit, (i) => bias[i]!),
  };
}

/** How far the rows of the blocks of a layer are from orthogonal: the largest |cosine| of two rows of a block. */
export function largestCosine({ rows, cols, weights }: DenseLayer): number {
  const { size, corners } = tilingOf(rows, cols);
  let largest = 0;
  for (const [top, left] of corners) {
    const lines = Array.from({ length: size }, (_, i) =>
      weights.subarray((top + i) * cols + left, (top + i) * cols + left + size),
    );
    const lit = lines.filter((line) => line.some((w) => w !== 0));
    const norms = lit.map((line) => Math.hypot(...line));
    for (let i = 0; i < lit.length; i++) {
      for (let j = 0; j < i; j++) {
        const product = lit[i]!.reduce((sum, w, k) => sum + w * lit[j]![k]!, 0);
        largest = Math.max(largest, Math.abs(product) / (norms[i]! * norms[j]!));
      }
    }
  }
  return largest;
}

/** The rows of Tables I and II with networks of their own widths and layers, as text; `sample` inputs of each, or all. */
export function networksTable(sample?: number): string {
  const rows: TableRow[] = [];
  const judged = new Map<string, { network: ExactNetwork; judgement: Judgement; seconds: number }>();
  for (const row of [...tableOne.slice(0, -1), ...tableTwo]) {
    const key = row.widths.join();
    if (!judged.has(key)) {
      const { ms, value } = cpuTimed(() => {
        const network = exactNetworkFor(row);
        return { network, judgement: judge(network, row, sample) };
      });
      judged.set(key, { ...value, seconds: ms / 1e3 });
    }
    const { network, judgement, seconds } = judged.get(key)!;
    const { inputs, wrong, largestError } = judgement;
    const cosine = network.layers
      .filter((_, l) => l + 1 >= row.first && l + 1 <= row.last)
      .reduce((most, layer) => Math.max(most, largestCosine(layer)), 0);
    rows.push({
      "bits/servers": `${row.bits}/${row.workers}`,
      layers: `${row.first}-${row.last} of ${row.widths.length - 1}`,
      published: `${row.accuracyPercent} %`,
      area: `${(100 * paperArea(row).share).toFixed(2)} %`,
      right: `${Number((100 * (1 - wrong / inputs)).toFixed(7))} %`,
      inputs: `${inputs}`,
      "off by": largestError.toExponential(0),
      "diag(d) U": cosine.toExponential(0),
      "lit neurons": network.lit
        .slice(0, -1)
        .map(({ length }) => length)
        .join("-"),
      "CPU s": seconds.toFixed(1),
    });
  }
  return textTable([Object.keys(rows[0]!), ...rows.map(Object.values<string>)], []).join("\n");
}
