import type { LinearForm, Slice, SliceActivation } from "../netlist/index.ts";
import { type Boxes, emptyBoxes } from "./variants.ts";

/** Vectors that are followed together: their shares of all symbols stay in a core's cache. */
const BLOCK = 256;

/**
 * Boxes that hold the fields of a slice's outputs, [output][vector], when each field that it reads is anywhere in its box,
 * [source][vector]: what `runSlice` gives for boxes without spread. The slice has no unresolved inputs.
 *
 * In between a field is known as a form over what is uncertain (a zonotope: two symbols from -1 to 1 for each source), so
 * that what cancels cancels. A neuron that stays between two corners of its curve whatever the symbols are keeps the form
 * exact; for one that can pass a corner, the form goes through the middle of the strip along the chord of its curve that holds
 * the curve, whose half width is a symbol of its own.
 */
export function boundSlice(slice: Slice, vectors: number, read: Boxes, work: BoundWork): Boxes {
  const { activations, outputs } = slice;
  const { bounds, field, reach } = work;
  for (let from = 0; from < vectors; from += BLOCK) {
    const count = Math.min(BLOCK, vectors - from);
    for (let a = 0; a < activations.length; a++) {
      const neuron = activations[a]!;
      evaluate(neuron.form, neuron.form.constantRe - neuron.threshold, false, work, read, vectors, from, count);
      passNeuron(work, a, neuron, count);
    }
    for (let o = 0; o < outputs.length; o++) {
      const form = outputs[o]!;
      const at = o * vectors + from;
      evaluate(form, form.constantRe, false, work, read, vectors, from, count);
      for (let v = 0; v < count; v++) {
        bounds.re[at + v] = field[v]!;
        bounds.spreadRe[at + v] = reach[v]!;
      }
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
  /** Of each neuron after it: its middle, 0 where there is no light, [neuron][vector]; and its share of each symbol, [neuron][symbol][vector]. */
  readonly middle: Float64Array;
  readonly share: Float64Array;
  /** Of what was evaluated last: its middle, its share of each symbol, [symbol][vector], and how far these reach. */
  readonly field: Float64Array;
  readonly part: Float64Array;
  readonly reach: Float64Array;
}

export function boundWork({ reads, activations, outputs }: Slice, vectors: number): BoundWork {
  const symbols = 2 * reads.length + activations.length;
  const block = Math.min(BLOCK, vectors);
  return {
    bounds: emptyBoxes(outputs.length * vectors),
    reads: reads.length,
    symbols,
    middle: new Float64Array(activations.length * block),
    share: new Float64Array(activations.length * symbols * block),
    field: new Float64Array(block),
    part: new Float64Array(symbols * block),
    reach: new Float64Array(block),
  };
}

/** The real, or imaginary, part of a form over reads and neurons, whose imaginary part is 0. */
function evaluate(
  { re, im }: LinearForm,
  constant: number,
  imaginary: boolean,
  { reads, symbols, middle, share, field, part, reach }: BoundWork,
  read: Boxes,
  vectors: number,
  from: number,
  count: number,
): void {
  const ofRe = imaginary ? im : re;
  const ofIm = imaginary ? re : im;
  const sign = imaginary ? 1 : -1;
  field.fill(constant, 0, count);
  part.fill(0, 0, symbols * count);
  for (let j = 0; j < reads; j++) {
    const x = ofRe[j]!;
    const y = sign * ofIm[j]!;
    if (x === 0 && y === 0) continue;
    addRead(read, j * vectors + from, x, y, field, part, 2 * j * count, count);
  }
  for (let a = 0; reads + a < ofRe.length; a++) {
    const factor = ofRe[reads + a]!;
    if (factor === 0) continue;
    addTimes(field, factor, middle, a * count, count);
    addTimes(part, factor, share, a * symbols * count, symbols * count);
  }
  reach.fill(0, 0, count);
  for (let s = 0; s < symbols; s++) addSizes(reach, part, s * count, count);
}

function addRead(
  { re, im, spreadRe, spreadIm }: Boxes,
  at: number,
  x: number,
  y: number,
  field: Float64Array,
  part: Float64Array,
  to: number,
  count: number,
): void {
  for (let v = 0; v < count; v++) {
    field[v] = field[v]! + (x * re[at + v]! + y * im[at + v]!);
    part[to + v] = x * spreadRe[at + v]!;
    part[to + count + v] = y * spreadIm[at + v]!;
  }
}

function addTimes(to: Float64Array, factor: number, from: Float64Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) to[i] = to[i]! + factor * from[at + i]!;
}

function addSizes(reach: Float64Array, part: Float64Array, at: number, count: number): void {
  for (let v = 0; v < count; v++) reach[v] = reach[v]! + Math.abs(part[at + v]!);
}

/**
 * What the neuron makes of the fields that were evaluated last, less its threshold. What is no number stays none, and is refused by
 * whoever reads it.
 */
function passNeuron(
  { reads, symbols, middle, share, field, part, reach }: BoundWork,
  a: number,
  { gain, range }: SliceActivation,
  count: number,
): void {
  const own = (a * symbols + 2 * reads + a) * count;
  for (let v = 0; v < count; v++) {
    const low = field[v]! - reach[v]!;
    const high = field[v]! + reach[v]!;
    const dark = high <= 0 && Number.isFinite(low);
    // above the range the chord is flat
    const flat = low >= range && Number.isFinite(high);
    const passesDark = low < 0 && high > 0;
    const passesRange = low < range && high > range;
    const atLow = flat ? range : Math.max(0, low);
    const slope = dark || flat ? 0 : passesDark || passesRange ? (Math.min(range, high) - atLow) / (high - low) : 1;
    // how far the curve is off its chord at its corners, where it is farthest
    const under = passesDark ? slope * low : 0;
    const over = passesRange ? range - (atLow + slope * (range - low)) : 0;
    const shift = flat || passesDark || passesRange ? atLow - slope * low + (under + over) / 2 : 0;
    middle[a * count + v] = gain * (slope * field[v]! + shift);
    for (let s = 0; s < symbols; s++) {
      share[(a * symbols + s) * count + v] = gain * slope * part[s * count + v]!;
    }
    share[own + v] = (gain * (over - under)) / 2;
  }
}
