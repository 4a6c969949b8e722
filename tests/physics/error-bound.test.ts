import { describe, expect, it } from "vitest";
import type { Circuit } from "../../netlist/index.ts";
import type { CircuitNoise } from "../../physics/noise/circuit-noise.ts";
import { errorBoundSteps } from "../../physics/noise/error-bound.ts";
import { noisyRunSteps } from "../../physics/noise/monte-carlo.ts";
import { errorOfQ } from "../../physics/noise/noise.ts";
import { planNoise } from "../../physics/noise/propagation.ts";
import { meanWordErrorSteps, planWords } from "../../physics/noise/word-errors.ts";
import { finish } from "../../verify/index.ts";
import { circuitOf } from "./specs.ts";

function white(sigma: number, relative: number = 0): CircuitNoise {
  const detection = { sigma, relative };
  return { neuron: detection, receiver: detection, carrierRelative: relative, launchRelative: relative };
}

function bound(circuit: Circuit, noise: CircuitNoise): number {
  return finish(errorBoundSteps(finish(planNoise(circuit)), noise)).wordErrorRate;
}

function mean(circuit: Circuit, noise: CircuitNoise): number {
  return finish(meanWordErrorSteps(finish(planWords(circuit, 4096, 7))!, noise));
}

function measured(circuit: Circuit, noise: CircuitNoise, words: number): number {
  const run = finish(noisyRunSteps(circuit, noise, words, 3));
  return run.wrong / run.words;
}

describe("noise through a circuit", () => {
  it("without neurons in the way is the tail of the receivers", async () => {
    // two workers of one bit, floor: one comparator, four readings
    const circuit = await circuitOf("workers 2; precision 2 bits; rounding floor");
    const plan = finish(planNoise(circuit));
    const { decisions, wordErrorRate } = finish(errorBoundSteps(plan, white(1e-3)));
    const receivers = decisions.filter((each) => each.kind === "receiver");
    expect(receivers).toHaveLength(circuit.outputs.length);
    for (const { distance, sigma, q } of decisions) expect(distance / sigma).toBeCloseTo(q, 9);
    const worst = decisions[0]!;
    expect(wordErrorRate).toBeGreaterThanOrEqual(errorOfQ(worst.q));
  });

  it("without noise gives the words of the compiled simulation, device by device", async () => {
    expect(measured(await circuitOf("workers 4; precision 8 bits"), white(0), 1024)).toBe(0);
  });

  it("scales: half the noise is twice the distance, everywhere", async () => {
    const plan = finish(planNoise(await circuitOf("workers 4; precision 8 bits")));
    const one = finish(errorBoundSteps(plan, white(2e-3)));
    const half = finish(errorBoundSteps(plan, white(1e-3)));
    expect(half.decisions.map(({ q }) => q / 2)).toEqual(one.decisions.map(({ q }) => expect.closeTo(q, 9)));
  });

  it.each([
    ["workers 4; precision 8 bits", 0.005, 0],
    ["workers 4; precision 8 bits; network constructed { decision-margin 0.25 }", 0.007, 0],
    ["workers 3; precision 5 bits; rounding half-even", 0.003, 0],
    ["workers 4; precision 8 bits", 0.004, 0.012],
    ["workers 9; precision 4 bits; topology cascade 3 x 3", 0.003, 0],
  ])(
    "%s: a Monte Carlo of the devices stays below the mean, the mean below the worst word",
    async (spec, sigma, relative) => {
      const circuit = await circuitOf(spec);
      const noise = white(sigma, relative);
      const words = 20_480;
      const wrong = measured(circuit, noise, words);
      const average = mean(circuit, noise);
      // seen at all, and not by luck above the bound: four standard deviations of a count
      expect(wrong * words).toBeGreaterThan(10);
      expect(wrong).toBeLessThan(average + 4 * Math.sqrt(wrong / words));
      expect(average).toBeLessThanOrEqual(bound(circuit, noise));
    },
  );

  it("meets the Monte Carlo within a factor of three where receivers decide (margin .4)", async () => {
    const circuit = await circuitOf("workers 4; precision 8 bits; network constructed { decision-margin 0.4 }");
    const noise = white(0.005);
    expect(mean(circuit, noise) / measured(circuit, noise, 20_480)).toBeLessThan(3);
  });

  it("each kind of noise counts", async () => {
    const plan = finish(planNoise(await circuitOf("workers 4; precision 8 bits")));
    const base = white(2e-3);
    const rate = (noise: CircuitNoise): number => finish(errorBoundSteps(plan, noise)).wordErrorRate;
    const all = rate(base);
    expect(rate({ ...base, neuron: { sigma: 3e-3, relative: 0 } })).toBeGreaterThan(10 * all);
    expect(rate({ ...base, receiver: { sigma: 6e-3, relative: 0 } })).toBeGreaterThan(2 * all);
    expect(rate({ ...base, neuron: { sigma: 2e-3, relative: 0.01 } })).toBeGreaterThan(2 * all);
    expect(rate({ ...base, carrierRelative: 0.01 })).toBeGreaterThan(2 * all);
    expect(rate({ ...base, launchRelative: 0.01 })).toBeGreaterThan(1.5 * all);
  });
});
