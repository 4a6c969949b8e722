import { float16Of } from "../formats/index.ts";

/** Types of gradients in files, and how many bytes a number takes. */
export type NumberType = "f32" | "f16" | "bf16";

export const bytesOfType: Readonly<Record<NumberType, number>> = { f32: 4, f16: 2, bf16: 2 };

/** The numbers of a type as float32; every number of the three types is one. `bytes` holds little-endian numbers from an even address on. */
export function toFloat32(bytes: Uint8Array, type: NumberType): Float32Array {
  const count = bytes.length / bytesOfType[type];
  if (type === "f32") return new Float32Array(bytes.buffer, bytes.byteOffset, count);
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, count);
  const bits = new Uint32Array(count);
  if (type === "bf16") for (let i = 0; i < count; i++) bits[i] = halves[i]! << 16;
  else for (let i = 0; i < count; i++) bits[i] = halfBits[halves[i]!]!;
  return new Float32Array(bits.buffer);
}

/**
 * The nearest numbers of a type, to even where two are as near; first to float32, then to the narrower type, as numpy's and
 * torch's conversions in two steps do. What is beyond the largest finite number becomes that.
 */
export function fromFloat64(values: Float64Array, type: NumberType): Uint8Array {
  const floats = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) floats[i] = Math.min(Math.max(values[i]!, -largestFloat), largestFloat);
  return fromFloat32(floats, type);
}

/** The second of these steps, for finite numbers; of float32 the bytes themselves. */
export function fromFloat32(floats: Float32Array, type: NumberType): Uint8Array {
  if (type === "f32") return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  const halves = new Uint16Array(floats.length);
  const narrow = type === "bf16" ? brainOf : halfOf;
  for (let i = 0; i < bits.length; i++) halves[i] = narrow(bits[i]!);
  return new Uint8Array(halves.buffer);
}

const largestFloat = 2 ** 128 - 2 ** 104;
const largestHalf = 0x7bff;
const largestBrain = 0x7f7f;
/** Above it are the magnitudes of what is no number. */
const INFINITE = 0x7f800000;

/** Of the bits of a float32. */
function brainOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > INFINITE) return 0x7fc0;
  const rounded = (magnitude + 0x7fff + ((magnitude >>> 16) & 1)) >>> 16;
  return sign | Math.min(rounded, largestBrain);
}

function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > INFINITE) return 0x7e00;
  const exponent = magnitude >>> 23;
  if (exponent >= 113) {
    // Normal numbers: seven eighths of the exponents are gone, and thirteen bits of the fraction.
    const rebased = magnitude - (112 << 23);
    return sign | Math.min((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13, largestHalf);
  }
  // Multiples of 2^-24.
  const shift = 126 - exponent;
  if (shift > 24) return sign;
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const kept = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return sign | (kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0));
}

/** Bits of the float32 of every float16. */
const halfBits = Uint32Array.from({ length: 2 ** 16 }, (_, half) => {
  return new Uint32Array(Float32Array.of(float16Of(half)).buffer)[0]!;
});
