import * as Result from "./layout/result.ts";

/** Bytes of the result of one chunk of `rows` vectors. */
export function resultBytes(rows: number): number {
  return Result.list + 4 * rows;
}

/** Numbers in the domain, ascending, of the wrong vectors that the kernels found in `chunks` chunks of `rows` vectors each. */
export function readResults(buffer: SharedArrayBuffer, at: number, chunks: number, rows: number): readonly number[] {
  return Array.from({ length: chunks }, (_, chunk) => {
    const from = at + chunk * resultBytes(rows);
    const [count] = new Uint32Array(buffer, from + Result.wrong, 1);
    return [...new Uint32Array(buffer, from + Result.list, count)];
  }).flat();
}
