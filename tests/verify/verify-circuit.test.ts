import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { type Circuit, enumeratedVectors, type OutputPort } from "../../netlist/index.ts";
import { verifySteps } from "../../verify/driving/verify-circuit.ts";
import { passed, type VerificationReport, verifyCircuit } from "../../verify/index.ts";
import { compareRing } from "../../verify/results/ring-comparison.ts";
import { specOf } from "../compiler/specs.ts";
import { circuit as circuitOf, output, worker } from "../netlist/build.ts";
import { quantizeSum } from "./definition.ts";

const unit = synthesise(specOf(2, 4, 4)).circuit;
const exhaustive = { inputs: { kind: "exhaustive" }, seed: 3 } as const;

function withOutputs(change: (port: OutputPort) => Partial<OutputPort>): Circuit {
  return { ...unit, outputs: unit.outputs.map((port) => ({ ...port, ...change(port) })) };
}

/** Words of both workers for every distinct vector, as numbers from -8. */
function vectors(): number[][] {
  const { symbols } = enumeratedVectors(unit.aggregate, 0, 49);
  return Array.from({ length: 49 }, (_, v) =>
    [0, 1].map((w) => 4 * symbols[4 * v + 2 * w]! + symbols[4 * v + 2 * w + 1]! - 8),
  );
}

function mean(words: readonly number[]): number {
  return Number(quantizeSum(BigInt(words[0]! + words[1]!), { workers: 2, rounding: "half-up" }));
}

describe("a verification", () => {
  it("of a sound circuit says what was tried, how, and how close it was", () => {
    const report = verifyCircuit(unit, exhaustive);
    expect(report).toEqual({
      circuit: "mean-2x4",
      mode: "exhaustive",
      vectors: 49,
      wrong: 0,
      errors: [],
      counterexample: null,
      errorRateUpper95: null,
      seed: 3,
      allReduce: { algorithm: "ring", elements: 49, differing: 0, steps: 2, transfers: 4, sentPerElement: 1 },
      worstReceiverError: expect.closeTo(0, 12),
      proof: null,
    });
    expect(passed(report)).toBe(true);
    const three = verifyCircuit(synthesise(specOf(3, 1, 2)).circuit, exhaustive);
    expect(three.allReduce).toEqual({
      algorithm: "ring",
      elements: 4,
      differing: 0,
      steps: 4,
      transfers: 12,
      sentPerElement: 4 / 3,
    });
  });

  it("counts the words at which the executed ring differs from the reference, and does not pass with one", () => {
    const spec = { bits: 4, signed: true, rounding: "half-up" } as const;
    const words = [
      [1, -8, 7, 3],
      [2, -7, 7, -4],
      [3, -8, 7, 0],
    ];
    expect(compareRing(words, [2, -8, 7, 0], spec)).toMatchObject({ elements: 4, differing: 0, transfers: 12 });
    expect(compareRing(words, [2, -7, 7, 1], spec).differing).toBe(2);
    const report = verifyCircuit(unit, exhaustive);
    expect(passed({ ...report, allReduce: { ...report.allReduce, differing: 1 } })).toBe(false);
  });

  it("of a sample says what share of the words can be wrong", () => {
    const report = verifyCircuit(unit, { inputs: { kind: "sampled", samples: 300 }, seed: 3 });
    expect(report).toMatchObject({ mode: "sampled", vectors: 300, wrong: 0, proof: null });
    expect(report.errorRateUpper95).toBeCloseTo(1 - 0.05 ** (1 / 300), 9);
    const half = verifyCircuit(
      withOutputs(() => ({ levelsPerField: 1e-9 })),
      {
        inputs: { kind: "sampled", samples: 300 },
        seed: 3,
      },
    );
    expect(half.errorRateUpper95).toBeGreaterThan(half.wrong / 300);
  });

  it("of a sample draws it by the seed", () => {
    const broken = withOutputs((port) => (port.symbol === 0 ? { levelsPerField: 0.8 * port.levelsPerField } : {}));
    const found = (seed: number) =>
      verifyCircuit(broken, { inputs: { kind: "sampled", samples: 40 }, seed }).counterexample!.words;
    expect(new Set([1, 2, 3, 4, 5, 6].map((seed) => found(seed).join())).size).toBeGreaterThan(2);
    expect(found(1)).toEqual(found(1));
  });

  it("by proof drives a sample as well; the other modes prove where it is asked for", () => {
    const report = verifyCircuit(unit, { inputs: { kind: "proof" }, seed: 3 });
    expect(report).toMatchObject({
      mode: "proof",
      vectors: 4096,
      wrong: 0,
      errorRateUpper95: null,
    });
    expect(report.proof).toMatchObject({ holds: true, problems: [] });
    expect(verifyCircuit(unit, { ...exhaustive, proof: true }).proof).toMatchObject({ holds: true });
    expect(verifyCircuit(unit, { ...exhaustive, proof: false }).proof).toBeNull();
  });

  it("takes no word for right of which no receiver reads a symbol", () => {
    // What is read is right, and 49 times nothing is.
    const blind = { ...unit, outputs: unit.outputs.filter((port) => port.worker !== 1 || port.symbol !== 0) };
    const report = verifyCircuit(blind, exhaustive);
    expect(report.worstReceiverError).toBeLessThan(1e-9);
    expect(report.wrong).toBe(49);
    expect(passed(report)).toBe(false);
  });

  it("names every wrong word: how often, by how much, and the first with what its receiver read", () => {
    // Worker 1 reads nothing of its first symbol where that is 1 or 2.
    const broken = withOutputs((port) =>
      port.worker === 1 && port.symbol === 0 ? { levelsPerField: 0.2 * port.levelsPerField } : {},
    );
    const report = verifyCircuit(broken, exhaustive);
    // A level of 0.2, 0.4 or 0.6: 0, 0 and 1.
    const got = (word: number): number => word - 4 * [0, 1, 2, 2][Math.floor((word + 8) / 4)]!;
    const wrong = vectors().filter((words) => got(mean(words)) !== mean(words));
    const errors = new Map<number, number>();
    for (const words of wrong) {
      const error = got(mean(words)) - mean(words);
      errors.set(error, (errors.get(error) ?? 0) + 1);
    }
    expect(report.wrong).toBe(wrong.length);
    expect(Object.fromEntries(report.errors.map(({ value, count }) => [value, count]))).toEqual(
      Object.fromEntries(errors),
    );
    const [first] = wrong;
    const expected = mean(first!);
    expect(report.counterexample).toEqual({
      words: first,
      expected,
      allReduce: expected,
      worker: 1,
      got: got(expected),
      symbol: 0,
      expectedSymbol: Math.floor((expected + 8) / 4),
      gotSymbol: Math.floor((got(expected) + 8) / 4),
      receiverValue: expect.closeTo(0.2 * Math.floor((expected + 8) / 4), 9),
    });
    expect(report.worstReceiverError).toBeCloseTo(2.4, 9);
    expect(passed(report)).toBe(false);
  });

  it("says what the worker that is wrong read of its last symbol", () => {
    const last = withOutputs((port) =>
      port.worker === 1 && port.symbol === 1 ? { levelsPerField: 0.75 * port.levelsPerField } : {},
    );
    const second = vectors().find((words) => (mean(words) + 8) % 4 === 3)!;
    expect(verifyCircuit(last, exhaustive).counterexample).toMatchObject({
      words: second,
      got: mean(second) - 1,
      symbol: 1,
      expectedSymbol: 3,
      gotSymbol: 2,
      receiverValue: expect.closeTo(2.25, 9),
    });
  });

  it("names the symbol that differs first, of the first worker that is wrong", () => {
    const broken = withOutputs((port) => (port.symbol === 1 ? { levelsPerField: 0.2 * port.levelsPerField } : {}));
    const { counterexample } = verifyCircuit(broken, exhaustive);
    expect(counterexample).toMatchObject({ worker: 0, symbol: 1, expectedSymbol: 1, gotSymbol: 0 });
    expect(counterexample!.expected - counterexample!.got).toBe(1);
  });

  it("lists errors by how often they occur, then the small ones, then those below", () => {
    // Symbols swapped: errors of both signs, as often.
    const broken = withOutputs((port) => ({ symbol: 1 - port.symbol }));
    const report = verifyCircuit(broken, exhaustive);
    const errors = new Map<number, number>();
    for (const words of vectors()) {
      const code = mean(words) + 8;
      const error = 4 * (code % 4) + Math.floor(code / 4) - code;
      if (error !== 0) errors.set(error, (errors.get(error) ?? 0) + 1);
    }
    const wanted = [...errors]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || Math.abs(a.value) - Math.abs(b.value) || a.value - b.value);
    expect(wanted.length).toBeGreaterThan(4);
    expect(report.errors).toEqual(wanted);
    expect(report.wrong).toBe(wanted.reduce((sum, { count }) => sum + count, 0));
    // What cannot be read comes last of as many.
    const unread = withOutputs((port) => ({
      symbol: 1 - port.symbol,
      ...(port.worker === 1 && port.symbol === 0 ? { levelsPerField: Number.NaN } : {}),
    }));
    const seen = verifyCircuit(unread, exhaustive);
    expect(seen.worstReceiverError).toBeNaN();
    expect(seen.errors.filter(({ value }) => Number.isNaN(value))).toHaveLength(1);
    const last = seen.errors.findIndex(({ value }) => Number.isNaN(value));
    for (const { count } of seen.errors.slice(last + 1)) expect(count).toBeLessThan(seen.errors[last]!.count);
  });

  it("notices the one vector that is wrong among many, and says so as it goes", () => {
    const half = withOutputs((port) => (port.symbol === 0 ? { levelsPerField: 0.8 * port.levelsPerField } : {}));
    const steps = verifySteps(half, { inputs: { kind: "sampled", samples: 20_000 }, seed: 3 });
    const seen: unknown[] = [];
    let step = steps.next();
    while (!step.done) {
      seen.push([step.value.done, step.value.total, step.value.unit]);
      expect(step.value.wrong).toBeGreaterThan(step.value.done / 8);
      expect(step.value.wrong).toBeLessThan(step.value.done / 2);
      step = steps.next();
    }
    expect(seen).toEqual([
      [8192, 20_000, "vectors"],
      [16_384, 20_000, "vectors"],
      [20_000, 20_000, "vectors"],
    ]);
    const told: (readonly [number, number])[] = [];
    verifyCircuit({ ...unit, certificate: null }, exhaustive, (done, total) => void told.push([done, total]));
    expect(told).toEqual([[49, 49]]);
    verifyCircuit(unit, exhaustive, (done, total) => void told.push([done, total]));
    expect(told.at(-1)).toEqual([49, 49]);
  });

  it("takes fewer vectors at once of a circuit with many receivers", () => {
    const [workers, symbols] = [64, 32];
    const places = Array.from(
      { length: workers * symbols },
      (_, i) => [Math.floor(i / symbols), i % symbols, i] as const,
    );
    const wide = circuitOf({
      aggregate: { workers, bits: 32, levels: 2, signed: false, rounding: "floor", symbols },
      modes: workers * symbols,
      inputs: places.map(([w, symbol, mode]) => worker(w, symbol, mode)),
      sections: [],
      outputs: places.map(([w, symbol, mode]) => output(w, symbol, mode, 1)),
    });
    const steps = [...verifySteps(wide, { inputs: { kind: "sampled", samples: 1100 }, seed: 1 })];
    expect(steps.map(({ done }) => done)).toEqual([1024, 1100]);
  });
});

describe("a report passes", () => {
  const report: VerificationReport = verifyCircuit(unit, { ...exhaustive, proof: true });

  it.each<readonly [string, Partial<VerificationReport>, boolean]>([
    ["as it is", {}, true],
    ["without a proof", { proof: null }, true],
    ["with a word that is wrong", { wrong: 1 }, false],
    ["with a proof that fails", { proof: { ...report.proof!, holds: false } }, false],
    ["with vectors that stand for all words", { mode: "exhaustive" }, true],
    ["with vectors that were tried, and no more", { mode: "tried" }, false],
    ["with a sample", { mode: "sampled" }, true],
  ])("%s: %j is %s", (_, change, expected) => {
    expect(passed({ ...report, ...change })).toBe(expected);
  });
});
