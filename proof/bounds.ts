import { INFLATE, modulus, ROUNDING, TINY } from "./ball.ts";
import type { ProofChip } from "./devices.ts";
import type { Form, Slice } from "./slices.ts";

/** States that are followed together: their shares of all symbols stay in a core's cache. */
export const BLOCK = 256;

/** Rectangles of the complex plane: middles, and how far fields can be from them in real and imaginary part. */
export interface Boxes {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly spreadRe: Float64Array;
  readonly spreadIm: Float64Array;
}

export function newBoxes(count: number): Boxes {
  const numbers = (): Float64Array => new Float64Array(count);
  return { re: numbers(), im: numbers(), spreadRe: numbers(), spreadIm: numbers() };
}

/** How what is uncertain comes together. */
export interface Moves {
  /** Whether neurons hand on the shares that they get, so that these can cancel; else all is added up at each neuron. */
  readonly follows: boolean;
  /** 0: sources are anywhere in their boxes. Else only one at a time, and this is what it moves the cell's sum by, in LSB. */
  readonly steps: number;
  /** Whether the outputs are receivers, which see the real part alone. */
  readonly realPart: boolean;
}

/** What a slice's bounds are worked out in, for up to BLOCK states. */
export interface Work {
  readonly slice: Slice;
  readonly reads: number;
  /** Of a source's real part, of its imaginary part, and of a neuron that may pass a corner of its curve. */
  readonly symbols: number;
  /** Where the caller puts the boxes of what is read, [source][state]; and where it finds those of outputs, [output][state]. */
  readonly read: Boxes;
  readonly made: Boxes;
  /** Least distance of a neuron from its corner over what a move of the sum by an LSB moves it; where `steps` is not 0. */
  margin: number;
  /** Largest size of each read and neuron in any state. */
  readonly largest: Float64Array;
  /** 1 where a symbol of a source is not 0 in all states. */
  readonly isSpread: Uint8Array;
  /** Of each neuron after it: its middle, [neuron][state]; and its share of each symbol, [neuron][symbol][state]. */
  readonly middle: Float64Array;
  readonly share: Float64Array;
  /** [neuron][symbol]: 0 where it has no share in any state, and none is written. */
  readonly isShared: Uint8Array;
  /** Of what was evaluated last: its middle, its share of each symbol, [symbol][state], which of these it has, and how far they reach. */
  readonly field: Float64Array;
  readonly part: Float64Array;
  readonly isPart: Uint8Array;
  readonly reach: Float64Array;
  readonly slope: Float64Array;
}

export function workFor(slice: Slice): Work {
  const { neurons, outputs } = slice;
  const reads = slice.signals.length + slice.ports.length;
  const symbols = 2 * reads + neurons.length;
  const numbers = (count: number): Float64Array => new Float64Array(count * BLOCK);
  return {
    ...{ slice, reads, symbols, read: newBoxes(reads * BLOCK), made: newBoxes(outputs.length * BLOCK) },
    margin: Number.POSITIVE_INFINITY,
    largest: new Float64Array(reads + neurons.length),
    isSpread: new Uint8Array(2 * reads),
    middle: numbers(neurons.length),
    share: numbers(neurons.length * symbols),
    isShared: new Uint8Array(neurons.length * symbols),
    ...{
      field: numbers(1),
      part: numbers(symbols),
      isPart: new Uint8Array(symbols),
      reach: numbers(1),
      slope: numbers(1),
    },
  };
}

/**
 * Lemma 4: boxes that hold the fields of a slice's outputs in `count` states, when each field that it reads is anywhere in its box.
 *
 * In between a field is known as a form over what is uncertain (a zonotope: two symbols from -1 to 1 for each source), so
 * that what cancels cancels. A neuron that stays between two corners of its curve whatever the symbols are keeps the form
 * exact; for one that can pass a corner, the form goes through the middle of the strip along the chord of its curve that holds
 * the curve, whose half width is a symbol of its own. Most neurons are dark or at their range in every state and hand
 * no symbol on: shares are kept, and added up, for symbols alone that have one.
 */
export function boundSlice(work: Work, chip: ProofChip, count: number, moves: Moves): void {
  const { slice, made, field, reach } = work;
  findSpread(work, count);
  for (const [a, { number, form }] of slice.neurons.entries()) {
    const k = chip.program.coefficients.subarray(8 * number, 8 * number + 3);
    passNeuron(work, a, k, evaluate(work, form, k[1]!, false, count, moves), count, moves);
  }
  for (const [o, form] of slice.outputs.entries()) {
    for (const imaginary of moves.realPart ? [false] : [false, true]) {
      const off = evaluate(work, form, 0, imaginary, count, moves);
      const [middles, spreads] = imaginary ? [made.im, made.spreadIm] : [made.re, made.spreadRe];
      for (let v = 0; v < count; v++) {
        middles[o * BLOCK + v] = field[v]!;
        spreads[o * BLOCK + v] = (reach[v]! + off) * INFLATE;
      }
    }
  }
}

function findSpread({ reads, isSpread, largest, read }: Work, count: number): void {
  const { re, im, spreadRe, spreadIm } = read;
  for (let j = 0; j < reads; j++) {
    let [most, aside, above] = [0, 0, 0];
    for (let i = j * BLOCK; i < j * BLOCK + count; i++) {
      most = Math.max(most, Math.abs(re[i]!) + Math.abs(im[i]!) + spreadRe[i]! + spreadIm[i]!);
      aside = Math.max(aside, spreadRe[i]!);
      above = Math.max(above, spreadIm[i]!);
    }
    largest[j] = most;
    isSpread[2 * j] = aside === 0 ? 0 : 1;
    isSpread[2 * j + 1] = above === 0 ? 0 : 1;
  }
}

/** The real, or imaginary, part of a form plus `more`: writes field and parts, and returns what rounding and the discs of weights put it off by. */
function evaluate(work: Work, form: Form, more: number, imaginary: boolean, count: number, moves: Moves): number {
  const { slice, reads, symbols, read, largest, isSpread, middle, share, isShared, field, part, isPart, reach } = work;
  const { sources, slots, constant } = form;
  const partOf = imaginary ? slice.im : slice.re;
  const [light, lightRad] = constant < 0 ? [0, 0] : [partOf[constant]!, slice.rad[constant]!];
  // a double rounds by 2^-53: products and sums of middles and shares, sizes of shares, and the neuron's corners
  const rounding = (2 * sources.length + symbols + 8) * (ROUNDING / 4);
  let off = lightRad + rounding * (Math.abs(light) + Math.abs(more));
  field.fill(light + more, 0, count);
  isPart.fill(0);
  for (let i = 0; i < sources.length; i++) {
    const [j, slot] = [sources[i]!, slots[i]!];
    const [wRe, wIm] = [slice.re[slot]!, slice.im[slot]!];
    off += (slice.rad[slot]! + rounding * modulus(wRe, wIm)) * largest[j]!;
    const x = imaginary ? wIm : wRe;
    if (j >= reads) {
      const a = j - reads;
      addTimes(field, 0, x, middle, a * BLOCK, count);
      for (let s = 0; s < symbols; s++) {
        if (isShared[a * symbols + s] === 0) continue;
        const at = (a * symbols + s) * BLOCK;
        if (isPart[s] === 0) part.fill(0, s * BLOCK, s * BLOCK + count);
        addTimes(part, s * BLOCK, x, share, at, count);
        isPart[s] = 1;
      }
      continue;
    }
    const y = imaginary ? wRe : -wIm;
    const at = j * BLOCK;
    for (let v = 0; v < count; v++) field[v] = field[v]! + (x * read.re[at + v]! + y * read.im[at + v]!);
    for (const [s, factor, spread] of [
      [2 * j, x, read.spreadRe],
      [2 * j + 1, y, read.spreadIm],
    ] as const) {
      if (isSpread[s] === 0) continue;
      for (let v = 0; v < count; v++) part[s * BLOCK + v] = factor * spread[at + v]!;
      isPart[s] = 1;
    }
  }
  reach.fill(0, 0, count);
  const alone = moves.steps === 0 ? 0 : 2 * reads;
  for (let s = 0; s < alone; s++) {
    if (isPart[s] === 0) continue;
    for (let v = 0; v < count; v++) reach[v] = Math.max(reach[v]!, Math.abs(part[s * BLOCK + v]!));
  }
  if (alone > 0) work.slope.set(reach);
  for (let s = alone; s < symbols; s++) {
    if (isPart[s] === 0) continue;
    for (let v = 0; v < count; v++) reach[v] = reach[v]! + Math.abs(part[s * BLOCK + v]!);
  }
  return off * INFLATE + TINY;
}

function addTimes(to: Float64Array, into: number, factor: number, from: Float64Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) to[into + i] = to[into + i]! + factor * from[at + i]!;
}

/** Output of the neuron with numbers k for what was evaluated last, up to `off`. NaN stays NaN, and its reader refuses it. */
function passNeuron(work: Work, a: number, k: Float64Array, off: number, count: number, moves: Moves): void {
  const { reads, symbols, largest, middle, share, isShared, field, part, isPart, reach, slope } = work;
  const [gain, range] = [k[0]!, k[2]!];
  const own = 2 * reads + a;
  const ownAt = (a * symbols + own) * BLOCK;
  let [passes, bends, brightest] = [false, false, 0];
  for (let v = 0; v < count; v++) {
    const low = field[v]! - (reach[v]! + off);
    const high = field[v]! + (reach[v]! + off);
    const dark = high <= 0 && Number.isFinite(low);
    // above the range the chord is flat
    const flat = low >= range && Number.isFinite(high);
    const passesDark = low < 0 && high > 0;
    const passesRange = low < range && high > range;
    const atLow = flat ? range : Math.max(0, low);
    const chord = dark || flat ? 0 : passesDark || passesRange ? (Math.min(range, high) - atLow) / (high - low) : 1;
    if (moves.steps > 0)
      measure(work, Math.max(-field[v]!, field[v]! - range), off, slope[v]! / moves.steps, chord, range);
    // how far the curve is off its chord at its corners, where it is farthest
    const under = passesDark ? chord * low : 0;
    const over = passesRange ? range - (atLow + chord * (range - low)) : 0;
    const shift = flat || passesDark || passesRange ? atLow - chord * low + (under + over) / 2 : 0;
    middle[a * BLOCK + v] = gain * (chord * field[v]! + shift);
    slope[v] = gain * chord;
    let bend = 0;
    if (!dark && !flat) bend = (over - under) / 2 + off + 8 * ROUNDING * (Math.abs(low) + Math.abs(high));
    if (!moves.follows) bend += chord * reach[v]!;
    share[ownAt + v] = Math.abs(gain) * bend * INFLATE;
    const size = Math.abs(middle[a * BLOCK + v]!) + Math.abs(slope[v]!) * reach[v]! + share[ownAt + v]!;
    brightest = size <= brightest ? brightest : size;
    passes ||= slope[v] !== 0;
    bends ||= bend !== 0;
  }
  largest[reads + a] = brightest;
  passes &&= moves.follows;
  for (let s = 0; s < symbols; s++) {
    isShared[a * symbols + s] = passes ? isPart[s]! : 0;
    if (!passes || isPart[s] === 0) continue;
    const at = (a * symbols + s) * BLOCK;
    for (let v = 0; v < count; v++) share[at + v] = slope[v]! * part[s * BLOCK + v]!;
  }
  isShared[a * symbols + own] = bends ? 1 : 0;
}

/** The margin of lemma 6: of neurons that are dark or at their range, but for one that amplifies the sum. */
function measure(work: Work, corner: number, off: number, slope: number, chord: number, range: number): void {
  const amplifies = range < Number.POSITIVE_INFINITY && range > slope;
  if ((chord === 0 || corner >= 0) && slope > 0 && !amplifies)
    work.margin = Math.min(work.margin, (corner - off) / slope);
}
