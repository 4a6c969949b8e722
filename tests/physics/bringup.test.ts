import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import {
  type Circuit,
  chipSimulator,
  compileSimulation,
  type ErrorDeviations,
  heatersOf,
  readWords,
  seededRandom,
  simulate,
} from "../../netlist/index.ts";
import { chipIsGood } from "../../physics/chips/judge.ts";
import {
  type Calibration,
  calibratedChipSteps,
  calibrationSteps,
  carryOut,
  chipSteps,
  groundPairs,
  type Instruments,
  planMonteCarlo,
  uncalibratedChip,
  untrimmed,
} from "../../physics/index.ts";
import { parseSpecs } from "../../toolchain/index.ts";
import { decodeWords, distinctVectors, enumeratedVectors, finish, referenceWords } from "../../verify/index.ts";
import { saturatingNetwork, specOf } from "../compiler/specs.ts";
import { calibrationOf, question, saturating } from "./bringup-circuits.ts";
import { circuitIn, technology } from "./specs.ts";

const exact = { monitorNoise: 0 };
const circuit = saturating(4, 6);
const plan = finish(planMonteCarlo(circuit, 1));
const plans = new Map([[circuit, plan]]);
const bringUp = calibrationOf(circuit, "bring-up");
const trimming = calibrationOf(circuit, "trimming");

function goodOf(calibration: Calibration, errors: Partial<ErrorDeviations>, chips: number, bench = exact): number {
  const of = plans.get(calibration.wiring.circuit) ?? finish(planMonteCarlo(calibration.wiring.circuit, 1));
  plans.set(calibration.wiring.circuit, of);
  const results = finish(calibratedChipSteps(of, calibration, question(errors), bench, 0, chips));
  return results.filter(({ good }) => good).length;
}

describe("chips brought up from unknown phases", () => {
  it("read every word right, with splitters off by 0.02 rad, and none does before", () => {
    const errors = { couplerRad: 0.02, phaseRad: 0.005 };
    expect(goodOf(bringUp, errors, 25)).toBe(25);
    const before = uncalibratedChip(plan, bringUp, question(errors), exact, 0);
    expect(wrongWords(circuit, before.light())).toBeGreaterThan(0);
  });

  it("do so with noisy readings, neurons as fabrication leaves them, converters of 12 bits, modulators that leak, and heaters that warm each other", () => {
    const errors: Partial<ErrorDeviations> = {
      ...{ couplerRad: 0.02, phaseRad: 0.005, lossDb: 0.03, gain: untrimmed.gain, offset: untrimmed.offset },
      dac: { bits: 12, rangeRad: 2 * Math.PI },
      ...{ crosstalk: { share: 0.002, distanceM: 50e-6, decayM: 100e-6 }, extinction: { ratioDb: 20, phaseRad: 0.8 } },
    };
    expect(goodOf(bringUp, errors, 20, untrimmed)).toBeGreaterThanOrEqual(19);
  });

  it("have heaters that take each other's phase where they share a ground line, as it is drawn", () => {
    const placed = circuitIn("foundry-si", specOf(2, 2, 4, "half-up", true, 0.4, { kind: "single" }, "saturating"));
    const calibration = calibrationOf(placed, "bring-up");
    const { wiring } = calibration;
    const pairs = groundPairs(wiring, technology("foundry-si"));
    expect(pairs.length).toBeGreaterThan(0);
    const { a, b, share } = pairs[0]!;
    const names = new Map([...wiring.heaters].map(([name, place]) => [place, name]));
    const phasesWith = (ground: typeof pairs): number[] => {
      const bench = { monitorNoise: 0, ground };
      const chip = uncalibratedChip(finish(planMonteCarlo(placed, 1)), calibration, question({}), bench, 0);
      for (const [place, rad] of [
        [a, 3],
        [b, 1],
        [a, 2],
      ] as const)
        chip.instruments.set({ kind: "heater", name: names.get(place)! }, rad);
      const { thetaRad, phiRad } = chip.light().devices;
      return [a, b].map((place) => (place % 2 === 0 ? thetaRad : phiRad)[place >> 1]!);
    };
    const [alone, together] = [phasesWith([]), phasesWith(pairs.slice(0, 1))];
    for (const i of [0, 1]) expect(alone[i]! - together[i]!).toBeCloseTo(2 * share * Math.sqrt(2 * 1), 12);
  });

  it("read them when every distinct word is driven through the chip itself", () => {
    const chip = uncalibratedChip(plan, bringUp, question({ couplerRad: 0.02 }), exact, 3);
    for (const _ of carryOut(bringUp.procedure.steps, chip.instruments));
    expect(wrongWords(circuit, chip.light())).toBe(0);
  });

  it("end as well whatever the knobs were set to before", () => {
    const chip = uncalibratedChip(plan, bringUp, question({ couplerRad: 0.02 }), exact, 4);
    bringUp.procedure.steps.forEach(({ knob }, i) => {
      if (knob.kind === "heater") chip.instruments.set(knob, (i * 2.399) % 6.28);
    });
    for (const _ of carryOut(bringUp.procedure.steps, chip.instruments));
    expect(wrongWords(circuit, chip.light())).toBe(0);
  });

  it("are known by knobs and detectors alone", () => {
    const { instruments } = uncalibratedChip(plan, bringUp, question({}), exact, 0);
    expect(Object.keys(instruments).sort()).toEqual(["limit", "read", "set", "setting"]);
    const seen = new Set<string>();
    const watched: Instruments = {
      limit: () => Number.POSITIVE_INFINITY,
      set: (knob, value) => {
        expect(Number.isFinite(value)).toBe(true);
        seen.add("set");
        instruments.set(knob, value);
      },
      setting: instruments.setting,
      read: (monitor, drive) => {
        seen.add(monitor.kind);
        return instruments.read(monitor, drive);
      },
    };
    // Readings that say nothing leave a chip that reads nothing: what is set comes out of what is read.
    for (const _ of carryOut(bringUp.procedure.steps, watched));
    expect([...seen].sort()).toEqual(["neuron", "receiver", "set"]);
    const blind = uncalibratedChip(plan, bringUp, question({}), exact, 0);
    const deaf = { ...blind.instruments, read: () => 0.5 };
    for (const _ of carryOut(bringUp.procedure.steps, deaf));
    expect(wrongWords(circuit, blind.light())).toBeGreaterThan(0);
  });

  it("are broken by a procedure that lacks a step, or takes a minimum for a maximum", () => {
    const broken = (change: (at: number) => Calibration["procedure"]["steps"]): number => {
      const at = bringUp.procedure.steps.findIndex(
        ({ purpose, knob }) => purpose === "phase" && /_rest/.test(knob.name),
      );
      expect(at).toBeGreaterThan(0);
      const chip = uncalibratedChip(plan, bringUp, question({}), exact, 1);
      for (const _ of carryOut(change(at), chip.instruments));
      return wrongWords(circuit, chip.light());
    };
    const { steps } = bringUp.procedure;
    const knob = (at: number): string => JSON.stringify(steps[at]!.knob);
    expect(broken((at) => steps.filter((step) => JSON.stringify(step.knob) !== knob(at)))).toBeGreaterThan(0);
    expect(
      broken((at) =>
        steps.map((step) => {
          const { rule } = step;
          if (JSON.stringify(step.knob) !== knob(at) || (rule.kind !== "maximum" && rule.kind !== "minimum"))
            return step;
          return { ...step, rule: { ...rule, kind: rule.kind === "maximum" ? "minimum" : "maximum" } };
        }),
      ),
    ).toBeGreaterThan(0);
  });
});

describe("steps that check what they set", () => {
  const errors = { couplerRad: 0.02, phaseRad: 0.005, gain: untrimmed.gain, offset: untrimmed.offset };

  it("warn of no good chip, and of nearly every one whose heaters walk by 0.26 rad", () => {
    const judged = (phaseRad: number) =>
      finish(calibratedChipSteps(plan, bringUp, question({ ...errors, phaseRad }), untrimmed, 0, 12));
    const usual = judged(0.005);
    expect(usual.map(({ good, isSuspect }) => [good, isSuspect])).toEqual(Array(12).fill([true, false]));
    const shares = usual.map(({ heatersPi }) => heatersPi / heatersOf(circuit).size);
    expect(shares.reduce((sum, share) => sum + share, 0) / 12).toBeCloseTo(1, 1);
    const bad = judged(0.26).filter(({ good }) => !good);
    expect(bad.length).toBeGreaterThanOrEqual(10);
    expect(bad.filter(({ isSuspect }) => isSuspect).length).toBeGreaterThanOrEqual(bad.length - 1);
  });
});

describe("chips whose electronics are trimmed", () => {
  it("stand phase errors that few stand as built", () => {
    const errors = { phaseRad: 0.03 };
    const built = finish(chipSteps(plan, question(errors), 0, 40)).filter(({ good }) => good).length;
    expect(built).toBeLessThan(20);
    expect(goodOf(trimming, errors, 40)).toBeGreaterThanOrEqual(39);
  });

  it("stand 0.01 rad and splitters of 1 % with 16 workers, with neurons and readings as they come", () => {
    const errors = { phaseRad: 0.01, couplerRad: 0.01, gain: untrimmed.gain, offset: untrimmed.offset };
    expect(goodOf(calibrationOf(saturating(16, 8), "trimming"), errors, 10, untrimmed)).toBe(10);
  });

  it("need their receivers trimmed: phase, gain and decision each", () => {
    const errors = { phaseRad: 0.03, couplerRad: 0.02 };
    const chip = uncalibratedChip(plan, trimming, question(errors), exact, 6);
    for (const _ of carryOut(trimming.procedure.steps, chip.instruments));
    const set = chip.light();
    expect(chipIsGood(plan, set)).toBe(true);
    expect(wrongWords(circuit, set)).toBe(0);
    const { receivers } = set;
    const spoiled = [
      { ...receivers!, re: receivers!.re.map((it) => 1.3 * it), im: receivers!.im.map((it) => 1.3 * it) },
      { ...receivers!, re: receivers!.im.map((it) => -it), im: receivers!.re },
      { ...receivers!, offset: receivers!.offset.map((it, o) => it + 0.6 / circuit.outputs[o]!.levelsPerField) },
    ];
    for (const each of spoiled) {
      const spoilt = { ...set, receivers: each };
      expect(chipIsGood(plan, spoilt)).toBe(false);
      expect(wrongWords(circuit, spoilt)).toBeGreaterThan(0);
    }
  });

  it("are called good only where every distinct word is read right, whatever the receivers are set to", () => {
    const random = seededRandom(5);
    let [good, right] = [0, 0];
    for (let i = 0; i < 30; i++) {
      const chip = uncalibratedChip(plan, trimming, question({ phaseRad: 0.01 }), exact, i);
      for (const { step } of carryOut(trimming.procedure.steps, chip.instruments)) {
        const { knob } = step;
        if (knob.kind === "receiver-phase") chip.instruments.set(knob, 0.8 * (random() - 0.5));
        if (knob.kind === "receiver-gain") chip.instruments.set(knob, 0.9 + 0.2 * random());
      }
      const light = chip.light();
      const words = wrongWords(circuit, light);
      if (words === 0) right++;
      if (!chipIsGood(plan, light)) continue;
      good++;
      expect(words).toBe(0);
    }
    expect(good).toBeGreaterThan(0);
    expect(right).toBeLessThan(30);
  });

  it("have no heater touched", () => {
    expect(trimming.procedure.steps.some(({ knob }) => knob.kind === "heater")).toBe(false);
    expect(trimming.procedure.trimming_from).toBe(1);
  });

  it.each([
    "residual direct",
    "residual regenerated",
    "outputs regenerated",
    "residual regenerated; outputs regenerated",
  ])("keep the settings of the design where nothing is off: %s", (settings) => {
    const made = saturating(4, 6, settings);
    const calibration = calibrationOf(made, "trimming");
    const { procedure, wiring } = calibration;
    const chip = uncalibratedChip(finish(planMonteCarlo(made, 1)), calibration, question({}), exact, 0);
    for (const { step, setTo } of carryOut(procedure.steps, chip.instruments)) {
      if (step.knob.kind === "threshold") {
        const { activation } = wiring.neurons.find(({ name }) => name === step.knob.name)!;
        expect(setTo).toBeCloseTo(activation.kind === "saturating" ? activation.threshold : 0, 9);
      } else if (step.knob.kind === "receiver-threshold") {
        const { levelsPerField } = made.outputs.find(({ name }) => name === step.knob.name)!;
        expect(setTo * levelsPerField, step.knob.name).toBeCloseTo(1.5, 9);
      } else expect(setTo, step.knob.name).toBeCloseTo(/phase/.test(step.knob.kind) ? 0 : 1, 9);
    }
  });
});

describe("circuits that send numbers on by amplifiers", () => {
  const errors = { couplerRad: 0.02, phaseRad: 0.005, gain: untrimmed.gain, offset: untrimmed.offset };
  const both = "residual regenerated; outputs regenerated";
  it.each([
    [8, 6, both, ""],
    [16, 4, "residual regenerated", "topology cascade 4 x 4"],
  ] as const)("are brought up: %i workers, %i bits, %s, %s", (workers, bits, settings, topology) => {
    const made = saturating(workers, bits, settings, topology);
    const good = (calibration: Calibration): number => goodOf(calibration, errors, 8, untrimmed);
    const calibration = calibrationOf(made, "bring-up");
    expect(good(calibration)).toBe(8);
    // each kind of step that is for amplifiers
    const { procedure, wiring } = calibration;
    const sends = new Set<string | undefined>(
      procedure.steps
        .flatMap(({ rule }) => (rule.kind === "ratio" ? rule.over : []))
        .flatMap(({ from, drive }) => (from === undefined ? [] : drive.live)),
    );
    expect(sends.size).toBeGreaterThan(0);
    for (const kind of ["gain", "threshold"]) {
      const steps = procedure.steps.filter(({ knob }) => knob.kind !== kind || !sends.has(knob.name));
      expect(steps.length).toBeLessThan(procedure.steps.length);
      expect(good({ ...calibration, procedure: { ...procedure, steps } }), kind).toBeLessThan(8);
    }
    expect(wiring.neurons.length).toBeGreaterThan(sends.size);
  });
});

it("rectifiers, and circuits that claim nothing, have no procedure, and that is said", () => {
  const text = "aggregate x { workers 2; precision 4 bits; network constructed { neuron relu } }";
  const relu = synthesise(parseSpecs({ name: "x.optinc", text }).value![0]!).circuit;
  expect(finish(calibrationSteps(relu, "bring-up"))).toMatch(/do not saturate/);
  expect(finish(calibrationSteps({ ...circuit, certificate: null }, "bring-up"))).toMatch(/no certificate/);
});

it("odd numbers of workers, other levels and roundings are brought up as well", () => {
  for (const [workers, bits, levels, rounding] of [
    [3, 4, 4, "half-even"],
    [2, 6, 2, "floor"],
    [5, 4, 4, "half-up"],
  ] as const) {
    const spec = specOf(workers, bits, levels, rounding);
    const other = synthesise({ ...spec, network: saturatingNetwork(0.4) }).circuit;
    expect(goodOf(calibrationOf(other, "bring-up"), { couplerRad: 0.01 }, 5), `${workers} workers`).toBe(5);
  }
});

/** All distinct words through the chip, against the reference of the specification. */
function wrongWords(
  of: Circuit,
  { devices, launch, receivers }: ReturnType<ReturnType<typeof uncalibratedChip>["light"]>,
): number {
  const chip = chipSimulator(compileSimulation(of), devices, launch, receivers);
  const { aggregate } = of;
  const { symbols } = enumeratedVectors(aggregate, 0, distinctVectors(aggregate));
  const sent = decodeWords(symbols, aggregate);
  const read = decodeWords(readWords(of, simulate(chip, symbols)), aggregate);
  const { workers } = aggregate;
  const rows = Array.from({ length: workers }, (_, w) => sent.filter((_, i) => i % workers === w));
  const wanted = referenceWords(rows, aggregate);
  expect(wanted.length).toBe(2197);
  return wanted.reduce((wrong, word, v) => {
    const right = rows.every((_, w) => read[v * workers + w] === word);
    return wrong + (right ? 0 : 1);
  }, 0);
}
