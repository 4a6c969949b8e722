import type { Rotations } from "../kernels/index.ts";
import { arctangent } from "./arctangent.ts";
import { type MeshProgram, turn } from "./program.ts";

/** How light enters and leaves a mesh of rotations. */
export interface Ports {
  readonly modes: number;
  /** Modes 0..lit-1 carry light at the input, the others are dark. */
  readonly lit: number;
  /** Modes 0..used-1 go on at the output, the others are dumped. */
  readonly used: number;
  /** Realise the transposed matrix: the factors in reverse, each transposed. */
  readonly transposed: boolean;
  /** Phases that the inputs still owe, radians per mode; null: none. */
  readonly owedRad: Float64Array | null;
}

const QUARTER = Math.PI / 2;
/** pi/2 - QUARTER */
const QUARTER_TAIL = 6.123233995736766e-17;

/**
 * Turns 2 x 2 rotations into physical MZIs. Phases are pushed from the inputs to the outputs: with owed input phases a, b and a
 * rotation [[c, -sigma e^{-i psi}], [sigma e^{i psi}, c]], c, sigma >= 0, psi 0 or pi, equating
 *   rotation * diag(e^{ia}, e^{ib}) = diag(e^{ia'}, e^{ib'}) * U(theta, phi)
 * gives, with eta = atan2(sigma, c): theta = pi - 2 eta, phi = a - b + psi - pi, a' = b - psi + eta, b' = b + eta. The rounding of theta
 * and phi is handed on: theta's exactly, phi's error d (first input only) as -d c^2 and -d sigma^2, the least-squares choice.
 * The phase of a dark input is free and is chosen such that phi = 0; in the cross state phi = 0 too, its phase moves to b'.
 * MZIs stand in the earliest column possible: a full square mesh has depth N. What is still owed at the outputs becomes the
 * column of output phases; modes from `used` on are dumped and get none.
 */
export function phasesOf(
  { count, split, mode, c, s, flips }: Rotations,
  { modes, lit, used, transposed, owedRad }: Ports,
): MeshProgram {
  const [columns, meshModes] = [new Int32Array(count), new Int32Array(count)];
  const [thetaRad, phiRad] = [new Float64Array(count), new Float64Array(count)];
  // A mode owes quarters * pi/2 + restRad. Quarter turns are counted, not added: pi is no double, and near identities and
  // permutations its rounding would add up with equal signs along the whole mesh.
  const quarters = Int32Array.from({ length: modes }, (_, m) => Math.floor((owedRad?.[m] ?? 0) / QUARTER + 0.5));
  const restRad = Float64Array.from(quarters, (whole, m) => (owedRad?.[m] ?? 0) - whole * QUARTER);
  const dark = Uint8Array.from({ length: modes }, (_, m) => (m < lit ? 0 : 1));
  const waiting = new Uint8Array(modes);
  waiting.set(flips);
  const places = layOut(mode, count, modes, transposed);
  let i = 0;
  for (let place = 0, m = -1, column = 0; place < places.length; place++) {
    m++;
    if (m === modes) [m, column] = [0, column + 1];
    const factor = places[place]! - 1;
    if (factor < 0) continue;
    if (factor >= split !== transposed) {
      meet(quarters, waiting, m);
      meet(quarters, waiting, m + 1);
    }
    const cosine = c[factor]!;
    const sigma = Math.abs(s[factor]!);
    const angle = 2 * arctangent(Math.min(cosine, sigma) / Math.max(cosine, sigma));
    const isBar = cosine >= sigma;
    const theta = isBar ? Math.PI - angle : angle;
    const eta = isBar ? (Math.PI - theta) / 2 + QUARTER_TAIL : -theta / 2;
    const etaQuarters = isBar ? 0 : 1;
    // The sign of s is a half turn, and so is what transposing does to it.
    const psiQuarters = (transposed ? 2 : 0) + (s[factor]! < 0 ? 2 : 0);
    const hasFree = dark[m + 1] === 1;
    const b = restRad[hasFree ? m : m + 1]!;
    const bQuarters = hasFree ? quarters[m]! + psiQuarters - 2 : quarters[m + 1]!;
    let phiQuarters = quarters[m]! - bQuarters + psiQuarters - 2;
    let phiRest = restRad[m]! - b;
    let [phi, error] = [0, 0];
    if (cosine !== 0) {
      if (dark[m] === 0 && !hasFree) {
        phi = turn(phiQuarters * QUARTER + phiRest);
        const near = Math.floor((phi - phiRest) / QUARTER + 0.5);
        error = phi - near * QUARTER - phiRest - near * QUARTER_TAIL;
      }
      [phiQuarters, phiRest] = [0, 0];
    }
    owe(quarters, restRad, m, bQuarters - psiQuarters + etaQuarters, b + eta - error * cosine * cosine);
    owe(quarters, restRad, m + 1, bQuarters + etaQuarters + phiQuarters, b + eta + phiRest - error * sigma * sigma);
    dark[m] = 0;
    dark[m + 1] = 0;
    columns[i] = column;
    meshModes[i] = m;
    thetaRad[i] = theta;
    phiRad[i++] = phi;
  }
  const outputs = new Float64Array(modes);
  for (let m = 0; m < used; m++) {
    meet(quarters, waiting, m);
    if (dark[m] === 0) outputs[m] = turn(quarters[m]! * QUARTER + restRad[m]!);
  }
  return { mzis: { column: columns, mode: meshModes, thetaRad, phiRad }, outputs };
}

/** Lets what a mode owes pass the diagonal, once. */
function meet(quarters: Int32Array, waiting: Uint8Array, m: number): void {
  quarters[m]! += 2 * waiting[m]!;
  waiting[m] = 0;
}

function owe(quarters: Int32Array, restRad: Float64Array, m: number, turns: number, rad: number): void {
  const whole = Math.floor(rad / QUARTER + 0.5);
  restRad[m] = rad - whole * QUARTER;
  quarters[m] = (turns + whole) & 3;
}

/** Gives each factor the earliest column after those that it shares a mode with: 1 + its number at column * modes + mode, else 0. */
function layOut(mode: Int32Array, count: number, modes: number, transposed: boolean): Int32Array {
  const depth = new Int32Array(modes);
  const columns = new Int32Array(count);
  let columnCount = 0;
  for (let n = 0; n < count; n++) {
    const factor = transposed ? count - 1 - n : n;
    const m = mode[factor]!;
    const column = Math.max(depth[m]!, depth[m + 1]!);
    depth[m] = column + 1;
    depth[m + 1] = column + 1;
    columns[factor] = column;
    columnCount = Math.max(columnCount, column + 1);
  }
  const places = new Int32Array(columnCount * modes);
  for (let factor = 0; factor < count; factor++) places[columns[factor]! * modes + mode[factor]!] = factor + 1;
  return places;
}
