import { describe, expect, it } from "vitest";
import {
  type Circuit,
  checkCircuit,
  compileSimulation,
  readSpice,
  readWords,
  seededRandom,
  simulate,
} from "../../netlist/index.ts";
import { chipIsPerfect, finish, passed, planProof, prove, verifyCircuit } from "../../verify/index.ts";
import { relu, saturating } from "../netlist/build.ts";
import { comparator, pair } from "../netlist/pair.ts";
import { perturbSimulator } from "../netlist/perturbed.ts";
import { spiceText } from "../netlist/spice-text.ts";

describe("a comparator of one neuron that saturates", () => {
  it("is proved, and keeps the lesser of its distances from the ends of its linear part", () => {
    expect(checkCircuit(pair()).findings).toEqual([]);
    for (const [from, width, margin] of [
      [1.25, 0.5, 0.25],
      [1.1, 0.5, 0.1],
      [1.4, 0.5, 0.1],
      [1.45, 0.1, 0.45],
      [1.0625, 0.875, 0.0625],
    ] as const) {
      const proof = prove(pair(comparator(from, width)));
      expect(proof.problems).toEqual([]);
      expect(proof.holds).toBe(true);
      expect(proof.comparatorMargin).toBeCloseTo(margin, 9);
      expect(proof.receiverMargin).toBeCloseTo(0.5, 9);
    }
  });

  it("is refused where it is not saturated or not dark in a state, whose bit is none, and where it stands at an end", () => {
    for (const [neuron, problem] of [
      [comparator(1.25, 0.8), /^cell compare: both in section 2 \(decide\) is 0\.9374?\d*, not 1, at s=2$/],
      [comparator(0.9, 0.6), /^cell compare: both in section 2 \(decide\) is 0\.16\d*, not 0, at s=1$/],
      [comparator(1, 0.5), /^cell compare decides with a margin of \S+ LSB, which is none$/],
      [
        comparator(1.5, 0.5),
        /^cell compare (decides with a margin of \S+ LSB, which is none|does not keep its margin: both .* at s=2)$/,
      ],
      [saturating(0, 2, Math.SQRT1_2 * 1.25, Math.SQRT1_2 * 0.5), /^cell compare: both in section 2/],
      [relu(0, 1), /^cell compare: both in section 2/],
    ] as const) {
      const proof = prove(pair(neuron));
      expect(proof.holds).toBe(false);
      expect(proof.problems[0]).toMatch(problem);
    }
  });

  it("is not taken for another one: a changed threshold, range, gain or kind is seen by proof and words, in circuit.json and in SPICE", () => {
    const circuit = pair();
    const spice = spiceText(circuit);
    const verdictOf = (of: Circuit): boolean =>
      passed(verifyCircuit(of, { inputs: { kind: of.certificate === null ? "exhaustive" : "proof" }, seed: 1 }));
    expect(verdictOf(circuit)).toBe(true);
    expect(verdictOf({ ...circuit, certificate: null })).toBe(true);
    const read = readSpice(spice).value!;
    expect(read.sections.flatMap(({ activations }) => activations)).toEqual([
      { ...comparator(1.25, 0.5), mode: expect.any(Number) },
    ]);
    expect(verdictOf(read)).toBe(true);
    const step = Math.SQRT1_2;
    const { gain, threshold, range } = comparator(1.25, 0.5);
    for (const [what, neuron, wordsHold] of [
      ["threshold a step higher", saturating(0, gain, threshold + step, range), false],
      ["threshold a step lower", saturating(0, gain, threshold - step, range), false],
      ["threshold a third of a step higher", saturating(0, gain, threshold + 0.33 * step, range), true],
      ["two fifths of the range", saturating(0, gain, threshold, 0.4 * range), false],
      ["a wider range", saturating(0, gain, threshold, 1.01 * range), true],
      ["six times the range, a sixth of the slope", saturating(0, gain / 6, threshold, 6 * range), false],
      ["a third of the gain", saturating(0, gain / 3, threshold, range), false],
      ["a little more gain", saturating(0, 1.01 * gain, threshold, range), true],
      ["a rectifier", relu(0, gain), false],
      ["a rectifier of gain 1", relu(0, 1), false],
    ] as const) {
      const mutant = pair(neuron);
      expect([what, verdictOf(mutant)]).toEqual([what, false]);
      expect([what, verdictOf({ ...mutant, certificate: null })]).toEqual([what, wordsHold]);
      // the netlist with the same change reads back as the same circuit, which has no certificate
      expect([what, verdictOf(readSpice(spiceText(mutant)).value!)]).toEqual([what, wordsHold]);
    }
    for (const [from, to] of [
      [" saturating gain=", " neuron gain="],
      [" threshold=", " threshhold="],
      [/ range=\S+/, " range=0"],
      [/ range=\S+/, " range=-1"],
      [/ range=(\S+)/, " range=$1k"],
      [/ threshold=(\S+)/, " threshold={$1}"],
      ["min(range,", "max(range,"],
      ["-threshold+offset", "+threshold+offset"],
      [" saturating gain=", " saturating offset=0.1 gain="],
    ] as const) {
      const moved = spice.replace(from, to);
      expect(moved).not.toBe(spice);
      const { value, findings } = readSpice(moved);
      expect(value).toBeNull();
      expect(findings.some(({ severity }) => severity === "error")).toBe(true);
    }
  });

  it("is judged on a chip as the words are: never called good when one is wrong, called good while errors are small", () => {
    const circuit = pair();
    const plan = finish(planProof(circuit));
    const simulator = compileSimulation(circuit);
    const symbols = Uint8Array.of(0, 0, 0, 1, 1, 0, 1, 1);
    const exact = readWords(circuit, simulate(simulator, symbols)).join();
    expect(exact).toBe("0,0,0,0,0,0,1,1");
    const seen = { good: 0, bad: 0 };
    for (const sigma of [0.02, 0.2, 0.5]) {
      const random = seededRandom(3);
      for (let chip = 0; chip < 200; chip += 1) {
        const chip = perturbSimulator(simulator, sigma, random);
        const perfect = chipIsPerfect(plan, chip);
        const right = readWords(circuit, simulate(chip, symbols)).join() === exact;
        if (perfect) expect(right).toBe(true);
        if (sigma === 0.02) expect(perfect).toBe(true);
        seen[perfect ? "good" : "bad"]++;
      }
    }
    expect(Math.min(seen.good, seen.bad)).toBeGreaterThan(50);
  });
});
