import { describe, expect, it } from "vitest";
import type { Circuit, Device, Mesh } from "../../netlist/index.ts";
import { followLight, type PartFigures } from "../../physics/light/paths.ts";
import { circuit, output, relu, section, worker } from "../netlist/build.ts";
import { circuitOf } from "./specs.ts";

const half = 10 ** (-0.3 / 20);
const parts: PartFigures = {
  mziFieldFactor: half,
  heaterFieldFactor: 1,
  mziDelayS: 3e-12,
  phaseFieldFactor: 1,
  phaseDelayS: 0,
  crossingDelayS: 0,
  delaySPerUm: 1.4e-14,
  neuronDelayS: 80e-12,
};

/** Two workers meet in a combiner; one of them passes a millimetre and two crossings before. */
function meeting(fieldFactor: number): Circuit {
  const waveguide: Device = { kind: "waveguide", column: 0, mode: 0, crossings: 2, lengthUm: 1000, fieldFactor };
  const combiner: Device = { kind: "mzi", column: 1, mode: 0, thetaRad: Math.PI / 2, phiRad: 0, fieldFactor: half };
  const mesh: Mesh = { kind: "combiner", name: "sum", modes: [0, 1], devices: [waveguide, combiner], terminated: [1] };
  return circuit({
    version: 2,
    aggregate: { workers: 2, bits: 1, levels: 2, signed: false, rounding: "floor", symbols: 1 },
    modes: 2,
    inputs: [0, 1].map((mode) => ({ ...worker(mode, 0, mode), name: `w${mode}` })),
    sections: [section("combine", "P", [mesh]), section("layer", "N", [], [relu(0, 2)])],
    outputs: [{ ...output(0, 0, 0, 1), name: "o" }],
  });
}

describe("paths of light", () => {
  it("add up in dB of power, devices and waveguides apart from what is split off", () => {
    const { paths } = followLight(meeting(10 ** (-1 / 20)), parts);
    const [worst] = paths;
    expect(worst).toMatchObject({
      from: "w0",
      fromKind: "worker",
      to: "N mode 0",
      toKind: "neuron",
      mzis: 1,
      crossings: 2,
    });
    expect(worst!.mziLossDb).toBeCloseTo(0.3, 12);
    expect(worst!.waveguideLossDb).toBeCloseTo(1, 12);
    expect(worst!.lossDb).toBeCloseTo(1.3, 12);
    expect(worst!.splitDb).toBeCloseTo(3.0103, 4);
  });

  it("start anew behind a neuron, whose light is its own", () => {
    const { paths } = followLight(meeting(0.5), parts);
    expect(paths.find(({ toKind }) => toKind === "receiver")).toMatchObject({ fromKind: "neuron", lossDb: 0, mzis: 0 });
  });

  it("count the fibre of light from outside where it merges with a neuron's, whose own modulator has none", () => {
    const { sections, ...rest } = meeting(10 ** (-1 / 20));
    const swapped: Circuit = { ...rest, sections: [sections[1]!, sections[0]!] };
    const receiver = (fibreLossDb: number) =>
      followLight(swapped, parts, fibreLossDb).paths.find(({ toKind }) => toKind === "receiver");
    // A decibel behind the neuron against a fibre of 3 dB before the worker's light.
    expect(receiver(0)).toMatchObject({ from: "N mode 0", fromKind: "neuron" });
    expect(receiver(3)).toMatchObject({ from: "w1", fromKind: "worker" });
  });

  it("take time: a transmitter waits for the longer lane, then nothing that meets is early", () => {
    const { latencyS, meetings, neuronsInSeries } = followLight(meeting(0.5), parts);
    expect(meetings).toHaveLength(1);
    expect(meetings[0]!.skewS).toBe(0);
    expect(latencyS).toBeCloseTo(14e-12 + 3e-12 + 80e-12, 20);
    expect(neuronsInSeries).toBe(1);
  });

  it("meet skewed where one lane of a symbol is longer than the other: split, a millimetre, combined", () => {
    const circuit = meeting(0.5);
    const [first] = circuit.sections;
    const [sum] = first!.meshes;
    const split: Mesh = {
      ...sum!,
      kind: "splitter",
      name: "split",
      devices: [{ kind: "mzi", column: 0, mode: 0, thetaRad: Math.PI / 2, phiRad: 0 }],
      terminated: [],
    };
    const one = {
      ...circuit,
      inputs: circuit.inputs.slice(0, 1),
      sections: [{ ...first!, meshes: [split, sum!] }, ...circuit.sections.slice(1)],
    };
    const { meetings } = followLight(one, parts);
    expect(meetings[0]!.skewS).toBeCloseTo(14e-12, 20);
    // Light that was early stays early: what meets on equal lanes behind it is as far apart, and twice the detour twice as far.
    const again = (extra: readonly Mesh[]): number[] => {
      const meshes = [split, { ...sum!, terminated: [] }, ...extra];
      return followLight({ ...one, sections: [{ ...first!, meshes }, ...circuit.sections.slice(1)] }, parts)
        .meetings.map(({ skewS }) => skewS)
        .toSorted((a, b) => a - b);
    };
    const equal = again([{ ...split, name: "equal" }]);
    const twice = again([{ ...sum!, name: "twice", terminated: [] }]);
    expect(equal.at(-1)).toBeCloseTo(14e-12, 20);
    expect(equal).toHaveLength(2);
    expect(twice.at(-1)).toBeCloseTo(28e-12, 20);
  });

  it("of mean-4x8: 16 neurons in series; 9 MZIs are the longest way without one", async () => {
    const circuit = await circuitOf("workers 4; precision 8 bits; network constructed { decision-margin 0.25 }");
    const { paths, neuronsInSeries, latencyS } = followLight(circuit, parts);
    expect(paths[0]!.mzis).toBe(9);
    expect(paths[0]!.lossDb).toBeCloseTo(9 * 0.3, 9);
    expect(neuronsInSeries).toBe(16);
    // 1.3 ns in neurons, and what is between them
    expect(latencyS).toBeGreaterThan(1.28e-9);
    expect(latencyS).toBeLessThan(1.6e-9);
  });
});
