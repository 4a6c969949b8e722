import { type OwedPhases, phasesOf, type Rotations } from "../kernels/index.ts";
import { type MeshProgram, turn } from "./program.ts";

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

const QUARTER = Math.PI / 2;

/**
 * Turns 2 x 2 rotations into physical MZIs. Phases are pushed from the inputs to the outputs: with owed input phases a, b and a
 * rotation [[c, -sigma e^{-i psi}], [sigma e^{i psi}, c]], c, sigma >= 0, psi 0 or pi, equating
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
  const mzis = phasesOf(rotations, transposed, owed);
  for (let m = 0; m < modes; m++) meet(owed, diagonalRad, m);
  const outputs = restRad.map((rest, i) => (i < ports.used && !dark[i] ? turn(quarters[i]! * QUARTER + rest) : 0));
  return { kind: "mesh", modes, mzis, outputs };
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
