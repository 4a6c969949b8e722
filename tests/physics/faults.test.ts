import { describe, expect, it } from "vitest";
import { chipSimulator, compileSimulation, enumeratedTuples, readWords, simulate } from "../../netlist/index.ts";
import { setChip } from "../../physics/bringup/calibrated-chips.ts";
import {
  availabilityOf,
  type FaultDictionary,
  type FaultFinding,
  faultName,
  faultSteps,
  planMonteCarlo,
  uncalibratedChip,
  untrimmed,
} from "../../physics/index.ts";
import { decodeWords, finish, referenceWords } from "../../verify/index.ts";
import { calibrationOf, saturating, untrimmedQuestion } from "./bringup-circuits.ts";
import { given, technology } from "./specs.ts";

function dictionaryOf(workers: number, bits: number, phaseRad = 0.005) {
  const circuit = saturating(workers, bits);
  const plan = finish(planMonteCarlo(circuit, 1));
  const calibration = calibrationOf(circuit, "bring-up");
  const asked = untrimmedQuestion({ phaseRad, couplerRad: 0.02 });
  const dictionary = finish(faultSteps(plan, calibration, asked, untrimmed, 3));
  return { circuit, plan, calibration, asked, dictionary };
}

describe("single faults of a chip that was set", () => {
  const { circuit, plan, calibration, asked, dictionary } = dictionaryOf(2, 4);
  const { findings } = dictionary!;
  const of = (kind: string, from: FaultDictionary = dictionary!): readonly FaultFinding[] =>
    from.findings.filter(({ fault }) => fault.kind === kind);

  it("make as many words wrong as all words of all workers through the chip show", () => {
    const { aggregate } = circuit;
    const { symbols } = enumeratedTuples(aggregate, 0, 256);
    const sent = decodeWords(symbols, aggregate);
    const wanted = referenceWords(
      [0, 1].map((w) => sent.filter((_, i) => i % 2 === w)),
      aggregate,
    );
    expect([dictionary!.words, dictionary!.all]).toEqual([256, true]);
    for (const { fault, words } of findings) {
      if (fault.kind === "worker-late") continue;
      const chip = uncalibratedChip(plan, calibration, asked, untrimmed, 3);
      setChip(calibration, chip);
      chip.fail(fault);
      const { devices, launch, receivers } = chip.light();
      const broken = chipSimulator(compileSimulation(circuit), devices, launch, receivers);
      const read = decodeWords(readWords(circuit, simulate(broken, symbols)), aggregate);
      const wrong = wanted.filter((word, v) => read[2 * v] !== word || read[2 * v + 1] !== word).length;
      expect([faultName(fault), words.wrong]).toEqual([faultName(fault), wrong]);
      if (words.right) expect(wrong).toBe(0);
    }
  });

  it("are late words that have another mean, in their share of all words and words before", () => {
    let wrong = 0;
    for (let a = 0; a < 16; a++) {
      for (let b = 0; b < 16; b++)
        for (let was = 0; was < 16; was++) if ((a + b + 1) >> 1 !== (was + b + 1) >> 1) wrong++;
    }
    for (const { words } of of("worker-late")) expect(Math.abs(words.wrong / 256 - wrong / 4096)).toBeLessThan(0.1);
    expect(of("worker-late").map(({ seenBy, repair }) => [seenBy, repair])).toEqual(Array(2).fill(["nothing", "none"]));
  });

  it("are seen wherever they make words wrong, are named by their step, and are repaired where a knob makes up for them", () => {
    const larger = dictionaryOf(4, 4).dictionary!;
    const broken = larger.findings.filter(({ words, fault }) => !words.right && fault.kind !== "worker-late");
    expect(broken.filter(({ seenBy }) => seenBy === "nothing").map(({ fault }) => faultName(fault))).toEqual([]);
    for (const { fault, reading } of larger.findings) {
      if (reading !== null) expect(Math.abs(reading.shift)).toBeGreaterThan(0.01);
      if (/oscillator|photodiode/.test(fault.kind))
        expect([reading?.monitor.name, fault.kind]).toEqual([fault.name, fault.kind]);
    }
    const repairs = (kind: string): string[] => [...new Set(of(kind, larger).map(({ repair }) => repair))].sort();
    expect(repairs("heater-open")).toEqual(["bring-up", "none", "not needed", "trimming"]);
    for (const kind of ["carrier-dark", "oscillator-dark", "worker-dark"]) expect(repairs(kind)).toEqual(["none"]);
    expect(repairs("waveguide-loss")).toEqual(["not needed", "trimming"]);
    const open = of("heater-open", larger).filter(({ words }) => !words.right);
    expect(open.filter(({ isNamed }) => isNamed).length).toBeGreaterThan(0.8 * open.length);
    const stuck = of("heater-stuck", larger);
    expect(stuck.filter(({ words, seenBy }) => words.right && seenBy !== "readings")).toHaveLength(stuck.length);
    expect(stuck.filter(({ isNamed }) => isNamed).length).toBeGreaterThan(0.8 * stuck.length);
  });

  it("leave the share of time that their rates and times of repair give", () => {
    const fit = 1 / 3.6e12;
    const rate: Readonly<Record<string, number>> = {
      ...{ "heater-open": 10, "heater-stuck": 10, "worker-dark": 200, "worker-late": 0, "waveguide-loss": 0 },
    };
    let [failures, down] = [0, 0];
    for (const { fault, repair } of findings) {
      const r = repair === "not needed" ? 0 : (rate[fault.kind] ?? 20) * fit;
      failures += r;
      down += r * (repair === "none" ? 4 * 3600 : 1);
    }
    const { share, betweenS } = given(availabilityOf(findings, technology("foundry-si")));
    expect(1 / share - 1).toBeCloseTo(down, 12);
    expect(betweenS * failures).toBeCloseTo(1, 9);
  });

  it("are not told from the errors of a chip that is wrong without them", () => {
    expect(dictionaryOf(2, 4, 1).dictionary).toBeNull();
  });
});
