import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundedMean } from "../../collectives/index.ts";
import {
  decodeWords,
  encodeWords,
  quantizeSums,
  referenceWords,
  symbolWidths,
  type WordFormat,
  wordRange,
} from "../../verify/index.ts";
import { decodeSymbols, encodeWord, quantizeSum } from "./definition.ts";

const roundings = ["floor", "half-up", "half-even"] as const;
const formats: readonly WordFormat[] = [1, 2, 3, 5, 8, 12, 16, 31, 32].flatMap((bits) =>
  [2, 4, 8, 16].flatMap((levels) => [true, false].map((signed) => ({ bits, levels, signed }))),
);

/** q is Q(sum / n) by the inequalities that define the rounding, in whole numbers only. */
function isRounded(q: bigint, sum: bigint, n: bigint, rounding: (typeof roundings)[number]): boolean {
  const twice = 2n * (sum - q * n);
  switch (rounding) {
    case "floor":
      return twice >= 0n && twice < 2n * n;
    case "half-up":
      return twice >= -n && twice < n;
    case "half-even":
      return (twice > -n && twice < n) || ((twice === n || twice === -n) && BigInt.asUintN(1, q) === 0n);
  }
}

describe("reference quantizer", () => {
  it.each(roundings)("%s: every sum of up to 64 workers with small words satisfies the definition", (rounding) => {
    for (const workers of [1, 2, 3, 4, 5, 7, 8, 12, 16, 64]) {
      const sums = Array.from({ length: 32 * workers + 1 }, (_, i) => i - 16 * workers);
      const fast = quantizeSums(sums, { workers, rounding });
      sums.forEach((sum, i) => {
        const word = quantizeSum(BigInt(sum), { workers, rounding });
        expect(isRounded(word, BigInt(sum), BigInt(workers), rounding)).toBe(true);
        expect(BigInt(fast[i]!)).toBe(word);
        expect(BigInt(roundedMean(sum, workers, rounding))).toBe(word);
      });
    }
  });

  it.each(roundings)("%s: the three independent roundings agree on large sums", (rounding) => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 51n), max: 2n ** 51n }),
        fc.integer({ min: 1, max: 4096 }),
        (sum, workers) => {
          const word = quantizeSum(sum, { workers, rounding });
          expect(isRounded(word, sum, BigInt(workers), rounding)).toBe(true);
          expect(BigInt(quantizeSums([Number(sum)], { workers, rounding })[0]!)).toBe(word);
          expect(BigInt(roundedMean(Number(sum), workers, rounding))).toBe(word);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("is exact next to whole means of the largest admitted sums", () => {
    for (const workers of [2, 3, 63, 64]) {
      const nearest = Math.floor(2 ** 51 / workers) * workers;
      for (const sum of [nearest - 1, nearest, nearest + 1, -nearest - 1, -nearest, 1 - nearest]) {
        for (const rounding of roundings) {
          const rule = { workers, rounding };
          expect(BigInt(quantizeSums([sum], rule)[0]!)).toBe(quantizeSum(BigInt(sum), rule));
        }
      }
    }
  });

  it.each(roundings)("%s: all vectors of two 3-bit words, signed and not", (rounding) => {
    for (const offset of [0, -4]) {
      for (let a = offset; a < offset + 8; a++) {
        for (let b = offset; b < offset + 8; b++) {
          const rule = { workers: 2, rounding };
          const word = quantizeSum(BigInt(a) + BigInt(b), rule);
          expect(isRounded(word, BigInt(a + b), 2n, rounding)).toBe(true);
          expect(word >= BigInt(offset) && word < BigInt(offset + 8)).toBe(true);
          expect([...referenceWords([[a], [b]], rule)]).toEqual([Number(word)]);
        }
      }
    }
  });

  it("sends ties of signed one-bit words to the word 0, although its code 1 is odd", () => {
    expect(quantizeSum(-1n, { workers: 2, rounding: "half-even" })).toBe(0n);
    expect(quantizeSum(-1n, { workers: 2, rounding: "half-up" })).toBe(0n);
    expect(quantizeSum(-1n, { workers: 2, rounding: "floor" })).toBe(-1n);
  });

  it("averages 64 extreme 32-bit words exactly", () => {
    for (const word of [2 ** 32 - 1, -(2 ** 31)]) {
      const rows = Array.from({ length: 64 }, () => [word]);
      for (const rounding of roundings) expect([...referenceWords(rows, { workers: 64, rounding })]).toEqual([word]);
    }
  });

  it("refuses sums that are not exact and rows that do not fit", () => {
    const rule = { workers: 2, rounding: "floor" } as const;
    expect(() => quantizeSums([2 ** 52 + 1], rule)).toThrow(RangeError);
    expect(() => quantizeSums([0.5], rule)).toThrow(RangeError);
    expect(() => referenceWords([[1, 2], [1]], rule)).toThrow(RangeError);
    expect(() => referenceWords([[1]], rule)).toThrow(RangeError);
  });
});

describe("what is no sum and no word", () => {
  const rule = { workers: 2, rounding: "floor" } as const;
  const format = { bits: 4, levels: 4, signed: true };
  const rows = [[1, 2], [1, 2], [1]];

  it.each<readonly [() => unknown, string]>([
    [() => quantizeSums([4, 0.5], rule), "sum 0.5 at index 1 is not an exact integer"],
    [() => quantizeSums([Number.NaN], rule), "sum NaN at index 0 is not an exact integer"],
    [() => quantizeSums([2 ** 52], { ...rule, workers: 1 }), "sum 4503599627370496 at index 0 is not an exact integer"],
    [
      () => quantizeSums([-(2 ** 52)], { ...rule, workers: 1 }),
      "sum -4503599627370496 at index 0 is not an exact integer",
    ],
    [() => referenceWords(rows, { ...rule, workers: 3 }), "words of 3 workers with one length expected"],
    [() => referenceWords(rows.slice(0, 2), { ...rule, workers: 3 }), "words of 3 workers with one length expected"],
    [() => referenceWords([], rule), "words of 2 workers with one length expected"],
    [() => encodeWords([0, 8], format), "word 8 at index 1 is outside -8..7"],
    [() => encodeWords([-9], format), "word -9 at index 0 is outside -8..7"],
    [() => encodeWords([0.5], format), "word 0.5 at index 0 is outside -8..7"],
    [() => decodeWords([1, 2, 3], format), "3 symbols in words of 2"],
  ])("is refused: %s", (attempt, message) => {
    expect(attempt).toThrow(new RangeError(message));
  });

  it("begins where sums are no longer exact", () => {
    const largest = 2 ** 52 - 1;
    expect([...quantizeSums([largest, -largest], { workers: 1, rounding: "half-up" })]).toEqual([largest, -largest]);
  });
});

describe("symbol codec", () => {
  it("splits words into symbols with the left-over bits in the first", () => {
    expect(symbolWidths({ bits: 8, levels: 4 })).toEqual([2, 2, 2, 2]);
    expect(symbolWidths({ bits: 5, levels: 4 })).toEqual([1, 2, 2]);
    expect(symbolWidths({ bits: 1, levels: 2 })).toEqual([1]);
    expect(symbolWidths({ bits: 32, levels: 8 })).toEqual([2, ...new Array(10).fill(3)]);
  });

  it("is offset-binary for signed words, most significant symbol first", () => {
    const format = { bits: 8, levels: 4, signed: true };
    expect(encodeWord(-128n, format)).toEqual([0, 0, 0, 0]);
    expect(encodeWord(0n, format)).toEqual([2, 0, 0, 0]);
    expect(encodeWord(127n, format)).toEqual([3, 3, 3, 3]);
    expect(encodeWord(27n, { ...format, signed: false })).toEqual([0, 1, 2, 3]);
  });

  it.each(formats)("round trip, fast and exact, %o", (format) => {
    const { min, max } = wordRange(format);
    const widths = symbolWidths(format);
    const all = Array.from({ length: 2 ** format.bits > 256 ? 0 : 2 ** format.bits }, (_, i) => min + i);
    const sampled = fc.sample(fc.integer({ min: 0, max: max - min }), 200).map((code) => min + code);
    const words = [...new Set([min, max, min + 1 > max ? min : min + 1, ...all, ...sampled])];
    const fast = encodeWords(words, format);
    words.forEach((word, i) => {
      const symbols = encodeWord(BigInt(word), format);
      expect([...fast.subarray(i * widths.length, (i + 1) * widths.length)]).toEqual(symbols);
      symbols.forEach((symbol, j) => {
        expect(symbol).toBeGreaterThanOrEqual(0);
        expect(symbol).toBeLessThan(2 ** widths[j]!);
      });
      expect(decodeSymbols(symbols, format)).toBe(BigInt(word));
    });
    expect([...decodeWords(fast, format)]).toEqual(words);
  });
});
