import { nullComplex } from "../kernels/index.ts";
import type { MeshProgram } from "./program.ts";
import { realise } from "./realise.ts";

/**
 * Rectangular (Clements) mesh of a complex unitary n x n matrix, row-major with entries interleaved (re, im): at most n(n-1)/2 MZIs
 * in at most n columns, and output phases. Where the nulling meets an exact zero no MZI is spent. Throws RangeError if the matrix is
 * not unitary. O(n^3). `isometryMesh` does it for real matrices.
 */
export function unitaryMesh(matrix: Float64Array, n: number): MeshProgram {
  return realise(nullComplex(matrix, n, n), {
    modes: n,
    lit: n,
    used: n,
    transposed: false,
    owedRad: null,
  });
}
