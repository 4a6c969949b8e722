import type { Certificate, Term } from "../netlist/index.ts";

/** Joint analog states kept per cell; beyond it only the extreme fields of every integer state are kept. */
const VARIANT_LIMIT = 8192;

/** Beyond so many different fields for one integer state, looking for equals costs more than it saves. */
const BUCKET_LIMIT = 64;

/** Fields closer than this, in units of the signal, are one state. */
const SAME_FIELD = 1e-9;

/** Integer values with the complex fields that carry them on this chip; [row][signal]. */
export interface Variants {
  readonly signals: readonly number[];
  readonly rows: number;
  readonly values: Int32Array;
  readonly re: Float64Array;
  readonly im: Float64Array;
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

/** Free combination of the producers' distinct states of the wanted signals. */
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
  const empty = new Float64Array(0);
  let joint: Variants = { signals: [], rows: 1, values: new Int32Array(0), re: empty, im: empty };
  for (const [table, signals] of groups) {
    let part = project(certificate, table, signals);
    // Too many for a product: keep what is extreme, which is what a comparator or a receiver can fail on.
    if (joint.rows * part.rows > VARIANT_LIMIT) part = extremes(part);
    joint = product(joint, part);
  }
  return joint;
}

/** The distinct rows of some columns: equal integers and fields that agree within SAME_FIELD. */
function project(certificate: Certificate, table: Variants, signals: readonly number[]): Variants {
  const columns = Int32Array.from(signals, (id) => table.signals.indexOf(id));
  const radix = Int32Array.from(signals, (id) => certificate.signals[id]!.max + 1);
  const near = Float64Array.from(signals, (id) => certificate.signals[id]!.fieldPerUnit * SAME_FIELD);
  const width = table.signals.length;
  const picked: number[] = [];
  // Most integer states have one field: that first row is looked up directly, further ones are chained behind it.
  const first = new Map<number, number>();
  const next = new Int32Array(table.rows).fill(-1);
  for (let row = 0; row < table.rows; row++) {
    let key = 0;
    for (let k = 0; k < columns.length; k++) {
      key = key * radix[k]! + table.values[row * width + columns[k]!]!;
    }
    let other = first.get(key) ?? -1;
    if (other < 0) first.set(key, row);
    let known = false;
    for (let steps = 0; other >= 0 && steps < BUCKET_LIMIT; steps++) {
      known = sameFields(table, columns, near, other, row);
      if (known) break;
      if (next[other]! < 0) {
        next[other] = row;
        break;
      }
      other = next[other]!;
    }
    if (!known) picked.push(row);
  }
  return pick(table, signals, columns, picked);
}

function sameFields(table: Variants, columns: Int32Array, near: Float64Array, a: number, b: number): boolean {
  const { re, im } = table;
  const width = table.signals.length;
  for (let k = 0; k < columns.length; k++) {
    const p = a * width + columns[k]!;
    const q = b * width + columns[k]!;
    if (Math.abs(re[p]! - re[q]!) > near[k]! || Math.abs(im[p]! - im[q]!) > near[k]!) return false;
  }
  return true;
}

/** For every joint integer value, the rows in which some signal's field is smallest or largest. */
function extremes(table: Variants): Variants {
  const width = table.signals.length;
  const kept = new Map<string, number[]>();
  for (let row = 0; row < table.rows; row++) {
    const key = table.values.subarray(row * width, (row + 1) * width).join();
    const best = kept.get(key);
    if (best === undefined) {
      kept.set(key, new Array<number>(2 * width).fill(row));
      continue;
    }
    for (let k = 0; k < width; k++) {
      if (table.re[row * width + k]! < table.re[best[2 * k]! * width + k]!) best[2 * k] = row;
      if (table.re[row * width + k]! > table.re[best[2 * k + 1]! * width + k]!) best[2 * k + 1] = row;
    }
  }
  const rows = [...new Set([...kept.values()].flat())];
  return pick(
    table,
    table.signals,
    table.signals.map((_, k) => k),
    rows,
  );
}

function pick(
  table: Variants,
  signals: readonly number[],
  columns: ArrayLike<number>,
  rows: readonly number[],
): Variants {
  const width = signals.length;
  const values = new Int32Array(rows.length * width);
  const re = new Float64Array(values.length);
  const im = new Float64Array(values.length);
  for (let i = 0; i < rows.length; i++) {
    const start = rows[i]! * table.signals.length;
    for (let k = 0; k < width; k++) {
      const from = start + columns[k]!;
      values[i * width + k] = table.values[from]!;
      re[i * width + k] = table.re[from]!;
      im[i * width + k] = table.im[from]!;
    }
  }
  return { signals, rows: rows.length, values, re, im };
}

function product(a: Variants, b: Variants): Variants {
  const signals = [...a.signals, ...b.signals];
  const rows = a.rows * b.rows;
  const values = new Int32Array(rows * signals.length);
  const re = new Float64Array(values.length);
  const im = new Float64Array(values.length);
  let at = 0;
  const copy = (table: Variants, row: number): void => {
    for (let k = 0; k < table.signals.length; k++, at++) {
      const from = row * table.signals.length + k;
      values[at] = table.values[from]!;
      re[at] = table.re[from]!;
      im[at] = table.im[from]!;
    }
  };
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      copy(a, i);
      copy(b, j);
    }
  }
  return { signals, rows, values, re, im };
}
