import { describe, expect, it } from "vitest";
import { parseSpecs } from "../../dsl/index.ts";
import { type Circuit, seededRandom, simulate } from "../../netlist/index.ts";
import {
  budgetSteps,
  countHardware,
  noiseSampleSteps,
  planNoise,
  requirementSteps,
  withoutFreePhases,
  withoutNeurons,
} from "../../physics/index.ts";
import { followLight } from "../../physics/light/paths.ts";
import type { CircuitNoise } from "../../physics/noise/circuit-noise.ts";
import { errorBoundSteps } from "../../physics/noise/error-bound.ts";
import { noisyRunSteps } from "../../physics/noise/monte-carlo.ts";
import { errorOfQ } from "../../physics/noise/noise.ts";
import { meanReadingError, meanWordErrorSteps, planWords } from "../../physics/noise/word-errors.ts";
import { finish } from "../../verify/index.ts";
import { circuit, mesh, mzi, output, saturating, section, tinyCircuit, worker } from "../netlist/build.ts";
import { comparator, pair } from "../netlist/pair.ts";
import { withRandomSaturation } from "../netlist/saturated.ts";
import { circuitOf, given, technology, withValues } from "./specs.ts";

const foundry = technology("foundry-si");
const best = technology("best-published");

describe("a technology's neurons", () => {
  it("are no others than it says: a circuit of another curve is refused, not computed as if it had the one that is there", () => {
    const saturated = withRandomSaturation(tinyCircuit(), seededRandom(1));
    const { relu, saturating: clipping } = foundry.neurons;
    expect(withoutNeurons(tinyCircuit(), foundry)).toBeNull();
    expect(withoutNeurons(saturated, foundry)).toBeNull();
    // a file that says nothing of neurons has rectifiers, as files had before they could say
    for (const neurons of [{ relu: relu! }, {}]) {
      const found = withoutNeurons(saturated, { ...foundry, neurons });
      expect(found).toMatchObject({ code: "OPT0822", severity: "error" });
      expect(found!.message).toContain("saturating");
      expect(withoutNeurons(tinyCircuit(), { ...foundry, neurons })).toBeNull();
    }
    const limiting = { ...foundry, neurons: { saturating: clipping! } };
    expect(withoutNeurons(tinyCircuit(), limiting)).toMatchObject({ code: "OPT0822" });
    expect(withoutNeurons(pair(), limiting)).toBeNull();
  });
});

const unit = Math.SQRT1_2;
const silent: CircuitNoise = {
  neuron: { sigma: 0, relative: 0 },
  receiver: { sigma: 1e-9, relative: 0 },
  carrierRelative: 0,
  launchRelative: 0,
};

function decisions(of: Circuit, noise: CircuitNoise) {
  const found = finish(errorBoundSteps(finish(planNoise(of)), noise));
  const kinds = {
    comparator: found.decisions.filter(({ kind }) => kind === "comparator"),
    receiver: found.decisions.filter(({ kind }) => kind === "receiver"),
  };
  return { ...kinds, wordErrorRate: found.wordErrorRate };
}

it("a Monte Carlo that cannot be run says why", () => {
  const sample = (of: typeof best) => finish(noiseSampleSteps(pair(), of, 25e9, 256, 1, () => true));
  expect(sample(withValues(best, { "tia-noise": null }))).toBe(
    "the technology best-published does not give `tia-noise`",
  );
  expect(sample(best)).toBe("it was stopped before the first word");
});

describe("noise before a neuron that saturates", () => {
  it("passes only where it crosses a corner: the bound is the tail beyond the nearer one, and nothing reaches the receivers", () => {
    for (const [from, width, distance] of [
      [1.25, 0.5, 0.25],
      [1.1, 0.5, 0.1],
      [1.4, 0.5, 0.1],
    ] as const) {
      for (const sigma of [0.03, 0.06]) {
        const noise = { ...silent, neuron: { sigma, relative: 0 } };
        const found = decisions(pair(comparator(from, width)), noise);
        expect(found.comparator[0]).toMatchObject({
          sigma: expect.closeTo(sigma, 12),
          distance: expect.closeTo(distance * unit, 12),
        });
        expect(found.wordErrorRate).toBeCloseTo(errorOfQ((distance * unit) / sigma), 12);
        for (const each of found.receiver) expect(each.sigma).toBeCloseTo(1e-9, 15);
      }
    }
  });

  it("is not what is sent: that is the noise of its carrier on a bit's height, none in the dark", () => {
    const found = decisions(pair(), { ...silent, neuron: { sigma: 0.01, relative: 0.01 }, carrierRelative: 0.03 });
    // height 1 over the splitter
    for (const each of found.receiver) {
      expect(each.state).toBe("both=1");
      expect(each.sigma).toBeCloseTo(0.03 * unit, 9);
    }
  });

  it("is that of light, of which an electronic threshold has none; detected is what stands before the threshold", () => {
    const launched = decisions(pair(), { ...silent, launchRelative: 0.02 });
    // at s = 1 as at s = 2 a quarter of a step away; two launches are louder than one
    expect(launched.comparator[0]).toMatchObject({ state: "s=2", sigma: expect.closeTo(0.02 * unit * Math.SQRT2, 12) });
    const detected = decisions(pair(), { ...silent, neuron: { sigma: 0, relative: 0.02 } });
    expect(detected.comparator[0]).toMatchObject({ state: "s=2", sigma: expect.closeTo(0.02 * 2 * unit, 12) });
  });

  it("is as often too much as words go wrong: in closed form, by Monte Carlo, and below mean and bound", () => {
    const words = 40_960;
    for (const [from, width, sigma] of [
      [1.25, 0.5, 0.25],
      [1.25, 0.5, 0.15],
      [1.4, 0.1, 0.25],
      [1.1, 0.6, 0.2],
    ] as const) {
      const of = pair(comparator(from, width));
      const noise = { ...silent, neuron: { sigma, relative: 0 } };
      // the receivers decide in the middle of the linear part; sums 0, 1, 1, 2 of four words
      const middle = from + width / 2;
      const exact =
        (errorOfQ((middle * unit) / sigma) +
          2 * errorOfQ(((middle - 1) * unit) / sigma) +
          errorOfQ(((2 - middle) * unit) / sigma)) /
        4;
      const run = finish(noisyRunSteps(of, noise, words, 3));
      const spread = 4 * Math.sqrt(exact / words);
      expect(Math.abs(run.wrong / run.words - exact)).toBeLessThan(spread);
      const plan = finish(planWords(of, 4096, 7))!;
      const mean = finish(meanWordErrorSteps(plan, noise));
      expect(exact).toBeLessThan(mean);
      expect(mean).toBeLessThanOrEqual(decisions(of, noise).wordErrorRate);
      // without a certificate receivers alone are looked at, which see none of it
      expect(meanReadingError(plan, noise)).toBe(0);
    }
  });

  it("in all kinds at once stays below the bound in a Monte Carlo of devices", () => {
    for (const seed of [1, 2, 3]) {
      const random = seededRandom(seed);
      const noise: CircuitNoise = {
        neuron: { sigma: 0.08 + 0.1 * random(), relative: 0.1 * random() },
        receiver: { sigma: 0.1 * random(), relative: 0.1 * random() },
        carrierRelative: 0.1 * random(),
        launchRelative: 0.1 * random(),
      };
      const { wrong, words } = finish(noisyRunSteps(pair(), noise, 20_480, seed));
      expect(wrong).toBeGreaterThan(10);
      const mean = finish(meanWordErrorSteps(finish(planWords(pair(), 4096, 7))!, noise));
      expect(wrong / words).toBeLessThan(mean + (4 * Math.sqrt(wrong)) / words);
      expect(mean).toBeLessThanOrEqual(decisions(pair(), noise).wordErrorRate);
    }
  });
});

describe("a budget with neurons that saturate", () => {
  const budget = (of: Circuit) => finish(budgetSteps(of, { technology: best, symbolRateBd: 25e9 }));

  it("has carriers of the square of their height, however much light the detectors get", () => {
    const power = (of: Circuit) => given(budget(of).power).light;
    const one = power(pair());
    const high = power(pair({ ...comparator(1.25, 0.5), gain: 2 * comparator(1.25, 0.5).gain }));
    expect(high.carriersW / one.carriersW).toBeCloseTo(4, 9);
    expect(high.oscillatorsW).toBe(one.oscillatorsW);
    // no reference light: thresholds are electronic
    expect(one.referenceW).toBe(0);
  });

  it("needs less launch power with amplified outputs, whose carriers are counted", async () => {
    const of = async (outputs: string) =>
      budget(
        await circuitOf(`workers 4; precision 8 bits; network constructed { neuron saturating; outputs ${outputs} }`),
      );
    const [direct, amplified] = [await of("direct"), await of("regenerated")];
    const launch = ({ figures }: typeof direct): number => given(figures["launch-power"]);
    // without losses by a third; each dB of a path to a receiver makes it more
    expect(launch(amplified)).toBeLessThan(0.7 * launch(direct));
    // one neuron for each of four symbols, of half a unit a level at each of four workers: 3 * 0.5 * sqrt(4) at the highest
    const [few, more] = [given(direct.power).light, given(amplified.power).light];
    const [fibreDb, modulatorDb, splitterDb] = [1.52, 1, 0.28];
    const unitW = (1e-3 * 10 ** (-fibreDb / 10)) / 9;
    // 32 and 40 oscillators and carriers: five and six splitters in a row
    const tree = (stages: number): number => 10 ** ((fibreDb + modulatorDb + stages * splitterDb) / 10);
    expect(more.carriersW / tree(6) - few.carriersW / tree(5)).toBeCloseTo(4 * 9 * unitW, 12);
  });

  it("has no figure but what is counted in a technology without such neurons", () => {
    const rectifying = { ...best, neurons: { relu: best.neurons.relu! } };
    const found = finish(budgetSteps(pair(), { technology: rectifying, symbolRateBd: 25e9 }));
    const { mzis, crossings: _, ...physical } = found.figures;
    expect(mzis).toMatchObject({ kind: "value", value: 2 });
    const { noise, power, time, waterfalls, oscillatorPower } = found;
    for (const each of [...Object.values(physical), noise, power, time, waterfalls, oscillatorPower]) {
      expect(each).toMatchObject({ kind: "not-computed", missing: null });
      expect(each).toHaveProperty("reason", expect.stringContaining("no neurons whose curve is saturating"));
    }
    const text = "aggregate pair { workers 2; precision 2 bits; require { yield >= 1 % } }";
    const [spec] = parseSpecs({ name: "a.optinc", text }, { emitTargets: [] }).value!;
    const [share] = finish(requirementSteps(pair(), spec!, rectifying, 1));
    expect(share).toMatchObject({ met: false, figure: { kind: "not-computed" } });
  });

  it("finds a launch power, and names the comparator by the corner that is nearer", () => {
    const found = budget(pair());
    expect(found.figures["launch-power"].kind).toBe("value");
    expect(
      given(found.noise).decisions.some(
        ({ kind, distance }) => kind === "comparator" && Math.abs(distance - 0.25 * unit) < 1e-12,
      ),
    ).toBe(true);
  });
});

describe("a neuron that shines without light", () => {
  /** Its constant light meets the worker's. */
  const lit: Circuit = {
    ...circuit({
      modes: 2,
      aggregate: { workers: 1, bits: 1, levels: 2, signed: false, rounding: "floor", symbols: 1 },
      inputs: [worker(0, 0, 0)],
      sections: [
        section("layer", "shine", [], [saturating(1, 1, -0.5, 1)]),
        section("layer", "mix", [mesh("left", "mix", [0, 1], [mzi(0, 0, 1.2, 0.7)])]),
      ],
      outputs: [output(0, 0, 0, 1)],
    }),
    version: 3,
  };

  it("starts a path of light of its own, and keeps the phase that its light meets another with", () => {
    const figures = { ...noLosses(), neuronDelayS: 1e-11 };
    const straight = { ...lit, sections: lit.sections.slice(0, 1), outputs: [output(0, 0, 1, 1)] };
    const { paths } = followLight(straight, figures);
    expect(paths).toMatchObject([{ from: "shine mode 1", fromKind: "neuron", to: "out w0 s0", toKind: "receiver" }]);
    expect(countHardware(lit).heaters).toBe(2);
    const [before, after] = [lit, withoutFreePhases(lit)].map((each) => simulate(each, Uint8Array.of(0, 1)));
    for (const i of [0, 1]) {
      expect(Math.hypot(after!.re[i]!, after!.im[i]!)).toBeCloseTo(Math.hypot(before!.re[i]!, before!.im[i]!), 12);
    }
  });
});

function noLosses() {
  return {
    mziFieldFactor: 1,
    heaterFieldFactor: 1,
    mziDelayS: 0,
    phaseFieldFactor: 1,
    phaseDelayS: 0,
    crossingDelayS: 0,
    delaySPerUm: 0,
    neuronDelayS: 0,
  };
}
