import { type MeanRule, symbolWidths, type WordFormat, wordRange } from "../../verify/index.ts";

/** floor(a / b) for b > 0; BigInt division truncates. */
function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a < 0n && quotient * b !== a ? quotient - 1n : quotient;
}

/**
 * The definition: Q(sum / workers) over the rationals. With m = sum / workers, floor is the largest integer <= m;
 * half-up is floor(m + 1/2); half-even is the nearest integer and, halfway, the even one of the two words. With none the
 * workers receive the sum itself.
 */
export function quantizeSum(sum: bigint, rule: MeanRule): bigint {
  const n = BigInt(rule.workers);
  const rounding = rule.rounding;
  switch (rounding) {
    case "floor":
      return floorDivide(sum, n);
    case "half-up":
      return floorDivide(2n * sum + n, 2n * n);
    case "half-even": {
      const up = floorDivide(2n * sum + n, 2n * n);
      const tie = up * 2n * n === 2n * sum + n;
      return tie && up % 2n !== 0n ? up - 1n : up;
    }
    case "none":
      return sum;
    default:
      return rounding satisfies never;
  }
}

/** The definition of the wire format: code = word, plus 2^(bits - 1) if signed, in base `levels`, most significant digit first. */
export function encodeWord(word: bigint, format: WordFormat): readonly number[] {
  let rest = word - BigInt(wordRange(format).min);
  const symbols = symbolWidths(format).map(() => 0);
  for (let i = symbols.length - 1; i >= 0; i--) {
    symbols[i] = Number(rest % BigInt(format.levels));
    rest /= BigInt(format.levels);
  }
  return symbols;
}

/**
 * The inverse of `encodeWord`. Symbols need not be digits: the symbol sums of n workers decode to the sum of their
 * codes, from which n - 1 further offsets remain to be subtracted if the words are signed.
 */
export function decodeSymbols(symbols: readonly number[], format: WordFormat): bigint {
  const code = symbols.reduce((sum, symbol) => sum * BigInt(format.levels) + BigInt(symbol), 0n);
  return code + BigInt(wordRange(format).min);
}
