import { describe, expect, it } from "vitest";
import { driftSteps, requirementSteps } from "../../physics/index.ts";
import { parseSpecs, writeCircuit } from "../../toolchain/index.ts";
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
  const found = finish(driftSteps(circuit, foundry, 1e-12, 1))!;
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

  it("of fibres is where words begin to be wrong, whatever the signs", () => {
    const { fibres } = found.value;
    const text = JSON.parse(writeCircuit(circuit));
    const ports = text.inputs.filter(({ kind }: { kind: string }) => kind === "worker");
    const wrongWith = (radOf: (worker: number) => number): number => {
      const turn = ({ worker }: { worker: number }, mode: number) => ({
        ...{ kind: "phase", column: 0, mode, phiRad: radOf(worker) },
      });
      const modes = ports.map(({ mode }: { mode: number }) => mode);
      const turned = structuredClone(text);
      turned.sections[0].meshes.unshift({ name: "fibre", modes, devices: ports.map(turn), terminated: [] });
      return verifyCircuit(turned, { inputs: { kind: "tried" }, seed: 1 }).wrong;
    };
    for (const signs of [0b0000, 0b0011, 0b0101, 0b0111]) {
      const turn = (phase: number) => (worker: number) => ((signs >> worker) & 1 ? -phase : phase);
      expect(wrongWith(turn(fibres.phaseRad))).toBe(0);
      expect(wrongWith(turn(1.2 * fibres.phaseRad))).toBeGreaterThan(0);
    }
    // 7.03 sigma of 100 kHz: 2 pi 1e5 L 1.4682 / c is (phase / 7.03)^2.
    const variance = (2 * Math.PI * 1e5 * fibres.mismatchM * 1.4682) / 299792458;
    expect(fibres.phaseRad / Math.sqrt(variance)).toBeCloseTo(7.034, 2);
  });

  it("keeps or misses what a spec requires", async () => {
    const spec = (lines: string) =>
      parseSpecs({
        name: "m.optinc",
        text: `aggregate m { workers 4; precision 8 bits; technology "foundry-si"; symbol-rate 10 GBd; require { ${lines} } }`,
      }).value![0]!;
    const asked = spec("temperature-range >= 10 mK; laser-drift >= 1 GHz; fibre-mismatch >= 0.1 m");
    const judged = finish(requirementSteps(circuit, asked, foundry, 1));
    expect(judged.map(({ met }) => met)).toEqual([true, false, true]);
    expect(judged[0]!.found).toBe(`${Number((2e3 * temperatureK).toPrecision(4))} mK`);
    const ideal = await circuitOf("workers 4; precision 4 bits");
    const [unheld] = finish(requirementSteps(ideal, spec("laser-drift >= 1 MHz"), foundry, 1));
    expect(unheld).toMatchObject({ met: false, figure: { kind: "not-computed" } });
  });

  it("is not there without lengths, and says what a technology does not give", async () => {
    const ideal = await circuitOf("workers 4; precision 4 bits");
    expect(finish(driftSteps(ideal, foundry, 1e-12, 1))).toBeNull();
    const { "index-by-temperature": _, ...entries } = foundry.entries;
    const lacking = finish(driftSteps(circuit, { ...foundry, entries }, 1e-12, 1));
    expect(lacking).toMatchObject({ kind: "not-computed", missing: "index-by-temperature" });
  });
});
