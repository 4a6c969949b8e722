import type { Circuit } from "../circuit/circuit.ts";
import { sentBy } from "../circuit/neuron.ts";
import { OP_DARK, OP_MZI, OP_NEURON, type Program } from "./program.ts";

/** Complex factors by which the light at the ports is off from what the circuit asks for, one an input port; 1 is right. */
export interface Launch {
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Field that a worker's transmitter adds at every level, one an input port; absent: none. */
  readonly dark?: { readonly re: Float64Array; readonly im: Float64Array };
}

/** Steps of a lowered program; p, q are rows that are written, x and y rows that are read. ../kernels/assembly/light.ts runs them. */
export const LOAD = 0;
export const MIX_ONE = 1;
export const MIX_TWO = 2;
export const COMPLEX_ONE = 3;
export const COMPLEX_TWO = 4;
export const DETECT = 5;
/** Of a draft only. */
const NOTHING = 6;

/** Numbers a step in `code`: what it does, then the rows x re, x im, y re, y im, p re, p im, q re, q im; -1 for none. */
export const CODE_WIDTH = 9;
/** Numbers a step in `factors`. */
export const FACTOR_WIDTH = 8;

/**
 * What is left to do for every vector. The light of a waveguide is a factor times a row of numbers plus a constant: factors and
 * constants are the circuit's, so phase shifters, losses, splitters, dark lanes and reference light are multiplied out
 * here, device by device, and rows are computed only where two of them meet in an MZI or one meets a neuron. Where two
 * rows meet in phase, as in every circuit without phase errors, they stay real numbers.
 */
export interface Lowered {
  /** Rows in use at once. */
  readonly rows: number;
  readonly code: Int32Array;
  readonly factors: Float64Array;
  /** One an output port. */
  readonly ends: readonly End[];
}

/** field = (uRe + i uIm) (row re + i row im) + kRe + i kIm; rows are -1 where there is none. */
export interface End {
  readonly re: number;
  readonly im: number;
  readonly uRe: number;
  readonly uIm: number;
  readonly kRe: number;
  readonly kIm: number;
}

/** Rows are in phase if what is out of phase is below this share of the larger one: a few dozen roundings. */
const IN_PHASE = 2 ** -48;

export function lower(
  { modes, op, first, second, coefficients: k }: Program,
  { inputs, outputs, aggregate }: Pick<Circuit, "inputs" | "outputs" | "aggregate">,
  launch: Launch,
): Lowered {
  const uRe = new Float64Array(modes);
  const uIm = new Float64Array(modes);
  const kRe = new Float64Array(modes);
  const kIm = new Float64Array(modes);
  const re = new Int32Array(modes).fill(-1);
  const im = new Int32Array(modes).fill(-1);
  const draft = newDraft(op.length);

  inputs.forEach((port, p) => {
    const { mode } = port;
    if (port.kind === "reference") {
      kRe[mode] = port.field * launch.re[p]!;
      kIm[mode] = port.field * launch.im[p]!;
      return;
    }
    re[mode] = draft.load(port.worker * aggregate.symbols + port.symbol);
    uRe[mode] = port.fieldPerLevel * launch.re[p]!;
    uIm[mode] = port.fieldPerLevel * launch.im[p]!;
    kRe[mode] = launch.dark?.re[p] ?? 0;
    kIm[mode] = launch.dark?.im[p] ?? 0;
  });

  const mzi = (x: number, y: number, c: number): void => {
    const [xRe, xIm, yRe, yIm] = [re[x]!, im[x]!, re[y]!, im[y]!];
    const [xuRe, xuIm, yuRe, yuIm] = [uRe[x]!, uIm[x]!, uRe[y]!, uIm[y]!];
    const [xkRe, xkIm, ykRe, ykIm] = [kRe[x]!, kIm[x]!, kRe[y]!, kIm[y]!];
    // What of x and of y comes out at p, and at q.
    const apRe = k[c]! * xuRe - k[c + 1]! * xuIm;
    const apIm = k[c]! * xuIm + k[c + 1]! * xuRe;
    const bpRe = k[c + 2]! * yuRe - k[c + 3]! * yuIm;
    const bpIm = k[c + 2]! * yuIm + k[c + 3]! * yuRe;
    const aqRe = k[c + 4]! * xuRe - k[c + 5]! * xuIm;
    const aqIm = k[c + 4]! * xuIm + k[c + 5]! * xuRe;
    const bqRe = k[c + 6]! * yuRe - k[c + 7]! * yuIm;
    const bqIm = k[c + 6]! * yuIm + k[c + 7]! * yuRe;
    kRe[x] = k[c]! * xkRe - k[c + 1]! * xkIm + k[c + 2]! * ykRe - k[c + 3]! * ykIm;
    kIm[x] = k[c]! * xkIm + k[c + 1]! * xkRe + k[c + 2]! * ykIm + k[c + 3]! * ykRe;
    kRe[y] = k[c + 4]! * xkRe - k[c + 5]! * xkIm + k[c + 6]! * ykRe - k[c + 7]! * ykIm;
    kIm[y] = k[c + 4]! * xkIm + k[c + 5]! * xkRe + k[c + 6]! * ykIm + k[c + 7]! * ykRe;
    if (xRe < 0 || yRe < 0 || (xRe === yRe && xIm === yIm)) {
      // One row or none: it goes on with other factors, those of a lane without a row being 0.
      [uRe[x], uIm[x], uRe[y], uIm[y]] = [apRe + bpRe, apIm + bpIm, aqRe + bqRe, aqIm + bqIm];
      re[x] = re[y] = Math.max(xRe, yRe);
      im[x] = im[y] = Math.max(xIm, yIm);
      return;
    }
    const p = xIm < 0 && yIm < 0 ? inPhase(apRe, apIm, bpRe, bpIm) : null;
    const q = p === null ? null : inPhase(aqRe, aqIm, bqRe, bqIm);
    if (p === null || q === null) {
      const step = draft.step(COMPLEX_TWO, xRe, xIm, yRe, yIm);
      draft.factors.set([apRe, apIm, bpRe, bpIm, aqRe, aqIm, bqRe, bqIm], FACTOR_WIDTH * step);
      [re[x], im[x], re[y], im[y]] = [draft.value(), draft.value(), draft.value(), draft.value()];
      draft.writes(step, re[x]!, im[x]!, re[y]!, im[y]!);
      [uRe[x], uIm[x], uRe[y], uIm[y]] = [1, 0, 1, 0];
      return;
    }
    const step = draft.step(MIX_TWO, xRe, -1, yRe, -1);
    draft.factors.set([p.a, p.b, q.a, q.b], FACTOR_WIDTH * step);
    [re[x], re[y]] = [draft.value(), draft.value()];
    draft.writes(step, re[x]!, -1, re[y]!, -1);
    [uRe[x], uIm[x], uRe[y], uIm[y]] = [p.re, p.im, q.re, q.im];
  };

  for (let i = 0; i < op.length; i += 1) {
    const c = 8 * i;
    const m = first[i]!;
    switch (op[i]) {
      case OP_MZI:
        mzi(m, second[i]!, c);
        break;
      case OP_DARK:
        [re[m], im[m], uRe[m], uIm[m], kRe[m], kIm[m]] = [-1, -1, 0, 0, 0, 0];
        break;
      case OP_NEURON: {
        const above = kRe[m]! + k[c + 1]!;
        const [leakRe, leakIm, top] = [k[c + 3]!, k[c + 4]!, k[c + 5]!];
        if (re[m]! < 0) {
          const sent = sentBy(k[c]!, k[c + 2]!, above);
          [kRe[m], kIm[m]] = [(1 - leakRe) * sent + leakRe * top, leakIm === 0 ? 0 : leakIm * (top - sent)];
          break;
        }
        const step = draft.step(DETECT, re[m]!, im[m]!, -1, -1);
        draft.factors.set([uRe[m]!, -uIm[m]!, above, k[c]!, k[c + 2]!], FACTOR_WIDTH * step);
        [re[m], im[m], uRe[m], uIm[m]] = [draft.value(), -1, 1 - leakRe, 0 - leakIm];
        [kRe[m], kIm[m]] = [leakRe * top, leakIm * top];
        draft.writes(step, re[m]!, -1, -1, -1);
        break;
      }
      default: {
        const [fRe, fIm] = [k[c]!, k[c + 1]!];
        [uRe[m], uIm[m]] = [fRe * uRe[m]! - fIm * uIm[m]!, fRe * uIm[m]! + fIm * uRe[m]!];
        [kRe[m], kIm[m]] = [fRe * kRe[m]! - fIm * kIm[m]!, fRe * kIm[m]! + fIm * kRe[m]!];
      }
    }
  }
  const ends = outputs.map(({ mode: m }) => ({
    re: re[m]!,
    im: im[m]!,
    uRe: uRe[m]!,
    uIm: uIm[m]!,
    kRe: kRe[m]!,
    kIm: kIm[m]!,
  }));
  return draft.placed(ends);
}

/** a x + b y = (re + i im) (a' x + b' y) with real a', b' and a factor of size 1; null where x and y are out of phase. */
function inPhase(
  aRe: number,
  aIm: number,
  bRe: number,
  bIm: number,
): { readonly a: number; readonly b: number; readonly re: number; readonly im: number } | null {
  const [ofA, ofB] = [Math.sqrt(aRe * aRe + aIm * aIm), Math.sqrt(bRe * bRe + bIm * bIm)];
  const size = ofA >= ofB ? ofA : ofB;
  if (size === 0) return { a: 0, b: 0, re: 1, im: 0 };
  const re = (ofA >= ofB ? aRe : bRe) / size;
  const im = (ofA >= ofB ? aIm : bIm) / size;
  const across = ofA >= ofB ? bIm * re - bRe * im : aIm * re - aRe * im;
  // Not a number, where something overflowed, is out of phase.
  if (!(Math.abs(across) <= IN_PHASE * size)) return null;
  return { a: aRe * re + aIm * im, b: bRe * re + bIm * im, re, im };
}

/** Steps on values, each of which is written once; loads come first. */
interface Draft {
  readonly factors: Float64Array;
  load(column: number): number;
  value(): number;
  step(kind: number, xRe: number, xIm: number, yRe: number, yIm: number): number;
  writes(step: number, pRe: number, pIm: number, qRe: number, qIm: number): void;
  /** What the ends need, on as few rows as are in use at once. */
  placed(ends: readonly End[]): Lowered;
}

function newDraft(most: number): Draft {
  const code = new Int32Array(CODE_WIDTH * most).fill(-1);
  const factors = new Float64Array(FACTOR_WIDTH * most);
  const columns: number[] = [];
  let steps = 0;
  let values = 0;
  return {
    factors,
    load: (column) => {
      columns.push(column);
      return values++;
    },
    value: () => values++,
    step: (kind, xRe, xIm, yRe, yIm) => {
      code.set([kind, xRe, xIm, yRe, yIm], CODE_WIDTH * steps);
      return steps++;
    },
    writes: (step, ...rows) => code.set(rows, CODE_WIDTH * step + 5),
    placed: (ends) => place(code.subarray(0, CODE_WIDTH * steps), factors, columns, values, ends),
  };
}

function place(
  code: Int32Array,
  factors: Float64Array,
  columns: readonly number[],
  values: number,
  ends: readonly End[],
): Lowered {
  const steps = code.length / CODE_WIDTH;
  const never = -1;
  /** Last step that reads a value; `steps` for the ends. */
  const lastUse = new Int32Array(values).fill(never);
  for (const { re, im } of ends) {
    if (re >= 0) lastUse[re] = steps;
    if (im >= 0) lastUse[im] = steps;
  }
  const needed = (value: number): boolean => value >= 0 && lastUse[value] !== never;
  for (let step = steps - 1; step >= 0; step -= 1) {
    const at = CODE_WIDTH * step;
    const p = needed(code[at + 5]!) || needed(code[at + 6]!);
    const q = needed(code[at + 7]!) || needed(code[at + 8]!);
    if (!p && !q) {
      code[at] = NOTHING;
      continue;
    }
    if (!(p && q)) {
      const width = code[at] === MIX_TWO ? 2 : 4;
      if (q) takeSecond(code, factors, step, width);
      if (code[at] !== DETECT) code[at] = width === 2 ? MIX_ONE : COMPLEX_ONE;
      code.fill(-1, at + 7, at + 9);
    }
    for (let x = at + 1; x < at + 5; x += 1) {
      const value = code[x]!;
      if (value >= 0 && lastUse[value] === never) lastUse[value] = step;
    }
  }

  const row = new Int32Array(values).fill(-1);
  const free: number[] = [];
  let rows = 0;
  const taken = (value: number): number => {
    if (value < 0) return -1;
    row[value] = free.pop() ?? rows++;
    return row[value]!;
  };
  // A column is loaded where it is first met.
  const placedCode = new Int32Array(CODE_WIDTH * (steps + columns.length));
  const placedFactors = new Float64Array(FACTOR_WIDTH * (steps + columns.length));
  let count = 0;
  const read = (value: number): number => {
    if (value < 0) return -1;
    if (row[value]! < 0) {
      placedCode.set([LOAD, columns[value]!, -1, -1, -1, taken(value)], CODE_WIDTH * count);
      count += 1;
    }
    return row[value]!;
  };
  for (let step = 0; step < steps; step += 1) {
    const at = CODE_WIDTH * step;
    if (code[at] === NOTHING) continue;
    const from = [1, 2, 3, 4].map((x) => read(code[at + x]!));
    for (let x = 1; x < 5; x += 1) {
      const value = code[at + x]!;
      const again = code.subarray(at + 1, at + x).includes(value);
      if (value >= 0 && lastUse[value] === step && !again) free.push(row[value]!);
    }
    const to = [5, 6, 7, 8].map((x) => taken(code[at + x]!));
    for (let x = 0; x < 4; x += 1) {
      const value = code[at + 5 + x]!;
      if (value >= 0 && lastUse[value] === never) free.push(to[x]!);
    }
    placedCode.set([code[at]!, ...from, ...to], CODE_WIDTH * count);
    placedFactors.set(factors.subarray(FACTOR_WIDTH * step, FACTOR_WIDTH * (step + 1)), FACTOR_WIDTH * count);
    count += 1;
  }
  const placedEnds = ends.map((end) => ({ ...end, re: read(end.re), im: read(end.im) }));
  return {
    rows,
    code: placedCode.slice(0, CODE_WIDTH * count),
    factors: placedFactors.slice(0, FACTOR_WIDTH * count),
    ends: placedEnds,
  };
}

/** Of what a step makes at p and q only q is kept, with its factors. */
function takeSecond(code: Int32Array, factors: Float64Array, step: number, width: number): void {
  const at = CODE_WIDTH * step;
  code.copyWithin(at + 5, at + 7, at + 9);
  factors.copyWithin(FACTOR_WIDTH * step, FACTOR_WIDTH * step + width, FACTOR_WIDTH * step + 2 * width);
}
