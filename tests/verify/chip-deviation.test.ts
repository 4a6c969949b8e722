import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import {
  type Circuit,
  compileSimulation,
  type FlowIndex,
  onChip,
  perturbPhases,
  perturbSimulator,
  seededRandom,
} from "../../netlist/index.ts";
import { designOf, isNearDesign } from "../../verify/chip-deviation.ts";
import { chipIsPerfect, planChips, verifyCircuit } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { plainlyPerfect } from "./plain-chips.ts";

const single = { kind: "single" } as const;
const circuits = [
  ["four workers", synthesise(specOf(4, 8, 4, "half-up", true, 0.25, single, "saturating")).circuit],
  ["long division, half-even", synthesise(specOf(3, 6, 4, "half-even", true, 0.25, single, "saturating")).circuit],
  ["two levels", synthesise(specOf(5, 3, 2, "floor", true, 0.4, single, "saturating")).circuit],
] as const;

function chipsOf(circuit: Circuit, index: FlowIndex, sigmaRad: number, count: number): readonly FlowIndex[] {
  const [simulator, random] = [compileSimulation(circuit), seededRandom(4)];
  return Array.from({ length: count }, () => onChip(index, perturbSimulator(simulator, sigmaRad, random)));
}

describe.each(circuits)("chips near the design: %s", (_, circuit) => {
  const plan = planChips(circuit);
  const isRight = chipIsPerfect(plan, plan.index);
  const design = designOf(plan)!;
  const tables = [...plan.sums, ...plan.cells].map(({ made }) => made);
  const asDesigned = tables.map(({ boxes }) => ({ re: boxes.re.slice(), im: boxes.im.slice() }));

  it("are perfect, looked at plainly, and right on every word", () => {
    expect(isRight).toBe(true);
    const seen = { near: 0, other: 0 };
    for (const sigmaRad of [0.004, 0.04]) {
      const again = seededRandom(4);
      for (const [number, chip] of chipsOf(circuit, plan.index, sigmaRad, 12).entries()) {
        chipIsPerfect(plan, chip);
        const built = perturbPhases(circuit, sigmaRad, again);
        const near = isNearDesign(design, plan, chip);
        seen[near ? "near" : "other"]++;
        if (!near) continue;
        expect(plainlyPerfect(built)).toBe(true);
        if (number < 2) expect(verifyCircuit(built, { inputs: { kind: "exhaustive" }, seed: 1 }).wrong).toBe(0);
      }
    }
    expect(seen.near).toBeGreaterThan(5);
    expect(seen.other).toBeGreaterThan(5);
  });

  it.each([0.0005, 0.003])("are off by no more than is said, and by a good part of it (%d rad)", (sigmaRad) => {
    let largestShare = 0;
    for (const chip of chipsOf(circuit, plan.index, sigmaRad, 40)) {
      expect(chipIsPerfect(plan, chip)).toBe(true);
      expect(isNearDesign(design, plan, chip)).toBe(true);
      for (const [i, { signals, boxes }] of tables.entries()) {
        // The boxes of sums hold nothing but what workers can send; those behind cells are wider than that, and their middles are not.
        const [wideRe, wideIm] = i < plan.sums.length ? [boxes.spreadRe, boxes.spreadIm] : [[], []];
        for (const [at, re] of boxes.re.entries()) {
          const id = signals[at % signals.length]!;
          const offRe = Math.abs(re - asDesigned[i]!.re[at]!) + (wideRe[at] ?? 0);
          const offIm = Math.abs(boxes.im[at]! - asDesigned[i]!.im[at]!) + (wideIm[at] ?? 0);
          expect(offRe).toBeLessThanOrEqual(design.offRe[id]! + 1e-12);
          expect(offIm).toBeLessThanOrEqual(design.offIm[id]! + 1e-12);
          if (design.offRe[id]! > 1e-9) largestShare = Math.max(largestShare, offRe / design.offRe[id]!);
        }
      }
    }
    expect(largestShare).toBeGreaterThan(0.5);
  });

  it("are none where one receiver or one neuron could see another field than in the design", () => {
    const [chip] = chipsOf(circuit, plan.index, 0, 1);
    const slices = [...plan.symbols, ...plan.cells].map(({ open }) => open.slice);
    const seen = { receivers: 0, neurons: 0 };
    for (const { outputs, activations } of slices) {
      const forms = activations.length === 0 ? outputs : activations.map(({ form }) => form);
      for (const form of forms) {
        // composes the chip's slices anew
        expect(chipIsPerfect(plan, chip!)).toBe(true);
        expect(isNearDesign(design, plan, chip!)).toBe(true);
        form.re[0] = form.re[0]! + 100;
        expect(isNearDesign(design, plan, chip!)).toBe(false);
        seen[activations.length === 0 ? "receivers" : "neurons"]++;
      }
    }
    expect(Math.min(seen.receivers, seen.neurons)).toBeGreaterThan(1);
  });

  it("are none whose light comes in, or is read, in another way", () => {
    const [chip] = chipsOf(circuit, plan.index, 0, 1);
    expect(chipIsPerfect(plan, chip!, design)).toBe(true);
    expect(isNearDesign(design, plan, chip!)).toBe(true);
    const dim = { ...chip!.launch, re: chip!.launch.re.map((it) => 0.999 * it) };
    expect(isNearDesign(design, plan, { ...chip!, launch: dim })).toBe(false);
    const offset = chip!.receivers.offset.map((it) => it + 1e-3);
    expect(isNearDesign(design, plan, { ...chip!, receivers: { ...chip!.receivers, offset } })).toBe(false);
  });
});

it("there is no design to be near to where a neuron is between its corners in some state", () => {
  const plan = planChips(synthesise(specOf(4, 8, 4)).circuit);
  expect(chipIsPerfect(plan, plan.index)).toBe(true);
  expect(designOf(plan)).toBe(null);
});
