/** Fixed-point numbers of 512 bits behind the point, 154 digits: fields of 1e-50 keep a hundred. Shares no code with the project. */
export type Fixed = bigint;

export const POINT = 512n;
/** Beyond the point in the reduction of angles, so that pi times a million is as good as pi. */
const GUARD = 64n;
export const ONE: Fixed = 1n << POINT;
const TOP = Number(POINT);

/** The double itself: every finite double of 2^-459 or more is exact. */
export function exact(value: number): Fixed {
  if (!Number.isFinite(value)) throw new Error(`${value} has no exact value`);
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const exponent = Number((word >> 52n) & 0x7ffn);
  const fraction = (word & ((1n << 52n) - 1n)) | (exponent > 0 ? 1n << 52n : 0n);
  const shift = Math.max(exponent, 1) - 1075 + TOP;
  const size = shift >= 0 ? fraction << BigInt(shift) : fraction >> BigInt(-shift);
  return value < 0 ? -size : size;
}

export function times(a: Fixed, b: Fixed): Fixed {
  return a === 0n || b === 0n ? 0n : (a * b) >> POINT;
}

/** The nearest double, about. */
export function nearest(value: Fixed): number {
  const size = value < 0n ? -value : value;
  const length = size.toString(2).length;
  const drop = Math.max(0, length - 64);
  const double = Number(size >> BigInt(drop)) * 2 ** (drop - TOP);
  return value < 0n ? -double : double;
}

export function squareRoot(value: Fixed): Fixed {
  const target = value << POINT;
  if (target <= 0n) return 0n;
  let root = 1n << BigInt((target.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + target / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** Machin: pi = 16 atan(1/5) - 4 atan(1/239), with the guard bits. */
const TURN = 2n * (16n * inverseTangent(5n) - 4n * inverseTangent(239n));

function inverseTangent(denominator: bigint): bigint {
  let power = (1n << (POINT + 2n * GUARD)) / denominator;
  let sum = 0n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += k % 4n === 1n ? power / k : -(power / k);
    power /= denominator * denominator;
  }
  return sum >> GUARD;
}

export interface Angle {
  readonly sine: Fixed;
  readonly cosine: Fixed;
}

const known = new Map<number, Angle>();

/** Halvings of an angle before Taylor's series, and doublings behind it; each doubles what is off, far behind the guard bits. */
const HALVINGS = 16n;

/** Of an angle in radians: what is left of a whole number of turns, halved, Taylor's series, doubled. */
export function angle(radians: number): Angle {
  const found = known.get(radians);
  if (found !== undefined) return found;
  const wide = exact(radians) << GUARD;
  const turns = (2n * wide + TURN) / (2n * TURN) - (wide < 0n ? 1n : 0n);
  const bits = POINT + GUARD;
  const rest = (wide - turns * TURN) >> HALVINGS;
  const square = (rest * rest) >> bits;
  // of the cosine what it is less than 1, which keeps its digits
  let [less, sine] = [0n, 0n];
  for (let term = rest, k = 1n; term !== 0n && term !== -1n; k += 2n) {
    sine += term;
    const next = -((term * rest) >> bits) / (k + 1n);
    less -= next;
    term = -((term * square) >> bits) / ((k + 1n) * (k + 2n));
  }
  for (let i = 0n; i < HALVINGS; i++) {
    // sin 2x = 2 sin x cos x, 1 - cos 2x = 2 sin^2 x
    const twice = 2n * (sine - ((sine * less) >> bits));
    less = (2n * sine * sine) >> bits;
    sine = twice;
  }
  const result = { sine: sine >> GUARD, cosine: ONE - (less >> GUARD) };
  if (known.size > 20_000) known.clear();
  known.set(radians, result);
  return result;
}
