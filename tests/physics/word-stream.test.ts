import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Spec } from "../../dsl/index.ts";
import { type Circuit, type Optics, seededRandom, simulateWords } from "../../netlist/index.ts";
import { opticsOf } from "../../physics/index.ts";
import { decodeWords, randomVectors, referenceWords } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { every } from "../rounds.ts";
import { technology } from "./specs.ts";
import { wordsInTime } from "./words-in-time.ts";

const rate = 25e9;
const foundry: Optics = opticsOf(technology("foundry-si"), rate).optics!;
const compiled = (spec: Spec, optics: Optics = foundry): Circuit => synthesise(spec, { network: null }, optics).circuit;
const random = (circuit: Circuit): Uint8Array => randomVectors(circuit.aggregate, 64, seededRandom(7)).symbols;

/** Words that every worker reads as the circuit says when it has all the time. */
function rightOf(circuit: Circuit, symbols: Uint8Array, read: Uint8Array): number {
  const expected = simulateWords(circuit, symbols);
  const width = circuit.aggregate.workers * circuit.aggregate.symbols;
  const isRight = (w: number) =>
    expected.subarray(w * width, (w + 1) * width).every((it, i) => it === read[w * width + i]);
  return Array.from({ length: symbols.length / width }, (_, w) => isRight(w)).filter(Boolean).length;
}

describe("64 words at 25 GBd under foundry-si", () => {
  const right: readonly (readonly [string, Spec])[] = [
    ["mean-4x8", specOf(4, 8, 4)],
    ["mean-3x8", specOf(3, 8, 4)],
    ["mean-5x6, half-even", specOf(5, 6, 4, "half-even")],
    ["mean-8x8", specOf(8, 8, 4)],
    ["mean-4x16", specOf(4, 16, 4)],
    ["mean-16x8", specOf(16, 8, 4)],
  ];
  it.each(every(3, right))("of %s are the mean, each of them, during nearly all of a symbol period", (_, spec) => {
    const circuit = compiled(spec);
    const symbols = random(circuit);
    const reading = wordsInTime(circuit, foundry, rate, symbols);
    const read = reading(0.5);
    expect(rightOf(circuit, symbols, read)).toBe(64);
    const { workers } = circuit.aggregate;
    const [sent, got] = [decodeWords(symbols, circuit.aggregate), decodeWords(read, circuit.aggregate)];
    const ofWorker = (words: Float64Array, worker: number) => words.filter((_, i) => i % workers === worker);
    const all = Array.from({ length: workers }, (_, worker) => worker);
    const mean = referenceWords(
      all.map((worker) => ofWorker(sent, worker)),
      circuit.aggregate,
    );
    for (const worker of all) expect(ofWorker(got, worker)).toEqual(mean);
    // skews of the drawn lanes, 5 fs a meeting at most, add up to a point of the period over 86 layers
    for (const phase of [0.01, workers === 16 ? 0.98 : 0.99]) expect(reading(phase)).toEqual(read);
    for (const phase of [-0.01, 1.01]) expect(rightOf(circuit, symbols, reading(phase))).toBeLessThan(64);
  });

  const wrong: readonly (readonly [string, Spec])[] = [
    ["mean-3x8", specOf(3, 8, 4)],
    ["mean-4x8", specOf(4, 8, 4)],
    ["mean-8x8", specOf(8, 8, 4)],
    ["mean-5x8", specOf(5, 8, 4)],
  ];
  it.each(every(4, wrong))(
    "of %s are wrong without the delay lines, whenever they are read; slow words are right",
    (_, spec) => {
      const circuit = compiled(spec, { ...foundry, matchDelays: false });
      const symbols = random(circuit);
      const reading = wordsInTime(circuit, foundry, rate, symbols);
      // one of 256 words is right by chance: of 64 more than 3 in one of 7 000 layouts
      expect(rightOf(circuit, symbols, reading(0.5))).toBeLessThanOrEqual(3);
      for (let phase = -2; phase < 2; phase += 0.3) expect(rightOf(circuit, symbols, reading(phase))).toBeLessThan(8);
      // nothing but time is missing: at 50 ns a symbol all light of a word is there at once
      expect(rightOf(circuit, symbols, wordsInTime(circuit, foundry, 0.02e9, symbols)(0.5))).toBe(64);
    },
  );

  it("are wrong if neurons take a symbol period longer than the delay lines wait for", () => {
    const circuit = compiled(specOf(4, 8, 4));
    const slower = { ...foundry, neuronDelayS: foundry.neuronDelayS + 1 / rate };
    const symbols = random(circuit);
    expect(rightOf(circuit, symbols, wordsInTime(circuit, slower, rate, symbols)(0.5))).toBeLessThan(32);
  });
});
