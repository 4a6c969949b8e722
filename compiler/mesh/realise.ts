import { type OwedPhases, phasesOf, type Rotations } from "../kernels/index.ts";
import { type MeshProgram, type MziTable, turn } from "./program.ts";

/** How light enters and leaves a mesh of rotations. */
export interface Ports {
  readonly modes: number;
  /** Modes 0..lit-1 carry light at the input, the others are dark. */
  readonly lit: number;
  /** Modes 0..used-1 matter at the output, the others are dumped and get no phase. */
  readonly used: number;
  /** Realise the transposed matrix: the factors in reverse, each transposed. */
  readonly transposed: boolean;
  /** Phases that the inputs still owe, radians per mode; null: none. */
  readonly owedRad: Float64Array | null;
}

/** From this many MZIs on, the kernels' start is worth its milliseconds. */
const KERNELS_FROM = 500;
const QUARTER = Math.PI / 2;
/** pi/2 - QUARTER */
const QUARTER_TAIL = 6.123233995736766e-17;

/**
 * Turns 2 x 2 rotations into physical MZIs. Phases are pushed from the inputs to the outputs: with owed input phases a, b and a
 * rotation [[c, -sigma e^{-i psi}], [sigma e^{i psi}, c]], c, sigma >= 0, equating
 *   rotation * diag(e^{ia}, e^{ib}) = diag(e^{ia'}, e^{ib'}) * U(theta, phi)
 * gives, with eta = atan2(sigma, c): theta = pi - 2 eta, phi = a - b + psi - pi, a' = b - psi + eta, b' = b + eta. The rounding of theta
 * and phi is handed on: theta's exactly, phi's error d (first input only) as -d c^2 and -d sigma^2, the least-squares choice.
 * The phase of a dark input is free and is chosen such that phi = 0; in the cross state phi = 0 too, its phase moves to b'.
 * MZIs stand in the earliest column possible: a full square mesh has depth N. What is still owed at the outputs becomes the
 * column of output phases.
 */
export function realise(rotations: Rotations, ports: Ports): MeshProgram {
  const { diagonalRad } = rotations;
  const { modes, transposed } = ports;
  const owed: OwedPhases = {
    quarters: new Int32Array(modes),
    restRad: new Float64Array(modes),
    dark: new Uint8Array(modes).fill(1, ports.lit),
    met: new Uint8Array(modes).fill(1, diagonalRad.length),
  };
  const { quarters, restRad, dark } = owed;
  for (const [m, phase] of ports.owedRad?.entries() ?? []) owe(owed, m, phase);
  const table = rotations.count >= KERNELS_FROM ? phasesOf : scalarPhases;
  const mzis = table(rotations, transposed, owed);
  for (let m = 0; m < modes; m++) meet(owed, diagonalRad, m);
  const outputs = restRad.map((rest, i) => (i < ports.used && !dark[i] ? turn(quarters[i]! * QUARTER + rest) : 0));
  return { kind: "mesh", modes, mzis, outputs };
}

/** What the kernels do, in plain TypeScript. */
export function scalarPhases(rotations: Rotations, transposed: boolean, owed: OwedPhases): MziTable {
  const { count, split, c, sRe, sIm, diagonalRad } = rotations;
  const { quarters, restRad, dark } = owed;
  const { column, mode, factors } = layOut(rotations, quarters.length, transposed);
  const thetaRad = new Float64Array(count);
  const phiRad = new Float64Array(count);
  const turnAt = transposed ? count - split : split;
  // Column after column, in which no two share a mode, so that the processor has several under way; each mode meets its own in the
  // order of the light, and the diagonal between those that stand before and behind it.
  for (let slot = 0; slot < count; slot++) {
    const n = factors[slot]!;
    const m = mode[slot]!;
    if (n >= turnAt) {
      meet(owed, diagonalRad, m);
      meet(owed, diagonalRad, m + 1);
    }
    const factor = transposed ? count - 1 - n : n;
    const at = rotations.at[factor]!;
    const cosine = c[at]!;
    const re = sRe[at]!;
    const im = sIm === null ? 0 : sIm[at]!;
    const sigma = sIm === null ? Math.abs(re) : Math.sqrt(re * re + im * im);

    // transposing [[c, -s*], [s, c]] turns s into -s*: psi into pi - psi
    let psi = 0;
    let psiQuarters = transposed ? 2 : 0;
    if (sIm !== null) psi = Math.atan2(transposed ? -im : im, re);
    else if (re < 0) psiQuarters += 2;

    // eta = etaQuarters * pi/2 + eta, |eta| <= pi/4, as the rounded theta has it
    const bar = cosine >= sigma;
    const etaQuarters = bar ? 0 : 1;
    const theta = bar ? Math.PI - 2 * Math.atan2(sigma, cosine) : 2 * Math.atan2(cosine, sigma);
    const eta = bar ? (Math.PI - theta) / 2 + QUARTER_TAIL : -theta / 2;

    let bQuarters = quarters[m + 1]!;
    let b = restRad[m + 1]!;
    if (dark[m + 1]) {
      bQuarters = quarters[m]! + psiQuarters - 2;
      b = restRad[m]! + psi;
    }
    const phiQuarters = quarters[m]! - bQuarters + psiQuarters - 2;
    const phiRest = restRad[m]! - b + psi;
    const aQuarters = bQuarters - psiQuarters + etaQuarters;
    const a = b - psi + eta;
    bQuarters += etaQuarters;
    b += eta;

    let phi = 0;
    let phiError = 0;
    if (cosine === 0) {
      bQuarters += phiQuarters;
      b += phiRest;
    } else if (!dark[m] && !dark[m + 1]) {
      phi = turn(phiQuarters * QUARTER + phiRest);
      const near = Math.floor((phi - phiRest) / QUARTER + 0.5);
      phiError = phi - near * QUARTER - phiRest - near * QUARTER_TAIL;
    }
    setOwed(owed, m, aQuarters, a - phiError * cosine * cosine);
    setOwed(owed, m + 1, bQuarters, b - phiError * sigma * sigma);
    dark[m] = 0;
    dark[m + 1] = 0;
    thetaRad[slot] = theta;
    phiRad[slot] = phi;
  }
  return { column, mode, thetaRad, phiRad };
}

/** Lets what mode m owes pass the diagonal, once. */
function meet(owed: OwedPhases, diagonalRad: Float64Array, m: number): void {
  if (owed.met[m] !== 0) return;
  owed.met[m] = 1;
  owe(owed, m, diagonalRad[m]!);
}

function owe({ quarters, restRad }: OwedPhases, m: number, phase: number): void {
  const whole = Math.floor(phase / QUARTER + 0.5);
  quarters[m]! += whole;
  restRad[m]! += phase - whole * QUARTER;
}

/** Keeps the rest within an eighth of a turn or so, where it has the most digits. */
function setOwed({ quarters, restRad }: OwedPhases, m: number, count: number, rest: number): void {
  const whole = Math.floor(rest / QUARTER + 0.5);
  quarters[m] = (count + whole) & 3;
  restRad[m] = rest - whole * QUARTER;
}

interface Layout {
  readonly column: Int32Array;
  readonly mode: Int32Array;
  /** Which factor, in light order, stands at each place of the table. */
  readonly factors: Int32Array;
}

/** Gives each factor the earliest column after those it shares a mode with, and sorts by column, then mode. */
function layOut({ count, mode }: Rotations, modes: number, transposed: boolean): Layout {
  const depth = new Int32Array(modes);
  const column = new Int32Array(count);
  const perColumn = new Int32Array(count + 1);
  const byMode = new Int32Array(count);
  const perMode = new Int32Array(modes + 1);
  for (let n = 0; n < count; n++) {
    const m = mode[transposed ? count - 1 - n : n]!;
    const place = Math.max(depth[m]!, depth[m + 1]!);
    depth[m] = place + 1;
    depth[m + 1] = place + 1;
    column[n] = place;
    perColumn[place + 1]!++;
    perMode[m + 1]!++;
  }
  // two stable counting passes: by mode, then by column
  for (let m = 1; m <= modes; m++) perMode[m]! += perMode[m - 1]!;
  for (let i = 1; i <= count; i++) perColumn[i]! += perColumn[i - 1]!;
  for (let n = 0; n < count; n++) byMode[perMode[mode[transposed ? count - 1 - n : n]!]!++] = n;
  const sorted: Layout = { column: new Int32Array(count), mode: new Int32Array(count), factors: new Int32Array(count) };
  for (let i = 0; i < count; i++) {
    const n = byMode[i]!;
    const slot = perColumn[column[n]!]!++;
    sorted.factors[slot] = n;
    sorted.column[slot] = column[n]!;
    sorted.mode[slot] = mode[transposed ? count - 1 - n : n]!;
  }
  return sorted;
}
