import { aboveThreshold, type LinearForm, type Slice, type SliceActivation } from "../netlist/index.ts";
import { type Boxes, emptyBoxes } from "./variants.ts";

/**
 * Boxes that hold the fields of a slice's outputs, [output][vector], when each field that it reads is anywhere in its box,
 * [source][vector]: what `runSlice` gives for boxes without spread. The slice has no unresolved inputs.
 *
 * In between a field is known as a form over what is uncertain (a zonotope: two symbols from -1 to 1 for each source), so
 * that what cancels cancels. A neuron that stays between two corners of its curve whatever the symbols are keeps the form
 * exact; for one that can pass a corner, the form goes through the middle of the strip along the chord of its curve that holds
 * the curve, whose half width is a symbol of its own.
 */
export function boundSlice(slice: Slice, vectors: number, read: Boxes): Boxes {
  const bounds = emptyBoxes(slice.outputs.length * vectors);
  const state = emptyState(slice);
  const real = slice.outputs.map((form) => realPart(form));
  const imaginary = slice.outputs.map((form) => imaginaryPart(form));
  const before = slice.activations.map((neuron) => realPart(aboveThreshold(neuron)));
  for (let v = 0; v < vectors; v++) {
    for (let a = 0; a < before.length; a++) {
      const field = evaluate(before[a]!, state, read, vectors, v);
      passNeuron(state, a, slice.activations[a]!, field, reach(state.part));
    }
    for (let o = 0; o < real.length; o++) {
      const at = o * vectors + v;
      bounds.re[at] = evaluate(real[o]!, state, read, vectors, v);
      bounds.spreadRe[at] = reach(state.part);
      bounds.im[at] = evaluate(imaginary[o]!, state, read, vectors, v);
      bounds.spreadIm[at] = reach(state.part);
    }
  }
  return bounds;
}

/** One real number: constant + sum_j ofRe[j] re_j + ofIm[j] im_j over reads and neurons, whose im is 0. */
interface Part {
  readonly ofRe: Float64Array;
  readonly ofIm: Float64Array;
  readonly constant: number;
}

function realPart({ re, im, constantRe }: LinearForm): Part {
  return { ofRe: re, ofIm: im.map((it) => -it), constant: constantRe };
}

function imaginaryPart({ re, im, constantIm }: LinearForm): Part {
  return { ofRe: im, ofIm: re, constant: constantIm };
}

interface State {
  readonly reads: number;
  /** Of a source's real part, of its imaginary part, and of a neuron that may pass a corner of its curve. */
  readonly symbols: number;
  /** Of each neuron after it: its middle, whether there is any light, and its share of each symbol, [neuron][symbol]. */
  readonly middle: Float64Array;
  readonly lit: Uint8Array;
  readonly share: Float64Array;
  /** The share of each symbol in what was evaluated last. */
  readonly part: Float64Array;
}

function emptyState({ reads, activations }: Slice): State {
  const neurons = activations.length;
  const symbols = 2 * reads.length + neurons;
  return {
    reads: reads.length,
    symbols,
    middle: new Float64Array(neurons),
    lit: new Uint8Array(neurons),
    share: new Float64Array(neurons * symbols),
    part: new Float64Array(symbols),
  };
}

/** The middle; its shares of the symbols are left in `state.part`. */
function evaluate(
  { ofRe, ofIm, constant }: Part,
  { reads, symbols, middle, lit, share, part }: State,
  read: Boxes,
  vectors: number,
  v: number,
): number {
  let sum = constant;
  for (let j = 0, at = v; j < reads; j++, at += vectors) {
    sum += ofRe[j]! * read.re[at]! + ofIm[j]! * read.im[at]!;
    part[2 * j] = ofRe[j]! * read.spreadRe[at]!;
    part[2 * j + 1] = ofIm[j]! * read.spreadIm[at]!;
  }
  for (let s = 2 * reads; s < symbols; s++) part[s] = 0;
  for (let a = 0; a < lit.length; a++) {
    const factor = ofRe[reads + a]!;
    if (lit[a] === 0 || factor === 0) continue;
    sum += factor * middle[a]!;
    for (let s = 0, at = a * symbols; s < symbols; s++, at++) part[s] = part[s]! + factor * share[at]!;
  }
  return sum;
}

function reach(part: Float64Array): number {
  let sum = 0;
  for (let s = 0; s < part.length; s++) sum += Math.abs(part[s]!);
  return sum;
}

/**
 * What the neuron makes of the field that was evaluated last, less its threshold. What is no number stays none, and is refused by
 * whoever reads it.
 */
function passNeuron(state: State, a: number, { gain, range }: SliceActivation, field: number, spread: number): void {
  const { reads, symbols, middle, lit, share, part } = state;
  const low = field - spread;
  const high = field + spread;
  lit[a] = high <= 0 && Number.isFinite(low) ? 0 : 1;
  if (lit[a] === 0) return;
  // above the range the chord is flat
  const flat = low >= range && Number.isFinite(high);
  const passesDark = low < 0 && high > 0;
  const passesRange = low < range && high > range;
  const atLow = flat ? range : Math.max(0, low);
  const slope = flat ? 0 : passesDark || passesRange ? (Math.min(range, high) - atLow) / (high - low) : 1;
  // how far the curve is off its chord at its corners, where it is farthest
  const under = passesDark ? slope * low : 0;
  const over = passesRange ? range - (atLow + slope * (range - low)) : 0;
  const shift = flat || passesDark || passesRange ? atLow - slope * low + (under + over) / 2 : 0;
  middle[a] = gain * (slope * field + shift);
  for (let s = 0, at = a * symbols; s < symbols; s++, at++) share[at] = gain * slope * part[s]!;
  share[a * symbols + 2 * reads + a] = (gain * (over - under)) / 2;
}
