import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Circuit } from "../../netlist/index.ts";
import { type CrossingCrosstalk, crosstalkSteps } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { lossyOptics } from "../compiler/optics.ts";
import { specOf } from "../compiler/specs.ts";
import { given, technology, withValues } from "./specs.ts";

const byWorker: Circuit = synthesise(
  { ...specOf(3, 6, 4), portOrder: "by-worker" },
  { network: null },
  lossyOptics,
).circuit;

const foundry = technology("foundry-si");
const leaking = (ratioDb: number | null, of = byWorker, seed = 1) =>
  finish(crosstalkSteps(of, withValues(foundry, { "crossing-crosstalk": ratioDb }), seed));

function found(ratioDb: number, seed = 1): CrossingCrosstalk {
  const answer = leaking(ratioDb, byWorker, seed);
  expect(answer).toMatchObject({ uses: ["crossing-crosstalk"] });
  return given(answer);
}

describe("crosstalk of crossings", () => {
  it("leaves all words right and the receivers where they were when next to nothing leaks", () => {
    const { rightChips, chips, wrongShare, worstReceiverError, all, crossings } = found(-180);
    expect({ rightChips, chips, wrongShare, all }).toEqual({ rightChips: 20, chips: 20, wrongShare: 0, all: true });
    expect(crossings).toBeGreaterThan(3);
    expect(worstReceiverError).toBeLessThan(1e-6);
  });

  it("moves receivers by the root of the power that leaks, while no word is wrong", () => {
    const [weak, strong] = [found(-120), found(-100)];
    expect(strong.rightChips).toBe(20);
    expect(strong.worstReceiverError / weak.worstReceiverError).toBeCloseTo(10, 2);
  });

  it("makes words wrong where much leaks, the same ones for a seed", () => {
    const strong = found(-15);
    expect(strong.rightChips).toBe(0);
    expect(strong.wrongShare).toBeGreaterThan(0.1);
    expect(found(-15)).toEqual(strong);
    expect(found(-15, 2).wrongShare).not.toBe(strong.wrongShare);
  });

  it("is nothing where no lane crosses or nothing is placed, and not computed where the technology does not say", () => {
    const unplaced = synthesise(specOf(3, 6, 4)).circuit;
    expect(leaking(-41, unplaced)).toBeNull();
    const uncrossed = specOf(4, 8, 4, "half-up", true, 0.4, { kind: "single" }, "saturating");
    const free = synthesise(uncrossed, { network: null }, lossyOptics).circuit;
    expect(leaking(-41, free)).toBeNull();
    expect(leaking(null)).toMatchObject({ kind: "not-computed", missing: "crossing-crosstalk" });
  });
});
