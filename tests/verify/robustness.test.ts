import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { type Circuit, readWords, seededRandom, simulate } from "../../netlist/index.ts";
import { decodeWords, encodeWords, referenceWords, upperBound95 } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { perturbPhases } from "../netlist/perturbed.ts";
import { goodByStates, goodByWords } from "./judged-chips.ts";

describe("simulated chips", () => {
  const { circuit } = synthesise(specOf(4, 8, 4, "half-up", true, 0.25));

  it("of mean-4x8 are without a wrong word at 0.005 rad, at least 99 of 100, for all words of all workers", () => {
    expect(goodByStates(circuit, 0.005, 100, 1)).toBeGreaterThanOrEqual(99);
    expect(goodByStates(circuit, 0.002, 100, 1)).toBe(100);
  });

  it("are never judged better by states than by driving the vectors", () => {
    for (const [workers, bits, sigma] of [
      [4, 6, 0.012],
      [3, 4, 0.008],
      [2, 6, 0.02],
    ] as const) {
      const small = synthesise(specOf(workers, bits, 4)).circuit;
      for (let seed = 0; seed < 12; seed++) {
        const states = goodByStates(small, sigma, 1, seed);
        const vectors = goodByWords(small, sigma, 1, seed);
        expect(states).toBeLessThanOrEqual(vectors);
      }
    }
  });

  it("are never judged better than all words of all workers are, whatever the phases", () => {
    const { circuit: small } = synthesise(specOf(3, 4, 4));
    const words = allWords(small);
    let good = 0;
    for (let seed = 0; seed < 60; seed++) {
      const chip = turned(small, 0.05, 0.01, seed);
      if (goodByStates(chip, 0, 1, 0) === 0) continue;
      good++;
      expect(wrongVectors(chip, words), `seed ${seed}`).toBe(0);
    }
    expect(good).toBeGreaterThan(0);
  });

  it("are refused where the workers' light meets out of phase and a comparator sees what that hides", () => {
    // Neither the heaviest workers first nor the lightest first is the worst deal: that is the one whose imaginary parts,
    // turned into the comparator by the errors behind P, add up. A count of these two deals called this chip perfect.
    const chip = turned(synthesise(specOf(3, 4, 4)).circuit, 0.1, 0.02, 9);
    expect(wrongVectors(chip, allWords(chip))).toBeGreaterThan(0);
    expect(goodByStates(chip, 0, 1, 0)).toBe(0);
  });

  it("fail at phase errors that no margin absorbs", () => {
    expect(goodByWords(circuit, 0.3, 3, 1)).toBe(0);
    expect(goodByStates(circuit, 0.3, 3, 1)).toBe(0);
  });

  it("without phase errors are perfect", () => {
    expect(goodByStates(synthesise(specOf(12, 8, 4, "half-even")).circuit, 0, 1, 1)).toBe(1);
  });
});

/** A chip with phase errors in P, and smaller ones in the sections up to the second layer. */
function turned(circuit: Circuit, combinerRad: number, layerRad: number, seed: number): Circuit {
  const random = seededRandom(seed);
  const combiners = perturbPhases(circuit, combinerRad, random);
  const layers = perturbPhases(circuit, layerRad, random);
  const sections = circuit.sections.map((section, s) =>
    section.kind === "combine" ? combiners.sections[s]! : s <= 2 ? layers.sections[s]! : section,
  );
  return { ...circuit, sections };
}

/** Every word of every worker, and the symbols of the right one, by the reference. */
function allWords(circuit: Circuit): { readonly symbols: Uint8Array; readonly expected: Uint8Array } {
  const { workers, symbols: width, bits } = circuit.aggregate;
  const vectors = 2 ** (workers * bits);
  const one = 2 ** bits;
  const least = circuit.aggregate.signed ? one / 2 : 0;
  const rows = Array.from({ length: workers }, (_, w) =>
    Float64Array.from({ length: vectors }, (_unused, v) => (Math.floor(v / one ** w) % one) - least),
  );
  const words = Float64Array.from(
    { length: vectors * workers },
    (_, i) => rows[i % workers]![Math.floor(i / workers)]!,
  );
  const symbols = encodeWords(words, circuit.aggregate);
  expect(symbols.length).toBe(vectors * workers * width);
  expect([...decodeWords(symbols, circuit.aggregate).subarray(0, 9)]).toEqual([...words.subarray(0, 9)]);
  return { symbols, expected: encodeWords(referenceWords(rows, circuit.aggregate), circuit.aggregate) };
}

function wrongVectors(chip: Circuit, { symbols, expected }: ReturnType<typeof allWords>): number {
  const { workers, symbols: width } = chip.aggregate;
  const read = readWords(chip, simulate(chip, symbols));
  const wrong = new Set<number>();
  read.forEach((symbol, i) => {
    const vector = Math.floor(i / (workers * width));
    if (symbol !== expected[vector * width + (i % width)]) wrong.add(vector);
  });
  return wrong.size;
}

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

  it("is 1 when nothing was tried", () => {
    expect(upperBound95(0, 0)).toBe(1);
    expect(upperBound95(7, 5)).toBe(1);
  });

  it("is 1 when everything is wrong", () => {
    expect(upperBound95(5, 5)).toBe(1);
  });
});
