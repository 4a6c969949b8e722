import { type Disc, INFLATE, modulus, ROUNDING, TINY } from "./ball.ts";
import type { Form, Slice } from "./linear.ts";

/** A number of a state, or a deviation, and its weight in a form. */
export type Share = readonly [number: number, weight: Disc];

/** A form in the numbers that a state sets, in complex deviations of them, and in a rest that is known by its size alone. */
export interface Shares {
  readonly values: readonly Share[];
  readonly deviations: readonly Share[];
  readonly rest?: number;
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
  /** Whether errors of neurons are followed through later ones, so that they can cancel; else they only add up. */
  readonly follows: boolean;
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
  follows = true,
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
      ...{ re: re - threshold, im },
      rad: (radius(form.constant) + rounding * 2 * Math.abs(threshold) + (shares.rest ?? 0)) * INFLATE,
      at: Int32Array.from(all, ([number]) => number),
      weightRe: Float64Array.from(all, ([, weight]) => weight.re),
      weightIm: Float64Array.from(all, ([, weight]) => weight.im),
      weightRad: Float64Array.from(all, ([, weight]) => radius(weight)),
      split: values.length,
    };
  };
  const neurons = slice.neurons.map(({ gain, threshold, range, form }) => ({
    gain,
    range,
    row: rowOf(form, threshold),
  }));
  return { neurons, outputs: slice.outputs.map((form) => rowOf(form, 0)), units, deviations, follows };
}

/** States `from` to `to`: row by row the values that they set, and what each output is claimed to be. */
export interface States {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly values: ArrayLike<number>;
  readonly claims: ArrayLike<number>;
}

export interface Bounds {
  /** Of each output, the largest bound of its distance from the claim, and the row where it is. */
  readonly errors: Float64Array;
  readonly worst: Int32Array;
  /** The same of the middles alone, which bound nothing; and what the field is there, in its unit. */
  readonly middles: Float64Array;
  readonly farthest: Int32Array;
  readonly fields: Float64Array;
  /** Least distance of a neuron from its corner, in grid steps; Infinity where none is measured. */
  margin: number;
}

export function newBounds(outputs: number): Bounds {
  const [errors, middles, fields] = [new Float64Array(outputs), new Float64Array(outputs), new Float64Array(outputs)];
  const [worst, farthest] = [new Int32Array(outputs), new Int32Array(outputs)];
  return { errors, worst, middles, farthest, fields, margin: Number.POSITIVE_INFINITY };
}

/**
 * Lemma 4 in every state: with `size` times the deviations (1, or 0: none), and with any real ones that move the sum of the cell by
 * up to `budget` grid steps in total. What is no number stays none, and fails `error <= limit`.
 */
export function boundOutputs(
  system: System,
  tree: Tree,
  states: States,
  size: 0 | 1,
  budget: number,
  bounds: Bounds,
): void {
  const { neurons, outputs, units, follows } = system;
  const { width, values, claims } = states;
  const { errors, worst, middles, farthest, fields } = bounds;
  /** Of each neuron: the middle of what it sends, how far that is off at most, and the part that it adds itself. */
  const mid = new Float64Array(neurons.length);
  const off = new Float64Array(neurons.length);
  const fresh = new Float64Array(neurons.length);
  const reachAt = (node: Node, r: number): number =>
    (size === 0 ? 0 : node.reach[r]!) + budget * node.perStep[r]! + (follows ? errorOf(node.errors[r]!, fresh) : 0);
  for (let state = states.from; state < states.to; state++) {
    const from = state * width;
    let node = tree.start();
    for (let a = 0; a < neurons.length; a++) {
      const { gain, range, row } = neurons[a]!;
      const t = centre(row, row.re, row.weightRe, values, from, mid);
      const own = ownRadius(row, values, from, mid, follows ? null : off);
      const reach = (own + reachAt(node, 0)) * INFLATE;
      const outward = (reach + ROUNDING * (Math.abs(t) + reach)) * INFLATE;
      const [low, high] = [t - outward, t + outward];
      const clipLow = Math.min(range, Math.max(0, low));
      const clipHigh = Math.min(range, Math.max(0, high));
      const below = Math.max(0, -low);
      const above = Math.max(0, high - range);
      const flat = clipHigh - clipLow <= below + above;
      const over = flat ? clipHigh - clipLow : below + above;
      const middle = flat ? (clipLow + clipHigh) / 2 : t + (below - above) / 2;
      mid[a] = gain * middle;
      const rounded = 8 * ROUNDING * (Math.abs(middle) + (flat ? 0 : Math.abs(t)) + over);
      fresh[a] = Math.abs(gain) * (over / 2 + rounded + (flat ? 0 : own)) * INFLATE + TINY;
      off[a] = (fresh[a]! + (flat ? 0 : Math.abs(gain) * reach)) * INFLATE;
      const corner = Math.max(-t, t - range);
      const slope = node.perStep[0]!;
      const amplifies = range < Number.POSITIVE_INFINITY && range > slope;
      if ((flat || corner >= 0) && slope > 0 && !amplifies)
        bounds.margin = Math.min(bounds.margin, (corner - own) / slope);
      node = tree.next(node, flat ? 0 : 1);
    }
    for (let o = 0; o < outputs.length; o++) {
      const row = outputs[o]!;
      const { times, over, realPart } = units[o]!;
      const re = (centre(row, row.re, row.weightRe, values, from, mid) * times) / over;
      const im = realPart ? 0 : (centre(row, row.im, row.weightIm, values, from, mid) * times) / over;
      const claim = claims[state * outputs.length + o]!;
      const reach =
        (ownRadius(row, values, from, mid, follows ? null : off) + reachAt(node, o)) * Math.abs(times / over);
      const rounded = 4 * ROUNDING * (Math.abs(re) + Math.abs(im) + Math.abs(claim));
      const error = (modulus(re - claim, im) + reach + rounded) * INFLATE;
      if (!(error <= errors[o]! || Number.isNaN(errors[o]!))) {
        errors[o] = error;
        worst[o] = state;
      }
      const middle = Math.hypot(re - claim, im);
      if (middle <= middles[o]! || Number.isNaN(middles[o]!)) continue;
      middles[o] = middle;
      farthest[o] = state;
      fields[o] = re;
    }
  }
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

/** What rounding and the radii of the form leave open; and, where they are not followed, the errors of its neurons. */
function ownRadius(
  { rad, at, split, weightRe, weightIm, weightRad }: Row,
  values: ArrayLike<number>,
  from: number,
  mid: Float64Array,
  off: Float64Array | null,
): number {
  let sum = rad;
  for (let i = 0; i < split; i++) sum += weightRad[i]! * Math.abs(values[from + at[i]!]!);
  for (let i = split; i < at.length; i++) {
    sum += weightRad[i]! * Math.abs(mid[at[i]!]!);
    if (off !== null) sum += (modulus(weightRe[i]!, weightIm[i]!) + weightRad[i]!) * off[at[i]!]!;
  }
  return sum * INFLATE + TINY;
}

/** How much of the neurons' own errors arrives. */
interface Arriving {
  readonly from: Int32Array;
  readonly weight: Float64Array;
}

function errorOf({ from, weight }: Arriving, fresh: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < from.length; i++) sum += weight[i]! * fresh[from[i]!]!;
  return sum * INFLATE;
}

/** Complex weights with radii: of the deviations, then of the neurons' own errors. */
interface Weights {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly rad: Float64Array;
}

/** Which neurons were flat on the way decides how deviations reach the next neuron, or the outputs: lists with one entry, or one an output. */
interface Node {
  readonly reach: readonly number[];
  /** How far real deviations reach that move the cell's sum by one grid step in total. */
  readonly perStep: readonly number[];
  readonly errors: readonly Arriving[];
  /** Weights in the argument of the neuron; null at the outputs. */
  readonly argument: Weights | null;
  readonly after: [flat: Node | null, sloped: Node | null];
}

export interface Tree {
  start(): Node;
  next(node: Node, branch: 0 | 1): Node;
}

/** Numbers that the nodes of a tree may keep; nodes beyond are made anew for each state. */
const MOST_KEPT = 1 << 23;

export function newTree({ neurons, outputs, deviations, follows }: System): Tree {
  const count = follows ? deviations.length + neurons.length : 0;
  /** Arguments of the neurons so far, null of those that are flat. */
  const path: (Weights | null)[] = [];
  let kept = 0;

  /** Weights in a row, as they are and conjugate: Re z = (z + conj z) / 2, and a detector sees both halves alike. */
  const through = (row: Row, detected: boolean): readonly [Weights, Weights] => {
    const [direct, conjugate] = [newWeights(count), newWeights(count)];
    if (!follows) return [direct, conjugate];
    for (const [k, { re, im, rad }] of row.deviations) accumulate(direct, k, re, im, rad, 1, 0, 0);
    for (let i = row.split; i < row.at.length; i++) {
      const b = row.at[i]!;
      const [re, im, rad] = [row.weightRe[i]!, detected ? 0 : row.weightIm[i]!, row.weightRad[i]!];
      const own = deviations.length + b;
      accumulate(direct, own, re, im, rad, 1, 0, 0);
      const sent = path[b];
      if (sent === null || sent === undefined) continue;
      const { gain } = neurons[b]!;
      for (let k = 0; k < own; k++) {
        const [zRe, zIm, zRad] = [sent.re[k]!, sent.im[k]!, sent.rad[k]!];
        if (zRe === 0 && zIm === 0 && zRad === 0) continue;
        const share = (detected || k >= deviations.length ? 1 : 0.5) * gain;
        accumulate(direct, k, re * share, im * share, rad * Math.abs(share), zRe, zIm, zRad);
        if (share !== gain) accumulate(conjugate, k, re * share, im * share, rad * Math.abs(share), zRe, -zIm, zRad);
      }
    }
    return [direct, conjugate];
  };
  const nodeOf = (): Node => {
    const neuron = neurons[path.length];
    const [reach, perStep, errors]: [number[], number[], Arriving[]] = [[], [], []];
    let argument: Weights | null = null;
    for (const row of neuron === undefined ? outputs : [neuron.row]) {
      const [direct, conjugate] = through(row, neuron !== undefined);
      const sizeOf = (k: number): number => largestAt(direct, k) + largestAt(conjugate, k);
      let [all, one] = [0, 0];
      for (const [k, { radius, steps }] of follows ? deviations.entries() : []) {
        all += sizeOf(k) * radius;
        if (steps !== 0)
          one = Math.max(one, (movedAt(direct, conjugate, k, neuron !== undefined) / Math.abs(steps)) * INFLATE);
      }
      reach.push(all * INFLATE);
      perStep.push(one);
      const from = Int32Array.from(path.keys()).filter((b) => follows && sizeOf(deviations.length + b) > TINY * 4);
      errors.push({ from, weight: Float64Array.from(from, (b) => sizeOf(deviations.length + b)) });
      if (neuron !== undefined) argument = direct;
      kept += 4 * count + 64;
    }
    return { reach, perStep, errors, argument, after: [null, null] };
  };
  const root = nodeOf();
  return {
    start() {
      path.length = 0;
      return root;
    },
    next(node, branch) {
      path.push(branch === 0 ? null : node.argument);
      const known = node.after[branch];
      if (known !== null) return known;
      const fresh = nodeOf();
      if (kept < MOST_KEPT) node.after[branch] = fresh;
      return fresh;
    },
  };
}

function newWeights(count: number): Weights {
  return { re: new Float64Array(count), im: new Float64Array(count), rad: new Float64Array(count) };
}

/** An upper bound of a weight; one that is 0 counts as next to nothing. */
function largestAt({ re, im, rad }: Weights, k: number): number {
  return re[k] === 0 && im[k] === 0 && rad[k] === 0 ? 0 : (modulus(re[k]!, im[k]!) + rad[k]!) * INFLATE;
}

/** How far a real deviation of 1 moves a row, of which a detector sees the real part. */
function movedAt(direct: Weights, conjugate: Weights, k: number, detected: boolean): number {
  const re = direct.re[k]! + conjugate.re[k]!;
  const im = detected ? 0 : direct.im[k]! + conjugate.im[k]!;
  return (modulus(re, im) + direct.rad[k]! + conjugate.rad[k]!) * INFLATE;
}

/** weights[k] += a b, of discs. */
function accumulate(
  { re, im, rad }: Weights,
  k: number,
  aRe: number,
  aIm: number,
  aRad: number,
  bRe: number,
  bIm: number,
  bRad: number,
): void {
  const sizeA = modulus(aRe, aIm);
  const sizeB = modulus(bRe, bIm);
  re[k]! += aRe * bRe - aIm * bIm;
  im[k]! += aRe * bIm + aIm * bRe;
  const rounding = ROUNDING * (4 * sizeA * sizeB + modulus(re[k]!, im[k]!));
  rad[k] = (rad[k]! + sizeA * bRad + aRad * (sizeB + bRad) + rounding) * INFLATE + TINY;
}
