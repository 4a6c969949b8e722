import { describe, expect, it } from "vitest";
import { planMonteCarlo, type TrackOptions, trackSteps, untrimmed } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { calibrationOf, saturating, untrimmedQuestion } from "./bringup-circuits.ts";
import { technology, withValues } from "./specs.ts";

const circuit = saturating(2, 4);
const plan = finish(planMonteCarlo(circuit, 1));
const calibration = calibrationOf(circuit, "bring-up");

function tracked(values: Parameters<typeof withValues>[1], options: Partial<TrackOptions> = {}, phaseRad = 0.005) {
  const asked: TrackOptions = {
    ...{ technology: withValues(technology("foundry-si"), values), symbolRateBd: 1e10, bench: untrimmed, chip: 2 },
    ...{ rateHz: 100, gain: 0.5, rounds: 60 },
    question: untrimmedQuestion({ phaseRad, couplerRad: 0.01 }),
    ...options,
  };
  const answer = finish(trackSteps(plan, calibration, asked));
  if (answer.kind !== "value" || answer.value === null) throw new Error(JSON.stringify(answer));
  return answer.value;
}

const still = { "heater-walk": 0, "chip-temperature-drift": 0, "laser-frequency-drift": 0 };

describe("a chip that is tracked", () => {
  it("keeps all words right where fibres, heaters, temperature and laser drift, and loses them without pilots", () => {
    const { times, words, all, availability, untrackedAvailability, untrackedS } = tracked({}, { rounds: 200 });
    expect([words, all, times.length]).toEqual([256, true, 20]);
    expect(times.map(({ wrong, right }) => [wrong, right])).toEqual(Array(20).fill([0, true]));
    expect(times.at(-1)!.untracked).toBeGreaterThan(100);
    const first = times.find(({ untracked }) => untracked > 0)!;
    expect(untrackedS).toBeLessThan(first.seconds);
    expect(availability).toBeGreaterThan(0.99);
    expect(untrackedAvailability).toBeCloseTo(untrackedS / (untrackedS + 1), 12);
  });

  it("lags behind each fibre by what it drifts in a period, over the gain", () => {
    for (const gain of [0.25, 0.8]) {
      const { drifts, knobs } = tracked(still, { gain, bench: { monitorNoise: 0 } });
      for (const [input, rate] of drifts.fibres.entries()) {
        const { name } = circuit.inputs[input]!;
        const knob = knobs.find((it) => it.knob.kind === "launch-phase" && it.knob.name === name)!;
        const lag = Math.abs(rate) / (gain * 100);
        // heaters of the same light take a share of it
        expect(Math.abs(knob.rmsRad / lag - 1), name).toBeLessThan(0.25);
        expect(Math.abs(knob.lagRad / knob.rmsRad - 1), name).toBeLessThan(0.12);
      }
    }
  });

  it("is off by the noise of its readings and the walk of its heaters, where nothing else drifts", () => {
    const noisy = tracked({ ...still, "fibre-drift": 0 }, { rounds: 600, bench: { monitorNoise: 0.01 } }).knobs;
    const rms = (of: readonly number[]): number => Math.hypot(...of) / Math.sqrt(of.length);
    const seen = rms(noisy.map(({ rmsRad }) => rmsRad));
    expect(seen / rms(noisy.map(({ noiseRad }) => noiseRad))).toBeGreaterThan(0.8);
    expect(seen / rms(noisy.map(({ noiseRad }) => noiseRad))).toBeLessThan(1.3);
    const walking = tracked(
      { ...still, "fibre-drift": 0, "heater-walk": 6 },
      { rounds: 600, bench: { monitorNoise: 0 } },
    );
    const heaters = walking.knobs.filter(({ knob }) => knob.kind === "heater");
    for (const { walkRad } of heaters) expect(walkRad).toBeCloseTo((6 / 60) * Math.sqrt(0.01 / 0.75), 12);
    expect(rms(heaters.map(({ rmsRad }) => rmsRad))).toBeLessThan(1.2 * heaters[0]!.walkRad);
    expect(rms(heaters.map(({ rmsRad }) => rmsRad))).toBeGreaterThan(0.3 * heaters[0]!.walkRad);
  });

  it("loses the time of its pilots, and words where these come too seldom", () => {
    const { loop, pilots, detectors } = tracked(still);
    expect(pilots.map(({ name }) => name)).toEqual([
      ...circuit.inputs.map(({ name }) => name),
      ...calibration.wiring.neurons.map(({ name }) => name),
    ]);
    expect(pilots[0]!.words).toEqual([4, -8]);
    expect(loop.bandwidthHz).toBeCloseTo(50 / (2 * Math.PI), 12);
    expect(loop.roundS).toBeCloseTo(4 * (12.5e-6 + (256 * pilots.length) / 1e10), 12);
    expect(loop.lost).toBeGreaterThan(100 * loop.roundS);
    expect(detectors.length).toBe(calibration.wiring.sinks.length);
    const seldom = tracked(still, { rateHz: 1 });
    expect(seldom.times.some(({ right }) => !right)).toBe(true);
    expect(seldom.availability).toBe(0);
    expect(() => tracked(still, { rateHz: 2e4 })).toThrow("leave no time for words");
  });
});
