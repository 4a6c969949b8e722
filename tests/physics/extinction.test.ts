import { describe, expect, it } from "vitest";
import { drawnChips, interpret, leaking, leakOf, noErrors, plainPitch } from "../../netlist/index.ts";
import { chipIsGood } from "../../physics/chips/judge.ts";
import { MOST_VECTORS, triedWords } from "../../physics/chips/tried-words.ts";
import { extinctionSteps, planMonteCarlo, requirementSteps } from "../../physics/index.ts";
import { parseSpecs } from "../../toolchain/index.ts";
import { finish } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { circuitIn } from "./specs.ts";

type Who = "transmitters" | "neurons" | "both";

const spec = specOf(4, 8, 4, "half-up", true, 0.25, { kind: "single" }, "saturating");
const circuit = circuitIn("foundry-si", spec);
const { simulator, symbols, expected } = triedWords(circuit, 1);
const neurons = circuit.sections.flatMap(({ activations }) => activations);

/** Levels that receivers read wrong: neurons' light by the definition, device by device with nothing folded. */
function wrongLevels(who: Who, ratioDb: number, phaseRad: number, neuronsRad = phaseRad): number {
  const launch =
    who === "neurons" ? simulator.launch : leaking(circuit, simulator.launch, leakOf({ ratioDb, phaseRad }));
  const share = who === "transmitters" ? 0 : 10 ** (-ratioDb / 20);
  const { op } = simulator.program;
  const steps = [...op.keys()].filter((step) => op[step] === 3);
  const { re, vectors } = interpret({ ...simulator, launch }, symbols, {
    steps,
    after: (fields, step, mode) => {
      const it = neurons[steps.indexOf(step)]!;
      if (it.kind !== "saturating") throw new Error("it saturates");
      for (let at = mode * fields.vectors; at < (mode + 1) * fields.vectors; at++) {
        const unsent = it.gain * it.range - fields.re[at]!;
        fields.re[at] = fields.re[at]! + share * Math.cos(neuronsRad) * unsent;
        fields.im[at] = share * Math.sin(neuronsRad) * unsent;
      }
    },
  });
  let wrong = 0;
  for (const { mode, symbol, levelsPerField } of circuit.outputs) {
    for (let v = 0; v < vectors; v++) {
      const read = Math.min(3, Math.max(0, Math.floor(re[mode * vectors + v]! * levelsPerField + 0.5)));
      if (read !== expected[v * circuit.aggregate.symbols + symbol]) wrong++;
    }
  }
  return wrong;
}

const TURNS = [0, 1, 3, 4].map((eighth) => (eighth * Math.PI) / 4);

describe("modulators that leak", () => {
  const found = finish(extinctionSteps(circuit, 1));

  it.each(["transmitters", "neurons"] as const)("need the ratio at which words begin to be wrong: %s", (who) => {
    const neededDb = found[`${who}Db`]!;
    expect([found.vectors, found.all]).toEqual([28_561, true]);
    expect(found.vectors).toBeLessThan(MOST_VECTORS);
    expect(TURNS.map((turn) => wrongLevels(who, neededDb, turn))).toEqual(TURNS.map(() => 0));
    expect(Math.max(...TURNS.map((turn) => wrongLevels(who, neededDb - 0.3, turn)))).toBeGreaterThan(0);
  });

  it("need more where transmitters and neurons leak at phases of their own, and little in quadrature", () => {
    const bothDb = found.bothDb!;
    expect(bothDb - Math.max(found.transmittersDb!, found.neuronsDb!)).toBeGreaterThan(3);
    const pairs = [0, Math.PI].flatMap((one) => [0, Math.PI].map((other) => [one, other] as const));
    expect(pairs.map(([one, other]) => wrongLevels("both", bothDb, one, other))).toEqual([0, 0, 0, 0]);
    const below = pairs.map(([one, other]) => wrongLevels("both", bothDb - 0.3, one, other));
    expect(Math.max(...below)).toBeGreaterThan(0);
    expect(found.quadratureDb).toBe(0);
    expect(wrongLevels("both", 6, Math.PI / 2)).toBe(0);
  });

  it("send the highest level as it was, and what leaks at the lowest", () => {
    const { re, im, dark } = leaking(circuit, simulator.launch, leakOf({ ratioDb: 20, phaseRad: 1 }));
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
      [22, 0],
      [26, 0],
      [30, 0],
      [24, 2],
      [28, 2.4],
    ] as const) {
      const errors = { ...noErrors, phaseRad: 0.003, workerPhaseRad: 0.02, extinction: { ratioDb, phaseRad } };
      const chipAt = drawnChips(plan, { kind: "technology", errors, pitch: plainPitch }, 1);
      for (let chip = 0; chip < 3; chip++) {
        const { light } = chipAt(chip);
        expect(light.devices.leak?.top).toEqual(plan.inputScale);
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
      [37, true],
      [33, false],
    ] as const) {
      const text = `aggregate m { workers 4; precision 8 bits; require { extinction <= ${ratio} dB } }`;
      const [spec] = parseSpecs({ name: "m.optinc", text }).value!;
      const [result] = finish(requirementSteps(circuit, spec!, null, 1));
      expect(result).toMatchObject({ metric: "extinction", met });
    }
  });
});
