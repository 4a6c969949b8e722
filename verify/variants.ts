import type { Certificate } from "../netlist/index.ts";

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

/** Integer value of one signal in one row. */
export function valueIn(table: Variants, row: number, signal: number): number {
  return table.values[row * table.signals.length + table.signals.indexOf(signal)]!;
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
  const columns = signals.map((id) => table.signals.indexOf(id));
  const width = table.signals.length;
  const near = signals.map((id) => certificate.signals[id]!.fieldPerUnit * SAME_FIELD);
  const same = (a: number, b: number): boolean => {
    for (let k = 0; k < columns.length; k++) {
      const p = a * width + columns[k]!;
      const q = b * width + columns[k]!;
      if (Math.abs(table.re[p]! - table.re[q]!) > near[k]! || Math.abs(table.im[p]! - table.im[q]!) > near[k]!) {
        return false;
      }
    }
    return true;
  };
  const kept = new Map<number, number[]>();
  const picked: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    let key = 0;
    for (let k = 0; k < columns.length; k++) {
      key = key * (certificate.signals[signals[k]!]!.max + 1) + table.values[row * width + columns[k]!]!;
    }
    const bucket = kept.get(key);
    if (bucket === undefined) kept.set(key, [row]);
    else if (bucket.length < BUCKET_LIMIT && bucket.some((other) => same(other, row))) continue;
    else bucket.push(row);
    picked.push(row);
  }
  return pick(table, signals, columns, picked);
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
  columns: readonly number[],
  rows: readonly number[],
): Variants {
  const values = new Int32Array(rows.length * signals.length);
  const re = new Float64Array(values.length);
  const im = new Float64Array(values.length);
  rows.forEach((row, i) => {
    columns.forEach((column, k) => {
      const from = row * table.signals.length + column;
      values[i * signals.length + k] = table.values[from]!;
      re[i * signals.length + k] = table.re[from]!;
      im[i * signals.length + k] = table.im[from]!;
    });
  });
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
