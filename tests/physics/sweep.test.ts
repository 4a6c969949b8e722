import { describe, expect, it } from "vitest";
import type { Circuit } from "../../netlist/index.ts";
import { driftSteps, sweepSteps, type Technology } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { circuitIn, circuitOf, given, technology, withValues } from "./specs.ts";

const foundry = technology("foundry-si");

function rangesOf(circuit: Circuit, technology: Technology = foundry) {
  const found = given(finish(sweepSteps(circuit, technology, 3, 1)));
  return {
    ...found,
    of: (trim: string, axis: string) => found.ranges.find((it) => it.trim === trim && it.axis === axis)!,
  };
}

describe("where wavelength and temperature leave every word right", () => {
  it("is the drift of the budget while no heater is set again, and no matter of temperature once they are", () => {
    const circuit = circuitIn("foundry-si", specOf(4, 8, 4));
    const found = rangesOf(circuit);
    const { temperatureK, frequencyHz } = given(finish(driftSteps(circuit, foundry, 1e-12, 1)));
    const [chip, laser] = [found.of("untrimmed", "chip"), found.of("untrimmed", "laser")];
    expect(chip.high / temperatureK).toBeCloseTo(1, 1);
    expect((laser.high * 299792458) / 1550e-9 ** 2 / frequencyHz).toBeCloseTo(1, 1);
    // a laser that follows the chip keeps what waveguides turn: index-by-temperature 1550 nm / group-index
    expect(found.followMPerK).toBeCloseTo((1.86e-4 * 1550e-9) / 4.3, 15);
    expect(found.of("untrimmed", "both").high).toBeGreaterThan(1000 * chip.high);
    expect(found.of("trimmed", "chip")).toMatchObject({ low: -100, high: 100 });
    for (const { points } of found.ranges) expect(points[1]).toMatchObject({ isProved: true, wrong: 0 });
    // a quarter of the range beyond its ends
    for (const { points } of [chip, laser])
      for (const end of [points[0]!, points[2]!]) {
        expect(end.wrong).toBeGreaterThan(0);
        expect(end.isProved).toBe(false);
      }
  });

  it("ends where couplers share out too badly, of which heaters mend a part", async () => {
    const circuit = await circuitOf("workers 4; precision 4 bits; network constructed { neuron saturating }");
    const found = rangesOf(circuit);
    const [untrimmed, trimmed] = [found.of("untrimmed", "laser"), found.of("trimmed", "laser")];
    expect(trimmed.high).toBeGreaterThan(2 * untrimmed.high);
    expect(found.hasLengths).toBe(false);
    const withAngle = (angle: number | null) =>
      rangesOf(circuit, withValues(foundry, { "coupler-angle-by-wavelength": angle }));
    expect(withAngle(null).notGiven).toEqual(["coupler-angle-by-wavelength"]);
    const { value } = foundry.entries["coupler-angle-by-wavelength"]!;
    expect(withAngle(4 * value).of("trimmed", "laser").low / trimmed.low).toBeLessThan(0.4);
  });
});
