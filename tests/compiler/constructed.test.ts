import { describe, expect, it } from "vitest";
import { aggregationOf } from "../../compiler/aggregation/aggregation.ts";
import { planAggregation } from "../../compiler/aggregation/plan-aggregation.ts";
import { synthesise } from "../../compiler/synthesise.ts";
import { countDevices } from "../../netlist/index.ts";
import { checkComposition, distinctVectors, prove, verifyCircuit } from "../../verify/index.ts";
import { promisedBits, promisedWorkers, roundings, specMatrix, specOf } from "./specs.ts";

const seed = 1;

describe("constructed networks", () => {
  it.each(promisedWorkers)(
    "are proved exact with their margin for %i workers, all words, levels and roundings",
    (workers) => {
      // The largest proofs take seconds; all of them run in tests/exhaustive.
      const bits = workers === 64 ? [1, 8] : promisedBits;
      for (const spec of specMatrix([workers], bits)) {
        const label = `${spec.workers} workers, ${spec.precisionBits} bits, ${spec.levels} levels, ${spec.rounding}`;
        const proof = prove(synthesise(spec).circuit);
        expect(proof.problems, label).toEqual([]);
        expect(proof.holds, label).toBe(true);
        // The slope is measured over 2^-12 of a step, which leaves 1e-8 of it to rounding in the largest circuits.
        expect(proof.comparatorMargin, label).toBeGreaterThan(0.25 - 1e-6);
        expect(proof.receiverMargin, label).toBeGreaterThan(0.499);
      }
    },
  );

  it("read the right word on every distinct vector of small specs", () => {
    const specs = [1, 2, 3, 5].flatMap((bits) =>
      [2, 3, 4, 5, 6, 7, 8].flatMap((workers) =>
        roundings.flatMap((rounding) =>
          [true, false].map((signed) => specOf(workers, bits, bits === 1 ? 2 : 4, rounding, signed)),
        ),
      ),
    );
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

  it("serve mean-4x8 exactly on all 28 561 vectors", () => {
    const { circuit } = synthesise(specOf(4, 8, 4));
    const report = verifyCircuit(circuit, { inputs: { kind: "exhaustive" }, seed });
    expect(report).toMatchObject({ vectors: 28_561, wrong: 0, counterexample: null });
    expect(report.worstReceiverError).toBeLessThan(1e-9);
  });

  it.each([
    [4, 8, 150],
    [8, 8, 420],
    [16, 8, 680],
    [4, 16, 300],
  ])("take few MZIs for %i workers and %i bits: at most %i with P, T and rails", (workers, bits, most) => {
    expect(countDevices(synthesise(specOf(workers, bits, 4)).circuit).mzis).toBeLessThanOrEqual(most);
  });

  it("give the same circuit for the same spec", () => {
    const spec = specOf(5, 8, 4, "half-even");
    expect(JSON.stringify(synthesise(spec).circuit)).toBe(JSON.stringify(synthesise(spec).circuit));
  });

  it("meet the margin that is asked for", () => {
    for (const margin of [0.05, 0.25, 0.4, 0.45]) {
      const { circuit } = synthesise(specOf(3, 6, 4, "half-up", true, margin));
      expect(prove(circuit).comparatorMargin).toBeCloseTo(margin, 6);
    }
  });
});

describe("the arithmetic plan", () => {
  it("composes to the mean for every number of workers from 2 to 64", () => {
    for (let workers = 2; workers <= 64; workers++) {
      for (const spec of specMatrix([workers], [1, 2, 3, 7, 11, 31])) {
        const aggregation = aggregationOf(spec);
        const plan = planAggregation(aggregation);
        const certificate = {
          ...plan,
          signals: plan.signals.map((signal) => ({ ...signal, section: 0, mode: 0, fieldPerUnit: 1 })),
        };
        const label = `${workers} workers, ${spec.precisionBits} bits, ${spec.levels} levels, ${spec.rounding}`;
        const { fanIn: _, ...aggregate } = aggregation;
        expect(checkComposition(aggregate, certificate), label).toEqual([]);
      }
    }
  });
});
