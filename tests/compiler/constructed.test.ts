import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { type Circuit, countDevices } from "../../netlist/index.ts";
import { distinctVectors, passed, prove, verifyCircuit } from "../../verify/index.ts";
import { every } from "../rounds.ts";
import {
  expectPlansToCompose,
  expectProof,
  labelOf,
  promisedBits,
  promisedWorkers,
  roundings,
  specMatrix,
  specOf,
  withNeurons,
} from "./specs.ts";

const seed = 1;
const neurons = [
  ["saturating", "electronic"],
  ["saturating", "optical"],
  ["relu", "optical"],
] as const;

describe("constructed networks", () => {
  it.each(promisedWorkers)(
    "are proved exact with their margin for %i workers, all words, levels and roundings",
    (workers) => {
      // All of them run in tests/exhaustive: together they take a minute. Every second one has each rounding in turn.
      const bits = workers <= 5 ? promisedBits : workers < 64 ? [1, 8] : [5];
      const specs = every(2, withNeurons(specMatrix([workers], bits)));
      for (const spec of specs) expectProof(synthesise(spec).circuit, labelOf(spec));
    },
  );

  it("read the right word on every distinct vector of small specs", () => {
    const drawn = [1, 2, 3, 5].flatMap((bits) =>
      [2, 3, 4, 5, 6, 7, 8].flatMap((workers) =>
        roundings.flatMap((rounding) =>
          [true, false].map((signed) => specOf(workers, bits, bits === 1 ? 2 : 4, rounding, signed)),
        ),
      ),
    );
    const specs = withNeurons(drawn);
    let vectors = 0;
    for (const spec of specs) {
      const { circuit } = synthesise(spec);
      if (distinctVectors(circuit.aggregate) > 6000) continue;
      const report = verifyCircuit(circuit, { inputs: { kind: "exhaustive" }, seed });
      expect(report.counterexample).toBeNull();
      expect(report.wrong).toBe(0);
      vectors += report.vectors;
    }
    expect(vectors).toBeGreaterThan(50_000);
  });

  it.each(neurons)("serve mean-4x8 exactly on all 28 561 vectors: %s, %s", (neuron, threshold) => {
    const { circuit } = synthesise(specOf(4, 8, 4, "half-up", true, 0.4, { kind: "single" }, neuron, threshold));
    const report = verifyCircuit(circuit, { inputs: { kind: "exhaustive" }, seed });
    expect(report).toMatchObject({ vectors: 28_561, wrong: 0, counterexample: null });
    expect(report.worstReceiverError).toBeLessThan(1e-9);
  });

  it.each([
    [4, 8, 83],
    [8, 8, 167],
    [16, 8, 239],
    [4, 16, 171],
  ])("take few MZIs for %i workers and %i bits: %i with P, T and biases of rectifiers", (workers, bits, mzis) => {
    expect(countDevices(synthesise(specOf(workers, bits, 4)).circuit).mzis).toBe(mzis);
  });

  it.each([
    [4, 8, 52, 8],
    [8, 8, 108, 17],
    [16, 8, 176, 16],
    [4, 16, 108, 16],
  ])(
    "take fewer for %i workers and %i bits: %i with P and T, and %i neurons that saturate",
    (workers, bits, ...counts) => {
      const { circuit } = synthesise(specOf(workers, bits, 4, "half-up", true, 0.4, { kind: "single" }, "saturating"));
      const { mzis, activations, bySection, referenceInputs } = countDevices(circuit);
      expect([mzis, activations]).toEqual(counts);
      expect([bySection.reference.mzis, referenceInputs]).toEqual([0, 0]);
    },
  );

  it.each(["saturating", "relu"] as const)(
    "of %s neurons amplify what they send with a neuron more for each symbol, and no MZI",
    (neuron) => {
      for (const [workers, bits, levels] of [
        [4, 8, 4],
        [3, 5, 8],
        [2, 3, 2],
        [5, 1, 2],
        [8, 8, 4],
      ] as const) {
        const made = (outputs: "direct" | "regenerated"): Circuit =>
          synthesise(
            specOf(workers, bits, levels, "half-even", true, 0.3, { kind: "single" }, neuron, undefined, outputs),
          ).circuit;
        const [direct, amplified] = [made("direct"), made("regenerated")];
        const [few, more] = [countDevices(direct), countDevices(amplified)];
        expect(more.mzis).toBe(few.mzis);
        const taken = amplified.certificate!.symbols.filter((terms) => terms.some(({ weight }) => weight < 0)).length;
        expect(more.activations).toBe(few.activations + direct.aggregate.symbols - taken);
        expect(taken).toBeLessThan(2);
        const proof = prove(amplified);
        expect(proof.problems).toEqual([]);
        expect(proof.comparatorMargin).toBeCloseTo(0.3, 6);
        expect(proof.receiverMargin).toBeCloseTo(0.5, 9);
        // levels arrive with about the field that they are launched with
        const bright = amplified.outputs.filter(({ levelsPerField }) => Math.abs(Math.abs(levelsPerField) - 2) < 1e-6);
        expect(bright).toHaveLength(amplified.outputs.length - taken * workers);
        const small = workers * bits <= 15;
        if (small) expect(passed(verifyCircuit(amplified, { inputs: { kind: "exhaustive" }, seed: 1 }))).toBe(true);
      }
    },
  );

  it("amplify what is left of a digit with neurons that decide nothing, and are as exact", () => {
    for (const [workers, bits, rounding] of [
      [4, 8, "half-up"],
      [8, 8, "half-up"],
      [3, 6, "half-even"],
      [7, 4, "floor"],
    ] as const) {
      const made = (residual: "direct" | "regenerated"): Circuit =>
        synthesise(
          specOf(
            workers,
            bits,
            4,
            rounding,
            true,
            0.45,
            { kind: "single" },
            "saturating",
            "electronic",
            "direct",
            residual,
          ),
        ).circuit;
      const [direct, amplified] = [made("direct"), made("regenerated")];
      const [few, many] = [countDevices(direct), countDevices(amplified)];
      // a neuron wherever a bit is taken off a number that reaches 20 at most
      const { signals, cells } = direct.certificate!;
      const more = cells.flatMap((cell) => {
        if (cell.kind !== "split") return [];
        const reach = cell.terms.reduce((sum, { signal, weight }) => sum + weight * signals[signal]!.max, cell.offset);
        const most = [reach, ...cell.bits.map(({ weight }) => weight)];
        const taken = cell.residual === null ? cell.bits.length - 1 : cell.bits.length;
        return most.slice(0, taken).filter((number) => number <= 20);
      }).length;
      expect([many.mzis, many.activations - few.activations]).toEqual([few.mzis, more]);
      expect(more).toBeGreaterThan(4);
      const proof = prove(amplified);
      expect(proof.problems).toEqual([]);
      expect(proof.comparatorMargin).toBeCloseTo(0.45, 6);
      if (workers * bits > 28) continue;
      expect(passed(verifyCircuit(amplified, { inputs: { kind: "exhaustive" }, seed: 1 }))).toBe(true);
    }
    const tree = { kind: "cascade", fanIn: [2, 3] } as const;
    const spec = specOf(
      5,
      6,
      4,
      "half-even",
      true,
      0.4,
      tree,
      "saturating",
      "electronic",
      "regenerated",
      "regenerated",
    );
    expectProof(synthesise(spec).circuit, labelOf(spec));
  });

  it("amplify every second of them, and are as exact", () => {
    const neurons = (["direct", "alternating", "regenerated"] as const).map((residual) => {
      const spec = specOf(8, 8, 4, "half-up", true, 0.45, undefined, "saturating", "electronic", "direct", residual);
      const { circuit } = synthesise(spec);
      expectProof(circuit, residual);
      return countDevices(circuit).activations;
    });
    // Of sums of up to 27 the residuals after 16, 8 and 4 are 15, 7 and 3; alternating ones regenerate 7 alone.
    expect(neurons).toEqual([17, 20, 26]);
  });

  it("are refused where an amplifier clips what passes a comparator", () => {
    const { circuit } = synthesise(
      specOf(4, 8, 4, "half-up", true, 0.4, { kind: "single" }, "saturating", "electronic", "direct", "regenerated"),
    );
    let clipped = 0;
    const sections = circuit.sections.map((section) => ({
      ...section,
      activations: section.activations.map((each) => {
        if (each.kind !== "saturating" || each.gain * each.range < 5 || clipped > 0) return each;
        clipped++;
        return { ...each, range: each.range * 0.7 };
      }),
    }));
    expect(clipped).toBe(1);
    expect(prove({ ...circuit, sections }).holds).toBe(false);
  });

  it("give the same circuit for the same spec", () => {
    const spec = specOf(5, 8, 4, "half-even");
    expect(JSON.stringify(synthesise(spec).circuit)).toBe(JSON.stringify(synthesise(spec).circuit));
  });

  it("meet the margin that is asked for", () => {
    for (const [neuron, threshold] of neurons) {
      for (const margin of [0.05, 0.25, 0.4, 0.45]) {
        const spec = specOf(3, 6, 4, "half-up", true, margin, { kind: "single" }, neuron, threshold);
        expect(prove(synthesise(spec).circuit).comparatorMargin).toBeCloseTo(margin, 6);
      }
    }
  });
});

describe("the arithmetic plan", () => {
  it("composes to the mean for every number of workers from 2 to 64", () => {
    // 31 bits, which take the most, and others are in tests/exhaustive.
    expectPlansToCompose([1, 2, 7]);
  });
});
