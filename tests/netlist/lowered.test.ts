import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import {
  type Circuit,
  compileSimulation,
  enumeratedVectors,
  readWords,
  type Simulator,
  type SymbolBatch,
  seededRandom,
  simulate,
  simulateWords,
} from "../../netlist/index.ts";
import { type Blocks, openBlocks, receiversOf } from "../../netlist/simulation/blocks.ts";
import { COMPLEX_ONE, DETECT, LOAD, lower, MIX_TWO } from "../../netlist/simulation/lower.ts";
import { specOf } from "../compiler/specs.ts";
import { circuit, mesh, mzi, output, phase, reference, relu, section, tinyCircuit, worker } from "./build.ts";
import { inputFields, propagateFields } from "./light.ts";
import { withRandomLosses } from "./lossy.ts";
import { perturbSimulator } from "./perturbed.ts";
import { randomCircuit } from "./random-circuit.ts";
import { withRandomSaturation } from "./saturated.ts";

const mean = synthesise(specOf(3, 4, 4)).circuit;

function lowered({ program, circuit: of, launch }: Simulator) {
  return lower(program, of, launch);
}

function kinds(simulator: Simulator): Set<number> {
  const { code } = lowered(simulator);
  return new Set(Array.from({ length: code.length / 9 }, (_, step) => code[9 * step]!));
}

/** Everything that all vectors become, block by block. */
function driven(blocks: Blocks, of: Circuit, vectors: number): { fields: number[]; words: number[] } {
  const fields: number[] = [];
  const words: number[] = [];
  for (let from = 0; from < vectors; from += blocks.stride) {
    const count = Math.min(blocks.stride, vectors - from);
    blocks.run(from, count);
    const [re, im] = [blocks.fields("re", count).slice(), blocks.fields("im", count).slice()];
    re.forEach((it, i) => void fields.push(it, im[i]!));
    blocks.levels(receiversOf(of), of.outputs.length, count).forEach((it) => void words.push(it));
  }
  return { fields, words };
}

function bothWays(simulator: Simulator, symbols: SymbolBatch): void {
  const { workers, symbols: each } = simulator.circuit.aggregate;
  const vectors = symbols.length / (workers * each);
  const blocks = openBlocks(lowered(simulator), symbols, workers * each, vectors);
  const fast = driven(blocks, simulator.circuit, vectors);
  const whole = simulate(simulator, symbols);
  expect([...whole.re]).toEqual(fast.fields.filter((_, i) => i % 2 === 0));
  expect([...simulateWords(simulator, symbols)]).toEqual(fast.words);
  expect([...readWords(simulator.circuit, whole)]).toEqual(fast.words);
}

/** Largest difference to the light that is followed through every device on its own. */
function off(simulator: Simulator, symbols: SymbolBatch): number {
  const { re, im, ports, vectors } = simulate(simulator, symbols);
  const followed = propagateFields(simulator, inputFields(simulator, symbols));
  let worst = 0;
  simulator.circuit.outputs.forEach(({ mode }, o) => {
    for (let v = 0; v < vectors; v++) {
      const at = mode * vectors + v;
      worst = Math.max(worst, Math.hypot(re[v * ports + o]! - followed.re[at]!, im[v * ports + o]! - followed.im[at]!));
    }
  });
  return worst;
}

describe("a lowered program", () => {
  it("gives the light that is followed device by device, perfect, with phase errors, and as its table", () => {
    const { symbols } = enumeratedVectors(mean.aggregate, 0, 1000);
    const perfect = compileSimulation(mean);
    expect(off(perfect, symbols)).toBeLessThan(1e-14);
    for (const sigma of [1e-12, 1e-9, 0.001, 0.05]) {
      expect(off(perturbSimulator(perfect, sigma, seededRandom(3)), symbols)).toBeLessThan(1e-12);
    }
  });

  it("has real rows where light meets in phase, and complex ones where it does not", () => {
    const perfect = compileSimulation(mean);
    expect(Math.max(...kinds(perfect))).toBe(DETECT);
    expect([...kinds(perfect)].some((kind) => kind >= COMPLEX_ONE && kind < DETECT)).toBe(false);
    const off = perturbSimulator(perfect, 0.01, seededRandom(3));
    expect([...kinds(off)].some((kind) => kind >= COMPLEX_ONE && kind < DETECT)).toBe(true);
  });

  it("computes nothing for lanes that are dark, constant or thrown away", () => {
    // Only worker 0 reaches a receiver; the neuron on mode 2 sees reference light alone.
    const part = circuit({
      modes: 4,
      inputs: [worker(0, 0, 0), worker(1, 0, 1), reference("r", 2, 1)],
      sections: [
        section(
          "layer",
          "a",
          [mesh("left", "b", [1, 3], [mzi(0, 0, 1, 0)], [1]), mesh("left", "c", [2, 3], [mzi(0, 0, 1, 2)], [3])],
          [relu(2)],
        ),
        section("broadcast", "d", [mesh("left", "e", [0, 3], [mzi(0, 0, 1, 0), phase(1, 1, 0.3)])]),
      ],
      outputs: [output(0, 0, 0, 1), output(1, 0, 3, 1)],
    });
    const simulator = compileSimulation(part);
    expect([...kinds(simulator)]).toEqual([LOAD]);
    expect(lowered(simulator).rows).toBe(1);
    expect(
      off(
        simulator,
        Uint8Array.from({ length: 32 }, (_, i) => i % 4),
      ),
    ).toBeLessThan(1e-15);
  });

  it("ends in receivers that turn the field and add to it", () => {
    const simulator = compileSimulation(mean);
    const { symbols } = enumeratedVectors(mean.aggregate, 0, 200);
    const ports = mean.outputs.length;
    const numbers = (scale: number): Float64Array =>
      Float64Array.from({ length: ports }, (_, o) => scale * Math.sin(o + 1));
    const receivers = { re: numbers(1), im: numbers(0.5), offset: numbers(0.3) };
    const [bare, seen] = [simulate(simulator, symbols), simulate({ ...simulator, receivers }, symbols)];
    bare.re.forEach((re, i) => {
      const [o, im] = [i % ports, bare.im[i]!];
      expect(seen.re[i]).toBeCloseTo(receivers.re[o]! * re - receivers.im[o]! * im + receivers.offset[o]!, 13);
      expect(seen.im[i]).toBeCloseTo(receivers.re[o]! * im + receivers.im[o]! * re, 13);
    });
    expect(simulateWords({ ...simulator, receivers }, symbols)).toEqual(readWords(mean, seen));
  });

  it("gives both sides of an MZI whose rows are needed on both", () => {
    const crossed = circuit({
      modes: 2,
      inputs: [worker(0, 0, 0), worker(1, 0, 1)],
      sections: [section("layer", "a", [mesh("left", "b", [0, 1], [mzi(0, 0, 1, 0)])])],
      outputs: [output(0, 0, 0, 1), output(1, 0, 1, 1)],
    });
    const simulator = compileSimulation(crossed);
    expect([...kinds(simulator)]).toContain(MIX_TWO);
    bothWays(
      simulator,
      Uint8Array.from({ length: 2 * 131 }, (_, i) => (i * 7) % 4),
    );
  });
});

describe("two simulations at once", () => {
  it("have a memory each: a circuit that is driven while another one is does not change its words", () => {
    const simulator = compileSimulation(mean);
    const { symbols } = enumeratedVectors(mean.aggregate, 0, 4096);
    const width = symbols.length / 4096;
    const [program, receivers] = [lowered(simulator), receiversOf(mean)];
    const alone = simulateWords(simulator, symbols).subarray(0, 128 * width);
    const blocks = openBlocks(program, symbols, width, 128);
    blocks.run(0, 128);
    simulateWords(perturbSimulator(simulator, 0.3, seededRandom(1)), symbols);
    expect(blocks.levels(receivers, mean.outputs.length, 128)).toEqual(alone);
    blocks.close();
  });
});

describe("WebAssembly and the reference", () => {
  it("give the same fields on random circuits, lossy and saturating ones, and blocks that do not come out even", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 3 }), fc.constantFrom(1, 2, 63, 515, 700), (seed, layers, n) => {
        const random = seededRandom(seed);
        const bare = randomCircuit(random, { workers: 2, symbols: 2, layers, spare: 3, devices: 8 });
        for (const target of [bare, withRandomLosses(bare, random), withRandomSaturation(bare, random)]) {
          const simulator = compileSimulation(target);
          bothWays(
            simulator,
            Uint8Array.from({ length: 4 * n }, () => Math.floor(random() * 4)),
          );
          const chip = perturbSimulator(simulator, 0.1, random);
          const symbols = Uint8Array.from({ length: 4 * n }, () => Math.floor(random() * 4));
          bothWays(chip, symbols);
          for (const each of [simulator, chip]) expect(off(each, symbols)).toBeLessThan(1e-11);
        }
      }),
      { numRuns: 8 },
    );
  });

  it("give the same levels for every kind of array, and for fields that overflow or are no number", () => {
    const simulator = compileSimulation(tinyCircuit());
    const symbols = Array.from({ length: 2 * 100 }, (_, i) => (i * i) % 4);
    for (const kind of [Uint8Array, Int32Array, Float64Array]) bothWays(simulator, kind.from(symbols));
    const broken = Float64Array.from(symbols);
    broken.set([Number.NaN, 1, Number.POSITIVE_INFINITY, 1, Number.NEGATIVE_INFINITY, 1, 1e308, 1e308, -1e308, 2]);
    bothWays(simulator, broken);
  });
});
