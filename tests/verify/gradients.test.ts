import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readGradients } from "../../cli/gradients/gradient-array.ts";
import { ringAllReduceMean } from "../../collectives/index.ts";
import { synthesise } from "../../compiler/synthesise.ts";
import { type Circuit, seededRandom } from "../../netlist/index.ts";
import { gradientSteps } from "../../verify/driving/gradients.ts";
import { aggregationError, quantizeBlocks, referenceWords, verifyGradients } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { circuit as circuitOf, output, worker } from "../netlist/build.ts";
import { perturbPhases } from "../netlist/perturbed.ts";

const file = fileURLToPath(new URL("../../examples/gradients/mnist-4x1930.npy", import.meta.url));
const { value: gradients, diagnostics } = await readGradients(file, [4]);

describe("the gradients that are shipped", () => {
  it("are those of four workers, finite, different, and of many magnitudes", () => {
    expect(diagnostics).toEqual([]);
    expect([gradients!.workers, gradients!.length]).toEqual([4, 1930]);
    expect(statSync(file).size).toBeLessThan(40_000);
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

describe("gradients through a circuit", () => {
  const { circuit } = synthesise(specOf(2, 4, 4));
  const data = Float32Array.from({ length: 80 }, (_, i) => -Math.cos((i % 40) / 3) * (i < 40 ? 1 : 0.9));
  const own = { workers: 2, length: 40, data };
  const { words } = quantizeBlocks(own, circuit.aggregate, 16);
  const mean = referenceWords(words, { workers: 2, rounding: "half-up" });

  it("that are followed piece by piece have the errors of the whole", () => {
    const length = 20_011;
    const late = (i: number): number => Math.sin(i * i) * Math.exp(Math.cos(i / 700));
    const data = Float32Array.from({ length: 2 * length }, (_, i) => (i % length < 10_000 ? 1 : late(i)));
    const long = { workers: 2, length, data };
    const quantized = quantizeBlocks(long, circuit.aggregate, 300);
    const means = referenceWords(quantized.words, { workers: 2, rounding: "half-up" });
    const report = verifyGradients(circuit, long, 300);
    expect(report.wrong).toBe(0);
    expect(report.error).toEqual(aggregationError(long, quantized, means));
    expect(report.error.worstElement).toBeGreaterThanOrEqual(10_000);
  });

  it("come out as the ring's words, with the error of the rounding", () => {
    const report = verifyGradients(circuit, own, 16);
    expect(report).toMatchObject({ workers: 2, length: 40, blockSize: 16, wrong: 0, counterexample: null });
    expect(report.error).toEqual(aggregationError(own, quantizeBlocks(own, circuit.aggregate, 16), mean));
  });

  it.each([0, 1])("that are wrong at worker %i are counted, and the first is named by its element", (worker) => {
    // The most significant symbol is read a level too low where it is 3, and only there.
    const broken: Circuit = {
      ...circuit,
      outputs: circuit.outputs.map((port) =>
        port.worker === worker && port.symbol === 0 ? { ...port, levelsPerField: port.levelsPerField * 0.8 } : port,
      ),
    };
    const wrong = [...mean.keys()].filter((element) => mean[element]! >= 4);
    expect(wrong.length).toBeGreaterThan(2);
    expect(wrong[0]).toBeGreaterThan(1);
    const report = verifyGradients(broken, own, 16);
    expect(report.wrong).toBe(wrong.length);
    expect(report.counterexample).toEqual({
      element: wrong[0],
      words: words.map((row) => row[wrong[0]!]!),
      allReduce: mean[wrong[0]!],
      worker,
      got: mean[wrong[0]!]! - 4,
    });
    // What worker 0 reads is what is compared with the mean of floats.
    const off = verifyGradients(circuit, own, 16).error;
    if (worker === 0) expect(report.error.maximumSteps).toBeGreaterThan(off.maximumSteps + 2);
    else expect(report.error).toEqual(off);
  });

  it("are compared in batches, to the last element", () => {
    const length = 8192 + 3;
    const long = { workers: 2, length, data: Float32Array.from({ length: 2 * length }, (_, i) => ((i * 7) % 15) / 15) };
    const steps = gradientSteps(circuit, long, length);
    expect([...steps]).toEqual([
      { done: 8192, total: length, unit: "elements", wrong: 0 },
      { done: length, total: length, unit: "elements", wrong: 0 },
    ]);
    const late = Float32Array.from(long.data, (value, i) => (i % length < 8192 ? -value : value));
    const broken = {
      ...circuit,
      outputs: circuit.outputs.map((port) =>
        port.symbol === 0 ? { ...port, levelsPerField: port.levelsPerField * 0.8 } : port,
      ),
    };
    const { counterexample } = verifyGradients(broken, { ...long, data: late }, length);
    const sent = quantizeBlocks({ ...long, data: late }, circuit.aggregate, length).words;
    expect(counterexample!.element).toBeGreaterThanOrEqual(8192);
    expect(counterexample!.words).toEqual(sent.map((row) => row[counterexample!.element]));
  });

  it("pass the devices sum by sum where the circuit sees nothing but sums and there are no more of them, else one by one", () => {
    const length = 49;
    const many = { workers: 2, length, data: Float32Array.from({ length: 2 * length }, (_, i) => Math.sin(i * i)) };
    const few = { workers: 2, length: 48, data: many.data.slice(0, 96) };
    const bySum = verifyGradients(circuit, many, 7);
    expect(bySum).toMatchObject({ sums: 49, wrong: 0 });
    expect(verifyGradients(circuit, few, 7)).toMatchObject({ sums: null, wrong: 0 });
    // A combiner that is off a little weighs its workers differently, and the words are as before.
    const off = perturbPhases(circuit, 0.028, seededRandom(1));
    expect(verifyGradients(off, many, 7)).toEqual({ ...bySum, sums: null });
    // Bare waveguides from one worker to both: the words of one are no sum.
    const aggregate = { workers: 2, bits: 1, levels: 2, signed: true, rounding: "floor", symbols: 1 } as const;
    const bare = circuitOf({
      aggregate,
      modes: 2,
      inputs: [worker(0, 0, 0), worker(1, 0, 1)],
      sections: [],
      outputs: [output(0, 0, 0, 1), output(1, 0, 1, 1)],
    });
    const both = { workers: 2, length: 4, data: Float32Array.of(-1, -1, 1, 1, -1, 1, -1, 1) };
    expect(verifyGradients(bare, both, 4)).toMatchObject({ sums: null, wrong: 2 });
  });

  it("that a receiver could not read are wrong, whatever word that spells", () => {
    // Bare waveguides; of worker 1 the first symbols are read as 0 and the last one not at all, which spells 255.
    const aggregate = { workers: 2, bits: 8, levels: 4, signed: false, rounding: "floor", symbols: 4 } as const;
    const places = [0, 1].flatMap((w) => [0, 1, 2, 3].map((symbol) => [w, symbol, 4 * w + symbol] as const));
    const bare = circuitOf({
      aggregate,
      modes: 8,
      inputs: places.map(([w, symbol, mode]) => worker(w, symbol, mode, w === 1 && symbol === 3 ? 1e308 : 1)),
      sections: [],
      outputs: places.map(([w, symbol, mode]) => output(w, symbol, mode, w === 0 ? 1 : symbol === 3 ? 1e308 : 1e-300)),
    });
    const row = [-1, -1, 1, -1];
    const both = { workers: 2, length: 4, data: Float32Array.from([...row, ...row]) };
    const sent = quantizeBlocks(both, aggregate, 4).words[0]!;
    expect(sent[2]).toBe(255);
    const report = verifyGradients(bare, both, 4);
    expect(report.wrong).toBe(sent.filter((word) => word !== 0).length);
    const whole = { ...bare, outputs: bare.outputs.map((port) => ({ ...port, levelsPerField: 1 })) };
    const inputs = bare.inputs.map((port) => (port.kind === "worker" ? { ...port, fieldPerLevel: 1 } : port));
    expect(verifyGradients({ ...whole, inputs }, both, 4).wrong).toBe(0);
  });

  it("of other workers than the circuit's are refused", () => {
    expect(() => verifyGradients(circuit, { workers: 1, length: 80, data }, 16)).toThrow(
      "gradients of 1 workers for 2",
    );
  });
});
