import { multiplyColumns, multiplyRows, packColumns, packRows } from "./gemm";

export { beginBidiagonal, bidiagonalStep, formRows, rotateSweeps } from "./bidiagonal";
export { formTeam } from "./team";
export { nullReal } from "./nulling";

// Exports cannot be generic: the products that TypeScript calls, by their names there.

export function packRows64(b: usize, ld: i32, k: i32, n: i32, out: usize): void {
  packRows<f64>(b, ld, k, n, out);
}

export function packColumns64(b: usize, ld: i32, k: i32, n: i32, out: usize): void {
  packColumns<f64>(b, ld, k, n, out);
}

export function multiplyRows64(a: usize, lda: i32, packed: usize, c: usize, ldc: i32, m: i32, n: i32, k: i32, scratch: usize): void {
  multiplyRows<f64>(a, lda, packed, c, ldc, m, n, k, scratch);
}

export function multiplyColumns64(a: usize, lda: i32, packed: usize, c: usize, ldc: i32, m: i32, n: i32, k: i32, scratch: usize): void {
  multiplyColumns<f64>(a, lda, packed, c, ldc, m, n, k, scratch);
}
