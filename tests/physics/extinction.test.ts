import { describe, expect, it } from "vitest";
import { drawnChips, interpret, leaking, noErrors, plainPitch } from "../../netlist/index.ts";
import { chipIsGood } from "../../physics/chips/judge.ts";
import { MOST_VECTORS, triedWords, wrongWords } from "../../physics/chips/tried-words.ts";
import { extinctionSteps, planMonteCarlo, requirementSteps } from "../../physics/index.ts";
import { parseSpecs } from "../../toolchain/index.ts";
import { finish } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { circuitIn } from "./specs.ts";

const circuit = circuitIn("foundry-si", specOf(4, 8, 4));
const words = triedWords(circuit, 1);
const { simulator, symbols, expected } = words;
const launchAt = (ratioDb: number, phaseRad: number) =>
  leaking(circuit, simulator.launch, 10 ** (-ratioDb / 20), phaseRad);

/** Levels that receivers read wrong, by the evaluator that folds nothing. */
function wrongLevels(ratioDb: number, phaseRad: number): number {
  const { re, vectors } = interpret({ ...simulator, launch: launchAt(ratioDb, phaseRad) }, symbols);
  let wrong = 0;
  for (const { mode, symbol, levelsPerField } of circuit.outputs) {
    for (let v = 0; v < vectors; v++) {
      const read = Math.min(3, Math.max(0, Math.floor(re[mode * vectors + v]! * levelsPerField + 0.5)));
      if (read !== expected[v * circuit.aggregate.symbols + symbol]) wrong++;
    }
  }
  return wrong;
}

describe("transmitters that leak", () => {
  const { anyPhaseDb, quadratureDb, vectors, all } = finish(extinctionSteps(circuit, 1));

  it("need the ratio at which words begin to be wrong", () => {
    expect([vectors, all]).toEqual([28_561, true]);
    expect(vectors).toBeLessThan(MOST_VECTORS);
    const turns = [0, 1, 2, 3, 4, 5, 6, 7].map((eighth) => (eighth * Math.PI) / 4);
    expect(turns.map((turn) => wrongLevels(anyPhaseDb!, turn))).toEqual(turns.map(() => 0));
    expect(Math.max(...turns.map((turn) => wrongLevels(anyPhaseDb! - 0.3, turn)))).toBeGreaterThan(0);
  });

  it("do no harm in quadrature, and most in phase", () => {
    expect(quadratureDb).toBe(0);
    expect(wrongLevels(6, Math.PI / 2)).toBe(0);
    for (const [ratioDb, phaseRad] of [
      [25, 0],
      [25, Math.PI],
      [30, 0.3],
    ] as const) {
      expect(wrongLevels(ratioDb, phaseRad)).toBeGreaterThan(0);
      expect(wrongWords(words, { launch: launchAt(ratioDb, phaseRad) })).toBeGreaterThan(0);
    }
  });

  it("send the highest level as it was, and what leaks at the lowest", () => {
    const { re, im, dark } = launchAt(20, 1);
    const port = circuit.inputs.findIndex(({ kind }) => kind === "worker");
    const light = circuit.inputs[port]!;
    if (light.kind !== "worker") throw new Error("it is a worker's");
    const highest = 3 * light.fieldPerLevel;
    expect(highest * re[port]! + dark!.re[port]!).toBeCloseTo(highest, 12);
    expect(highest * im[port]! + dark!.im[port]!).toBeCloseTo(0, 12);
    expect(Math.hypot(dark!.re[port]!, dark!.im[port]!) / highest).toBeCloseTo(0.1, 12);
  });

  it("make no chip good by states that reads a word wrong, and most of those that read all right", () => {
    const plan = finish(planMonteCarlo(circuit, 1));
    const bare = finish(planMonteCarlo({ ...circuit, certificate: null }, 1));
    const count = { good: 0, right: 0 };
    for (const [ratioDb, phaseRad] of [
      [20, Math.PI / 2],
      [25, Math.PI / 2],
      [25, 0],
      [28, 0],
      [33, 0],
      [34, 2],
      [40, Math.PI],
    ] as const) {
      const errors = { ...noErrors, phaseRad: 0.003, workerPhaseRad: 0.02, extinction: { ratioDb, phaseRad } };
      const chipAt = drawnChips(plan, { kind: "technology", errors, pitch: plainPitch }, 1);
      for (let chip = 0; chip < 3; chip++) {
        const { light } = chipAt(chip);
        const [good, right] = [chipIsGood(plan, light), chipIsGood(bare, light)];
        expect(good && !right, `${ratioDb} dB at ${phaseRad}`).toBe(false);
        if (good) count.good++;
        if (right) count.right++;
      }
    }
    expect(count.right).toBeGreaterThan(8);
    expect(count.good).toBeGreaterThan(0.7 * count.right);
    expect(count.right).toBeLessThan(21);
  });

  it("keep or miss what a spec requires", () => {
    for (const [ratio, met] of [
      [33, true],
      [25, false],
    ] as const) {
      const text = `aggregate m { workers 4; precision 8 bits; require { extinction <= ${ratio} dB } }`;
      const [spec] = parseSpecs({ name: "m.optinc", text }).value!;
      const [result] = finish(requirementSteps(circuit, spec!, null, 1));
      expect(result).toMatchObject({ metric: "extinction", met });
    }
  });
});
