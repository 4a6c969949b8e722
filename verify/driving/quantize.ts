import type { Aggregate } from "../../netlist/index.ts";
import type { GradientArray } from "./npy.ts";
import type { WordFormat } from "./reference.ts";

/** A number between 0 and 1 for an element of a worker's gradient. */
export type Dither = (worker: number, element: number) => number;

/** Pseudorandom numbers of the seed, tensor, worker and element alone (Wellons' "lowbias32"); the communication hook has the same. */
export function ditherOf(seed: number, tensor: number): Dither {
  const own = mixed(tensor ^ mixed(seed));
  return (worker, element) => (mixed(element ^ mixed(worker ^ own)) + 0.5) / 2 ** 32;
}

function mixed(x: number): number {
  const a = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  const b = Math.imul(a ^ (a >>> 15), 0x846ca68b);
  return (b ^ (b >>> 16)) >>> 0;
}

/** Words of gradients. With `rounding none` what is received counts 1 / workers of a step. */
export type GradientFormat = Pick<WordFormat, "bits" | "signed"> & Partial<Pick<Aggregate, "rounding">>;

/** Integers that share one exponent a block, as SwitchML has it (Sapio et al., NSDI 2021), scaled for means. */
export interface QuantizedGradients {
  readonly format: GradientFormat;
  readonly workers: number;
  readonly length: number;
  readonly blockSize: number;
  /** [workers][length] */
  readonly words: readonly Float64Array[];
  /** Smallest e with |v| <= 2^e for all workers in the block; -149 (the smallest float32) if all are zero. */
  readonly exponents: Int16Array;
}

export interface AggregationError {
  /** Largest and root-mean-square |dequantized word - mean|, in units of the block's quantization step. */
  readonly maximumSteps: number;
  readonly rmsSteps: number;
  /** Element with the largest error; null if there is none. */
  readonly worstElement: number | null;
}

/**
 * Quantizes all workers' gradients with a common exponent e per block of `blockSize` elements: word = round(v s) with
 * s = (2^(B-1) - 1) / 2^e, ties upward, plus 2^(B-1) if the words are unsigned. No bit is left for that scale when
 * B = 1; then the two words stand for -2^e and +2^e. The gradients have to be finite. As |v| <= 2^e nothing needs to be
 * clamped, and each worker's error is at most half a step. With a dither u in place of the 1/2 that rounds to the
 * nearest word, the word is one of the two next to v s and right on average over u.
 */
export function quantizeBlocks(
  gradients: GradientArray,
  format: GradientFormat,
  blockSize = 256,
  dither: Dither | null = null,
): QuantizedGradients {
  const { workers, length, data } = gradients;
  if (!Number.isInteger(blockSize) || blockSize < 1) throw new RangeError(`blocks of ${blockSize} elements`);
  const words = Array.from({ length: workers }, () => new Float64Array(length));
  const exponents = new Int16Array(Math.ceil(length / blockSize));
  for (let block = 0; block < exponents.length; block++) {
    const start = block * blockSize;
    const end = Math.min(start + blockSize, length);
    let largest = 0;
    for (let worker = 0; worker < workers; worker++) {
      largest = largestOf(data, worker * length + start, worker * length + end, largest);
    }
    const exponent = ceilLog2(largest);
    exponents[block] = exponent;
    const scale = blockScale(exponent, format);
    for (const [worker, row] of words.entries()) {
      const values = data.subarray(worker * length + start, worker * length + end);
      if (dither !== null) {
        const at = (element: number): number => dither(worker, element);
        quantizeDithered(values, scale, format.signed ? 2 ** (format.bits - 1) : 0, at, row, start);
      } else if (format.bits === 1) quantizeSigns(values, scale, row, start);
      else quantize(values, scale, row, start);
    }
  }
  return { format, workers, length, blockSize, words, exponents };
}

function largestOf(data: GradientArray["data"], from: number, to: number, least: number): number {
  let largest = least;
  for (let i = from; i < to; i++) {
    const size = Math.abs(data[i]!);
    if (size > largest) largest = size;
  }
  return largest;
}

/** `+ 0` turns minus zero into zero. */
function quantize(values: GradientArray["data"], { scale, zero }: BlockScale, row: Float64Array, at: number): void {
  for (let i = 0; i < values.length; i++) row[at + i] = Math.round(values[i]! * scale + zero) + 0;
}

/** In codes, which count from 0, as the communication hook does: the sum is rounded alike. */
function quantizeDithered(
  values: GradientArray["data"],
  { scale, zero }: BlockScale,
  offset: number,
  dither: (element: number) => number,
  row: Float64Array,
  start: number,
): void {
  for (let i = 0; i < values.length; i++) {
    row[start + i] = Math.floor(values[i]! * scale + (zero + offset + dither(start + i))) - offset;
  }
}

/** Of one bit the tie is at 0, where a sum of doubles loses the sign of what is small. */
function quantizeSigns(values: GradientArray["data"], { zero }: BlockScale, row: Float64Array, at: number): void {
  for (let i = 0; i < values.length; i++) row[at + i] = zero + (values[i]! < 0 ? -0.5 : 0.5);
}

/** Gradient values of one row of words ([length]), such as the aggregated ones. */
export function dequantize(words: ArrayLike<number>, quantized: QuantizedGradients): Float64Array {
  if (words.length !== quantized.length) throw new RangeError(`${words.length} words, not ${quantized.length}`);
  const values = new Float64Array(quantized.length);
  const parts = partsOf(quantized);
  quantized.exponents.forEach((exponent, block) => {
    const { step, zero } = blockScale(exponent, quantized.format);
    const end = Math.min((block + 1) * quantized.blockSize, quantized.length);
    for (let i = block * quantized.blockSize; i < end; i++) values[i] = meanOf(words[i]!, parts, zero) * step;
  });
  return values;
}

/** Into how many parts a received word divides a step. */
function partsOf({ format, workers }: QuantizedGradients): number {
  return format.rounding === "none" ? workers : 1;
}

/** The mean that a received word is, in steps from the word that stands for 0. */
function meanOf(word: number, parts: number, zero: number): number {
  return (word - parts * zero) / parts;
}

/** Mean over the workers in float64: [length]. */
export function floatMean({ workers, length, data }: GradientArray): Float64Array {
  const mean = new Float64Array(length);
  for (let worker = 0; worker < workers; worker++) {
    for (let i = 0; i < length; i++) mean[i]! += data[worker * length + i]!;
  }
  return mean.map((sum) => sum / workers);
}

/** Of the elements that were looked at so far. */
export interface ErrorTally {
  elements: number;
  squares: number;
  maximumSteps: number;
  worstElement: number | null;
}

export function newErrorTally(): ErrorTally {
  return { elements: 0, squares: 0, maximumSteps: 0, worstElement: null };
}

/**
 * How far the aggregated words ([length]) are from the float64 mean of the gradients. Exact aggregation stays within
 * half a step from the quantization plus half a step (half-up, half-even) or one step (floor) from the rounding. Of a tensor
 * in pieces, whose blocks are whole but for the last one of all, `tally` is of those before, in their order.
 */
export function aggregationError(
  { workers, length, data }: GradientArray,
  quantized: QuantizedGradients,
  aggregated: ArrayLike<number>,
  tally: ErrorTally = newErrorTally(),
): AggregationError {
  const { format, blockSize, exponents } = quantized;
  const parts = partsOf(quantized);
  let { squares, maximumSteps, worstElement } = tally;
  for (let block = 0; block < exponents.length; block++) {
    const { step, zero } = blockScale(exponents[block]!, format);
    const end = Math.min((block + 1) * blockSize, length);
    for (let i = block * blockSize; i < end; i++) {
      let sum = 0;
      for (let worker = 0; worker < workers; worker++) sum += data[worker * length + i]!;
      const error = Math.abs(meanOf(aggregated[i]!, parts, zero) * step - sum / workers) / step;
      squares += error * error;
      if (!(error <= maximumSteps) && !Number.isNaN(maximumSteps)) {
        maximumSteps = error;
        worstElement = tally.elements + i;
      }
    }
  }
  const elements = tally.elements + length;
  Object.assign(tally, { elements, squares, maximumSteps, worstElement });
  return { maximumSteps, rmsSteps: elements === 0 ? 0 : Math.sqrt(squares / elements), worstElement };
}

/**
 * value = (word - zero) * step, word = round(value * scale + zero). The scale is a double, and its product with a float32 is exact for
 * words of up to 30 bits, so that a tie is one; a quotient by the step, which is rounded, would miss some.
 */
export function blockScale(exponent: number, format: Pick<WordFormat, "bits" | "signed">): BlockScale {
  const { bits, signed } = format;
  if (bits === 1) return { step: 2 ** (exponent + 1), scale: 2 ** (-exponent - 1), zero: signed ? -0.5 : 0.5 };
  const largest = 2 ** (bits - 1) - 1;
  return { step: 2 ** exponent / largest, scale: largest * 2 ** -exponent, zero: signed ? 0 : 2 ** (bits - 1) };
}

export interface BlockScale {
  readonly step: number;
  readonly scale: number;
  readonly zero: number;
}

/** Smallest integer e >= -149 with value <= 2^e, from the bits of a float32 that is not negative; -149 for zero. */
function ceilLog2(value: number): number {
  return blockExponent(new Uint32Array(Float32Array.of(value).buffer)[0]!);
}

/** The same of the value that these bits are. */
export function blockExponent(bits: number): number {
  const exponent = bits >>> 23;
  const fraction = bits & 0x7fffff;
  if (exponent === 0) return fraction === 0 ? -149 : 32 - Math.clz32(fraction - 1) - 149;
  return exponent - 127 + (fraction === 0 ? 0 : 1);
}
