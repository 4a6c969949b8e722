import { describe, expect, it } from "vitest";
import { type Circuit, drawNumbers, errorsOfChip, noErrors } from "../../netlist/index.ts";
import { coveredArea, lightPower } from "../../physics/budget/power.ts";
import { planMonteCarlo } from "../../physics/chips/monte-carlo-plan.ts";
import { budgetSteps, countHardware, type Reading, readingOf } from "../../physics/index.ts";
import { detectionsOf, unitPower } from "../../physics/noise/detections.ts";
import { finish } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { circuitIn, given, technology } from "./specs.ts";

/** As docs/explanation/physics.md has them, worked out here once more with the numbers of the file. */
const foundry = technology("foundry-si");
const circuit: Circuit = circuitIn("foundry-si", specOf(4, 8, 4));
const reading: Reading = readingOf(foundry);
const of = (key: Parameters<Reading["value"]>[0]): number => foundry.entries[key]!.value;
const power = (decibels: number): number => 10 ** (decibels / 10);
const arrivalDb = of("fibre-loss") + 10 * Math.log10(1 + power(-of("polarisation-extinction")));

describe("formulas of docs/explanation/physics.md", () => {
  /** The largest field that a worker launches. */
  const largest = Math.max(
    ...circuit.inputs.map((port) => (port.kind === "worker" ? 3 * Math.abs(port.fieldPerLevel) : 0)),
  );

  it("the power of a unit of field is the launch power behind the fibre, over the square of the largest field", () => {
    // twice the fields, a quarter of the power a unit
    const inputs = circuit.inputs.map((port) =>
      port.kind === "worker" ? { ...port, fieldPerLevel: 2 * port.fieldPerLevel } : port,
    );
    const unit = (2e-3 * power(-arrivalDb)) / largest ** 2;
    expect(unitPower(circuit, reading, 2e-3) / unit).toBeCloseTo(1, 12);
    expect(unitPower({ ...circuit, inputs }, reading, 2e-3) / unit).toBeCloseTo(0.25, 12);
  });

  it("a detection sees oscillator and light behind the coupler, in the noise bandwidth, a receiver behind one more fibre", () => {
    const drive = { launchPowerW: 1e-3, oscillatorPowerW: 2e-3, symbolRateBd: 10e9 };
    const { neuron, receiver, bandwidthHz } = detectionsOf(circuit, reading, drive);
    expect(bandwidthHz).toBeCloseTo(of("noise-bandwidth-ratio") * 10e9, 0);
    const [charge, seen] = [1.602176634e-19, 2e-3 * power(-of("coupler-loss"))];
    expect(neuron.shotA / Math.sqrt(2 * charge * of("responsivity") * seen * bandwidthHz)).toBeCloseTo(1, 12);
    const unit = ((1e-3 * power(-arrivalDb)) / largest ** 2) * power(-of("coupler-loss"));
    expect(neuron.currentPerUnitA / (2 * of("responsivity") * Math.sqrt(seen * unit))).toBeCloseTo(1, 12);
    expect((receiver.currentPerUnitA / neuron.currentPerUnitA) ** 2 / power(-arrivalDb)).toBeCloseTo(1, 12);
  });

  it("optical amplifiers, where no laser is locked, add 2 h nu F G / P of noise and take 1 / G of the light from a laser", () => {
    const { "laser-injection": locked, ...entries } = foundry.entries;
    const drive = { launchPowerW: 1e-3, oscillatorPowerW: 2e-3, symbolRateBd: 10e9 };
    const [now, before] = [{ ...foundry, entries }, foundry].map((of) => {
      const { noise, bandwidthHz } = detectionsOf(circuit, readingOf(of), drive);
      const light = lightPower(circuit, countHardware(circuit), readingOf(of), drive, []);
      return { ...light, perHz: (2 * noise.launchRelative) ** 2 / bandwidthHz };
    });
    const photonJ = (6.62607015e-34 * 299792458) / 1.55e-6;
    expect((now!.perHz - before!.perHz) / ((2 * photonJ * power(6.5 + 6)) / (1e-3 * power(17.2)))).toBeCloseTo(1, 6);
    expect([before!.lasersW, before!.amplifiers, locked!.value]).toEqual([before!.totalW, 0, 0]);
    expect(now!.amplifiers).toBe(Math.ceil(now!.totalW / (1e-3 * power(17.2))));
    const splitters = Math.ceil(Math.log2(now!.amplifiers)) * of("splitter-loss");
    expect(now!.lasersW / (now!.totalW * power(splitters - 6))).toBeCloseTo(1, 12);
  });

  it("a path from a worker to a receiver has two fibres, one from a neuron to a receiver one", () => {
    const { waterfalls } = finish(budgetSteps(circuit, { technology: foundry, symbolRateBd: 25e9 }));
    const kinds = new Set<string>();
    for (const { path, lossDb } of given(waterfalls)) {
      const fibres = (path.fromKind === "neuron" ? 0 : 1) + (path.toKind === "receiver" ? 1 : 0);
      expect(lossDb - path.lossDb).toBeCloseTo(fibres * arrivalDb + of("coupler-loss"), 9);
      kinds.add(`${path.fromKind} ${path.toKind}`);
    }
    expect(kinds.size).toBeGreaterThan(2);
  });

  it("an MZI covers two lanes of its length, a waveguide one, a neuron its own area", () => {
    const hardware = countHardware(circuit);
    const column = 2 * of("coupler-length") + 2 * of("heater-length");
    const lanesM = hardware.mzis * 2 * column + hardware.waveguideUm * 1e-6;
    expect(hardware.mzis * hardware.neurons * hardware.waveguideUm).toBeGreaterThan(0);
    const area = lanesM * of("lane-pitch") + hardware.neurons * of("neuron-area");
    expect(coveredArea(hardware, reading) / area).toBeCloseTo(1, 12);
  });

  it("the spread of a loss is one in dB of power: a field of 10^(-dB / 20)", () => {
    const plan = finish(planMonteCarlo(circuit, 1));
    const squares: number[] = [];
    for (let chip = 0; chip < 40; chip++) {
      const { devices } = errorsOfChip(plan, drawNumbers(plan.simulator, 1, chip), { ...noErrors, lossDb: 0.5 }, null);
      for (const factor of devices.factor) if (factor !== 1) squares.push((20 * Math.log10(factor)) ** 2);
    }
    expect(squares.length).toBeGreaterThan(1000);
    // the standard deviation of as many draws is known to some per cent
    expect(Math.sqrt(squares.reduce((sum, each) => sum + each, 0) / squares.length) / 0.5).toBeCloseTo(1, 1);
  });
});
