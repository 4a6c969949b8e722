import { describe, expect, it } from "vitest";
import { dbm, decibelsOfField, decibelsOfPower, fieldRatio, powerRatio } from "../../physics/light/decibels.ts";
import {
  type Detection,
  errorOfQ,
  homodyneCurrent,
  noiseOfHomodyne,
  qOfError,
  relativeFieldNoise,
  rinNoise,
  shotNoise,
} from "../../physics/noise/noise.ts";

/** What design notes reckon with: 1 mW of oscillator, 17 GHz, 18 pA/rtHz, -135 dB/Hz behind 30 dB. */
const byHand: Detection = {
  responsivityAPerW: 0.95,
  oscillatorPowerW: 1e-3,
  unitPowerW: 1e-3 / 9,
  bandwidthHz: 17e9,
  amplifierNoise: 18e-12,
  darkCurrentA: 1.3e-9,
  intensityNoisePerHz: powerRatio(-135),
  commonModeRejectionDb: 30,
  signalNoisePerHz: powerRatio(-155),
};

describe("decibels", () => {
  it("are of power: 3 dB halve a power, 6 dB a field", () => {
    expect(powerRatio(-3.0103)).toBeCloseTo(0.5, 6);
    expect(fieldRatio(-6.0206)).toBeCloseTo(0.5, 6);
    expect(decibelsOfPower(fieldRatio(7.3) ** 2)).toBeCloseTo(7.3, 12);
    expect(decibelsOfField(fieldRatio(7.3))).toBeCloseTo(7.3, 12);
    expect(dbm(2e-3)).toBeCloseTo(3.0103, 4);
  });
});

describe("noise of one detection", () => {
  it("shot noise of 1 mW at .95 A/W is 17.4 pA/rtHz, one-sided", () => {
    expect(shotNoise(0.95e-3, 1) * 1e12).toBeCloseTo(17.447, 2);
  });

  it("intensity noise of -135 dB/Hz is 169 pA/rtHz unbalanced and 5.3 behind 30 dB", () => {
    expect(rinNoise(0.95e-3, powerRatio(-135), 1, 0) * 1e12).toBeCloseTo(168.9, 1);
    expect(rinNoise(0.95e-3, powerRatio(-135), 1, 30) * 1e12).toBeCloseTo(5.342, 2);
  });

  it("grows with the root of the bandwidth", () => {
    expect(noiseOfHomodyne(byHand).thermalA).toBeCloseTo(2.3469e-6, 9);
    expect(shotNoise(1e-3, 4e9)).toBeCloseTo(2 * shotNoise(1e-3, 1e9), 12);
  });

  it("signal current: a balanced pair sees 2 R sqrt(P_lo P), 82 uA of 1.7 uW", () => {
    expect(homodyneCurrent(1, 1e-3, 1.7e-6) * 1e6).toBeCloseTo(82.46, 1);
  });

  it("closes the hand calculation: Q = 23 on .125 units without loss, 7.4 behind 10 dB", () => {
    const q = (unitPowerW: number): number => 0.125 / noiseOfHomodyne({ ...byHand, unitPowerW }).sigma;
    expect(q(1e-3 / 9)).toBeGreaterThan(22.5);
    expect(q(1e-3 / 9)).toBeLessThan(24.5);
    expect(q(1e-4 / 9)).toBeCloseTo(q(1e-3 / 9) / Math.sqrt(10), 9);
    expect(q(1e-4 / 9)).toBeCloseTo(7.4, 0);
  });

  it("two photodiodes leak, light has shot noise of its own, and a field has half the relative noise of its power", () => {
    const noise = noiseOfHomodyne(byHand);
    expect(noise.darkA).toBeCloseTo(Math.sqrt(2 * 1.602176634e-19 * 2.6e-9 * 17e9), 15);
    const rin = relativeFieldNoise(powerRatio(-155), 17e9);
    expect(rin).toBeCloseTo(Math.sqrt(powerRatio(-155) * 17e9) / 2, 12);
    const shot = Math.sqrt((1.602176634e-19 * 17e9) / (2 * 0.95 * 1e-3));
    expect(noise.relative).toBeCloseTo(Math.hypot(shot, rin), 12);
  });
});

describe("the normal tail", () => {
  // Abramowitz and Stegun 26.2, and mpmath's erfc with 30 digits
  it.each([
    [0, 0.5],
    [1, 0.15865525393145705],
    [1.9999, 0.022755531584767192],
    [2, 0.0227501319481792],
    [3, 0.0013498980316300946],
    [6, 9.86587645037698e-10],
    [7.034, 1.0e-12],
    [12, 1.776482112077679e-33],
  ])("at %f", (q, probability) => {
    expect(errorOfQ(q) / probability).toBeCloseTo(1, q === 7.034 ? 2 : 9);
  });

  it("is inverted", () => {
    for (const p of [0.4, 1e-3, 1e-12, 1e-30]) expect(errorOfQ(qOfError(p)) / p).toBeCloseTo(1, 9);
    expect(errorOfQ(-1)).toBeCloseTo(1 - 0.15865525393145705, 14);
    expect(qOfError(1e-12)).toBeCloseTo(7.034, 3);
  });
});
