import { type Aggregate, resultOf } from "../../netlist/index.ts";

/** The integers that a word may be, and the light that carries it. `min`: the least word, where bits and sign do not say it. */
export type WordFormat = Pick<Aggregate, "bits" | "levels" | "signed"> & { readonly min?: number };

/** What the output word is, as a function of the workers' words. */
export type MeanRule = Pick<Aggregate, "workers" | "rounding">;

/**
 * Q(sum / workers) of many sums. With m = sum / workers, floor is the largest integer <= m; half-up is floor(m + 1/2); half-even
 * is the nearest integer and, halfway, the even one of the two words. With none the workers receive the sum itself. A quotient a / b of doubles is off by less than |a| / b 2^-53 < 1 / b as long as
 * |a| < 2^53, and a quotient that is no integer is at least 1 / b away from one, so Math.floor of it is exact.
 *
 * @throws RangeError if a sum is not an integer, or 2 |sum| + workers exceeds 2^53 - 1
 */
export function quantizeSums(sums: ArrayLike<number>, rule: MeanRule): Float64Array {
  const n = rule.workers;
  const out = new Float64Array(sums.length);
  for (let i = 0; i < out.length; i++) {
    const sum = sums[i]!;
    if (!Number.isInteger(sum) || 2 * Math.abs(sum) + n > Number.MAX_SAFE_INTEGER) {
      throw new RangeError(`sum ${sum} at index ${i} is not an exact integer`);
    }
    if (rule.rounding === "none") {
      out[i] = sum;
      continue;
    }
    if (rule.rounding === "floor") {
      out[i] = Math.floor(sum / n);
      continue;
    }
    const shifted = 2 * sum + n;
    const up = Math.floor(shifted / (2 * n));
    const toEven = rule.rounding === "half-even" && shifted % (2 * n) === 0 && up % 2 !== 0;
    out[i] = toEven ? up - 1 : up;
  }
  return out;
}

/**
 * The output words of many input vectors, words[worker][vector].
 *
 * @throws RangeError if the rows are not `workers` rows of one length, or a sum is not exact (`quantizeSums`)
 */
export function referenceWords(words: readonly ArrayLike<number>[], rule: MeanRule): Float64Array {
  const length = words[0]?.length ?? 0;
  if (words.length !== rule.workers || words.some((row) => row.length !== length)) {
    throw new RangeError(`words of ${rule.workers} workers with one length expected`);
  }
  const sums = new Float64Array(length);
  for (const row of words) for (let i = 0; i < length; i++) sums[i]! += row[i]!;
  return quantizeSums(sums, rule);
}

/** Smallest and largest word of the format. */
export function wordRange(format: WordFormat): { readonly min: number; readonly max: number } {
  const min = format.min ?? (format.signed ? -(2 ** (format.bits - 1)) : 0);
  return { min, max: min + 2 ** format.bits - 1 };
}

/** Bits that each symbol carries, most significant first; the first one carries what is left over. */
export function symbolWidths(format: Pick<WordFormat, "bits" | "levels">): readonly number[] {
  const width = Math.log2(format.levels);
  const count = Math.ceil(format.bits / width);
  return [format.bits - (count - 1) * width, ...new Array<number>(count - 1).fill(width)];
}

/**
 * The wire format: code = word, plus 2^(bits - 1) if signed, in base `levels`: [words.length][symbols], most significant first.
 *
 * @throws RangeError if a word is not one of the format
 */
export function encodeWords(words: ArrayLike<number>, format: WordFormat): Uint8Array {
  const { min, max } = wordRange(format);
  const count = symbolWidths(format).length;
  const symbols = new Uint8Array(words.length * count);
  const width = Math.log2(format.levels);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!(Number.isInteger(word) && word >= min && word <= max)) {
      throw new RangeError(`word ${word} at index ${i} is outside ${min}..${max}`);
    }
    // A code has at most 32 bits, and levels are a power of two.
    let rest = (word - min) >>> 0;
    for (let symbol = count - 1; symbol >= 0; symbol--) {
      symbols[i * count + symbol] = rest & (format.levels - 1);
      rest >>>= width;
    }
  }
  return symbols;
}

/**
 * The inverse of `encodeWords`, from [words][symbols].
 *
 * @throws RangeError if the length is not a multiple of the number of symbols
 */
export function decodeWords(symbols: ArrayLike<number>, format: WordFormat): Float64Array {
  const { min } = wordRange(format);
  const count = symbolWidths(format).length;
  if (symbols.length % count !== 0) throw new RangeError(`${symbols.length} symbols in words of ${count}`);
  const words = new Float64Array(symbols.length / count);
  for (let word = 0, at = 0; word < words.length; word++) {
    let code = 0;
    for (let symbol = 0; symbol < count; symbol++, at++) code = code * format.levels + symbols[at]!;
    words[word] = code + min;
  }
  return words;
}

/** Words of each worker, [worker][vector], from symbols, [vector][worker][symbol]. */
export function wordsOfWorkers(symbols: ArrayLike<number>, format: WordFormat & MeanRule): Float64Array[] {
  const { workers } = format;
  const all = decodeWords(symbols, format);
  const vectors = all.length / workers;
  return Array.from({ length: workers }, (_, worker) =>
    Float64Array.from({ length: vectors }, (_unused, v) => all[v * workers + worker]!),
  );
}

/** What every worker should receive, [vector][symbol], when the workers send `symbols`, [vector][worker][symbol]. */
export function wantedSymbols(symbols: ArrayLike<number>, aggregate: Aggregate): Uint8Array {
  return encodeWords(referenceWords(wordsOfWorkers(symbols, aggregate), aggregate), resultOf(aggregate));
}
