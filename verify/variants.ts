import type { Certificate } from "../netlist/index.ts";
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

/**
 * What a reader takes of each cell that it reads, and which row of it stands in each kept row of the reader's table. Rows that the
 * cells do not make are not kept: totals whose workers are missing reach fewer values than their range, which the table has.
 */
export function partsOf(
  certificate: Certificate,
  table: StateTable,
  producer: ReadonlyMap<number, Variants>,
): { readonly kept: Int32Array; readonly parts: readonly { readonly part: Part; readonly rowIn: Int32Array }[] } {
  const groups = new Map<Variants, number[]>();
  for (const id of table.signals) {
    const from = producer.get(id);
    if (from !== undefined) groups.set(from, [...(groups.get(from) ?? []), id]);
  }
  const all = [...groups].map(([from, signals]) => {
    const part = partOf(certificate, from, signals);
    const rows = new Map(keysOf(certificate, part.to, signals).map((key, row) => [key, row]));
    return { part, rowIn: Int32Array.from(keysOf(certificate, table, signals), (key) => rows.get(key) ?? -1) };
  });
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row);
  const kept = rows.filter((row) => all.every(({ rowIn }) => rowIn[row]! >= 0));
  return { kept, parts: all.map(({ part, rowIn }) => ({ part, rowIn: kept.map((row) => rowIn[row]!) })) };
}

/** What some signals of a table are in each row. */
function keysOf(
  certificate: Certificate,
  { signals: all, rows, values }: StateTable,
  signals: readonly number[],
): (number | string)[] {
  const columns = signals.map((id) => all.indexOf(id));
  const radix = signals.map((id) => certificate.signals[id]!.max + 1);
  const exact = radix.reduce((states, levels) => states * levels, 1) <= Number.MAX_SAFE_INTEGER;
  return Array.from({ length: rows }, (_, row) => {
    const value = (k: number): number => values[row * all.length + columns[k]!]!;
    if (!exact) return columns.map((_column, k) => value(k)).join();
    return radix.reduce((key, levels, k) => key * levels + value(k), 0);
  });
}

export function partOf(certificate: Certificate, from: Variants, signals: readonly number[]): Part {
  const columns = Int32Array.from(signals, (id) => from.signals.indexOf(id));
  const known = new Map<number | string, number>();
  const values: number[] = [];
  const home = Int32Array.from(keysOf(certificate, from, signals), (key, row) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, known.size);
    for (const column of columns) values.push(from.values[row * from.signals.length + column]!);
    return known.size - 1;
  });
  const to = { signals, rows: known.size, values: Int32Array.from(values), boxes: emptyBoxes(values.length) };
  return { from, columns, home, to, hull: newHull(values.length) };
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
