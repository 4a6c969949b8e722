import type { Certificate, Term } from "../netlist/index.ts";
import type { StateTable } from "../proof/index.ts";

/**
 * Integer states with boxes in the complex plane that hold every field that carries them on the chip that was looked at last;
 * [row][signal]. A box is a middle and how far the field can be from it, in the real and in the imaginary part.
 */
export interface Variants extends StateTable {
  readonly boxes: Boxes;
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

/** Those at the places of `from`, in a row from `into` on. */
export function copyBoxes(from: Boxes, places: Int32Array, to: Boxes, into: number): void {
  for (let i = 0; i < places.length; i++) {
    const at = places[i]!;
    to.re[into + i] = from.re[at]!;
    to.im[into + i] = from.im[at]!;
    to.spreadRe[into + i] = from.spreadRe[at]!;
    to.spreadIm[into + i] = from.spreadIm[at]!;
  }
}

/** So many in a row from `at` on, to every `step`th place from `into` on. */
export function spaceBoxes(from: Boxes, at: number, count: number, to: Boxes, into: number, step: number): void {
  for (let i = 0; i < count; i++) {
    to.re[into + i * step] = from.re[at + i]!;
    to.im[into + i * step] = from.im[at + i]!;
    to.spreadRe[into + i * step] = from.spreadRe[at + i]!;
    to.spreadIm[into + i * step] = from.spreadIm[at + i]!;
  }
}

/** Bounds of fields that grow with what they have to hold. */
export interface Hull {
  readonly lowRe: Float64Array;
  readonly highRe: Float64Array;
  readonly lowIm: Float64Array;
  readonly highIm: Float64Array;
}

export function newHull(count: number): Hull {
  const bound = (): Float64Array => new Float64Array(count);
  return { lowRe: bound(), highRe: bound(), lowIm: bound(), highIm: bound() };
}

/** Holds nothing. */
export function emptyHull({ lowRe, highRe, lowIm, highIm }: Hull): void {
  lowRe.fill(Number.POSITIVE_INFINITY);
  highRe.fill(Number.NEGATIVE_INFINITY);
  lowIm.fill(Number.POSITIVE_INFINITY);
  highIm.fill(Number.NEGATIVE_INFINITY);
}

export function boxOfHull({ lowRe, highRe, lowIm, highIm }: Hull, from: number, boxes: Boxes, to: number): void {
  boxes.re[to] = (lowRe[from]! + highRe[from]!) / 2;
  boxes.im[to] = (lowIm[from]! + highIm[from]!) / 2;
  boxes.spreadRe[to] = (highRe[from]! - lowRe[from]!) / 2;
  boxes.spreadIm[to] = (highIm[from]! - lowIm[from]!) / 2;
}

/** What a reader takes from a table: the distinct integers of some columns. */
export interface Part {
  readonly from: Variants;
  readonly columns: Int32Array;
  /** For every row of `from` the row of `to` that it becomes part of. */
  readonly home: Int32Array;
  readonly to: Variants;
  readonly hull: Hull;
}

/** Free combination of the integer states of parts. */
export interface Combined {
  readonly rows: number;
  readonly parts: readonly Part[];
  /** Of each part: the row of it that stands in each row. */
  readonly rowIn: readonly Int32Array[];
}

/** Of the wanted signals; null where one of them has not been made. */
export function combine(
  certificate: Certificate,
  wanted: readonly number[],
  producer: ReadonlyMap<number, Variants>,
): Combined | null {
  const groups = new Map<Variants, number[]>();
  for (const id of wanted) {
    const table = producer.get(id);
    if (table === undefined) return null;
    groups.set(table, [...(groups.get(table) ?? []), id]);
  }
  const parts = [...groups].map(([table, signals]) => partOf(certificate, table, signals));
  const rows = parts.reduce((product, { to }) => product * to.rows, 1);
  let stride = rows;
  const rowIn = parts.map(({ to }) => {
    stride /= to.rows;
    return Int32Array.from({ length: rows }, (_, row) => Math.floor(row / stride) % to.rows);
  });
  return { rows, parts, rowIn };
}

function partOf(certificate: Certificate, from: Variants, signals: readonly number[]): Part {
  const width = signals.length;
  const columns = Int32Array.from(signals, (id) => from.signals.indexOf(id));
  const radix = Float64Array.from(signals, (id) => certificate.signals[id]!.max + 1);
  const exact = radix.reduce((states, levels) => states * levels, 1) <= Number.MAX_SAFE_INTEGER;
  const known = new Map<number | string, number>();
  const values: number[] = [];
  const home = new Int32Array(from.rows);
  for (let row = 0; row < from.rows; row++) {
    let key: number | string = exact ? 0 : "";
    for (let k = 0; k < width; k++) {
      const value = from.values[row * from.signals.length + columns[k]!]!;
      key = typeof key === "number" ? key * radix[k]! + value : `${key} ${value}`;
    }
    const found = known.get(key);
    home[row] = found ?? known.size;
    if (found !== undefined) continue;
    known.set(key, known.size);
    for (const column of columns) values.push(from.values[row * from.signals.length + column]!);
  }
  const to = { signals, rows: known.size, values: Int32Array.from(values), boxes: emptyBoxes(values.length) };
  return { from, columns, home, to, hull: newHull(values.length) };
}

/** Where a signal of a combination stands: its part, and its column there. Null where none has it. */
export function placeIn(
  { parts }: Combined,
  signal: number,
): { readonly part: number; readonly column: number } | null {
  const part = parts.findIndex(({ to }) => to.signals.includes(signal));
  return part < 0 ? null : { part, column: parts[part]!.to.signals.indexOf(signal) };
}

/** Values of sum(weight * signal) in every row. */
export function sumsIn(combined: Combined, terms: readonly Term[]): Float64Array {
  const sums = new Float64Array(combined.rows);
  for (const { signal, weight } of terms) {
    const { part, column } = placeIn(combined, signal)!;
    const { values, signals } = combined.parts[part]!.to;
    const rows = combined.rowIn[part]!;
    for (let row = 0; row < sums.length; row++) sums[row]! += weight * values[rows[row]! * signals.length + column]!;
  }
  return sums;
}

/** Each distinct integer with boxes around all fields that carry it: of this chip, once the boxes of `from` are, all of them finite. */
export function gather({ from, columns, home, to, hull }: Part): void {
  emptyHull(hull);
  const { lowRe, highRe, lowIm, highIm } = hull;
  const { re, im, spreadRe, spreadIm } = from.boxes;
  const width = columns.length;
  const all = from.signals.length;
  for (let k = 0; k < width; k++) {
    const column = columns[k]!;
    for (let row = 0; row < from.rows; row++) {
      const at = row * all + column;
      const into = home[row]! * width + k;
      const [x, y, aside, above] = [re[at]!, im[at]!, spreadRe[at]!, spreadIm[at]!];
      if (x - aside < lowRe[into]!) lowRe[into] = x - aside;
      if (x + aside > highRe[into]!) highRe[into] = x + aside;
      if (y - above < lowIm[into]!) lowIm[into] = y - above;
      if (y + above > highIm[into]!) highIm[into] = y + above;
    }
  }
  for (let i = 0; i < lowRe.length; i++) boxOfHull(hull, i, to.boxes, i);
}
