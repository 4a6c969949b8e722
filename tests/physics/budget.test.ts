import { describe, expect, it } from "vitest";
import type { Circuit } from "../../netlist/index.ts";
import { type Budget, type BudgetOptions, budgetSteps, decibelsOfPower } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { circuitOf, given, technology as shipped, withValues } from "./specs.ts";

const best = shipped("best-published");

function budget(circuit: Circuit, options: Partial<BudgetOptions> = {}): Budget {
  return finish(budgetSteps(circuit, { technology: best, symbolRateBd: 10e9, launchPowerW: 1e-2, ...options }));
}

const mean4x8 = await circuitOf("workers 4; precision 8 bits; network constructed { decision-margin 0.35 }");

describe("the budget of mean-4x8", () => {
  const all = budget(mean4x8);

  it("finds the least launch power: with it the error rate is the one that was wanted", () => {
    const launchPowerW = given(all.figures["launch-power"]);
    const { wordErrorRate } = given(budget(mean4x8, { launchPowerW }).noise);
    expect(wordErrorRate / 1e-12).toBeCloseTo(1, 5);
    expect(launchPowerW).toBeGreaterThan(1e-3);
    expect(launchPowerW).toBeLessThan(3e-2);
  });

  it("counts the fibre twice for a receiver, in power: 1 dB more asks for more than 1 dB of launch", () => {
    const loss = best.entries["fibre-loss"]!.value;
    const more = budget(mean4x8, { technology: withValues(best, { "fibre-loss": loss + 1 }) });
    const [a, b] = [all, more].map((each) => given(each.figures["launch-power"]));
    const difference = decibelsOfPower(b! / a!);
    expect(difference).toBeGreaterThan(1);
    expect(difference).toBeLessThan(2);
  });

  it("says what it hangs on, and nothing where the technology is silent", () => {
    const silent = budget(mean4x8, { technology: withValues(best, { "tia-noise": null }) });
    expect(silent.figures["word-error-rate"]).toMatchObject({ kind: "not-computed", missing: "tia-noise" });
    expect(silent.figures["launch-power"]).toMatchObject({ kind: "not-computed", missing: "tia-noise" });
    expect(silent.figures.latency.kind).toBe("value");
    expect(all.noise).toMatchObject({ uses: expect.arrayContaining(["responsivity", "tia-noise", "laser-rin"]) });
    expect(all.figures.latency).toMatchObject({ uses: expect.not.arrayContaining(["tia-noise"]) });
    expect(all.figures.crossings).toMatchObject({ kind: "not-computed" });
  });

  it("names the bottleneck: the weakest decision first, with its state", () => {
    const { decisions } = given(all.noise);
    expect(decisions).toHaveLength(32);
    expect(decisions.map(({ q }) => q)).toEqual(decisions.map(({ q }) => q).sort((a, b) => a - b));
    expect(decisions[0]!.state).toMatch(/=\d/);
  });

  it("feeds oscillators and carriers from lasers, through a tree of splitters and a fibre", () => {
    const { light } = given(all.power);
    // 48 of them: six splitters in a row
    const wrong = 10 * Math.log10(1.01);
    const tree = 10 ** ((1.52 + wrong + 6 * 0.28) / 10);
    expect(light.oscillatorsW).toBeCloseTo(32 * 1e-3 * tree, 12);
    expect(light.carriersW).toBeGreaterThan(0);
    // From the same laser: through four splitters to 16 transmitters, into each and out of it.
    expect(light.workersW).toBeCloseTo(16 * 1e-2 * 10 ** ((1 + 2 * 1.52 + wrong + 4 * 0.28) / 10), 12);
    expect(light.totalW).toBeCloseTo(light.workersW + light.referenceW + light.oscillatorsW + light.carriersW, 12);
    expect(light.lasers).toBe(Math.ceil(light.totalW / 0.1));
  });

  it("adds up what takes power: lasers by their efficiency, amplifiers of neurons and receivers", () => {
    const { electrical, light } = given(all.power);
    expect(electrical.lasersW).toBeCloseTo(light.totalW / 0.3, 12);
    expect(electrical.amplifiersW).toBeCloseTo(16 * 0.15, 12);
    // 20 of 66 GHz
    expect(electrical.receiversW).toBeCloseTo((16 * 0.15 * 20) / 66, 12);
    expect(electrical.driversW).toBeCloseTo(74 * 5e-3, 12);
    expect(electrical.heatersW).toBeCloseTo(74 * 24.77e-3, 12);
    expect(given(all.figures["heater-power"])).toBeCloseTo(all.hardware.heatersPi * 24.77e-3, 12);
    expect(electrical.transmittersW).toBeCloseTo(10e9 * 32 * 0.54e-12, 12);
    // 16 fibres in and 16 out
    expect(electrical.locksW).toBeCloseTo(32 * (24.77e-3 + 5e-3), 12);
    const { totalW, ...parts } = electrical;
    expect(totalW).toBeCloseTo(
      Object.values(parts).reduce((sum, watts) => sum + watts, 0),
      12,
    );
  });

  it("counts the energy of a word at the launch power that it needs, beside an electronic switch with the same parts", () => {
    const launchPowerW = given(all.figures["launch-power"]);
    const energy = given(all.energy);
    const { electrical } = given(budget(mean4x8, { launchPowerW }).power);
    expect(energy.launchPowerW).toBe(launchPowerW);
    expect(energy.joulesPerWord).toBeCloseTo(electrical.totalW / 10e9, 20);
    expect(energy.joulesPerBit).toBeCloseTo(electrical.totalW / 10e9 / 32, 20);
    expect(energy.parts.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(energy.joulesPerWord, 20);
    // a bit: the switch, error correction, and two links of a transmitter, half an amplifier's symbol and a laser
    const bitJ = 9.8e-12 + 0.5e-12 + 2 * (0.54e-12 + (0.7 * 0.15) / 66e9 / 2 + 0.17e-12);
    expect(energy.switch!.joulesPerWord).toBeCloseTo(32 * bitJ, 20);
    const silent = budget(mean4x8, { technology: withValues(best, { "fec-energy": null }) });
    expect(given(silent.energy)).toMatchObject({ joulesPerWord: energy.joulesPerWord, switch: null });
    const dark = budget(mean4x8, { technology: withValues(best, { "tia-noise": null }) });
    expect(dark.figures["energy-per-word"]).toMatchObject({ kind: "not-computed", missing: "tia-noise" });
  });

  it("is no bound where a circuit claims nothing: words are sampled, and it is said", () => {
    const silent = budget({ ...mean4x8, certificate: null });
    expect(given(silent.noise)).toMatchObject({ method: "sampled", decisions: [] });
    const { wordErrorRate } = given(silent.noise);
    expect(wordErrorRate).toBeGreaterThanOrEqual(0);
    expect(wordErrorRate).toBeLessThan(given(all.noise).wordErrorRate);
  });

  it("takes a path's loss in power, fibre and coupler included, and says where it comes from", () => {
    const loss = all.figures["path-loss"];
    if (loss.kind !== "value") throw new Error(loss.reason);
    expect(loss.value).toBeCloseTo(
      loss.parts.reduce((sum, part) => sum + part.value, 0),
      12,
    );
    // nine MZIs of two couplers and 203.2 um: two fixed ones of P and of T, theta of the other five, and phi of the three in which light meets
    const mzi = 2 * 0.1 + 203.2e-6 * 30;
    const worst = given(all.waterfalls)[0]!;
    expect(loss.parts[0]!.value).toBeCloseTo(worst.path.mzis * mzi + 8 * 0.23, 9);
  });
});
