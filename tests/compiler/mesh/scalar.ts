import { lift, type OwedPhases, type PhaseTable, type Rotations } from "../../../compiler/kernels/index.ts";
import { turn } from "../../../compiler/mesh/program.ts";

// What the kernels do to a mesh, one rotation after the other in plain TypeScript: their bits are held to these.

/** Sweeps of the schedule: sweep k nulls (rows-1-k+j, j) for j = 0..last. */
interface Sweep {
  readonly k: number;
  readonly last: number;
  readonly right: boolean;
}

/** The order of sweeps for a rows x cols matrix, rows >= cols. */
function sweepSchedule(rows: number, cols: number): Sweep[] {
  const sweeps: Sweep[] = [];
  for (let k = 0; k <= rows - 2; k++) {
    sweeps.push({ k, last: Math.min(k, cols - 1), right: k <= cols - 2 && k % 2 === 0 });
  }
  return sweeps;
}

/** c and s of all rotations that null the matrix, sweep after sweep. */
export function nulledOneByOne(matrix: Float64Array, rows: number, cols: number): readonly Float64Array[] {
  const a = matrix.slice();
  const sweeps = sweepSchedule(rows, cols);
  const total = sweeps.reduce((sum, { last }) => sum + last + 1, 0);
  const [c, s] = [new Float64Array(total), new Float64Array(total)];
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
  return [c, s];
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

const QUARTER = Math.PI / 2;
/** pi/2 - QUARTER */
const QUARTER_TAIL = 6.123233995736766e-17;

/** The same of `phasesOf`. */
export function scalarPhases(rotations: Rotations, transposed: boolean, owed: OwedPhases): PhaseTable {
  const { count, split, c, s, diagonalRad } = rotations;
  const { quarters, restRad, dark } = owed;
  const { column, mode, factors } = layOut(rotations, quarters.length, transposed);
  const thetaRad = new Float64Array(count);
  const phiRad = new Float64Array(count);
  const turnAt = transposed ? count - split : split;
  // Column after column, in which no two share a mode, so that the processor has several under way; each mode meets its own in the
  // order of the light, and the diagonal between those that stand before and behind it.
  for (let slot = 0; slot < count; slot++) {
    const n = factors[slot]!;
    const m = mode[slot]!;
    if (n >= turnAt) {
      meet(owed, diagonalRad, m);
      meet(owed, diagonalRad, m + 1);
    }
    const factor = transposed ? count - 1 - n : n;
    const at = rotations.at[factor]!;
    const cosine = c[at]!;
    const sigma = Math.abs(s[at]!);
    // transposing [[c, -s], [s, c]] turns s into -s
    const psiQuarters = (transposed ? 2 : 0) + (s[at]! < 0 ? 2 : 0);

    // eta = etaQuarters * pi/2 + eta, |eta| <= pi/4, as the rounded theta has it
    const bar = cosine >= sigma;
    const etaQuarters = bar ? 0 : 1;
    const theta = bar ? Math.PI - 2 * Math.atan2(sigma, cosine) : 2 * Math.atan2(cosine, sigma);
    const eta = bar ? (Math.PI - theta) / 2 + QUARTER_TAIL : -theta / 2;

    let bQuarters = quarters[m + 1]!;
    let b = restRad[m + 1]!;
    if (dark[m + 1]) {
      bQuarters = quarters[m]! + psiQuarters - 2;
      b = restRad[m]!;
    }
    const phiQuarters = quarters[m]! - bQuarters + psiQuarters - 2;
    const phiRest = restRad[m]! - b;
    const aQuarters = bQuarters - psiQuarters + etaQuarters;
    const a = b + eta;
    bQuarters += etaQuarters;
    b += eta;

    let phi = 0;
    let phiError = 0;
    if (cosine === 0) {
      bQuarters += phiQuarters;
      b += phiRest;
    } else if (!dark[m] && !dark[m + 1]) {
      phi = turn(phiQuarters * QUARTER + phiRest);
      const near = Math.floor((phi - phiRest) / QUARTER + 0.5);
      phiError = phi - near * QUARTER - phiRest - near * QUARTER_TAIL;
    }
    setOwed(owed, m, aQuarters, a - phiError * cosine * cosine);
    setOwed(owed, m + 1, bQuarters, b - phiError * sigma * sigma);
    dark[m] = 0;
    dark[m + 1] = 0;
    thetaRad[slot] = theta;
    phiRad[slot] = phi;
  }
  return { column, mode, thetaRad, phiRad };
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

/** Keeps the rest within an eighth of a turn or so, where it has the most digits. */
function setOwed({ quarters, restRad }: OwedPhases, m: number, count: number, rest: number): void {
  const whole = Math.floor(rest / QUARTER + 0.5);
  quarters[m] = (count + whole) & 3;
  restRad[m] = rest - whole * QUARTER;
}

interface Layout {
  readonly column: Int32Array;
  readonly mode: Int32Array;
  /** Which factor, in light order, stands at each place of the table. */
  readonly factors: Int32Array;
}

/** Gives each factor the earliest column after those it shares a mode with, and sorts by column, then mode. */
function layOut({ count, mode }: Rotations, modes: number, transposed: boolean): Layout {
  const depth = new Int32Array(modes);
  const column = new Int32Array(count);
  const perColumn = new Int32Array(count + 1);
  const byMode = new Int32Array(count);
  const perMode = new Int32Array(modes + 1);
  for (let n = 0; n < count; n++) {
    const m = mode[transposed ? count - 1 - n : n]!;
    const place = Math.max(depth[m]!, depth[m + 1]!);
    depth[m] = place + 1;
    depth[m + 1] = place + 1;
    column[n] = place;
    perColumn[place + 1]!++;
    perMode[m + 1]!++;
  }
  // two stable counting passes: by mode, then by column
  for (let m = 1; m <= modes; m++) perMode[m]! += perMode[m - 1]!;
  for (let i = 1; i <= count; i++) perColumn[i]! += perColumn[i - 1]!;
  for (let n = 0; n < count; n++) byMode[perMode[mode[transposed ? count - 1 - n : n]!]!++] = n;
  const sorted: Layout = { column: new Int32Array(count), mode: new Int32Array(count), factors: new Int32Array(count) };
  for (let i = 0; i < count; i++) {
    const n = byMode[i]!;
    const slot = perColumn[column[n]!]!++;
    sorted.factors[slot] = n;
    sorted.column[slot] = column[n]!;
    sorted.mode[slot] = mode[transposed ? count - 1 - n : n]!;
  }
  return sorted;
}
