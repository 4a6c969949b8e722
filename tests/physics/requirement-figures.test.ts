import { describe, expect, it } from "vitest";
import type { Requirement } from "../../dsl/index.ts";
import { type Held, type QuantityKey, requirementSteps, type Technology } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { circuitOf, given, technology as shipped, withValues } from "./specs.ts";

const best = shipped("best-published");

const bound = (some: Partial<Requirement>): Requirement => ({
  kind: "bound",
  relation: "<=",
  value: 1,
  unit: null,
  written: "",
  at: null,
  metric: "mzis",
  span: { start: 0, end: 0 },
  ...some,
});

const held = (requirement: Requirement, symbolRateBd: number = 25e9): Held => ({
  name: "mean",
  symbolRateBd,
  requirements: [requirement],
});

const circuit = await circuitOf("workers 2; precision 2 bits");
const judged = (requirement: Requirement, technology: Technology | null = best, symbolRateBd: number = 25e9) =>
  finish(requirementSteps(circuit, held(requirement, symbolRateBd), technology, 1))[0]!;

describe("figures for requirements", () => {
  it("a circuit that has to be sent too much light: the symbol rate that is advised would do", () => {
    const wish = bound({ metric: "launch-power", unit: "mW", value: 1e-3 });
    const { figure } = judged(wish);
    const needed = given(figure);
    const quarter = bound({ ...wish, value: needed / 4 });
    const miss = judged(quarter);
    expect(miss.met).toBe(false);
    const advised = 1e9 * Number(/symbol rate of about ([\d.]+) GBd/.exec(miss.mend!)?.[1]);
    const slower = judged(quarter, best, advised).figure;
    expect(given(slower) / (needed / 4)).toBeCloseTo(1, 1);
  });

  it("a chip that fails too long: the times of repair that are advised would do, and without a bring-up there is no figure", async () => {
    const saturating = await circuitOf("workers 2; precision 2 bits; network constructed { neuron saturating }");
    const foundry = shipped("foundry-si");
    const asked = bound({ metric: "availability", relation: ">=", unit: "%", value: 0.9999999 });
    const judgedIn = (technology: Technology, of = saturating) =>
      finish(requirementSteps(of, held(asked), technology, 1))[0]!;
    const missed = judgedIn(foundry);
    const [, repair, retrim] = /`repair-time` of ([\d.]+) h in place of 4 h and `retrim-time` of ([\d.]+) s/.exec(
      missed.mend!,
    )!;
    const shorter = withValues(foundry, { "repair-time": 3600 * Number(repair), "retrim-time": Number(retrim) });
    expect([missed.met, judgedIn(shorter).met]).toEqual([false, true]);
    expect(judgedIn(foundry, circuit).found).toContain("no bring-up can be derived");
  });

  it("without technology what is counted has a figure, and nothing else", () => {
    expect(judged(bound({ metric: "mzis", value: 1000 }), null).met).toBe(true);
    expect(judged(bound({ metric: "latency" }), null)).toMatchObject({
      met: false,
      found: "the spec names no technology",
    });
  });

  it("a yield is drawn at the errors that are named, and else at the technology's", () => {
    const wish = bound({ metric: "yield", relation: ">=", value: 0.5, at: { phaseRad: 0, splitter: 0 } });
    const [fine, rough] = [0, 1].map((phaseRad) => judged(bound({ ...wish, at: { phaseRad, splitter: 0 } }), best));
    expect(fine!.met).toBe(true);
    expect(fine!.found).toMatch(/ of 1 000 chips, [\d.]+ % to [\d.]+ % with 95 % confidence$/);
    expect(rough!.met).toBe(false);
    expect(fine!.figure.kind === "value" && fine!.figure.uses).not.toContain("residual-phase");
  });

  it.each<[QuantityKey]>([["neuron-offset"], ["coupler-error"], ["residual-phase"], ["width-sigma"]])(
    "a yield at named errors needs no %s, one at the technology's errors does",
    (key) => {
      const at = { phaseRad: 0.001, splitter: 0.001 };
      const { figure } = judged(
        bound({ metric: "yield", relation: ">=", value: 0, at }),
        withValues(best, { [key]: null }),
      );
      expect(figure).toMatchObject({ kind: "value" });
      const { figure: unnamed } = judged(
        bound({ metric: "yield", relation: ">=", value: 0 }),
        withValues(best, { "coupler-error": null }),
      );
      expect(unnamed).toMatchObject({ kind: "not-computed", missing: "coupler-error" });
    },
  );

  it("nothing is computed where nothing is required", () => {
    const steps = requirementSteps(circuit, { name: "mean", symbolRateBd: 25e9, requirements: [] }, best, 1);
    expect(steps.next()).toEqual({ done: true, value: [] });
  });
});
