import { describe, expect, it } from "vitest";
import type { Circuit } from "../../netlist/index.ts";
import { driftSteps } from "../../physics/index.ts";
import { finish, verifyCircuit } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { circuitIn, circuitOf, technology } from "./specs.ts";

const circuit = circuitIn("foundry-si", specOf(4, 8, 4));
const foundry = technology("foundry-si");

/** Wrong vectors, of all, with that phase in 1 mm of every waveguide: written out anew, by its field factor's place in the file. */
function wrongAt(radPerMm: number): number {
  const turned = structuredClone(circuit) as unknown as { sections: { meshes: { devices: object[] }[] }[] };
  for (const { meshes } of turned.sections) {
    for (const mesh of meshes) {
      for (let d = mesh.devices.length - 1; d >= 0; d--) {
        const { kind, mode, column, lengthUm } = mesh.devices[d] as {
          kind: string;
          mode: number;
          column: number;
          lengthUm: number;
        };
        if (kind !== "waveguide") continue;
        mesh.devices.splice(d, 0, { kind: "phase", column, mode, phiRad: (radPerMm * lengthUm) / 1000 });
      }
    }
  }
  return verifyCircuit(turned as unknown as Circuit, { inputs: { kind: "tried" }, seed: 1 }).wrong;
}

describe("the drift of a whole chip", () => {
  const found = finish(driftSteps(circuit, foundry, 1))!;
  if (found.kind !== "value") throw new Error(found.reason);
  const { phaseRad, longestUm, temperatureK, frequencyHz, vectors, all } = found.value;

  it("is where words begin to be wrong, found by other means", () => {
    expect([vectors, all]).toEqual([28_561, true]);
    const perMm = phaseRad / (longestUm / 1000);
    for (const sign of [1, -1]) expect(wrongAt(sign * perMm)).toBe(0);
    expect(Math.max(wrongAt(1.05 * perMm), wrongAt(-1.05 * perMm))).toBeGreaterThan(0);
  });

  it("is what 0.12 rad in 5.84 mm are: 27 mK or 228 MHz", () => {
    const scale = (0.12 / 5.84) * (longestUm / 1000 / phaseRad);
    expect(temperatureK * scale * 1e3).toBeCloseTo(27.3, 0);
    expect((frequencyHz * scale) / 1e6).toBeCloseTo(228, 0);
  });

  it("is not there without lengths, and says what a technology does not give", async () => {
    const ideal = await circuitOf("workers 4; precision 4 bits");
    expect(finish(driftSteps(ideal, foundry, 1))).toBeNull();
    const { "index-by-temperature": _, ...entries } = foundry.entries;
    const missing = "index-by-temperature";
    expect(finish(driftSteps(circuit, { ...foundry, entries }, 1))).toMatchObject({ kind: "not-computed", missing });
  });
});
