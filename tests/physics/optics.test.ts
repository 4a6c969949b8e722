import { describe, expect, it } from "vitest";
import { checkCircuit, isIdeal, serializeCircuit } from "../../netlist/index.ts";
import { opticsOf, readingOf } from "../../physics/index.ts";
import { partFigures } from "../../physics/light/part-figures.ts";
import { followLight } from "../../physics/light/paths.ts";
import { compile, synthesiseIn } from "../../toolchain/index.ts";
import { specOf } from "../compiler/specs.ts";
import { technology, withValues } from "./specs.ts";

const foundry = technology("foundry-si");
const rate = 25e9;
const spec = { ...specOf(4, 8, 4), technology: "foundry-si" };

describe("the optics of a technology", () => {
  it("adds up an MZI, two couplers and its length; heaters and fixed phases apart", () => {
    const { optics } = opticsOf(foundry, rate);
    // 2 * .1 dB, (2 * 40 + 2 * 62) um at 3 dB/cm
    const mziDb = 0.2 + 204e-4 * 3;
    expect(optics!.mziFieldFactor).toBeCloseTo(10 ** (-mziDb / 20), 12);
    expect(optics!.mziDelayS).toBeCloseTo((204e-6 * 4.3) / 299_792_458, 20);
    expect(optics!.heaterFieldFactor).toBeCloseTo(10 ** (-0.23 / 20), 12);
    expect(optics!.phaseFieldFactor).toBeCloseTo(10 ** ((-62e-4 * 3) / 20), 12);
    expect(optics!.crossingFieldFactor).toBeCloseTo(10 ** (-0.18 / 20), 12);
    expect(optics!.fieldFactorPerUm).toBeCloseTo(10 ** (-3e-4 / 20), 14);
    expect(optics!.lanePitchUm).toBeCloseTo(50, 9);
    expect(optics).toMatchObject({ neuronDelayS: 80e-12, matchDelays: true });
    expect(optics!.shortestWaitS).toBeCloseTo(4e-14, 20);
  });

  it("is what the budget calculates with", () => {
    for (const name of ["foundry-si", "best-published", "sin-thermal"]) {
      const { optics } = opticsOf(technology(name), rate);
      expect(optics).toMatchObject(partFigures(readingOf(technology(name))));
    }
  });

  it("is ideal for `ideal`, which says nothing of lengths and times", () => {
    expect(isIdeal(opticsOf(technology("ideal"), rate).optics!)).toBe(true);
  });

  it("takes nothing that is not given for 0", () => {
    expect(opticsOf(withValues(foundry, { "crossing-loss": null, "lane-pitch": null }), rate)).toEqual({
      optics: null,
      missing: ["crossing-loss", "lane-pitch"],
    });
    expect(opticsOf(withValues(foundry, { "neuron-delay": null }), rate).optics).toMatchObject({
      matchDelays: false,
      neuronDelayS: 0,
    });
  });
});

describe("a circuit in a technology", () => {
  it.each(["foundry-si", "best-published", "sin-thermal"])(
    "of %s is proved, and its light meets in time",
    async (name) => {
      const of = technology(name);
      const small = specOf(3, 6, 4);
      const { value, diagnostics } = await compile({ ...small, technology: name }, { technology: of });
      expect(diagnostics).toEqual([]);
      const { circuit, evidence } = value!;
      expect(evidence).toMatchObject({ kind: "proved", proof: { holds: true } });
      expect(circuit.version).toBe(2);
      expect(checkCircuit(circuit).findings).toEqual([]);
      const { meetings } = followLight(circuit, partFigures(readingOf(of)));
      // 40 ps a symbol; a wait of a thousandth is none, and some of them add up
      expect(meetings[0]!.skewS).toBeLessThan(0.01 * 40e-12);
      const ideal = (await compile(small)).value!.circuit;
      expect(followLight(ideal, partFigures(readingOf(of))).meetings[0]!.skewS).toBeGreaterThan(40e-12);
    },
  );

  it("of `ideal` is the circuit of ideal light, byte for byte", () => {
    const text = (made: ReturnType<typeof synthesiseIn>) => [...serializeCircuit(made.value!.circuit)].join("");
    const none = { network: null };
    const ideal = synthesiseIn({ ...spec, technology: "ideal" }, technology("ideal"), none);
    expect(text(ideal)).toBe(text(synthesiseIn({ ...spec, technology: null }, null, none)));
  });

  it("OPT0638: is not made where the technology does not say what light loses", async () => {
    const { value, diagnostics } = await compile(spec, { technology: withValues(foundry, { "heater-loss": null }) });
    expect(value).toBeNull();
    expect(diagnostics).toMatchObject([{ code: "OPT0638" }]);
    expect(diagnostics[0]!.message).toContain("`heater-loss`");
  });

  it("OPT0636: is not made where a technology is named and none given", async () => {
    expect((await compile(spec)).diagnostics).toMatchObject([{ code: "OPT0636", severity: "error" }]);
  });

  it("OPT0646: is not made where no light is left of a lane", async () => {
    const technology = withValues(foundry, { "crossing-loss": 250 });
    const { value, diagnostics } = await compile(spec, { technology });
    expect(value).toBeNull();
    expect(diagnostics).toMatchObject([{ code: "OPT0646", severity: "error" }]);
  });
});
