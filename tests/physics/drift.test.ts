import { describe, expect, it } from "vitest";
import { driftSteps } from "../../physics/index.ts";
import { writeCircuit } from "../../toolchain/index.ts";
import { finish, verifyCircuit } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { circuitIn, circuitOf, technology } from "./specs.ts";

const circuit = circuitIn("foundry-si", specOf(4, 8, 4));
const foundry = technology("foundry-si");

/** Wrong vectors, of all, with that phase in 1 mm of every waveguide: by a phase behind each in the text of the file. */
function wrongAt(radPerMm: number): number {
  const text = JSON.parse(writeCircuit(circuit), (_, value) =>
    Array.isArray(value) && value.some((it) => it?.kind === "waveguide")
      ? value.flatMap((it) => {
          if (it.kind !== "waveguide") return [it];
          return [it, { kind: "phase", column: it.column, mode: it.mode, phiRad: (radPerMm * it.lengthUm) / 1000 }];
        })
      : value,
  );
  return verifyCircuit(text, { inputs: { kind: "tried" }, seed: 1 }).wrong;
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
