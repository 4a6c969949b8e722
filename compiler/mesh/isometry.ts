import { nullReal } from "../kernels/index.ts";
import { phasesOf } from "./phases.ts";
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
  return phasesOf(nullReal(v, rows, cols), { modes: rows, lit: cols, used: rows, transposed: false, owedRad });
}

/** Mesh of v^T for the same v: light enters on all rows modes, the result leaves on modes 0..cols-1, the rest is dumped. */
export function transposedIsometryMesh(v: Float64Array, rows: number, cols: number): MeshProgram {
  return phasesOf(nullReal(v, rows, cols), { modes: rows, lit: rows, used: cols, transposed: true, owedRad: null });
}
