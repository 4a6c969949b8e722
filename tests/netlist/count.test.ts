import { describe, expect, it } from "vitest";
import { countDevices } from "../../netlist/index.ts";
import { attenuator, circuit, mesh, mzi, output, phase, section, tinyCircuit, worker } from "./build.ts";

const ideal = { crossings: 0, waveguideUm: 0 };

describe("countDevices", () => {
  it("counts by section, attenuators among the MZIs, every phase shifter", () => {
    const counts = countDevices(tinyCircuit());
    expect(counts.bySection).toEqual({
      combine: { mzis: 1, attenuators: 0, phaseShifters: 3, activations: 0, ...ideal },
      reference: { mzis: 1, attenuators: 0, phaseShifters: 2, activations: 0, ...ideal },
      layer: { mzis: 8, attenuators: 2, phaseShifters: 18, activations: 4, ...ideal },
      broadcast: { mzis: 2, attenuators: 0, phaseShifters: 4, activations: 0, ...ideal },
    });
    expect(counts).toMatchObject({ mzis: 12, attenuators: 2, phaseShifters: 27, activations: 4, meshes: 7 });
    expect(counts).toMatchObject({ modes: 6, sections: 5, workerInputs: 2, referenceInputs: 1, outputs: 2 });
  });

  it("measures depth along the light: side by side counts once, in a row adds up, phases are no columns", () => {
    const pair = (name: string, a: number, b: number) => mesh("left", name, [a, b], [mzi(0, 0, 1, 1), phase(0, 1, 1)]);
    const of = (...meshes: ReturnType<typeof pair>[]) =>
      countDevices(
        circuit({
          modes: 4,
          inputs: [worker(0, 0, 0)],
          sections: meshes.map((it) => section("layer", "s", [it])),
          outputs: [output(0, 0, 0, 1)],
        }),
      ).depth;
    expect(of(pair("a", 0, 1), pair("b", 2, 3))).toBe(1);
    expect(of(pair("a", 0, 1), pair("b", 1, 2), pair("c", 2, 3))).toBe(3);
    expect(of(pair("a", 0, 1), mesh("singular", "s", [1, 3], [attenuator(0, 0, 1, 1), attenuator(1, 0, 1, 1)]))).toBe(
      2,
    );
    expect(of({ ...pair("a", 0, 1), terminated: [1] }, pair("b", 1, 2))).toBe(1);
    expect(of()).toBe(0);
  });
});
