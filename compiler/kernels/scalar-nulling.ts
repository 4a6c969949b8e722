import { lift } from "./norm.ts";

// Nulling one rotation after the other, in plain TypeScript. `a` is overwritten; rotations are stored sweep after sweep.

/** Sweeps of the schedule: sweep k nulls (rows-1-k+j, j) for j = 0..last. */
export interface Sweep {
  readonly k: number;
  readonly last: number;
  readonly right: boolean;
}

/** The order of sweeps for a rows x cols matrix, rows >= cols. */
export function sweepSchedule(rows: number, cols: number): Sweep[] {
  const sweeps: Sweep[] = [];
  for (let k = 0; k <= rows - 2; k++) {
    sweeps.push({ k, last: Math.min(k, cols - 1), right: k <= cols - 2 && k % 2 === 0 });
  }
  return sweeps;
}

/** nulling.ts for a real matrix. */
export function nullRealScalar(
  sweeps: readonly Sweep[],
  a: Float64Array,
  rows: number,
  cols: number,
  c: Float64Array,
  s: Float64Array,
): void {
  /** Rotates `count` pairs of entries, `step` apart, the first of which at x and y is to lose its y. */
  const rotate = (at: number, x: number, y: number, step: number, count: number): void => {
    aim(a, x, y, c, s, at);
    for (let n = 1, p = x + step, q = y + step; n < count; n++, p += step, q += step) {
      const xp = a[p]!;
      const yq = a[q]!;
      a[p] = c[at]! * xp + s[at]! * yq;
      a[q] = c[at]! * yq - s[at]! * xp;
    }
  };
  eachRotation(sweeps, rows, cols, rotate);
}

/** nulling.ts for a complex matrix, entries interleaved. */
export function nullComplexScalar(
  sweeps: readonly Sweep[],
  a: Float64Array,
  rows: number,
  cols: number,
  c: Float64Array,
  re: Float64Array,
  im: Float64Array,
): void {
  const rotate = (at: number, x: number, y: number, step: number, count: number): void => {
    aimComplex(a, 2 * x, 2 * y, c, re, im, at);
    const cosine = c[at]!;
    const sRe = re[at]!;
    const sIm = im[at]!;
    for (let n = 1, p = 2 * (x + step), q = 2 * (y + step); n < count; n++, p += 2 * step, q += 2 * step) {
      const xRe = a[p]!;
      const xIm = a[p + 1]!;
      const yRe = a[q]!;
      const yIm = a[q + 1]!;
      a[p] = cosine * xRe + sRe * yRe + sIm * yIm;
      a[p + 1] = cosine * xIm + sRe * yIm - sIm * yRe;
      a[q] = cosine * yRe - sRe * xRe + sIm * xIm;
      a[q + 1] = cosine * yIm - sRe * xIm - sIm * xRe;
    }
  };
  eachRotation(sweeps, rows, cols, rotate);
}

/** Calls `rotate` for each rotation in order: index, the pair of entries that it is aimed at, and how far it reaches from there. */
function eachRotation(
  sweeps: readonly Sweep[],
  rows: number,
  cols: number,
  rotate: (at: number, x: number, y: number, step: number, count: number) => void,
): void {
  let from = 0;
  for (const { k, last, right } of sweeps) {
    for (let n = 0; n <= last; n++) {
      // A column sweep goes up from j = k, a row sweep down from j = 0.
      const j = right ? k - n : n;
      const row = rows - 1 - k + j;
      if (right) rotate(from + n, row * cols + j + 1, row * cols + j, -cols, row + 1);
      else rotate(from + n, (row - 1) * cols + j, row * cols + j, 1, cols - j);
    }
    from += last + 1;
  }
}

/** Rotation that moves the entry at q into the one at p, as (c, s) at `at`; an exact zero costs nothing and yields the identity. */
function aim(a: Float64Array, p: number, q: number, c: Float64Array, s: Float64Array, at: number): void {
  const x = a[p]!;
  const y = a[q]!;
  a[q] = 0;
  c[at] = 1;
  s[at] = 0;
  if (y === 0) return;
  const up = lift(x * x + y * y);
  const xUp = x * up;
  const yUp = y * up;
  const h = Math.sqrt(xUp * xUp + yUp * yUp);
  c[at] = Math.abs(xUp) / h;
  s[at] = x < 0 ? -yUp / h : yUp / h;
  a[p] = (x < 0 ? -h : h) / up;
}

/** Rotation that moves the entry at q into the one at p: c = |x| / h, s = y conj(x) / (|x| h). Sets both entries. */
function aimComplex(
  a: Float64Array,
  p: number,
  q: number,
  c: Float64Array,
  re: Float64Array,
  im: Float64Array,
  at: number,
): void {
  const yRe = a[q]!;
  const yIm = a[q + 1]!;
  if (yRe === 0 && yIm === 0) {
    c[at] = 1;
    return;
  }
  const xRe = a[p]!;
  const xIm = a[p + 1]!;
  // the directions u = x / |x| and v = y / |y| must have modulus 1 even where one entry is subnormal and the other is not
  const xUp = lift(xRe * xRe + xIm * xIm);
  const yUp = lift(yRe * yRe + yIm * yIm);
  const xLong = Math.sqrt(xRe * xUp * (xRe * xUp) + xIm * xUp * (xIm * xUp));
  const yLong = Math.sqrt(yRe * yUp * (yRe * yUp) + yIm * yUp * (yIm * yUp));
  const uRe = xLong === 0 ? 1 : (xRe * xUp) / xLong;
  const uIm = xLong === 0 ? 0 : (xIm * xUp) / xLong;
  const vRe = (yRe * yUp) / yLong;
  const vIm = (yIm * yUp) / yLong;
  const common = xUp === yUp ? xUp : 1;
  const x = xUp === common ? xLong : xLong / xUp;
  const y = yUp === common ? yLong : yLong / yUp;
  const h = Math.sqrt(x * x + y * y);
  const sine = y / h;
  c[at] = x / h;
  re[at] = sine * (vRe * uRe + vIm * uIm);
  im[at] = sine * (vIm * uRe - vRe * uIm);
  a[p] = (h / common) * uRe;
  a[p + 1] = (h / common) * uIm;
  a[q] = 0;
  a[q + 1] = 0;
}
