import type { Rotations } from "../kernels/index.ts";
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

const FULL_TURN = 2 * Math.PI;

/**
 * Turns 2 x 2 rotations into physical MZIs. Phases are pushed from the inputs to the outputs: with owed input phases a, b and a
 * rotation [[c, -sigma e^{-i psi}], [sigma e^{i psi}, c]], c, sigma >= 0, equating
 *   rotation * diag(e^{ia}, e^{ib}) = diag(e^{ia'}, e^{ib'}) * U(theta, phi)
 * gives theta/2 = atan2(c, sigma), phi = a - b + psi - pi, a' = b - psi + pi/2 - theta/2, b' = a + psi - pi/2 - theta/2 - phi.
 * The phase of a dark input is free and is chosen such that phi = 0; in the cross state phi is free too and is 0.
 * MZIs stand in the earliest column possible: a full square mesh has depth N. What is still owed at the outputs becomes the column
 * of output phases.
 */
export function realise(rotations: Rotations, ports: Ports): MeshProgram {
  const { count, split, c, sRe, sIm, diagonalRad } = rotations;
  const { modes, transposed } = ports;
  const column = new Int32Array(count);
  const mode = new Int32Array(count);
  const thetaRad = new Float64Array(count);
  const phiRad = new Float64Array(count);
  const depth = new Int32Array(modes);
  const owed = new Float64Array(modes);
  if (ports.owedRad !== null) owed.set(ports.owedRad);
  const dark = new Uint8Array(modes).fill(1, ports.lit);
  const turnAt = transposed ? count - split : split;

  for (let n = 0; n <= count; n++) {
    if (n === turnAt) for (let j = 0; j < diagonalRad.length; j++) owed[j]! += diagonalRad[j]!;
    if (n === count) break;
    const at = transposed ? count - 1 - n : n;
    const m = rotations.mode[at]!;
    const re = sRe[at]!;
    const im = sIm === null ? 0 : sIm[at]!;
    const sigma = sIm === null ? Math.abs(re) : Math.sqrt(re * re + im * im);
    const argument = sIm === null ? (re < 0 ? Math.PI : 0) : Math.atan2(im, re);
    const psi = transposed ? Math.PI - argument : argument;
    const half = Math.atan2(c[at]!, sigma);
    let a = owed[m]!;
    let b = owed[m + 1]!;
    if (dark[m + 1]) b = a + psi - Math.PI;
    else if (dark[m]) a = b - psi + Math.PI;
    const free = dark[m] || dark[m + 1] || c[at] === 0;
    const phi = free ? 0 : a - b + psi - Math.PI;
    dark[m] = 0;
    dark[m + 1] = 0;
    owed[m] = nearZero(b - psi + Math.PI / 2 - half);
    owed[m + 1] = nearZero(a + psi - Math.PI / 2 - half - phi);
    const place = Math.max(depth[m]!, depth[m + 1]!);
    depth[m] = place + 1;
    depth[m + 1] = place + 1;
    column[n] = place;
    mode[n] = m;
    thetaRad[n] = turn(2 * half);
    phiRad[n] = turn(phi);
  }
  const outputs = owed.map((phase, i) => (i < ports.used && !dark[i] ? turn(phase) : 0));
  return { kind: "mesh", modes, mzis: inColumns({ column, mode, thetaRad, phiRad }, modes), outputs };
}

/** The same angle within [-pi, pi], so that sums over many MZIs keep their digits. */
function nearZero(angleRad: number): number {
  return angleRad - FULL_TURN * Math.round(angleRad / FULL_TURN);
}

/** Sorts by column, then mode: two stable counting passes. */
function inColumns(table: MziTable, modes: number): MziTable {
  const byMode = countingOrder(table.mode, null, modes);
  const order = countingOrder(table.column, byMode, table.column.length);
  return {
    column: table.column.map((_, i) => table.column[order[i]!]!),
    mode: table.mode.map((_, i) => table.mode[order[i]!]!),
    thetaRad: table.thetaRad.map((_, i) => table.thetaRad[order[i]!]!),
    phiRad: table.phiRad.map((_, i) => table.phiRad[order[i]!]!),
  };
}

function countingOrder(key: Int32Array, before: Int32Array | null, keys: number): Int32Array {
  const next = new Int32Array(keys + 1);
  for (let i = 0; i < key.length; i++) next[key[i]! + 1]!++;
  for (let i = 1; i <= keys; i++) next[i]! += next[i - 1]!;
  const order = new Int32Array(key.length);
  for (let i = 0; i < key.length; i++) {
    const item = before === null ? i : before[i]!;
    order[next[key[item]!]!++] = item;
  }
  return order;
}
