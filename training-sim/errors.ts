import { type WordFormat, wordRange } from "../verify/index.ts";

/** Wrong words as Table II of the paper (arXiv 2603.28290) reports them, for 16-bit words. */
export interface ErrorModel {
  /** The approximated layers of the row. */
  readonly layers: readonly [number, number];
  /** Share of wrong words: 1 - accuracy. */
  readonly rate: number;
  /** `sign` 0 is +- with equal shares. */
  readonly values: readonly { readonly size: number; readonly sign: -1 | 0 | 1; readonly share: number }[];
}

/** Bits of the words that Table II speaks of. */
export const tableBits = 16;

/** Table II but for its first row, which has no errors. */
export const tableTwo: readonly ErrorModel[] = [
  row([4, 7], 99.99986, [1, 0, 0.9], [64, -1, 0.1]),
  row([4, 8], 99.99999, [1024, 1, 1]),
  row([3, 6], 99.98891, [1, 0, 0.99], [1024, 0, 0.009], [4, -1, 0.001]),
  row([3, 7], 99.99936, [4, 0, 0.795], [16, -1, 0.17], [12, 1, 0.035]),
];

function row(
  layers: readonly [number, number],
  accuracyPercent: number,
  ...values: readonly (readonly [size: number, sign: -1 | 0 | 1, share: number])[]
): ErrorModel {
  const rate = Number((1 - accuracyPercent / 100).toFixed(7));
  return { layers, rate, values: values.map(([size, sign, share]) => ({ size, sign, share })) };
}

/** An error of Table II in words of `bits` bits: the same share of the range, but never less than one step. */
export function scaledError(size: number, bits: number): number {
  return Math.max(1, Math.round(size * 2 ** (bits - tableBits)));
}

/**
 * Makes some of the words [length] wrong, in a copy; each is wrong with probability `model.rate`, independently, and
 * stays in the range of the format. Also says how many were drawn.
 */
export function injectErrors(
  words: Float64Array,
  model: ErrorModel,
  format: WordFormat,
  random: () => number,
): { readonly words: Float64Array; readonly injected: number } {
  const wrong = words.slice();
  const { min, max } = wordRange(format);
  let injected = 0;
  if (model.rate <= 0) return { words: wrong, injected };
  // Gaps between errors are geometric.
  const logKept = Math.log1p(-Math.min(model.rate, 1 - 1e-12));
  for (let i = gap(random, logKept); i < wrong.length; i += 1 + gap(random, logKept)) {
    const error = drawError(model, format.bits, random);
    wrong[i] = Math.min(Math.max(wrong[i]! + error, min), max);
    injected++;
  }
  return { words: wrong, injected };
}

function gap(random: () => number, logKept: number): number {
  return Math.floor(Math.log(1 - random()) / logKept);
}

function drawError({ values }: ErrorModel, bits: number, random: () => number): number {
  let left = random();
  const chosen = values.find(({ share }) => {
    left -= share;
    return left < 0;
  });
  const { size, sign } = chosen ?? values[0]!;
  const direction = sign !== 0 ? sign : random() < 0.5 ? -1 : 1;
  return direction * scaledError(size, bits);
}
