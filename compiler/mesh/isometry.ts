import { nullReal } from "../kernels/index.ts";
import { type Ports, phasesOf } from "./phases.ts";
import type { MeshProgram } from "./program.ts";

/**
 * Mesh of a real rows x cols matrix v with orthonormal columns, row-major, rows >= cols: light enters on modes 0..cols-1 (the
 * others are dark) and leaves on all rows modes. MZIs that would see only dark modes are left out: at most
 * cols (2 rows - cols - 1) / 2 in at most `rows` columns, the rectangular mesh of Clements where rows = cols. Where the nulling meets
 * an exact zero no MZI is spent, so identities, diagonal signs and block-diagonal matrices need fewer. Throws RangeError if the
 * columns are not orthonormal. O(rows cols^2). `owedRad`: phases that the inputs still owe, or null.
 */
export function isometryMesh(
  v: Float64Array,
  rows: number,
  cols: number,
  owedRad: Float64Array | null = null,
): MeshProgram {
  return realise(v, cols, { modes: rows, lit: cols, used: rows, transposed: false, owedRad });
}

/** Mesh of v^T for the same v: light enters on all rows modes, the result leaves on modes 0..cols-1, the rest is dumped. */
export function transposedIsometryMesh(v: Float64Array, rows: number, cols: number): MeshProgram {
  return realise(v, cols, { modes: rows, lit: rows, used: cols, transposed: true, owedRad: null });
}

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
function realise(v: Float64Array, cols: number, ports: Ports): MeshProgram {
  const { modes } = ports;
  return { kind: "mesh", modes, ...phasesOf(nullReal(v, modes, cols), ports) };
}
