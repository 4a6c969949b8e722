import * as Result from "./layout/result.ts";

/** Wrong vectors of a range, ascending: index in the domain and word got - word wanted (0 for tables). */
export interface RangeEvaluation {
  readonly wrong: readonly number[];
  readonly errors: readonly number[];
  /** Largest |output - target|; NaN if an output is NaN. */
  readonly worst: number;
}

/** Bytes of the result of one chunk of `rows` vectors. */
export function resultBytes(rows: number): number {
  return Result.list + rows * Result.ENTRY;
}

/** What the kernels found in `chunks` chunks of `rows` vectors each. */
export function readResults(buffer: SharedArrayBuffer, at: number, chunks: number, rows: number): RangeEvaluation {
  const view = new DataView(buffer);
  const wrong: number[] = [];
  const errors: number[] = [];
  let worst = 0;
  for (let c = 0; c < chunks; c++) {
    const from = at + c * resultBytes(rows);
    const chunkWorst = view.getFloat32(from + Result.worst, true);
    // A NaN is the worst of all and stays.
    if (!(chunkWorst <= worst)) worst = Number.isNaN(worst) ? worst : chunkWorst;
    const count = view.getUint32(from + Result.wrong, true);
    for (let i = 0; i < count; i++) {
      const entry = from + Result.list + i * Result.ENTRY;
      wrong.push(view.getUint32(entry + Result.index, true));
      errors.push(view.getFloat64(entry + Result.error, true));
    }
  }
  return { wrong, errors, worst };
}
