import { add, type Disc, I, INFLATE, largest, modulus, multiply, ROUNDING, scale, TINY, ZERO } from "./ball.ts";
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

/** The real or the imaginary part of a form: constant + sum(weight value) + sum(weight neuron) + Re sum(weight deviation). */
interface Row {
  readonly constant: number;
  /** Which values, then which neurons; their weights, and radii with what their products and sums round. */
  readonly at: Int32Array;
  readonly weights: Float64Array;
  readonly radii: Float64Array;
  readonly radius: number;
  /** Where neurons begin. */
  readonly split: number;
  readonly deviations: readonly Share[];
}

/** A slice laid out for many states. */
export interface System {
  readonly neurons: readonly { readonly gain: number; readonly range: number; readonly row: Row }[];
  /** Of each: its real part, and the imaginary one where it is compared. */
  readonly outputs: readonly (readonly Row[])[];
  readonly units: readonly Unit[];
  readonly deviations: readonly Deviation[];
  /** What reaches the first neuron; all other nodes come after it. */
  readonly root: Node;
  /** How many weights nodes may still keep; nodes beyond are made anew for each state. */
  room: number;
}

const MINUS_I: Disc = { re: 0, im: -1, rad: 0 };

export function systemOf(
  slice: Slice,
  units: readonly Unit[],
  deviations: readonly Deviation[],
  sharesOf: (form: Form) => Shares,
): System {
  const numbers = new Map(slice.neurons.map(({ step }, i) => [step, i]));
  const rowsOf = (form: Form, parts: readonly ("re" | "im")[], threshold = 0): Row[] => {
    const shares = sharesOf(form);
    const inner = [...form.neurons].map(([step, weight]): Share => [numbers.get(step)!, weight]);
    const all = [...shares.values, ...inner];
    const rounding = (all.length + 4) * ROUNDING;
    const radiusOf = ({ re, im, rad }: Disc): number => (rad + rounding * modulus(re, im)) * INFLATE + TINY;
    const at = new Int32Array(all.map(([number]) => number));
    const radii = new Float64Array(all.map(([, weight]) => radiusOf(weight)));
    const radius = (radiusOf(form.constant) + rounding * 2 * Math.abs(threshold)) * INFLATE;
    return parts.map((part) => ({
      ...{ constant: form.constant[part] - threshold, at, radii, radius, split: shares.values.length },
      weights: new Float64Array(all.map(([, weight]) => weight[part])),
      deviations: part === "re" ? shares.deviations : shares.deviations.map(([k, z]) => [k, multiply(MINUS_I, z)]),
    }));
  };
  const neurons = slice.neurons.map(({ gain, threshold, range, form }) => {
    return { gain, range, row: rowsOf(form, ["re"], threshold)[0]! };
  });
  const outputs = slice.outputs.map((form, o) => rowsOf(form, units[o]!.realPart ? ["re"] : ["re", "im"]));
  const parts = { neurons, outputs, units, deviations };
  return { ...parts, root: nodeOf(parts, []), room: MOST_KEPT };
}

/** States `from` to `to`: row by row the values that they set, and what each output is claimed to be. */
export interface States {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly values: ArrayLike<number>;
  readonly claims: ArrayLike<number>;
}

/** How inputs move: by `size` times the deviations, and really by up to `budget` grid steps in total. */
export interface Moves {
  readonly size: 0 | 1;
  readonly budget: number;
  /** Whether what neurons get is followed through later ones, so that it can cancel; else it only adds up. */
  readonly follows: boolean;
}

export interface Bounds {
  /** Of each output, the largest bound of its distance from the claim, the row where it is, and the middle of its real part there. */
  readonly errors: Float64Array;
  readonly worst: Int32Array;
  readonly fields: Float64Array;
  /** The same of the middles alone, which bound nothing. */
  readonly middles: Float64Array;
  /** Least distance of a neuron from its corner, in grid steps; Infinity where none is measured. */
  margin: number;
}

export function newBounds(outputs: number): Bounds {
  const numbers = (): Float64Array => new Float64Array(outputs);
  const worst = new Int32Array(outputs);
  return { errors: numbers(), worst, fields: numbers(), middles: numbers(), margin: Number.POSITIVE_INFINITY };
}

/** Lemma 4 in every state. What is no number stays none, and fails `error <= limit`. */
export function boundOutputs(system: System, states: States, moves: Moves, bounds: Bounds): void {
  const { neurons, outputs, units } = system;
  const { width, values, claims } = states;
  const { size, budget, follows } = moves;
  /** Of each neuron: the middle of what it sends, and how far that is off beside what it hands on. */
  const middles = new Float64Array(neurons.length);
  const errors = new Float64Array(neurons.length);
  const path: Path = [];
  const reachOf = ({ reach, perStep, from, weights }: Arriving): number => {
    let sum = (size === 0 ? 0 : reach) + budget * perStep;
    for (let i = 0; i < from.length; i++) sum += weights[i]! * errors[from[i]!]!;
    return sum * INFLATE;
  };
  for (let state = states.from; state < states.to; state++) {
    const from = state * width;
    let node = system.root;
    path.length = 0;
    for (let a = 0; a < neurons.length; a++) {
      const { gain, range, row } = neurons[a]!;
      const arriving = node.arriving[0]!;
      const t = middleOf(row, values, from, middles);
      const own = ownRadius(row, values, from, middles);
      const reach = (own + reachOf(arriving)) * INFLATE;
      const outward = (reach + ROUNDING * (Math.abs(t) + reach)) * INFLATE;
      const [low, high] = [t - outward, t + outward];
      const [clipLow, clipHigh] = [Math.min(range, Math.max(0, low)), Math.min(range, Math.max(0, high))];
      const [below, above] = [Math.max(0, -low), Math.max(0, high - range)];
      const flat = clipHigh - clipLow <= below + above;
      const over = flat ? clipHigh - clipLow : below + above;
      const middle = flat ? (clipLow + clipHigh) / 2 : t + (below - above) / 2;
      const rounded = 8 * ROUNDING * (Math.abs(middle) + (flat ? 0 : Math.abs(t)) + over);
      const carried = flat ? 0 : follows ? own : reach;
      middles[a] = gain * middle;
      errors[a] = Math.abs(gain) * (over / 2 + rounded + carried) * INFLATE + TINY;
      const corner = Math.max(-t, t - range);
      const slope = arriving.perStep;
      const amplifies = range < Number.POSITIVE_INFINITY && range > slope;
      if ((flat || corner >= 0) && slope > 0 && !amplifies) {
        bounds.margin = Math.min(bounds.margin, (corner - own) / slope);
      }
      path.push(flat || !follows ? null : node.argument);
      node = nodeAfter(system, node, path);
    }
    for (let o = 0; o < outputs.length; o++) {
      const [real, imaginary] = outputs[o]!;
      const { times, over } = units[o]!;
      const re = (middleOf(real!, values, from, middles) * times) / over;
      const im = imaginary === undefined ? 0 : (middleOf(imaginary, values, from, middles) * times) / over;
      const claim = claims[state * outputs.length + o]!;
      const reach = (ownRadius(real!, values, from, middles) + reachOf(node.arriving[o]!)) * Math.abs(times / over);
      const rounded = 4 * ROUNDING * (Math.abs(re) + Math.abs(im) + Math.abs(claim));
      const error = (modulus(re - claim, im) + reach + rounded) * INFLATE;
      if (!(error <= bounds.errors[o]! || Number.isNaN(bounds.errors[o]!))) {
        bounds.errors[o] = error;
        bounds.worst[o] = state;
        bounds.fields[o] = re;
      }
      const middle = Math.hypot(re - claim, im);
      const before = bounds.middles[o]!;
      if (!(middle <= before || Number.isNaN(before))) bounds.middles[o] = middle;
    }
  }
}

function middleOf(row: Row, values: ArrayLike<number>, from: number, middles: Float64Array): number {
  const { constant, at, weights, split } = row;
  let sum = constant;
  for (let i = 0; i < split; i++) sum += weights[i]! * values[from + at[i]!]!;
  for (let i = split; i < at.length; i++) sum += weights[i]! * middles[at[i]!]!;
  return sum;
}

/** What rounding and the radii of the form leave open: of both parts of an output's field together. */
function ownRadius(row: Row, values: ArrayLike<number>, from: number, middles: Float64Array): number {
  const { radius, at, radii, split } = row;
  let sum = radius;
  for (let i = 0; i < split; i++) sum += radii[i]! * Math.abs(values[from + at[i]!]!);
  for (let i = split; i < at.length; i++) sum += radii[i]! * Math.abs(middles[at[i]!]!);
  return sum * INFLATE + TINY;
}

/** Weights in a row: number k < deviations.length of a deviation, the others of the neurons' own errors. */
type Weights = ReadonlyMap<number, Disc>;

/** How far deviations of their radii reach, and real ones that move the cell's sum by a grid step in total; and errors of neurons. */
interface Arriving {
  readonly reach: number;
  readonly perStep: number;
  readonly from: Int32Array;
  readonly weights: Float64Array;
}

/** Of each neuron so far: the weights in its argument, null where it was flat. */
type Path = (Weights | null)[];

/** Which neurons were flat on the way decides what arrives at the next neuron or, behind the last, at each output. */
interface Node {
  /** In the argument of the next neuron. */
  readonly argument: Weights | null;
  readonly arriving: readonly Arriving[];
  readonly after: [flat: Node | null, sloped: Node | null];
}

const MOST_KEPT = 1 << 21;

function nodeAfter(system: System, node: Node, path: Readonly<Path>): Node {
  const branch = path.at(-1) === null ? 0 : 1;
  const known = node.after[branch];
  if (known !== null) return known;
  const next = nodeOf(system, path);
  for (const { from } of next.arriving) system.room -= system.deviations.length + from.length + 16;
  if (system.room > 0) node.after[branch] = next;
  return next;
}

function nodeOf(system: Pick<System, "neurons" | "outputs" | "deviations">, path: Readonly<Path>): Node {
  const next = system.neurons[path.length];
  const all = (next === undefined ? system.outputs : [[next.row]]).map((rows) => rows.map(through));
  const arriving = all.map(([re, im]) => arrivingOf(re!, im ?? new Map()));
  return { argument: next === undefined ? null : all[0]![0]!, arriving, after: [null, null] };

  function through({ deviations, at, split, weights, radii }: Row): Weights {
    const sum = new Map<number, Disc>();
    const put = (k: number, weight: Disc): void => {
      const before = sum.get(k);
      sum.set(k, before === undefined ? weight : add(before, weight));
    };
    for (const [k, weight] of deviations) put(k, weight);
    for (let i = split; i < at.length; i++) {
      const b = at[i]!;
      const weight = { re: weights[i]!, im: 0, rad: radii[i]! };
      put(system.deviations.length + b, weight);
      const slope = scale(weight, system.neurons[b]!.gain);
      for (const [k, inner] of path[b] ?? []) put(k, multiply(slope, inner));
    }
    return sum;
  }

  function arrivingOf(re: Weights, im: Weights): Arriving {
    let [reach, perStep] = [0, 0];
    const errors: [from: number, weight: number][] = [];
    for (const k of new Set([...re.keys(), ...im.keys()])) {
      const [g, h] = [re.get(k) ?? ZERO, im.get(k) ?? ZERO];
      const alone = (modulus(g.re, h.re) + g.rad + h.rad) * INFLATE;
      const deviation = system.deviations[k];
      if (deviation === undefined) errors.push([k - system.deviations.length, alone]);
      else reach += complexReach(g, h) * deviation.radius;
      const steps = deviation?.steps ?? 0;
      if (steps !== 0) perStep = Math.max(perStep, (alone / Math.abs(steps)) * INFLATE);
    }
    const from = new Int32Array(errors.map(([b]) => b));
    return { reach: reach * INFLATE, perStep, from, weights: new Float64Array(errors.map(([, weight]) => weight)) };
  }
}

/** The largest |Re(g z) + i Re(h z)| with |z| <= 1: the norm of a real 2 x 2 matrix, (|g + i h| + |g - i h|) / 2. */
function complexReach(g: Disc, h: Disc): number {
  const turned = multiply(I, h);
  return ((largest(add(g, turned)) + largest(add(g, scale(turned, -1)))) / 2) * INFLATE;
}
