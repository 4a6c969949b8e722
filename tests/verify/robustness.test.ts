import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { stateRobustness, upperBound95, vectorRobustness } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";

describe("simulated chips", () => {
  const { circuit } = synthesise(specOf(4, 8, 4, "half-up", true, 0.25));

  it("of mean-4x8 are without a wrong word at 0.005 rad, at least 99 of 100, for all words of all workers", () => {
    expect(stateRobustness(circuit, 0.005, 100, 1).perfectChips).toBeGreaterThanOrEqual(99);
    expect(stateRobustness(circuit, 0.002, 100, 1).perfectChips).toBe(100);
  });

  it("are never judged better by states than by driving the vectors", () => {
    for (const [workers, bits, sigma] of [
      [4, 6, 0.012],
      [3, 4, 0.008],
      [2, 6, 0.02],
    ] as const) {
      const small = synthesise(specOf(workers, bits, 4)).circuit;
      for (let seed = 0; seed < 12; seed++) {
        const states = stateRobustness(small, sigma, 1, seed).perfectChips;
        const vectors = vectorRobustness(small, sigma, 1, seed, { kind: "exhaustive" }).perfectChips;
        expect(states).toBeLessThanOrEqual(vectors);
      }
    }
  });

  it("fail at phase errors that no margin absorbs, and share their errors out", () => {
    const report = vectorRobustness(circuit, 0.3, 3, 1, { kind: "sampled", samples: 500 });
    expect(report.perfectChips).toBe(0);
    expect(report.wordErrorRate).toBeGreaterThan(0.1);
    expect(stateRobustness(circuit, 0.3, 3, 1).perfectChips).toBe(0);
  });

  it("without phase errors are perfect", () => {
    expect(stateRobustness(synthesise(specOf(12, 8, 4, "half-even")).circuit, 0, 1, 1).perfectChips).toBe(1);
  });
});

describe("the 95 % upper bound on an error rate", () => {
  it("is 1 - 0.05^(1/n) without errors", () => {
    for (const n of [1, 10, 1000, 1e6]) {
      expect(upperBound95(0, n)).toBeCloseTo(1 - 0.05 ** (1 / n), 9);
    }
  });

  it("agrees with the binomial tail summed from the definition", () => {
    for (const [k, n] of [
      [1, 10],
      [3, 50],
      [20, 60],
    ] as const) {
      const p = upperBound95(k, n);
      let tail = 0;
      for (let i = 0; i <= k; i++) {
        let choose = 1;
        for (let j = 0; j < i; j++) choose = (choose * (n - j)) / (j + 1);
        tail += choose * p ** i * (1 - p) ** (n - i);
      }
      expect(tail).toBeCloseTo(0.05, 6);
    }
  });

  it("is 1 when everything is wrong", () => {
    expect(upperBound95(5, 5)).toBe(1);
  });
});
