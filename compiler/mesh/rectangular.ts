import { nullComplex, nullReal } from "../kernels/index.ts";
import type { MeshProgram } from "./program.ts";
import { realise } from "./realise.ts";

/**
 * Rectangular (Clements) mesh of a real orthogonal n x n matrix, row-major: at most n(n-1)/2 MZIs in at most n columns, and output
 * phases. Where the nulling meets an exact zero no MZI is spent, so identities, diagonal signs and block-diagonal matrices
 * need fewer. Throws RangeError if the matrix is not orthogonal. O(n^3).
 */
export function orthogonalMesh(matrix: Float64Array, n: number): MeshProgram {
  return realise(nullReal(matrix.slice(), n, n), {
    modes: n,
    lit: n,
    used: n,
    transposed: false,
    owedRad: null,
  });
}

/** The same for a complex unitary n x n matrix, row-major with entries interleaved (re, im). */
export function unitaryMesh(matrix: Float64Array, n: number): MeshProgram {
  return realise(nullComplex(matrix.slice(), n, n), {
    modes: n,
    lit: n,
    used: n,
    transposed: false,
    owedRad: null,
  });
}
