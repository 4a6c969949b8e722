import type { DenseLayer } from "../../compiler/index.ts";

/**
 * Perceptrons of the paper's widths that compute the rounded mean of N = 2^n workers without a wrong word, from a plan instead
 * of a training. One hidden layer a digit, least significant first: with t = digit + carry, steps
 *
 *     step(t >= a) = relu(2 (t - a) + 3/2) - relu(2 (t - a) + 1/2)
 *
 * at the multiples of what symbols and carry are cut at; the floors of t / 2^c are sums of steps, so that carry and symbols are
 * linear in them. A step is exact up to 1/4 of an LSB of t. Layers that are left over pass the symbols on.
 *
 * Every layer can be diag(d) U: rows of a block are made orthogonal by entries that read dark neurons (0 for every input).
 * With the Gram matrix G of the rows and z = tr G, the Cholesky factor L of z 1 - G stands on r dark columns, and the rows have
 * the Gram matrix z 1: a dilation, as for contractions.
 */
export interface ExactNetwork {
  readonly layers: readonly DenseLayer[];
  /** The neurons of each hidden layer that ever see light, and the layers between them alone; outputs in the end. */
  readonly lit: readonly (readonly number[])[];
}

export interface ExactShape {
  readonly workers: number;
  readonly bits: number;
  /** Neurons of a layer, inputs first; symbols have 4 levels. */
  readonly widths: readonly number[];
  /** Layers from 1 on that are to be diag(d) U, inclusive. */
  readonly first: number;
  readonly last: number;
}

/** A linear form on the neurons of the layer before: constant + sum of coefficients. */
interface Form {
  readonly constant: number;
  readonly terms: ReadonlyMap<number, number>;
}

const zero: Form = { constant: 0, terms: new Map() };

function plus(a: Form, b: Form, factor = 1): Form {
  const terms = new Map(a.terms);
  for (const [at, value] of b.terms) terms.set(at, (terms.get(at) ?? 0) + factor * value);
  for (const [at, value] of terms) if (value === 0) terms.delete(at);
  return { constant: a.constant + factor * b.constant, terms };
}

const times = (a: Form, factor: number): Form => plus(zero, a, factor);
const shifted = (a: Form, constant: number): Form => ({ ...a, constant: a.constant + constant });

/** Neurons as they are collected for a layer; `read` is the form that reads one in the next. */
function collector(): { readonly neurons: Form[]; read(form: Form): Form } {
  const neurons: Form[] = [];
  const read = (form: Form): Form => {
    neurons.push(form);
    return { constant: 0, terms: new Map([[neurons.length - 1, 1]]) };
  };
  return { neurons, read };
}

/** Neurons layer by layer, and the symbols at the end; throws RangeError where the widths do not do. */
function plan(shape: ExactShape): { readonly hidden: readonly (readonly Form[])[]; readonly outputs: readonly Form[] } {
  const { workers, bits, widths } = shape;
  const [symbols, digits, depth] = [bits / 2, widths[0]!, widths.length - 2];
  const shift = Math.log2(workers);
  const digitBits = bits / digits;
  if (!Number.isInteger(shift) || !Number.isInteger(symbols / digits) || depth < digits) {
    throw new RangeError(`no plan for ${workers} workers and ${widths.join("-")}`);
  }
  // Sums of the workers' digits, each an average times the number of workers; the offset rounds halves up.
  let sums: Form[] = Array.from({ length: digits }, (_, k) => ({
    constant: k === digits - 1 ? workers / 2 : 0,
    terms: new Map([[k, workers]]),
  }));
  let parts: (Form | null)[] = Array.from({ length: symbols }, () => null);
  let largestCarry = workers / 2;
  const hidden: Form[][] = [];
  for (let k = digits - 1; k >= 0; k--) {
    const { neurons, read } = collector();
    const place = digitBits * (digits - 1 - k);
    const largest = workers * (2 ** digitBits - 1) + largestCarry;
    /** Bits of t at which symbols begin or end; the carry too. */
    const cuts = Array.from({ length: symbols + 1 }, (_, i) => shift + 2 * i - place);
    const inner = [...cuts, ...(k > 0 ? [digitBits] : [])].filter((cut) => cut > 0 && 2 ** cut <= largest);
    const unit = 2 ** Math.min(...inner);
    const t = sums[k]!;
    const steps = new Map<number, Form>();
    for (let a = unit; a <= largest; a += unit) {
      const doubled = shifted(times(t, 2), -2 * a);
      steps.set(a, plus(read(shifted(doubled, 1.5)), read(shifted(doubled, 0.5)), -1));
    }
    const value = cuts.some((cut) => cut <= 0 && cut + 2 > 0) ? read(t) : null;
    const floor = (cut: number): Form => {
      if (cut === 0) return value!;
      let sum = zero;
      for (let a = 2 ** cut; a <= largest; a += 2 ** cut) sum = plus(sum, steps.get(a)!);
      return sum;
    };
    parts = parts.map((part) => (part === null ? null : read(part)));
    for (let i = 0; i < symbols; i++) {
      const [from, to] = [cuts[symbols - 1 - i]!, cuts[symbols - i]!];
      const low = Math.max(0, from);
      const high = k > 0 ? Math.min(digitBits, to) : to;
      if (low >= high || 2 ** low > largest) continue;
      const taken = plus(floor(low), floor(high), -(2 ** (high - low)));
      parts[i] = plus(parts[i] ?? zero, taken, 2 ** (low - from));
    }
    const carry = k > 0 ? floor(digitBits) : zero;
    largestCarry = Math.floor(largest / 2 ** digitBits);
    sums = sums.slice(0, k).map((sum, j) => (j === k - 1 ? plus(read(sum), carry) : read(sum)));
    hidden.push(neurons);
  }
  while (hidden.length < depth) {
    const { neurons, read } = collector();
    parts = parts.map((part) => read(part!));
    hidden.push(neurons);
  }
  return { hidden, outputs: parts.map((part) => part!) };
}

/** The network of a shape: exact on every input, with as many layers of diag(d) U as asked for. */
export function exactNetwork(shape: ExactShape): ExactNetwork {
  const { widths, first, last } = shape;
  const { hidden, outputs } = plan(shape);
  const layers: DenseLayer[] = [];
  const lit: number[][] = [];
  let before = Array.from({ length: widths[0]! }, (_, k) => k);
  for (const [l, forms] of [...hidden, outputs].entries()) {
    const [rows, cols] = [widths[l + 1]!, widths[l]!];
    const tiling = tilingOf(rows, cols);
    const isLast = l === hidden.length;
    if (forms.length > rows) throw new RangeError(`layer ${l + 1} needs ${forms.length} neurons`);
    // Neighbours stand in different blocks, so that each has few rows to make orthogonal.
    const down = Math.ceil(rows / tiling.size);
    const place = forms.map((_, i) => (isLast ? i : (i % down) * tiling.size + Math.floor(i / down)));
    const weights = new Float64Array(rows * cols);
    const bias = new Float64Array(rows);
    for (const [i, { constant, terms }] of forms.entries()) {
      bias[place[i]!] = constant;
      for (const [at, value] of terms) weights[place[i]! * cols + before[at]!] = value;
    }
    if (l + 1 >= first && l + 1 <= last) {
      for (const corner of tiling.corners) dilate(weights, cols, corner, tiling.size, new Set(before));
    }
    layers.push({
      kind: "dense",
      name: String(l),
      rows,
      cols,
      weights,
      bias,
      activation: isLast ? "none" : "relu",
    });
    lit.push(place);
    before = place;
  }
  return { layers, lit };
}

/** Squares as large as the shorter side, which divides the longer one. */
export function tilingOf(
  rows: number,
  cols: number,
): { size: number; corners: readonly (readonly [number, number])[] } {
  const size = Math.min(rows, cols);
  const count = Math.max(rows, cols) / size;
  if (!Number.isInteger(count)) throw new RangeError(`${rows} x ${cols} is not tiled by squares of one size`);
  return { size, corners: Array.from({ length: count }, (_, i) => (rows > cols ? [i * size, 0] : [0, i * size])) };
}

/** Makes the rows of a square orthogonal that are not 0, by entries in columns that are dark. */
function dilate(
  weights: Float64Array,
  cols: number,
  [top, left]: readonly [number, number],
  size: number,
  lit: ReadonlySet<number>,
): void {
  const all = Array.from({ length: size }, (_, i) => i);
  const entry = (i: number, j: number): number => weights[(top + i) * cols + left + j]!;
  const rows = all.filter((i) => all.some((j) => entry(i, j) !== 0));
  const gram = rows.map((i) => rows.map((k) => all.reduce((sum, j) => sum + entry(i, j) * entry(k, j), 0)));
  if (gram.every((row, i) => row.every((x, k) => i === k || x === 0))) return;
  const dark = all.filter((j) => !lit.has(left + j));
  if (dark.length < rows.length) throw new RangeError(`${rows.length} rows need more than ${dark.length} dark columns`);
  const z = gram.reduce((sum, row, i) => sum + row[i]!, 0);
  const factor: number[][] = [];
  for (const [i, row] of gram.entries()) {
    factor.push([]);
    for (let k = 0; k <= i; k++) {
      let rest = (i === k ? z : 0) - row[k]!;
      for (let j = 0; j < k; j++) rest -= factor[i]![j]! * factor[k]![j]!;
      // z 1 - G is singular where all rows are parallel
      const value = i === k ? Math.sqrt(Math.max(0, rest)) : factor[k]![k]! > 1e-9 ? rest / factor[k]![k]! : 0;
      factor[i]!.push(value);
      weights[(top + rows[i]!) * cols + left + dark[k]!] = value;
    }
  }
}
