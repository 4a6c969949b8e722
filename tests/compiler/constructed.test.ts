import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { countDevices } from "../../netlist/index.ts";
import { distinctVectors, prove, verifyCircuit } from "../../verify/index.ts";
import {
  expectPlansToCompose,
  expectProof,
  promisedBits,
  promisedWorkers,
  roundings,
  specMatrix,
  specOf,
} from "./specs.ts";

const seed = 1;

describe("constructed networks", () => {
  it.each(promisedWorkers)(
    "are proved exact with their margin for %i workers, all words, levels and roundings",
    (workers) => {
      // All of them run in tests/exhaustive: together they take a minute.
      const bits = workers <= 5 ? promisedBits : workers < 64 ? [1, 8] : [5];
      for (const spec of specMatrix([workers], bits)) {
        const label = `${spec.workers} workers, ${spec.precisionBits} bits, ${spec.levels} levels, ${spec.rounding}`;
        expectProof(synthesise(spec).circuit, label);
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
    // 31 bits, which take the most, and others are in tests/exhaustive.
    expectPlansToCompose([1, 2, 7]);
  });
});
