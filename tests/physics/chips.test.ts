import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { parseSpecs } from "../../dsl/index.ts";
import { drivenPhase } from "../../netlist/chips/heat.ts";
import {
  drawNumbers,
  type ErrorDeviations,
  errorsOfChip,
  noDeviceErrors,
  noErrors,
  plainPitch,
  seededRandom,
  seedOfChip,
  thermalCrosstalkOf,
} from "../../netlist/index.ts";
import { gaussianField } from "../../physics/chips/fabrication.ts";
import { chipIsGood } from "../../physics/chips/judge.ts";
import {
  chipSteps,
  errorSources,
  planMonteCarlo,
  rankingSteps,
  readingOf,
  requirementSteps,
  staticErrorSteps,
  technologyErrors,
  toleranceSteps,
  yieldSteps,
} from "../../physics/index.ts";
import { finish, interval95, judgeShare, type ShareVerdict, verifyCircuit } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { question } from "./bringup-circuits.ts";

const { circuit } = synthesise(specOf(4, 8, 4, "half-up", true, 0.25));
const plan = finish(planMonteCarlo(circuit, 1));
const small = synthesise(specOf(3, 4, 4)).circuit;
const smallPlan = finish(planMonteCarlo(small, 1));

function goodOf(errors: Partial<ErrorDeviations>, chips: number): number {
  return finish(chipSteps(plan, question(errors), 0, chips)).filter(({ good }) => good).length;
}

describe("chips of mean-4x8", () => {
  /**
   * Shares of 40 chips that a simulator written apart, in NumPy, found on the same circuit with the same error alone; it
   * deals each sum to the workers in one way, where a chip here has to read all words.
   */
  const measured: readonly (readonly [what: string, errors: Partial<ErrorDeviations>, share: number])[] = [
    ["phase .005 rad", { phaseRad: 0.005 }, 1],
    ["phase .01 rad", { phaseRad: 0.01 }, 0.75],
    ["phase .02 rad", { phaseRad: 0.02 }, 0],
    ["phase .05 rad", { phaseRad: 0.05 }, 0],
    ["splitters 1 %", { couplerRad: 0.01 }, 1],
    ["splitters 2 %", { couplerRad: 0.02 }, 1],
    ["splitters 5 %", { couplerRad: 0.05 }, 0.05],
    ["offset .2 %", { offset: 0.002 }, 0.53],
    ["offset .5 %", { offset: 0.005 }, 0.07],
    ["offset 1 %", { offset: 0.01 }, 0.03],
    ["gain 1 %", { gain: 0.01 }, 1],
    ["gain 2 %", { gain: 0.02 }, 0.9],
    ["gain 5 %", { gain: 0.05 }, 0.1],
    ["DAC of 7 bits", { dac: { bits: 7, rangeRad: 2 * Math.PI } }, 0],
    ["DAC of 8 bits", { dac: { bits: 8, rangeRad: 2 * Math.PI } }, 0.82],
    ["DAC of 10 bits", { dac: { bits: 10, rangeRad: 2 * Math.PI } }, 1],
    ["phase between workers .1 rad", { workerPhaseRad: 0.1 }, 1],
    ["phase between workers .2 rad", { workerPhaseRad: 0.2 }, 0.42],
  ];
  it.each(measured)("are good as often as measured before at %s", (_, errors, share) => {
    const [theirs, ours] = [40, 160];
    const good = goodOf(errors, ours);
    const pooled = (share * theirs + good) / (theirs + ours);
    const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / theirs + 1 / ours));
    expect(Math.abs(good / ours - share)).toBeLessThanOrEqual(3 * deviation + 1e-9);
  });

  it("are all good without errors, and none at hopeless ones", () => {
    expect(goodOf({}, 3)).toBe(3);
    for (const source of errorSources(plainPitch)) {
      if (["splitter, common", "reference light"].includes(source.name)) continue;
      expect(goodOf(source.at(source.sizes.at(-1)!), 4), source.name).toBe(0);
    }
  });

  it("are the same in any order and in any parts", () => {
    const all = question({ phaseRad: 0.01, offset: 0.001, dac: { bits: 9, rangeRad: 6.3 } });
    const whole = finish(chipSteps(plan, all, 0, 12));
    const parts = [finish(chipSteps(plan, all, 7, 12)), finish(chipSteps(plan, all, 0, 7))];
    expect([...parts[1]!, ...parts[0]!]).toEqual(whole);
    expect(new Set(Array.from({ length: 5000 }, (_, chip) => seedOfChip(1, chip))).size).toBe(5000);
    expect(finish(chipSteps(plan, { ...all, seed: 2 }, 0, 12))).not.toEqual(whole);
  });

  it("report what they were drawn with", () => {
    const chips = finish(
      chipSteps(
        plan,
        question({ phaseRad: 0.01, couplerCommonRad: 0.02, workerPhaseRad: 0.1, reference: 0.03 }),
        0,
        200,
      ),
    );
    const deviation = (of: (chip: (typeof chips)[number]) => number): number =>
      Math.sqrt(chips.reduce((sum, chip) => sum + of(chip) ** 2, 0) / chips.length);
    expect(deviation((chip) => chip.phaseRad)).toBeCloseTo(0.01, 3);
    expect(deviation((chip) => chip.couplerCommonRad) / 0.02).toBeCloseTo(1, 0);
    expect(deviation((chip) => chip.workerPhaseRad) / 0.1).toBeCloseTo(1, 1);
    expect(deviation((chip) => chip.reference) / 0.03).toBeCloseTo(1, 0);
  });
});

describe("a chip without certificate", () => {
  it("is judged by all its vectors, never worse than by its states", () => {
    const bare = finish(planMonteCarlo({ ...small, certificate: null }, 1));
    expect(bare.judge.kind).toBe("exhaustive");
    let good = 0;
    for (let chip = 0; chip < 30; chip++) {
      const light = errorsOfChip(bare, drawNumbers(bare.simulator, 1, chip), { ...noErrors, phaseRad: 0.01 }, null);
      if (chipIsGood(smallPlan, light)) expect(chipIsGood(bare, light)).toBe(true);
      if (chipIsGood(bare, light)) good++;
    }
    expect(good).toBeGreaterThan(0);
    expect(good).toBeLessThan(30);
  });

  it("is compared with the reference, not with what the circuit reads without errors", () => {
    const outputs = small.outputs.map((port, o) =>
      o === 0 ? { ...port, levelsPerField: 0.4 * port.levelsPerField } : port,
    );
    const wrong = { ...small, outputs, certificate: null };
    expect(verifyCircuit(wrong, { inputs: { kind: "exhaustive" }, seed: 1 }).wrong).toBeGreaterThan(0);
    expect(finish(yieldSteps(wrong, question({}), 2)).good).toBe(0);
    expect(finish(yieldSteps({ ...small, certificate: null }, question({}), 2)).good).toBe(2);
  });

  it("knows the largest input of its neurons as by its states", () => {
    const bare = finish(planMonteCarlo({ ...small, certificate: null }, 1));
    for (const [step, largest] of smallPlan.inputScale.entries()) {
      // Free combination of cells may ask for more than any word does.
      expect(bare.inputScale[step]! <= largest + 1e-9).toBe(true);
      expect(bare.inputScale[step]! >= 0.5 * largest).toBe(true);
    }
  });

  it("of many words is judged by a sample of them", () => {
    const { circuit: wide } = synthesise(specOf(4, 10, 4));
    const bare = finish(planMonteCarlo({ ...wide, certificate: null }, 1));
    expect(bare.judge.kind).toBe("sampled");
    expect(finish(yieldSteps({ ...wide, certificate: null }, question({}), 1))).toMatchObject({
      good: 1,
      vectors: 10_000,
    });
  });
});

describe("heaters", () => {
  it("get the nearest phase that the square of a voltage makes", () => {
    const dac = { bits: 4, rangeRad: 8 };
    const phases = Array.from({ length: 16 }, (_, code) => 8 * (code / 15) ** 2);
    for (let i = 0; i <= 100; i++) {
      const wanted = 0.08 * i;
      const made = drivenPhase(wanted, dac);
      expect(Math.min(...phases.map((phase) => Math.abs(phase - made)))).toBeLessThan(1e-12);
      // Nearest in voltage.
      const step = phases.map((phase) => Math.abs(Math.sqrt(phase) - Math.sqrt(wanted)));
      expect(Math.abs(Math.sqrt(made) - Math.sqrt(wanted))).toBeCloseTo(Math.min(...step), 12);
    }
    expect(drivenPhase(9, dac)).toBe(8);
  });

  it("warm each other by their distance", () => {
    const crosstalk = { share: 0.01, distanceM: 100e-6, decayM: 200e-6 };
    const pitch = { columnM: 300e-6, laneM: 50e-6 };
    const { from, to, share } = thermalCrosstalkOf(smallPlan.places, crosstalk, pitch)!;
    const { column, lane } = smallPlan.places;
    const x = (at: number): number => (column[at >> 1]! + (at % 2 === 0 ? 0.75 : 0.25)) * pitch.columnM;
    const y = (at: number): number => lane[at >> 1]! * pitch.laneM;
    expect(from.length).toBeGreaterThan(100);
    for (let pair = 0; pair < from.length; pair++) {
      const d = Math.hypot(x(from[pair]!) - x(to[pair]!), y(from[pair]!) - y(to[pair]!));
      expect(share[pair]).toBeCloseTo(d <= 100e-6 ? 0.01 : 0.01 * Math.exp(-(d - 100e-6) / 200e-6), 12);
    }
    // Theta and phi of one device are 150 um apart.
    const own = [...from].findIndex((at, pair) => at >> 1 === to[pair]! >> 1);
    expect(share[own]).toBeCloseTo(0.01 * Math.exp(-0.25), 12);
  });

  it("give a warmed shifter its share of the phase that the other one is heated to", () => {
    const [errors, pitch] = [{ share: 0.01, distanceM: 1, decayM: 1 }, plainPitch];
    const thermalCrosstalk = thermalCrosstalkOf(smallPlan.places, errors, pitch);
    const draw = drawNumbers(smallPlan.simulator, 1, 0);
    const { devices } = errorsOfChip(smallPlan, draw, noErrors, thermalCrosstalk);
    const { thetaRad, phiRad } = smallPlan.simulator.program;
    const { theta, phi } = smallPlan.places;
    const turn = 2 * Math.PI;
    const heated = (wanted: number, unheated: number): number => (((wanted - unheated) % turn) + turn) % turn;
    let all = 0;
    for (const step of theta.keys()) {
      if (theta[step] === 1) all += heated(thetaRad[step]!, draw.rest().thetaUnheated[step]!);
      if (phi[step] === 1) all += heated(phiRad[step]!, draw.rest().phiUnheated[step]!);
    }
    const step = theta.indexOf(1);
    const own = heated(thetaRad[step]!, draw.rest().thetaUnheated[step]!);
    expect(devices.thetaRad[step]).toBeCloseTo(0.01 * (all - own), 9);
  });
});

describe("fabrication", () => {
  it("varies as a Gaussian field with the correlation exp(-(d / length)^2)", () => {
    const fields = 4000;
    const random = seededRandom(3);
    for (const distance of [0, 1e-3, 2e-3]) {
      let product = 0;
      for (let i = 0; i < fields; i++) {
        const field = gaussianField(2e-3, random);
        product += field(1e-3, 5e-3) * field(1e-3 + 0.6 * distance, 5e-3 + 0.8 * distance);
      }
      expect(Math.abs(product / fields - Math.exp(-((distance / 2e-3) ** 2)))).toBeLessThan(0.06);
    }
  });

  it("is reported apart: phases by which a shifter's arms differ, and what a chip would be without a bring-up", () => {
    const fabrication = {
      widthSigmaM: 1e-9,
      widthCorrelationM: 10e-3,
      heightSigmaM: 0,
      heightCorrelationM: 10e-3,
      byWidth: 2e6,
      byHeight: 0,
      armM: 62e-6,
      wavelengthM: 1.55e-6,
    };
    const found = finish(staticErrorSteps(plan, fabrication, plainPitch, 1, 200));
    const arm = (2 * Math.PI * 62e-6 * 2e-3) / 1.55e-6;
    expect(found.armRad / arm).toBeGreaterThan(0.8);
    expect(found.armRad / arm).toBeLessThan(1.2);
    expect(found.shifterRad).toBeLessThan(found.armRad / 2);
    expect(found.goodUncorrected).toBeLessThan(20);
    const exact = finish(staticErrorSteps(plan, { ...fabrication, widthSigmaM: 0 }, plainPitch, 1, 3));
    expect(exact).toEqual({ chips: 3, armRad: 0, shifterRad: 0, goodUncorrected: 3 });
  });
});

describe("what a circuit bears", () => {
  it("holds at a smaller error than it fails at, and the offset of neurons kills first", () => {
    const rows = errorSources(plainPitch).map((source) => ({
      source,
      ...finish(toleranceSteps(smallPlan, source, plainPitch, 1, 40)),
    }));
    for (const { source, holds, fails } of rows) {
      expect(holds, source.name).not.toBeNull();
      if (fails === null) continue;
      const [least, most] = source.unit === "bits" ? [fails, holds!] : [holds!, fails];
      expect(least, source.name).toBeLessThan(most);
      const share = finish(yieldSteps(small, question(source.at(holds!)), 40)).share;
      expect(share, source.name).toBeGreaterThanOrEqual(0.99);
      expect(finish(yieldSteps(small, question(source.at(fails)), 40)).share).toBeLessThanOrEqual(0.01);
    }
    const shares = rows.filter(({ source }) => source.unit === "1" && source.name !== "heater crosstalk");
    const first = shares.toSorted((a, b) => a.holds! - b.holds!)[0]!;
    expect(first.source.name).toBe("neuron offset");
  });

  it("is ranked by the phase that breaks it first, alone", () => {
    const tiny = synthesise(specOf(2, 2, 4)).circuit;
    const tinyPlan = finish(planMonteCarlo(tiny, 1));
    const ranking = finish(rankingSteps(tinyPlan));
    const { theta, phi } = tinyPlan.places;
    expect(ranking.length).toBe([...theta, ...phi].reduce((sum, it) => sum + it, 0));
    const sizes = ranking.map(({ errorRad }) => errorRad ?? Number.POSITIVE_INFINITY);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    const [worst] = ranking;
    const breaks = (size: number): boolean => {
      let step = 0;
      for (const { name, meshes, activations } of tiny.sections) {
        for (const mesh of meshes) {
          for (const device of mesh.devices) {
            const here = name === worst!.section && mesh.name === worst!.mesh && device.column === worst!.column;
            if (here && mesh.modes[device.mode] === worst!.mode) {
              const devices = noDeviceErrors(theta.length);
              devices[worst!.phase === "theta" ? "thetaRad" : "phiRad"][step] = size;
              return !chipIsGood(tinyPlan, { devices, launch: tinyPlan.simulator.launch });
            }
            step++;
          }
          step += mesh.terminated.length;
        }
        step += activations.length;
      }
      throw new Error("no such device");
    };
    const size = worst!.errorRad!;
    expect(breaks(size) || breaks(-size)).toBe(true);
    expect(breaks(0.96 * size) || breaks(-0.96 * size)).toBe(false);
  });
});

describe("what a technology says of chips", () => {
  const entry = (value: number) => ({ value, written: "", source: "test", kind: "assumed" as const });

  it("is taken as it stands, and what misses is named", () => {
    const reading = readingOf({
      name: "some",
      description: "",
      neurons: {},
      layers: {},
      entries: {
        "residual-phase": entry(0.005),
        "coupler-error": entry(0.01),
        "neuron-offset": entry(0.001),
        "dac-bits": entry(10),
        "dac-range": entry(7),
        "lane-pitch": entry(50e-6),
      },
    });
    const { errors, pitch, fabrication, notGiven } = technologyErrors(reading);
    expect(errors).toMatchObject({ phaseRad: 0.005, couplerRad: 0.01, offset: 0.001, dac: { bits: 10, rangeRad: 7 } });
    expect(errors).toMatchObject({ gain: 0, crosstalk: null });
    expect(pitch).toEqual({ columnM: plainPitch.columnM, laneM: 50e-6 });
    expect(fabrication).toBeNull();
    expect(notGiven).toContain("neuron-gain-error");
    expect(notGiven).not.toContain("dac-bits");
    expect([...reading.used]).toContain("residual-phase");
  });
});

describe("a yield that a spec requires", () => {
  const held = (line: string) => {
    const text = `aggregate mean { workers 3; precision 4 bits; require { ${line} } }`;
    return parseSpecs({ name: "a.optinc", text }, { emitTargets: [] }).value![0]!;
  };

  it("is that at the errors it names, and no others, whatever the technology", () => {
    const spec = held("yield >= 99 % at phase 0.01 rad, splitter 1 %");
    const [found] = finish(requirementSteps(small, spec, null, 1));
    const { share } = finish(yieldSteps(small, question({ phaseRad: 0.01, couplerRad: 0.01 }), 1000));
    expect(found!.figure).toMatchObject({ kind: "value", value: share, uses: [] });
    expect(found!.met).toBe(share >= 0.99);
    const [alone] = finish(requirementSteps(small, held("yield >= 99 % at phase 0 rad"), null, 1));
    expect(alone).toMatchObject({ met: true, figure: { value: 1 } });
  });

  it("without any is that of all errors of the technology, which fails where it does not give one", () => {
    const spec = held("yield >= 99 %");
    expect(finish(requirementSteps(small, spec, null, 1))[0]).toMatchObject({
      met: false,
      figure: { kind: "not-computed" },
    });
    const technology = { name: "some", description: "", neurons: {}, layers: {}, entries: {} };
    expect(finish(requirementSteps(small, spec, technology, 1))[0]).toMatchObject({
      met: false,
      figure: { kind: "not-computed", missing: "residual-phase" },
    });
  });
});

describe("the 95 % interval of a share", () => {
  it("is Clopper and Pearson's", () => {
    expect(interval95(0, 0)).toEqual({ low: 0, high: 1 });
    expect(interval95(10, 10).low).toBeCloseTo(0.025 ** 0.1, 9);
    expect(interval95(10, 10).high).toBe(1);
    expect(interval95(0, 10).high).toBeCloseTo(1 - 0.025 ** 0.1, 9);
    // Clopper and Pearson's own tables: 5 of 10.
    expect(interval95(5, 10).low).toBeCloseTo(0.1871, 4);
    expect(interval95(5, 10).high).toBeCloseTo(0.8129, 4);
  });
});

describe("a share that is judged after every sample", () => {
  /** Probability of each verdict within 2000 samples of this share, by the walk of the hits. */
  function verdicts(share: number): Record<ShareVerdict, number> {
    const ended = { "above half": 0, "below nine tenths": 0, undecided: 0 };
    let open = new Map([[0, 1]]);
    for (let samples = 1; samples <= 2000; samples++) {
      const next = new Map<number, number>();
      for (const [hits, weight] of open) {
        for (const hit of [0, 1]) {
          const reached = weight * (hit === 1 ? share : 1 - share);
          const verdict = judgeShare(hits + hit, samples);
          if (verdict === "undecided") next.set(hits + hit, (next.get(hits + hit) ?? 0) + reached);
          else ended[verdict] += reached;
        }
      }
      open = next;
    }
    return { ...ended, undecided: [...open.values()].reduce((sum, weight) => sum + weight, 0) };
  }

  it("takes six good ones, or two bad ones", () => {
    const first = (good: boolean): number =>
      [1, 2, 3, 4, 5, 6, 7].find((n) => judgeShare(good ? n : 0, n) !== "undecided")!;
    expect([first(true), first(false)]).toEqual([6, 2]);
    expect([judgeShare(6, 6), judgeShare(0, 2)]).toEqual(["above half", "below nine tenths"]);
  });

  it("is wrong in at most 5 % of all runs, and ends", () => {
    const [half, most] = [verdicts(0.5), verdicts(0.9)];
    for (const wrong of [half["above half"], most["below nine tenths"]]) {
      expect(wrong).toBeLessThanOrEqual(0.05);
      expect(wrong).toBeGreaterThan(0.01);
    }
    for (const { undecided } of [half, most, verdicts(0.75)]) expect(undecided).toBeLessThan(1e-6);
  });
});
