import { describe, expect, it } from "vitest";
import { type Circuit, type MatchedDelays, matchedDelays } from "../../netlist/index.ts";
import {
  budgetSteps,
  coherenceOf,
  driftSteps,
  matchedLight,
  noiseModelSteps,
  requirementSteps,
} from "../../physics/index.ts";
import { partFigures } from "../../physics/light/part-figures.ts";
import { readingOf } from "../../physics/technology/recorder.ts";
import { parseSpecs, writeCircuit } from "../../toolchain/index.ts";
import { finish, verifyCircuit } from "../../verify/index.ts";
import { saturatingNetwork, specOf } from "../compiler/specs.ts";
import { circuitIn, circuitOf, given, technology, withValues } from "./specs.ts";

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

/** Wrong vectors, of all, of a circuit all of whose light turns by a phase a second of delay, and starts with that of `passed`. */
function wrongWarm(circuit: Circuit, radPerS: number, passed: MatchedDelays): number {
  const { mziDelayS, phaseDelayS, delaySPerUm, crossingDelayS } = partFigures(readingOf(foundry));
  const text = JSON.parse(writeCircuit(circuit));
  const phase = (mode: number, delayS: number) => ({ kind: "phase", column: 0, mode, phiRad: radPerS * delayS });
  const lanes = (places: readonly { mode: number }[], delaysS: readonly number[]) => {
    const modes = places.map(({ mode }) => mode);
    const devices = modes.map((_, i) => phase(i, delaysS[i]!));
    return { kind: "lanes", name: "turn", modes, devices, terminated: [] };
  };
  let neuron = 0;
  let before = lanes(text.inputs, passed.inputsS);
  for (const section of text.sections) {
    for (const mesh of section.meshes)
      mesh.devices = mesh.devices.flatMap((it: Record<string, number | string>) => {
        const at = Number(it.mode);
        if (it.kind === "mzi") return [it, phase(at, mziDelayS), phase(at + 1, mziDelayS)];
        const guideS = Number(it.lengthUm) * delaySPerUm + Number(it.crossings) * crossingDelayS;
        return [it, phase(at, it.kind === "phase" ? phaseDelayS : guideS)];
      });
    const here = section.activations.map((_: unknown, i: number) => neuron + i);
    neuron += here.length;
    const of = (delaysS: readonly number[]): number[] => here.map((n: number) => delaysS[n]!);
    section.meshes.unshift(before);
    section.meshes.push(
      lanes(
        section.activations,
        of(passed.oscillatorsS).map((delayS) => -delayS),
      ),
    );
    before = lanes(section.activations, of(passed.carriersS));
  }
  text.sections.at(-1).meshes.push(
    lanes(
      text.outputs,
      passed.receiversS.map((delayS) => -delayS),
    ),
  );
  return verifyCircuit(text, { inputs: { kind: "tried" }, seed: 1 }).wrong;
}

describe("light that passes as much waveguide", () => {
  const spec = { ...specOf(4, 8, 4), network: { ...saturatingNetwork(0.25), threshold: "electronic" } } as const;
  const rectifying = circuit;
  const saturating = circuitIn("foundry-si", spec);
  const passed = matchedDelays(saturating, partFigures(readingOf(foundry)));
  // 4.4 rad/K in 5.84 mm, at 69.7 um a picosecond
  const radPerKelvinS = (4.4 / 5.84e3) * 69.7e12;

  it("does not turn against other light: no word is wrong at 2 K or 5 GHz, either way", () => {
    expect(passed.mismatchS * 69.7e12).toBeLessThan(0.05);
    for (const radPerS of [2 * radPerKelvinS, 2 * Math.PI * 5e9])
      for (const sign of [1, -1]) expect(wrongWarm(saturating, sign * radPerS, passed)).toBe(0);
  });

  it("needs each of its lengths", () => {
    for (const key of ["inputsS", "carriersS", "oscillatorsS", "receiversS"] as const) {
      const longest = passed[key].indexOf(Math.max(...passed[key]));
      const shorter = { ...passed, [key]: passed[key].with(longest, 0) };
      expect(wrongWarm(saturating, 0.1 * radPerKelvinS, shorter)).toBeGreaterThan(0);
    }
  });

  it("cannot match bias light that is split on the chip", () => {
    expect(matchedDelays(rectifying, partFigures(readingOf(foundry))).mismatchS * 69.7e12).toBeGreaterThan(1e4);
  });

  it("takes the light that its lengths lose", () => {
    const model = finish(noiseModelSteps(saturating));
    const budget = finish(budgetSteps(saturating, { technology: foundry, symbolRateBd: 1e10 }, model));
    const matched = matchedLight(saturating, budget, model, foundry);
    const { light, oscillatorsUm, workersUm } = given(matched);
    const um = (delayS: number): number => (delayS * 299_792_458e6) / 4.3;
    expect(oscillatorsUm).toBeCloseTo(um(Math.max(...passed.receiversS)), 6);
    expect(workersUm).toBeCloseTo(um(Math.max(...passed.inputsS)), 6);
    // 3 dB/cm
    const ratio = (delaysS: readonly number[]): number =>
      delaysS.reduce((sum, it) => sum + 10 ** ((3e-4 * um(it)) / 10), 0) / delaysS.length;
    const plain = given(budget.power).light;
    expect(light.workersW / plain.workersW).toBeCloseTo(ratio(passed.inputsS), 6);
    expect(light.oscillatorsW / plain.oscillatorsW).toBeCloseTo(
      ratio([...passed.oscillatorsS, ...passed.receiversS]),
      6,
    );
  });
});

describe("the drift of a whole chip", () => {
  const found = given(finish(driftSteps(circuit, foundry, 1e-12, 1)));
  const { phaseRad, longestUm, temperatureK, frequencyHz, fibres, vectors, all } = found;

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

  it("says where light differs in age, which lengths bear a kelvin, and what breaks first", () => {
    const coherence = given(coherenceOf(circuit, found, foundry));
    const { points, matchingPerKelvinUm, matchingPerGigahertzUm, lockBandwidthHz, breaks } = coherence;
    const neurons = circuit.sections.flatMap(({ activations }) => activations).length;
    const seen = (part: RegExp): number => points.filter(({ name }) => part.test(name)).length;
    expect([seen(/^layer\d+\[/), seen(/^o\d/), seen(/^combine/), seen(/^broadcast/)]).toEqual([neurons, 16, 12, 0]);
    for (const { delayS, linewidthRad } of points) {
      expect(linewidthRad ** 2).toBeCloseTo(2 * Math.PI * 1e5 * delayS, 15);
    }
    // the worst place is worse than the longest waveguide
    expect(points[0]!.delayS).toBeGreaterThan((longestUm * 1e-6 * 4.191) / 299_792_458);
    expect(matchingPerKelvinUm).toBeCloseTo(temperatureK * longestUm, 6);
    expect(matchingPerGigahertzUm).toBeCloseTo((frequencyHz / 1e9) * longestUm, 6);
    expect(lockBandwidthHz * 2 * Math.PI * fibres.phaseRad).toBeCloseTo(0.5, 12);
    expect(breaks.map(({ what }) => what)[0]).toBe("fibres");
    expect(breaks.find(({ what }) => what.includes("temperature"))!.afterS).toBeCloseTo(temperatureK / 1e-3, 9);
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
    const lacking = finish(driftSteps(circuit, withValues(foundry, { "index-by-temperature": null }), 1e-12, 1));
    expect(lacking).toMatchObject({ kind: "not-computed", missing: "index-by-temperature" });
  });
});
