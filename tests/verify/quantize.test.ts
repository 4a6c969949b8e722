import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  aggregationError,
  blockScale,
  dequantize,
  floatMean,
  type GradientArray,
  quantizeBlocks,
  referenceWords,
  wordRange,
} from "../../verify/index.ts";

const float = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ min: -1, max: 1, noNaN: true }),
  fc.constantFrom(0, 1, -1, 2 ** -149, -(2 ** 127)),
);
const gradients: fc.Arbitrary<GradientArray> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 30 }))
  .chain(([workers, length]) =>
    fc.array(float, { minLength: workers * length, maxLength: workers * length }).map((values) => {
      return { workers, length, data: Float32Array.from(values) };
    }),
  );
const bitsArbitrary = fc.constantFrom(1, 2, 3, 8, 16, 24, 32);

describe("block quantization", () => {
  it("keeps each worker within half a step, in the range of the words", () => {
    fc.assert(
      fc.property(
        gradients,
        bitsArbitrary,
        fc.boolean(),
        fc.integer({ min: 1, max: 12 }),
        (array, bits, signed, size) => {
          const format = { bits, signed };
          const quantized = quantizeBlocks(array, format, size);
          const { min, max } = wordRange({ ...format, levels: 2 });
          quantized.words.forEach((row, worker) => {
            const values = dequantize(row, quantized);
            row.forEach((word, i) => {
              expect(Number.isInteger(word) && word >= min && word <= max && !Object.is(word, -0)).toBe(true);
              const step = blockScale(quantized.exponents[Math.floor(i / size)]!, quantized.format).step;
              const error = Math.abs(values[i]! - array.data[worker * array.length + i]!);
              // 32-bit words leave 21 bits of a double for the fraction of a step
              expect(error / step).toBeLessThanOrEqual(0.5 + 2 ** -20);
            });
          });
        },
      ),
    );
  });

  it("shares the smallest exponent that covers the block over all workers", () => {
    const array = { workers: 2, length: 5, data: Float32Array.of(0.1, -0.5, 3, 0, 0, 0.2, 0.3, 4.5, 1, 0) };
    const quantized = quantizeBlocks(array, { bits: 8, signed: true }, 2);
    expect([...quantized.exponents]).toEqual([-1, 3, -149]);
    expect([...quantized.words[0]!]).toEqual([25, -127, 48, 0, 0]);
    expect([...quantized.words[1]!]).toEqual([51, 76, 71, 16, 0]);
    expect(blockScale(quantized.exponents[1]!, quantized.format).step).toBeCloseTo(8 / 127, 15);
  });

  it("finds the exponent at and around every power of two that float32 has", () => {
    for (let e = -149; e <= 127; e++) {
      const above = new Float32Array(
        new Uint32Array([new Uint32Array(Float32Array.of(2 ** e).buffer)[0]! + 1]).buffer,
      )[0]!;
      for (const [value, exponent] of [
        [2 ** e, e],
        [above, e + 1],
      ] as const) {
        const array = { workers: 1, length: 1, data: Float32Array.of(-value) };
        expect(quantizeBlocks(array, { bits: 8, signed: true }).exponents[0]).toBe(exponent);
      }
    }
  });

  it("represents zero exactly, unless the word has one bit", () => {
    for (const signed of [true, false]) {
      for (const bits of [2, 8, 32]) {
        const array = { workers: 1, length: 2, data: Float32Array.of(0, 1) };
        const quantized = quantizeBlocks(array, { bits, signed });
        expect([...dequantize(quantized.words[0]!, quantized)]).toEqual([0, 1]);
      }
    }
  });

  it("makes one-bit words the sign at the scale of the block", () => {
    const array = { workers: 1, length: 4, data: Float32Array.of(-0.9, -0.1, 0.1, 1) };
    for (const [signed, words] of [
      [false, [0, 0, 1, 1]],
      [true, [-1, -1, 0, 0]],
    ] as const) {
      const quantized = quantizeBlocks(array, { bits: 1, signed });
      expect([...quantized.words[0]!]).toEqual(words);
      expect([...dequantize(words, quantized)]).toEqual([-1, -1, 1, 1]);
    }
  });

  it("has blocks of 256 unless told otherwise", () => {
    const array = { workers: 1, length: 513, data: new Float32Array(513) };
    expect(quantizeBlocks(array, { bits: 8, signed: true }).exponents).toHaveLength(3);
    expect(() => quantizeBlocks(array, { bits: 8, signed: true }, 0)).toThrow(RangeError);
  });
});

describe("blocks", () => {
  const array = { workers: 1, length: 3, data: Float32Array.of(1, 2, 3) };
  const format = { bits: 8, signed: true };

  it.each([0, -1, 1.5, Number.NaN])("of %d elements are refused", (size) => {
    expect(() => quantizeBlocks(array, format, size)).toThrow(new RangeError(`blocks of ${size} elements`));
  });

  it("of more elements than there are hold all of them, with what follows untouched", () => {
    const quantized = quantizeBlocks(array, format, 100);
    expect([...quantized.exponents]).toEqual([2]);
    expect(quantized.words[0]).toHaveLength(3);
    expect(dequantize(quantized.words[0]!, quantized)).toHaveLength(3);
    // The last block of several is as long as it is.
    const two = quantizeBlocks({ ...array, data: Float32Array.of(1, 1, 100) }, format, 2);
    expect([...two.exponents]).toEqual([0, 7]);
    expect([...two.words[0]!]).toEqual([127, 127, 99]);
    expect([...dequantize(two.words[0]!, two)].map((value) => Math.round(value))).toEqual([1, 1, 100]);
  });

  it("take back as many words as they gave", () => {
    const quantized = quantizeBlocks(array, format, 2);
    expect(() => dequantize([1, 2], quantized)).toThrow(new RangeError("2 words, not 3"));
  });
});

describe("aggregation error", () => {
  it("of the exact mean stays within half a step of quantization and the rounding's own error", () => {
    const bound = { floor: 1.5, "half-up": 1, "half-even": 1 };
    fc.assert(
      fc.property(
        gradients,
        bitsArbitrary,
        fc.boolean(),
        fc.constantFrom("floor", "half-up", "half-even"),
        (array, bits, signed, rounding) => {
          const quantized = quantizeBlocks(array, { bits, signed }, 8);
          const words = referenceWords(quantized.words, { workers: array.workers, rounding });
          const error = aggregationError(array, quantized, words);
          expect(error.maximumSteps).toBeLessThanOrEqual(bound[rounding] + 2 ** -19);
          expect(error.rmsSteps).toBeLessThanOrEqual(error.maximumSteps * (1 + 1e-12));
        },
      ),
    );
  });

  it("is measured in steps and names the element", () => {
    const array = { workers: 2, length: 4, data: Float32Array.of(127, 10, 20, 30, 127, 20, 20, 30) };
    const quantized = quantizeBlocks(array, { bits: 8, signed: true });
    expect([...floatMean(array)]).toEqual([127, 15, 20, 30]);
    const step = 128 / 127;
    // words that stand for the mean, but one of them three steps off
    const words = Float64Array.of(126, 15, 20 + 3, 30);
    const error = aggregationError(array, quantized, words);
    expect(error.worstElement).toBe(2);
    expect(error.maximumSteps).toBeCloseTo(23 - 20 / step, 12);
    const errors = [126 - 127 / step, 15 - 15 / step, 23 - 20 / step, 30 - 30 / step];
    expect(error.rmsSteps).toBeCloseTo(Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / 4), 12);
  });
});
