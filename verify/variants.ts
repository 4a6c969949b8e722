import type { Certificate, Term } from "../netlist/index.ts";

/**
 * Integer values with boxes in the complex plane that hold every field that carries them on this chip; [row][signal]. A box
 * is a middle and how far the field can be from it, in the real and in the imaginary part.
 */
export interface Variants extends Boxes {
  readonly signals: readonly number[];
  readonly rows: number;
  readonly values: Int32Array;
}

export interface Boxes {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly spreadRe: Float64Array;
  readonly spreadIm: Float64Array;
}

export function emptyBoxes(count: number): Boxes {
  return {
    re: new Float64Array(count),
    im: new Float64Array(count),
    spreadRe: new Float64Array(count),
    spreadIm: new Float64Array(count),
  };
}

/** Bounds of fields that grow with what they have to hold; at first nothing. */
export interface Hull {
  readonly lowRe: Float64Array;
  readonly highRe: Float64Array;
  readonly lowIm: Float64Array;
  readonly highIm: Float64Array;
}

export function emptyHull(count: number): Hull {
  const bound = (side: number): Float64Array => new Float64Array(count).fill(side);
  return {
    lowRe: bound(Number.POSITIVE_INFINITY),
    highRe: bound(Number.NEGATIVE_INFINITY),
    lowIm: bound(Number.POSITIVE_INFINITY),
    highIm: bound(Number.NEGATIVE_INFINITY),
  };
}

export function boxesOf({ lowRe, highRe, lowIm, highIm }: Hull): Boxes {
  const middle = (low: Float64Array, high: Float64Array): Float64Array => low.map((it, i) => (it + high[i]!) / 2);
  const spread = (low: Float64Array, high: Float64Array): Float64Array => low.map((it, i) => (high[i]! - it) / 2);
  return {
    re: middle(lowRe, highRe),
    im: middle(lowIm, highIm),
    spreadRe: spread(lowRe, highRe),
    spreadIm: spread(lowIm, highIm),
  };
}

/** Values of sum(weight * signal) in every row. */
export function sumsIn(table: Variants, terms: readonly Term[]): Float64Array {
  const sums = new Float64Array(table.rows);
  const width = table.signals.length;
  for (const { signal, weight } of terms) {
    const column = table.signals.indexOf(signal);
    for (let row = 0; row < table.rows; row++) sums[row]! += weight * table.values[row * width + column]!;
  }
  return sums;
}

/** Free combination of the producers' integer states of the wanted signals. */
export function combine(
  certificate: Certificate,
  wanted: readonly number[],
  producer: ReadonlyMap<number, Variants>,
): Variants {
  const groups = new Map<Variants, number[]>();
  for (const id of wanted) {
    const table = producer.get(id)!;
    groups.set(table, [...(groups.get(table) ?? []), id]);
  }
  let joint: Variants = { signals: [], rows: 1, values: new Int32Array(0), ...emptyBoxes(0) };
  for (const [table, signals] of groups) joint = product(joint, project(certificate, table, signals));
  return joint;
}

/** The distinct integers of some columns, each with boxes around all fields that carry them. */
function project(certificate: Certificate, table: Variants, signals: readonly number[]): Variants {
  const width = signals.length;
  const columns = Int32Array.from(signals, (id) => table.signals.indexOf(id));
  const radix = Float64Array.from(signals, (id) => certificate.signals[id]!.max + 1);
  const exact = radix.reduce((states, levels) => states * levels, 1) <= Number.MAX_SAFE_INTEGER;
  const known = new Map<number | string, number>();
  const picked: number[] = [];
  /** For every row the one that it becomes part of. */
  const home = new Int32Array(table.rows);
  for (let row = 0; row < table.rows; row++) {
    let key: number | string = exact ? 0 : "";
    for (let k = 0; k < width; k++) {
      const value = table.values[row * table.signals.length + columns[k]!]!;
      key = typeof key === "number" ? key * radix[k]! + value : `${key} ${value}`;
    }
    const found = known.get(key);
    home[row] = found ?? picked.push(row) - 1;
    if (found === undefined) known.set(key, picked.length - 1);
  }
  const values = new Int32Array(picked.length * width);
  const hull = emptyHull(values.length);
  for (let row = 0; row < table.rows; row++) {
    for (let k = 0; k < width; k++) {
      const from = row * table.signals.length + columns[k]!;
      const to = home[row]! * width + k;
      values[to] = table.values[from]!;
      const { re, im, spreadRe, spreadIm } = table;
      hull.lowRe[to] = Math.min(hull.lowRe[to]!, re[from]! - spreadRe[from]!);
      hull.highRe[to] = Math.max(hull.highRe[to]!, re[from]! + spreadRe[from]!);
      hull.lowIm[to] = Math.min(hull.lowIm[to]!, im[from]! - spreadIm[from]!);
      hull.highIm[to] = Math.max(hull.highIm[to]!, im[from]! + spreadIm[from]!);
    }
  }
  return { signals, rows: picked.length, values, ...boxesOf(hull) };
}

function product(a: Variants, b: Variants): Variants {
  const signals = [...a.signals, ...b.signals];
  const rows = a.rows * b.rows;
  const values = new Int32Array(rows * signals.length);
  const boxes = emptyBoxes(values.length);
  let at = 0;
  const copy = (table: Variants, row: number): void => {
    for (let k = 0; k < table.signals.length; k++, at++) {
      const from = row * table.signals.length + k;
      values[at] = table.values[from]!;
      boxes.re[at] = table.re[from]!;
      boxes.im[at] = table.im[from]!;
      boxes.spreadRe[at] = table.spreadRe[from]!;
      boxes.spreadIm[at] = table.spreadIm[from]!;
    }
  };
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      copy(a, i);
      copy(b, j);
    }
  }
  return { signals, rows, values, ...boxes };
}
