import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Spec } from "../../dsl/index.ts";
import { type Circuit, type Optics, seededRandom } from "../../netlist/index.ts";
import { opticsOf, readTechnology, streamWords } from "../../physics/index.ts";
import { decodeWords, randomVectors, referenceWords } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";

const rate = 25e9;
const period = 1 / rate;
const text = readFileSync(new URL("../../technologies/foundry-si.yaml", import.meta.url), "utf8");
const foundry: Optics = opticsOf(readTechnology({ name: "foundry-si.yaml", text }).value!, rate).optics!;
const compiled = (spec: Spec, optics: Optics = foundry): Circuit => synthesise(spec, { network: null }, optics).circuit;
const random = (circuit: Circuit): Uint8Array => randomVectors(circuit.aggregate, 64, seededRandom(7)).symbols;

describe("64 words at 25 GBd under foundry-si", () => {
  it.each([
    ["mean-4x8", specOf(4, 8, 4)],
    ["mean-3x8", specOf(3, 8, 4)],
    ["mean-5x6, half-even", specOf(5, 6, 4, "half-even")],
    ["mean-8x8", specOf(8, 8, 4)],
    ["mean-16x8", specOf(16, 8, 4)],
    ["mean-4x16", specOf(4, 16, 4)],
  ])("of %s are the mean, each of them, during nearly all of a symbol period", (_, spec) => {
    const circuit = compiled(spec);
    const symbols = random(circuit);
    const { read, right, eyes } = streamWords(circuit, foundry, rate, symbols);
    expect(right).toBe(64);
    const { workers } = circuit.aggregate;
    const [sent, got] = [decodeWords(symbols, circuit.aggregate), decodeWords(read, circuit.aggregate)];
    const ofWorker = (words: Float64Array, worker: number) => words.filter((_, i) => i % workers === worker);
    const all = Array.from({ length: workers }, (_, worker) => worker);
    const mean = referenceWords(
      all.map((worker) => ofWorker(sent, worker)),
      circuit.aggregate,
    );
    for (const worker of all) expect(ofWorker(got, worker)).toEqual(mean);
    for (const { fromS, toS } of eyes) {
      expect(toS - fromS).toBeGreaterThan(0.99 * period);
      expect(toS - fromS).toBeLessThanOrEqual(1.0001 * period);
    }
  });

  it.each([
    ["mean-4x8", specOf(4, 8, 4)],
    ["mean-3x8", specOf(3, 8, 4)],
    ["mean-5x8", specOf(5, 8, 4)],
    ["mean-8x8", specOf(8, 8, 4)],
  ])("of %s are wrong without the delay lines, whenever they are read; slow words are right", (_, spec) => {
    const circuit = compiled(spec, { ...foundry, matchDelays: false });
    const symbols = random(circuit);
    const { right, eyes } = streamWords(circuit, foundry, rate, symbols);
    // one of 256 words is right by chance
    expect(right).toBeLessThanOrEqual(1);
    for (const { fromS, toS } of eyes) expect(toS).toBe(fromS);
    // nothing but time is missing: at 50 ns a symbol all light of a word is there at once
    expect(streamWords(circuit, foundry, 0.02e9, symbols)).toMatchObject({ words: 64, right: 64 });
  });

  it("are wrong if neurons take a symbol period longer than the delay lines wait for", () => {
    const circuit = compiled(specOf(4, 8, 4));
    const slower = { ...foundry, neuronDelayS: foundry.neuronDelayS + period };
    expect(streamWords(circuit, slower, rate, random(circuit)).right).toBeLessThan(32);
  });
});
