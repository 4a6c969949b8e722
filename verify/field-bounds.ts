import type { LinearForm, ProgramSlice, SliceActivation } from "../netlist/index.ts";
import { type Boxes, emptyBoxes } from "./variants.ts";

/** Vectors that are followed together: their shares of all symbols stay in a core's cache. */
const BLOCK = 256;

/**
 * Boxes that hold the fields of a slice's outputs, [output][vector], when each field that it reads is anywhere in its box,
 * [source][vector]: what `runSlice` gives for boxes without spread. The slice has no unresolved inputs. Of outputs of which only
 * the real part is `asked` for, nothing is written to the imaginary one.
 *
 * In between a field is known as a form over what is uncertain (a zonotope: two symbols from -1 to 1 for each source), so
 * that what cancels cancels. A neuron that stays between two corners of its curve whatever the symbols are keeps the form
 * exact; for one that can pass a corner, the form goes through the middle of the strip along the chord of its curve that holds
 * the curve, whose half width is a symbol of its own. Most neurons of most chips are dark or at their range in every state and hand
 * no symbol on: shares are kept, and added up, for symbols alone that have one. What rounding may add is no symbol: it is one number
 * a field for all vectors (`work.outputRounding`), by which a field may be outside of its box.
 */
export function boundSlice(
  { activations, outputs }: ProgramSlice,
  vectors: number,
  read: Boxes,
  work: BoundWork,
  asked: "fields" | "real parts" = "fields",
): Boxes {
  const { bounds, field, reach } = work;
  for (let from = 0; from < vectors; from += BLOCK) {
    const count = Math.min(BLOCK, vectors - from);
    // A form is off by a share of all light, and neurons behind it have none yet: what the last vectors left there is not theirs.
    work.largest.fill(0, work.reads);
    work.sourceRounding.fill(0, work.reads);
    findSpread(work, read, vectors, from, count);
    for (let a = 0; a < activations.length; a++) {
      const neuron = activations[a]!;
      evaluate(neuron.form, neuron.form.constantRe - neuron.threshold, false, work, read, vectors, from, count);
      passNeuron(work, a, neuron, roundingOf(neuron.form, neuron.threshold, work), count);
    }
    for (let o = 0; o < outputs.length; o++) {
      const form = outputs[o]!;
      const at = o * vectors + from;
      const rounding = roundingOf(form, 0, work);
      work.outputRounding[o] = from === 0 ? rounding : Math.max(work.outputRounding[o]!, rounding);
      evaluate(form, form.constantRe, false, work, read, vectors, from, count);
      for (let v = 0; v < count; v++) {
        bounds.re[at + v] = field[v]!;
        bounds.spreadRe[at + v] = reach[v]!;
      }
      if (asked === "real parts") continue;
      evaluate(form, form.constantIm, true, work, read, vectors, from, count);
      for (let v = 0; v < count; v++) {
        bounds.im[at + v] = field[v]!;
        bounds.spreadIm[at + v] = reach[v]!;
      }
    }
  }
  return bounds;
}

/** What `boundSlice` writes to and works with, for slices of one shape. */
export interface BoundWork {
  readonly bounds: Boxes;
  readonly reads: number;
  /** Of a source's real part, of its imaginary part, and of a neuron that may pass a corner of its curve. */
  readonly symbols: number;
  /** What rounds a form, as a share of the light in it; and the light of references. Both are 0 until they are set. */
  rounding: number;
  light: number;
  /** Whether the rounding of neurons is part of their own symbols, so that it cancels as these do. */
  follows: boolean;
  /** Of each read, as far as it can be outside of its box, which is for the caller to set; then of each neuron. */
  readonly sourceRounding: Float64Array;
  /** Largest size of each read and neuron in any vector. */
  readonly largest: Float64Array;
  /** How far each output can be outside of its box: real or imaginary part. */
  readonly outputRounding: Float64Array;
  /** Of each source's symbols: 1 where its field is not the same in all of its box, in any vector. */
  readonly isSpread: Uint8Array;
  /** Of each neuron after it: its middle, 0 where there is no light, [neuron][vector]; and its share of each symbol, [neuron][symbol][vector]. */
  readonly middle: Float64Array;
  readonly share: Float64Array;
  /** [neuron][symbol]: 0 where it has no share in any vector, and none is written. */
  readonly isShared: Uint8Array;
  /** Of the neuron that was passed last, with its gain. */
  readonly slope: Float64Array;
  /** Of what was evaluated last: its middle, its share of each symbol, [symbol][vector], which of these it has, and how far they reach. */
  readonly field: Float64Array;
  readonly part: Float64Array;
  readonly isPart: Uint8Array;
  readonly reach: Float64Array;
}

export function boundWork({ reads, activations, outputs }: ProgramSlice, vectors: number): BoundWork {
  const symbols = 2 * reads.length + activations.length;
  const block = Math.min(BLOCK, vectors);
  return {
    bounds: emptyBoxes(outputs.length * vectors),
    reads: reads.length,
    symbols,
    rounding: 0,
    light: 0,
    follows: false,
    sourceRounding: new Float64Array(reads.length + activations.length),
    largest: new Float64Array(reads.length + activations.length),
    outputRounding: new Float64Array(outputs.length),
    isSpread: new Uint8Array(2 * reads.length),
    middle: new Float64Array(activations.length * block),
    share: new Float64Array(activations.length * symbols * block),
    isShared: new Uint8Array(activations.length * symbols),
    slope: new Float64Array(block),
    field: new Float64Array(block),
    part: new Float64Array(symbols * block),
    isPart: new Uint8Array(symbols),
    reach: new Float64Array(block),
  };
}

function findSpread(
  { reads, isSpread, largest }: BoundWork,
  { re, im, spreadRe, spreadIm }: Boxes,
  vectors: number,
  from: number,
  count: number,
): void {
  for (let j = 0; j < reads; j++) {
    isSpread[2 * j] = hasAny(spreadRe, j * vectors + from, count);
    isSpread[2 * j + 1] = hasAny(spreadIm, j * vectors + from, count);
    let most = 0;
    for (let i = j * vectors + from; i < j * vectors + from + count; i++) {
      most = Math.max(most, Math.abs(re[i]!) + Math.abs(im[i]!) + spreadRe[i]! + spreadIm[i]!);
    }
    largest[j] = most;
  }
}

function hasAny(of: Float64Array, at: number, count: number): 0 | 1 {
  for (let i = at; i < at + count; i++) if (of[i] !== 0) return 1;
  return 0;
}

/**
 * How far a form can be outside of what is evaluated: by what its sources are, and by its own rounding. Its coefficients are composed
 * of a circuit's devices, so that even one of 0 is off by a share of the light.
 */
export function roundingOf(
  { re, im }: LinearForm,
  threshold: number,
  { rounding, light, sourceRounding, largest }: Pick<BoundWork, "rounding" | "light" | "sourceRounding" | "largest">,
): number {
  let carried = 0;
  let size = light + Math.abs(threshold);
  for (let j = 0; j < re.length; j++) {
    const weight = Math.abs(re[j]!) + Math.abs(im[j]!);
    carried += weight * sourceRounding[j]!;
    size += (1 + weight) * (largest[j]! + sourceRounding[j]!);
  }
  return (carried + rounding * size) * (1 + 2 ** -20);
}

/** The real, or imaginary, part of a form over reads and neurons, whose imaginary part is 0. */
function evaluate(
  { re, im }: LinearForm,
  constant: number,
  imaginary: boolean,
  { reads, symbols, isSpread, middle, share, isShared, field, part, isPart, reach }: BoundWork,
  read: Boxes,
  vectors: number,
  from: number,
  count: number,
): void {
  const ofRe = imaginary ? im : re;
  const ofIm = imaginary ? re : im;
  const sign = imaginary ? 1 : -1;
  field.fill(constant, 0, count);
  isPart.fill(0);
  for (let j = 0; j < reads; j++) {
    const x = ofRe[j]!;
    const y = sign * ofIm[j]!;
    if (x === 0 && y === 0) continue;
    const at = j * vectors + from;
    addRead(field, x, read.re, y, read.im, at, count);
    for (let s = 2 * j; s <= 2 * j + 1; s++) {
      const factor = s === 2 * j ? x : y;
      if (factor === 0 || isSpread[s] === 0) continue;
      writeTimes(part, s * count, factor, s === 2 * j ? read.spreadRe : read.spreadIm, at, count);
      isPart[s] = 1;
    }
  }
  for (let a = 0; reads + a < ofRe.length; a++) {
    const factor = ofRe[reads + a]!;
    if (factor === 0) continue;
    addTimes(field, 0, factor, middle, a * count, count);
    for (let s = 0; s < symbols; s++) {
      if (isShared[a * symbols + s] === 0) continue;
      const at = (a * symbols + s) * count;
      if (isPart[s] === 0) writeTimes(part, s * count, factor, share, at, count);
      else addTimes(part, s * count, factor, share, at, count);
      isPart[s] = 1;
    }
  }
  reach.fill(0, 0, count);
  for (let s = 0; s < symbols; s++) if (isPart[s] !== 0) addSizes(reach, part, s * count, count);
}

function addRead(
  field: Float64Array,
  x: number,
  re: Float64Array,
  y: number,
  im: Float64Array,
  at: number,
  count: number,
): void {
  for (let v = 0; v < count; v++) field[v] = field[v]! + (x * re[at + v]! + y * im[at + v]!);
}

function writeTimes(
  to: Float64Array,
  into: number,
  factor: number,
  from: Float64Array,
  at: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) to[into + i] = factor * from[at + i]!;
}

function addTimes(to: Float64Array, into: number, factor: number, from: Float64Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) to[into + i] = to[into + i]! + factor * from[at + i]!;
}

function addSizes(reach: Float64Array, part: Float64Array, at: number, count: number): void {
  for (let v = 0; v < count; v++) reach[v] = reach[v]! + Math.abs(part[at + v]!);
}

/**
 * What the neuron makes of the fields that were evaluated last, less its threshold. What is no number stays none, and is refused by
 * whoever reads it.
 */
function passNeuron(
  work: BoundWork,
  a: number,
  { gain, range }: SliceActivation,
  argumentRounding: number,
  count: number,
): void {
  const { reads, symbols, middle, share, isShared, slope, field, part, isPart, reach } = work;
  const own = 2 * reads + a;
  const ownAt = (a * symbols + own) * count;
  let passes = false;
  let bends = false;
  let [brightest, farthest] = [0, 0];
  for (let v = 0; v < count; v++) {
    const low = field[v]! - (reach[v]! + argumentRounding);
    const high = field[v]! + (reach[v]! + argumentRounding);
    const dark = high <= 0 && Number.isFinite(low);
    // above the range the chord is flat
    const flat = low >= range && Number.isFinite(high);
    const passesDark = low < 0 && high > 0;
    const passesRange = low < range && high > range;
    const atLow = flat ? range : Math.max(0, low);
    const chord = dark || flat ? 0 : passesDark || passesRange ? (Math.min(range, high) - atLow) / (high - low) : 1;
    // how far the curve is off its chord at its corners, where it is farthest
    const under = passesDark ? chord * low : 0;
    const over = passesRange ? range - (atLow + chord * (range - low)) : 0;
    const shift = flat || passesDark || passesRange ? atLow - chord * low + (under + over) / 2 : 0;
    middle[a * count + v] = gain * (chord * field[v]! + shift);
    share[ownAt + v] = (gain * (over - under)) / 2;
    if (work.follows && !dark && !flat) {
      share[ownAt + v]! += Math.abs(gain) * (argumentRounding + work.rounding * (Math.abs(low) + Math.abs(high)));
    }
    slope[v] = gain * chord;
    passes ||= slope[v] !== 0;
    bends ||= share[ownAt + v] !== 0;
    brightest = Math.max(brightest, Math.min(range, high));
    if (!dark && !flat) farthest = Math.max(farthest, -low, high);
  }
  const moves = !work.follows && (passes || bends) ? argumentRounding : 0;
  work.largest[reads + a] = Math.abs(gain) * brightest;
  const rounds = work.follows && range === Number.POSITIVE_INFINITY ? 0 : brightest + farthest;
  work.sourceRounding[reads + a] = Math.abs(gain) * (moves + work.rounding * rounds);
  for (let s = 0; s < symbols; s++) {
    isShared[a * symbols + s] = passes ? isPart[s]! : 0;
    if (!passes || isPart[s] === 0) continue;
    const at = (a * symbols + s) * count;
    for (let v = 0; v < count; v++) share[at + v] = slope[v]! * part[s * count + v]!;
  }
  isShared[a * symbols + own] = bends ? 1 : 0;
}
