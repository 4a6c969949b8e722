import { expect, it } from "vitest";
import { synthesise } from "../../../compiler/index.ts";
import { lossyOptics } from "../../compiler/optics.ts";
import { specOf } from "../../compiler/specs.ts";
import { spiceText } from "../spice-text.ts";
import { outputError, sectionError } from "./compare.ts";
import { randomVectors } from "./compiled.ts";
import { runVectors } from "./spice.ts";

it("mean-4x8 with lossy devices: ngspice (WebAssembly) gives the fields of simulate() on 50 vectors", async () => {
  const { circuit } = synthesise(specOf(4, 8, 4), { network: null }, lossyOptics);
  const vectors = randomVectors(circuit, 50, 2);
  const spice = await runVectors(spiceText(circuit, { save: "sections" }), circuit, vectors);
  expect(outputError(circuit, vectors, spice)).toBeLessThan(1e-9);
  const inside = sectionError(circuit, vectors, spice);
  expect(inside.error).toBeLessThan(1e-9);
  expect(inside.fields).toBeGreaterThan(100);
});
