import { expect, it } from "vitest";
import { synthesise } from "../../../compiler/index.ts";
import { type Circuit, checkCircuit, readWords, simulate } from "../../../netlist/index.ts";
import { lossyOptics } from "../../compiler/optics.ts";
import { specOf } from "../../compiler/specs.ts";
import { spiceText } from "../spice-text.ts";
import { outputError, sectionError } from "./compare.ts";
import { compiledMean, randomVectors } from "./compiled.ts";
import { runVectors } from "./spice.ts";
import type { SpiceFields } from "./sweep.ts";

/** The fields of ngspice, where they are those of simulate() at the receivers and after every section. */
async function fieldsOf(circuit: Circuit, vectors: readonly (readonly number[])[]): Promise<SpiceFields> {
  const spice = await runVectors(spiceText(circuit, { save: "sections" }), circuit, vectors);
  expect(outputError(circuit, vectors, spice)).toBeLessThan(1e-9);
  const inside = sectionError(circuit, vectors, spice);
  expect(inside.error).toBeLessThan(1e-9);
  expect(inside.fields).toBeGreaterThan(100);
  return spice;
}

it("mean-4x8 with lossy devices: ngspice (WebAssembly) gives the fields of simulate() on 50 vectors", async () => {
  const { circuit } = synthesise(specOf(4, 8, 4), { network: null }, lossyOptics);
  await fieldsOf(circuit, randomVectors(circuit, 50, 2));
});

it("mean-4x8 from P to T: ngspice (WebAssembly) gives the fields of simulate() and the same words on 200 vectors", async () => {
  const circuit = compiledMean(4, 8, 4);
  expect(checkCircuit(circuit).findings).toEqual([]);
  const vectors = randomVectors(circuit, 200, 1);
  const spice = await fieldsOf(circuit, vectors);
  const symbols = Uint8Array.from(vectors.flat());
  const words = readWords(circuit, simulate(circuit, symbols));
  vectors.forEach((vector, v) => {
    // half-up mean of offset-binary words, in plain numbers
    const word = (at: number) => vector.slice(at, at + 4).reduce((sum, level) => 4 * sum + level, 0);
    const mean = Math.floor((word(0) + word(4) + word(8) + word(12) + 2) / 4);
    for (let w = 0; w < 4; w += 1) {
      const levels = [0, 1, 2, 3].map((s) => spice.values.get(`level_w${w}_s${s}`)![v]!);
      expect(levels).toEqual([...words.subarray(16 * v + 4 * w, 16 * v + 4 * w + 4)]);
      expect(levels.reduce((sum, level) => 4 * sum + level, 0)).toBe(mean);
    }
  });
});
