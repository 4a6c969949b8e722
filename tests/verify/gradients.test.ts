import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ringAllReduceMean } from "../../collectives/index.ts";
import { aggregationError, quantizeBlocks, readNpy, referenceWords } from "../../verify/index.ts";

const bytes = readFileSync(new URL("../../examples/gradients/mnist-4x1930.npy", import.meta.url));
const { value: gradients, findings } = readNpy(bytes, "mnist-4x1930.npy");

describe("the gradients that are shipped", () => {
  it("are those of four workers, finite, different, and of many magnitudes", () => {
    expect(findings).toEqual([]);
    expect([gradients!.workers, gradients!.length]).toEqual([4, 1930]);
    expect(bytes.length).toBeLessThan(40_000);
    const rows = [0, 1, 2, 3].map((worker) => gradients!.data.slice(worker * 1930, (worker + 1) * 1930));
    expect(new Set(rows.map((row) => row.join())).size).toBe(4);
    for (const row of rows) {
      const magnitudes = row.map(Math.abs).filter((v) => v > 0);
      expect(magnitudes.length).toBeGreaterThan(1000);
      expect(magnitudes.reduce((a, b) => Math.max(a, b)) / magnitudes.reduce((a, b) => Math.min(a, b))).toBeGreaterThan(
        100,
      );
    }
  });

  it.each(["floor", "half-up", "half-even"] as const)(
    "aggregate over a real ring as the reference says, %s",
    (rounding) => {
      for (const bits of [8, 16]) {
        const quantized = quantizeBlocks(gradients!, { bits, signed: true });
        const ring = ringAllReduceMean(quantized.words, { bits, signed: true, rounding });
        const reference = referenceWords(quantized.words, { workers: 4, rounding });
        expect(ring.faults).toEqual([]);
        for (const words of ring.words) expect(words).toEqual(reference);
        const error = aggregationError(gradients!, quantized, reference);
        expect(error.maximumSteps).toBeLessThan(rounding === "floor" ? 1.5 : 1);
        expect(error.rmsSteps).toBeGreaterThan(0.05);
        expect(error.rmsSteps).toBeLessThan(rounding === "floor" ? 0.75 : 0.5);
      }
    },
  );
});
