import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  circuitSteps,
  compileSimulation,
  indexFlow,
  type ModeFields,
  type Position,
  runSlice,
  seededRandom,
  type simulate,
  sliceProgram,
} from "../../netlist/index.ts";
import { attenuator, circuit, mesh, mzi, output, reference, relu, section, tinyCircuit, worker } from "./build.ts";
import { inputFields, sectionStates } from "./light.ts";
import { withRandomLosses } from "./lossy.ts";
import { randomCircuit } from "./random-circuit.ts";

function statesOf(target: Parameters<typeof simulate>[0], symbols: Uint8Array, start: ModeFields): ModeFields[] {
  return [start, ...sectionStates(target, symbols)];
}

function gather(states: readonly ModeFields[], positions: readonly Position[], part: "re" | "im"): Float64Array {
  return Float64Array.from(
    positions.flatMap(({ section, mode }) => {
      const state = states[section + 1]!;
      return [...state[part].subarray(mode * state.vectors, (mode + 1) * state.vectors)];
    }),
  );
}

describe("sliceProgram", () => {
  it("reproduces simulate() from any cuts, worker inputs included, on random circuits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (seed) => {
        const random = seededRandom(seed);
        const below = (n: number) => Math.floor(random() * n);
        const bare = randomCircuit(random, { workers: 2, symbols: 2, layers: 4, spare: 5, devices: 6 });
        const target = seed % 2 === 0 ? bare : withRandomLosses(bare, random);
        const symbols = Uint8Array.from({ length: 4 * 3 }, () => below(4));
        const states = statesOf(target, symbols, inputFields(target, symbols));
        const anywhere = () => ({ section: below(5) - 1, mode: below(target.modes) });
        const cuts = Array.from({ length: below(12) }, anywhere);
        const outputs = Array.from({ length: 1 + below(3) }, anywhere);
        const slice = sliceProgram(indexFlow(target), outputs, cuts);
        const driven = [
          ...slice.reads.map((cut) => cuts[cut]!),
          ...slice.unresolved.map((port) => ({ section: -1, mode: target.inputs[port]!.mode })),
        ];
        const got = runSlice(slice, { vectors: 3, re: gather(states, driven, "re"), im: gather(states, driven, "im") });
        const re = gather(states, outputs, "re");
        const im = gather(states, outputs, "im");
        for (let i = 0; i < re.length; i += 1) {
          expect(Math.abs(got.re[i]! - re[i]!)).toBeLessThan(1e-10);
          expect(Math.abs(got.im[i]! - im[i]!)).toBeLessThan(1e-10);
        }
        slice.activations.forEach((activation, a) => {
          const after = gather(states, [activation], "re");
          after.forEach((field, v) => {
            expect(Math.abs(activation.gain * Math.max(0, got.before.re[3 * a + v]!) - field)).toBeLessThan(1e-10);
          });
        });
      }),
      { numRuns: 150 },
    );
  });

  it("lists what it depends on and nothing else", () => {
    const target = tinyCircuit();
    const index = indexFlow(target);
    const afterP = sliceProgram(index, [{ section: 0, mode: 0 }], []);
    expect([afterP.unresolved, afterP.reads, afterP.meshes]).toEqual([[0, 1], [], 1]);
    const neuron = sliceProgram(
      index,
      [{ section: 2, mode: 0 }],
      [
        { section: 4, mode: 4 },
        { section: 0, mode: 0 },
      ],
    );
    expect([neuron.unresolved, neuron.reads]).toEqual([[], [1]]);
    expect(neuron.activations.map((it) => it.mode)).toEqual([0]);
  });

  it("keeps the imaginary part of the field before an activation", () => {
    const target = tinyCircuit();
    const slice = sliceProgram(indexFlow(target), [{ section: 2, mode: 0 }], []);
    const { before } = runSlice(slice, { vectors: 1, re: Float64Array.of(3, 0.9), im: null });
    const linear = { ...target, sections: target.sections.map((it) => ({ ...it, activations: [] })) };
    const state = [...sectionStates(linear, Uint8Array.of(3, 1))][2]!;
    expect(before.re[0]).toBeCloseTo(state.re[0]!, 12);
    expect(before.im[0]).toBeCloseTo(state.im[0]!, 12);
    expect(Math.abs(before.im[0]!)).toBeGreaterThan(0.1);
  });

  it("reads a cut through a bare waveguide, not a later one, and ignores a cut at the output itself", () => {
    const target = circuit({
      modes: 2,
      inputs: [worker(0, 0, 0), worker(1, 0, 1)],
      sections: [
        section("layer", "a", [mesh("left", "m", [0, 1], [mzi(0, 0, 1, 1)])]),
        section("layer", "b", []),
        section("layer", "c", [], [relu(0)]),
      ],
      outputs: [output(0, 0, 0, 1), output(1, 0, 1, 1)],
    });
    const index = indexFlow(target);
    const cuts = [0, 1, 2].map((at) => ({ section: at, mode: 0 }));
    expect(sliceProgram(index, [{ section: 2, mode: 0 }], cuts).reads).toEqual([1]);
    expect(sliceProgram(index, [{ section: 1, mode: 0 }], cuts).reads).toEqual([0]);
    const own = sliceProgram(index, [{ section: 0, mode: 0 }], cuts);
    expect([own.reads, own.unresolved]).toEqual([[], [0, 1]]);
  });

  it("does not pull in neighbours of a mesh that no device couples, nor light that was absorbed", () => {
    const target = circuit({
      modes: 3,
      inputs: [worker(0, 0, 0), worker(1, 0, 1), reference("rail", 2, 1)],
      sections: [
        section("layer", "s", [mesh("singular", "S", [0, 1, 2], [attenuator(0, 0, 1, 1), attenuator(1, 0, 2, 0)])]),
        section("layer", "t", [mesh("left", "end", [0, 2], [mzi(0, 0, 1, 1)], [2])]),
      ],
      outputs: [output(0, 0, 0, 1), output(1, 0, 1, 1)],
    });
    const index = indexFlow(target);
    const one = sliceProgram(index, [{ section: 0, mode: 1 }], []);
    expect([one.unresolved, one.meshes]).toEqual([[1], 1]);
    const absorbed = sliceProgram(index, [{ section: 1, mode: 2 }], []);
    expect([absorbed.unresolved, absorbed.meshes]).toEqual([[], 0]);
    expect(runSlice(absorbed, { vectors: 2, re: new Float64Array(0), im: null }).re).toEqual(new Float64Array(2));
  });

  it("refuses fields that do not fit", () => {
    const slice = sliceProgram(indexFlow(tinyCircuit()), [{ section: 0, mode: 0 }], []);
    expect(() => runSlice(slice, { vectors: 2, re: new Float64Array(3), im: null })).toThrow(RangeError);
  });

  it("stays small in a long circuit: 1000 sections, one slice a section, 10 000 states in one of them", () => {
    const modes = 40;
    const sections = Array.from({ length: 1000 }, (_, s) => {
      const at = (7 * s) % (modes - 4);
      const one = mesh(
        "left",
        "m",
        [at, at + 1, at + 2, at + 3],
        [0, 1, 2, 0, 1].map((mode, i) => mzi(mode, i, 1, s)),
      );
      return section("layer", `s${s}`, [one], [relu(at), relu(at + 1)]);
    });
    const target = circuit({
      modes,
      inputs: [worker(0, 0, 0), worker(1, 0, 1)],
      sections,
      outputs: [output(0, 0, 0, 1), output(1, 0, 1, 1)],
    });
    const cuts = sections.flatMap((_, s) =>
      s % 20 === 0 ? Array.from({ length: modes }, (_, mode) => ({ section: s, mode })) : [],
    );
    const index = indexFlow(target);
    const slices = sections.map((_, s) => sliceProgram(index, [{ section: s, mode: (7 * s) % (modes - 4) }], cuts));
    const slice = slices[999]!;
    runSlice(slice, { vectors: 10_000, re: new Float64Array(10_000 * slice.reads.length).fill(1), im: null });
    expect(slice.unresolved).toEqual([]);
    expect(Math.max(...slices.map((it) => it.meshes))).toBeLessThan(25);
    expect(compileSimulation(target).program.op.length).toBe(circuitSteps(target).length);
  });
});
