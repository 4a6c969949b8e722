import { describe, expect, it } from "vitest";
import { readWords, seededRandom, simulate } from "../../../netlist/index.ts";
import { tinyCircuit } from "../build.ts";
import { withRandomLosses } from "../lossy.ts";
import { randomCircuit } from "../random-circuit.ts";
import { withRandomSaturation } from "../saturated.ts";
import { spiceText } from "../spice-text.ts";
import { outputError, sectionError } from "./compare.ts";
import { runVectors } from "./spice.ts";

const allPairs = Array.from({ length: 16 }, (_, i) => [i >> 2, i & 3]);

describe("neurons that saturate, in ngspice (WebAssembly)", () => {
  it("give the fields and levels of simulate() on every vector of a small circuit, at both ends of their ranges", async () => {
    for (const seed of [1, 2, 3]) {
      const circuit = withRandomSaturation(tinyCircuit(), seededRandom(seed));
      const spice = await runVectors(spiceText(circuit, { save: "sections" }), circuit, allPairs);
      expect(outputError(circuit, allPairs, spice)).toBeLessThan(1e-9);
      expect(sectionError(circuit, allPairs, spice).error).toBeLessThan(1e-9);
      const words = readWords(circuit, simulate(circuit, Uint8Array.from(allPairs.flat())));
      for (const { worker } of circuit.outputs) {
        allPairs.forEach((_, v) => {
          expect(spice.values.get(`level_w${worker}_s0`)![v]).toBe(words[2 * v + worker]);
        });
      }
    }
  });

  it("agree on random circuits with modes out of order and absorbed light, rectifiers and losses among them, flat as in subcircuits", async () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const random = seededRandom(seed);
      const shape = { workers: 3, symbols: 2, layers: 5, spare: 6, devices: 12 };
      const relus = randomCircuit(random, shape);
      const ideal = seed > 4 ? relus : withRandomSaturation(relus, random);
      const circuit = seed % 2 === 0 ? ideal : withRandomLosses(ideal, random);
      const vectors = Array.from({ length: 25 }, () => Array.from({ length: 6 }, () => Math.floor(4 * random())));
      const text = spiceText(circuit, { save: "sections", hierarchy: seed < 3 ? "flat" : "nested" });
      const spice = await runVectors(text, circuit, vectors);
      expect(outputError(circuit, vectors, spice)).toBeLessThan(1e-9);
      expect(sectionError(circuit, vectors, spice).error).toBeLessThan(1e-9);
    }
  });

  it("notice a threshold and a range that differ, and what nobody set: an offset", async () => {
    for (const [from, to] of [
      [/threshold=(\S+)/, (_: string, value: string) => `threshold=${Number(value) + 1e-3}`],
      [/range=(\S+)$/m, (_: string, value: string) => `range=${1.01 * Number(value)}`],
      [/( saturating gain=)/, () => " saturating offset=1e-3 gain="],
    ] as const) {
      let worst = 0;
      for (const seed of [1, 2, 3]) {
        const circuit = withRandomSaturation(tinyCircuit(), seededRandom(seed));
        const text = spiceText(circuit, {});
        for (const at of text.matchAll(new RegExp(from, "gm"))) {
          const moved = text.slice(0, at.index) + text.slice(at.index).replace(from, to);
          expect(moved).not.toBe(text);
          worst = Math.max(worst, outputError(circuit, allPairs, await runVectors(moved, circuit, allPairs)));
        }
      }
      expect(worst).toBeGreaterThan(1e-6);
    }
  });
});
