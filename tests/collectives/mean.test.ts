import { describe, expect, it } from "vitest";
import { allReduceMean, type MeanSpec, ringAllReduceMean, ringSchedule, roundedMean } from "../../collectives/index.ts";
import { randomWords } from "./words.ts";

const roundings = ["floor", "half-up", "half-even"] as const;

/** The nearest integers to sum / n by their defining inequalities, tried one by one. */
function byDefinition(sum: bigint, n: bigint, rounding: MeanSpec["rounding"]): bigint {
  for (let q = -20n; q <= 20n; q++) {
    // 2 n times the distance from q to the mean, with sign
    const above = 2n * (sum - q * n);
    if (rounding === "floor" && above >= 0n && above < 2n * n) return q;
    if (rounding === "half-up" && above >= -n && above < n) return q;
    if (rounding === "half-even") {
      const strictlyInside = above > -n && above < n;
      const tie = above === -n || above === n;
      if (strictlyInside || (tie && ((q % 2n) + 2n) % 2n === 0n)) return q;
    }
  }
  throw new Error("outside the searched range");
}

describe("rounded mean", () => {
  it.each(roundings)("%s agrees with its definition for every sum of small words", (rounding) => {
    for (let workers = 1; workers <= 16; workers++) {
      for (let sum = -16 * workers; sum <= 16 * workers; sum++) {
        const got = roundedMean(sum, workers, rounding);
        expect(Object.is(got, -0)).toBe(false);
        expect(BigInt(got)).toBe(byDefinition(BigInt(sum), BigInt(workers), rounding));
      }
    }
  });

  it.each(roundings)("%s never returns minus zero", (rounding) => {
    for (const sum of [-0, 0, -1, 1]) expect(roundedMean(sum, 3, rounding) || 0).toBe(roundedMean(sum, 3, rounding));
  });

  it("is exact at the largest sums", () => {
    const largest = 2 ** 53 - 1;
    expect(BigInt(roundedMean(largest, 64, "floor"))).toBe(BigInt(largest) / 64n);
    expect(BigInt(roundedMean(-largest, 64, "floor"))).toBe(-BigInt(largest) / 64n - 1n);
    expect(() => roundedMean(2 ** 53, 64, "floor")).toThrow(RangeError);
  });

  it("breaks ties to the even word, not to the even offset-binary code", () => {
    // one bit, signed: words -1 and 0 are the codes 0 and 1; the even word is 0
    expect(roundedMean(-1, 2, "half-even")).toBe(0);
    expect(roundedMean(1, 2, "half-even")).toBe(0);
    expect(roundedMean(3, 2, "half-even")).toBe(2);
    expect(roundedMean(-3, 2, "half-even")).toBe(-2);
    expect(roundedMean(-3, 2, "half-up")).toBe(-1);
    expect(roundedMean(-3, 2, "floor")).toBe(-2);
  });
});

describe("ring all-reduce mean", () => {
  it.each(roundings)("gives every worker the same %s mean", (rounding) => {
    for (const [workers, bits, signed] of [
      [4, 8, true],
      [3, 5, false],
      [64, 32, true],
      [7, 1, true],
    ] as const) {
      const words = randomWords(workers, 50, bits, signed, 11);
      const report = ringAllReduceMean(words, { bits, signed, rounding });
      expect(report.faults).toEqual([]);
      expect(report.words).toHaveLength(workers);
      for (const row of report.words) {
        for (let i = 0; i < 50; i++) {
          const sum = words.reduce((total, word) => total + word[i]!, 0);
          expect(row[i]).toBe(roundedMean(sum, workers, rounding));
        }
      }
    }
  });

  it("takes BigInt words", () => {
    const spec = { bits: 32, signed: false, rounding: "half-up" } as const;
    const report = ringAllReduceMean(
      [
        [4294967295n, 0n],
        [4294967295n, 1n],
      ],
      spec,
    );
    expect(report.faults).toEqual([]);
    expect([...report.words[0]!]).toEqual([4294967295, 1]);
  });

  it("names a word that does not fit the precision", () => {
    const spec = { bits: 4, signed: true, rounding: "floor" } as const;
    const { faults } = ringAllReduceMean(
      [
        [0, 7],
        [0, 8],
      ],
      spec,
    );
    expect(faults).toMatchObject([{ kind: "input", worker: 1, element: 1 }]);
  });

  it("reports a ring that lost a transfer", () => {
    const ring = ringSchedule(4, 4);
    const [first, ...rest] = ring.steps;
    const damaged = { ...ring, steps: [{ transfers: first!.transfers.slice(1) }, ...rest] };
    const words = [[1], [2], [3], [4]].map((row) => new Float64Array(4).fill(row[0]!));
    const report = allReduceMean(damaged, words, { bits: 8, signed: true, rounding: "floor" });
    expect(report.faults.map(({ kind }) => kind)).toContain("sum");
  });
});
