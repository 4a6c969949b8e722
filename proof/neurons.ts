import { add, type Disc, INFLATE, largest, modulus, multiply, ROUNDING, scale, TINY, ZERO } from "./ball.ts";
import type { Form, Slice } from "./linear.ts";

/** A number of a state, or a deviation, and its weight in a form. */
export type Share = readonly [number: number, weight: Disc];

/** A form in the numbers that a state sets, and in complex deviations of them. */
export interface Shares {
  readonly values: readonly Share[];
  readonly deviations: readonly Share[];
}

/** Of each deviation: it lies in the disc of `radius` around 0, and one of it moves the cell's sum by `steps` grid steps (0: not at all). */
export interface Deviation {
  readonly radius: number;
  readonly steps: number;
}

/** What an output is compared in: (field times `times`) over `over`. Receivers see the real part alone. */
export interface Unit {
  readonly times: number;
  readonly over: number;
  readonly realPart: boolean;
}

/** A slice laid out for many states. */
export interface System {
  readonly neurons: readonly { readonly gain: number; readonly range: number; readonly row: Row }[];
  readonly outputs: readonly Row[];
  readonly units: readonly Unit[];
  readonly deviations: readonly Deviation[];
}

interface Row extends Shares {
  readonly re: number;
  readonly im: number;
  readonly rad: number;
  /** Of the values, then of the neurons: which, weights, and radii with what their products and sums round. */
  readonly at: Int32Array;
  readonly weightRe: Float64Array;
  readonly weightIm: Float64Array;
  readonly weightRad: Float64Array;
  /** Where neurons begin. */
  readonly split: number;
}

export function systemOf(
  slice: Slice,
  units: readonly Unit[],
  deviations: readonly Deviation[],
  sharesOf: (form: Form) => Shares,
): System {
  const numbers = new Map(slice.neurons.map(({ step }, i) => [step, i]));
  const rowOf = (form: Form, threshold: number): Row => {
    const shares = sharesOf(form);
    const { values } = shares;
    const all = [...values, ...[...form.neurons].map(([step, weight]): Share => [numbers.get(step)!, weight])];
    const rounding = (all.length + 4) * ROUNDING;
    const radius = ({ re, im, rad }: Disc): number => (rad + rounding * modulus(re, im)) * INFLATE + TINY;
    const { re, im } = form.constant;
    return {
      ...shares,
      ...{ re: re - threshold, im, rad: radius(form.constant) + rounding * 2 * Math.abs(threshold) },
      at: Int32Array.from(all, ([number]) => number),
      weightRe: Float64Array.from(all, ([, weight]) => weight.re),
      weightIm: Float64Array.from(all, ([, weight]) => weight.im),
      weightRad: Float64Array.from(all, ([, weight]) => radius(weight)),
      split: values.length,
    };
  };
  const neurons = slice.neurons.map(({ gain, threshold, range, form }) => ({ gain, range, row: rowOf(form, threshold) }));
  return { neurons, outputs: slice.outputs.map((form) => rowOf(form, 0)), units, deviations };
}

/** States: row by row the values that they set, and what each output is claimed to be. */
export interface States {
  readonly rows: number;
  readonly width: number;
  readonly values: ArrayLike<number>;
  readonly claims: ArrayLike<number>;
}

export interface Bounds {
  /** Of each output, the largest bound of its distance from the claim, and the row where it is. */
  readonly errors: Float64Array;
  readonly worst: Int32Array;
  /** Least distance of a neuron from its corner, in grid steps; Infinity where none is measured. */
  readonly margin: number;
}

/**
 * Lemma 4 in every state: with `size` times the deviations (1, or 0: none), and with any that move the sum of the cell by up to
 * `budget` grid steps in total. What is no number stays none, and fails `error <= limit`.
 */
export function boundOutputs(system: System, states: States, size: 0 | 1, budget: number): Bounds {
  const { neurons, outputs, units } = system;
  const { rows, width, values, claims } = states;
  const errors = new Float64Array(outputs.length);
  const worst = new Int32Array(outputs.length);
  const mid = new Float64Array(neurons.length);
  const err = new Float64Array(neurons.length);
  const tree = newTree(system);
  let margin = Number.POSITIVE_INFINITY;
  for (let state = 0; state < rows; state++) {
    const from = state * width;
    let node = tree.start();
    for (let a = 0; a < neurons.length; a++) {
      const { gain, range, row } = neurons[a]!;
      const t = centre(row, row.re, row.weightRe, values, from, mid);
      const rho = radius(row, values, from, mid, err);
      const reach = (rho + size * node.reach[0]! + budget * node.perStep[0]!) * INFLATE;
      const outward = reach + ROUNDING * (Math.abs(t) + reach);
      const [low, high] = [t - outward, t + outward];
      const clipLow = Math.min(range, Math.max(0, low));
      const clipHigh = Math.min(range, Math.max(0, high));
      const below = Math.max(0, -low);
      const above = Math.max(0, high - range);
      const flat = clipHigh - clipLow <= below + above;
      const over = flat ? clipHigh - clipLow : below + above;
      const middle = flat ? (clipLow + clipHigh) / 2 : t + (below - above) / 2;
      mid[a] = gain * middle;
      const rounded = 8 * ROUNDING * (Math.abs(middle) + Math.abs(t) * (flat ? 0 : 1) + over);
      err[a] = Math.abs(gain) * (over / 2 + (flat ? 0 : rho) + rounded) * INFLATE + TINY;
      const corner = Math.max(-t, t - range);
      const slope = node.perStep[0]!;
      const amplifies = range < Number.POSITIVE_INFINITY && range > slope;
      if ((flat || corner >= 0) && slope > 0 && !amplifies) margin = Math.min(margin, (corner - rho) / slope);
      node = tree.next(node, flat ? 0 : 1);
    }
    for (let o = 0; o < outputs.length; o++) {
      const row = outputs[o]!;
      const { times, over, realPart } = units[o]!;
      const scaleBy = Math.abs(times / over);
      const re = (centre(row, row.re, row.weightRe, values, from, mid) * times) / over;
      const im = realPart ? 0 : (centre(row, row.im, row.weightIm, values, from, mid) * times) / over;
      const claim = claims[state * outputs.length + o]!;
      const reach = radius(row, values, from, mid, err) + size * node.reach[o]! + budget * node.perStep[o]!;
      const rounded = 4 * ROUNDING * (Math.abs(re) + Math.abs(im) + Math.abs(claim));
      const error = (modulus(re - claim, im) + reach * scaleBy + rounded) * INFLATE;
      if (error <= errors[o]! || Number.isNaN(errors[o]!)) continue;
      errors[o] = error;
      worst[o] = state;
    }
  }
  return { errors, worst, margin };
}

function centre(
  { at, split }: Row,
  constant: number,
  weights: Float64Array,
  values: ArrayLike<number>,
  from: number,
  mid: Float64Array,
): number {
  let sum = constant;
  for (let i = 0; i < split; i++) sum += weights[i]! * values[from + at[i]!]!;
  for (let i = split; i < at.length; i++) sum += weights[i]! * mid[at[i]!]!;
  return sum;
}

/** What rounding, the radii of the form and the errors of its neurons leave open. */
function radius(
  { rad, at, split, weightRe, weightIm, weightRad }: Row,
  values: ArrayLike<number>,
  from: number,
  mid: Float64Array,
  err: Float64Array,
): number {
  let sum = rad;
  for (let i = 0; i < split; i++) sum += weightRad[i]! * Math.abs(values[from + at[i]!]!);
  for (let i = split; i < at.length; i++) {
    const e = err[at[i]!]!;
    sum += weightRad[i]! * (Math.abs(mid[at[i]!]!) + e) + modulus(weightRe[i]!, weightIm[i]!) * e;
  }
  return sum * INFLATE + TINY;
}

/** Which neurons were flat on the way decides how deviations reach the next neuron, or the outputs: one entry, or one an output. */
interface Node {
  readonly reach: readonly number[];
  /** How far deviations reach that move the cell's sum by one grid step in total. */
  readonly perStep: readonly number[];
  /** Of each deviation, its weight in what the neuron sends where it is sloped. */
  readonly sent: readonly Disc[];
  readonly after: [flat: Node | null, sloped: Node | null];
}

interface Tree {
  start(): Node;
  next(node: Node, branch: 0 | 1): Node;
}

/** Nodes beyond are made anew for each state. */
const MOST_NODES = 1 << 16;

function newTree({ neurons, outputs, deviations }: System): Tree {
  /** Of the neurons so far: what deviations send through them, null where they are flat. */
  const path: (readonly Disc[] | null)[] = [];
  let made = 0;

  /** Weights of the deviations: in the form itself, and through the neurons, as they are and conjugate. */
  const through = (row: Row, real: boolean): readonly [Disc[], Disc[]] => {
    const direct = deviations.map(() => ZERO);
    const conjugate = deviations.map(() => ZERO);
    for (const [k, weight] of row.deviations) direct[k] = add(direct[k]!, weight);
    for (let i = row.split; i < row.at.length; i++) {
      const sent = path[row.at[i]!];
      if (sent === null || sent === undefined) continue;
      const weight = { re: row.weightRe[i]!, im: real ? 0 : row.weightIm[i]!, rad: row.weightRad[i]! };
      sent.forEach((z, k) => {
        if (z.re === 0 && z.im === 0 && z.rad === 0) return;
        // Re z = (z + conj z) / 2, of which a detector sees both halves alike
        direct[k] = add(direct[k]!, scale(multiply(weight, z), real ? 1 : 0.5));
        if (!real) conjugate[k] = add(conjugate[k]!, scale(multiply(weight, { ...z, im: -z.im }), 0.5));
      });
    }
    return [direct, conjugate];
  };
  const nodeOf = (): Node => {
    const neuron = neurons[path.length];
    const reach: number[] = [];
    const perStep: number[] = [];
    let sent: readonly Disc[] = [];
    for (const row of neuron === undefined ? outputs : [neuron.row]) {
      const [direct, conjugate] = through(row, neuron !== undefined);
      let [all, one] = [0, 0];
      deviations.forEach((deviation, k) => {
        const size = largest(direct[k]!) + largest(conjugate[k]!);
        all += size * deviation.radius;
        if (deviation.steps !== 0) one = Math.max(one, (size / Math.abs(deviation.steps)) * INFLATE);
      });
      reach.push(all * INFLATE);
      perStep.push(one);
      if (neuron !== undefined) sent = direct.map((z) => scale(z, neuron.gain));
    }
    made++;
    return { reach, perStep, sent, after: [null, null] };
  };
  const root = nodeOf();
  return {
    start() {
      path.length = 0;
      return root;
    },
    next(node, branch) {
      path.push(branch === 0 ? null : node.sent);
      const known = node.after[branch];
      if (known !== null) return known;
      const fresh = nodeOf();
      if (made < MOST_NODES) node.after[branch] = fresh;
      return fresh;
    },
  };
}
