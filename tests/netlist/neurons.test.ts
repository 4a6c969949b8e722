import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Activation,
  type Circuit,
  checkCircuit,
  chipSimulator,
  circuitVersion,
  compileSimulation,
  curveOf,
  drawCircuit,
  indexFlow,
  noDeviceErrors,
  onChip,
  runSlice,
  seededRandom,
  sentBy,
  serializeCircuit,
  simulate,
  sliceProgram,
} from "../../netlist/index.ts";
import { circuit, mesh, mzi, output, relu, saturating, section, tinyCircuit, worker } from "./build.ts";
import { expectReferenceStates, inputFields, propagateFields } from "./light.ts";
import { withRandomLosses } from "./lossy.ts";
import { randomCircuit } from "./random-circuit.ts";
import { referenceStates, sent } from "./reference.ts";
import { withRandomSaturation } from "./saturated.ts";

const text = (of: Circuit): string => [...serializeCircuit(of)].join("");
const shape = { workers: 2, symbols: 2, layers: 3, spare: 3, devices: 8 };
const clipped = withRandomSaturation(tinyCircuit(), seededRandom(5));

/** Every neuron of the circuit through `change`. */
function withNeurons(of: Circuit, change: (neuron: Activation) => unknown): unknown {
  const sections = of.sections.map((each) => ({ ...each, activations: each.activations.map(change) }));
  return { ...of, sections };
}

/** One worker's light through one neuron: eight levels of field 1 to a receiver. */
function alone(neuron: Activation): Circuit {
  const sections = [section("layer", "one", [], [neuron])];
  return circuit({
    version: circuitVersion(sections),
    modes: 1,
    aggregate: { workers: 1, bits: 3, levels: 8, signed: false, rounding: "floor", symbols: 1 },
    inputs: [worker(0, 0, 0)],
    sections,
    outputs: [output(0, 0, 0, 1)],
  });
}

describe("a neuron that saturates", () => {
  it("is dark up to its threshold, then linear, then flat: by hand at every level", () => {
    const { re, im } = simulate(alone(saturating(0, 2, 2, 3)), Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7]));
    expect([...re]).toEqual([0, 0, 0, 2, 4, 6, 6, 6]);
    expect([...im]).toEqual(new Array(8).fill(0));
    const lit = simulate(alone(saturating(0, 2, -1, 3)), Uint8Array.from([0, 1, 2, 3]));
    expect([...lit.re]).toEqual([2, 4, 6, 6]);
  });

  it("agrees with the reference on every mode after every section, at every word of a small circuit", () => {
    for (let seed = 0; seed < 12; seed += 1) {
      const target = withRandomSaturation(tinyCircuit(), seededRandom(seed));
      for (let word = 0; word < 16; word += 1) {
        expectReferenceStates(target, [word >> 2, word & 3]);
      }
    }
  });

  it("agrees with the reference on random circuits, lossy ones among them, device by device and composed", () => {
    let flat = 0;
    for (let seed = 0; seed < 60; seed += 1) {
      const random = seededRandom(seed);
      const ideal = withRandomSaturation(randomCircuit(random, shape), random);
      const target = seed % 2 === 0 ? ideal : { ...withRandomLosses(ideal, random) };
      const symbols = Array.from({ length: 4 }, () => Math.floor(4 * random()));
      const states = referenceStates(target, symbols);
      const fields = simulate(target, Uint8Array.from(symbols));
      const ends = target.outputs.map(({ mode }) => ({ section: target.sections.length - 1, mode }));
      const slice = sliceProgram(indexFlow(target), ends, []);
      const launched = inputFields(target, Uint8Array.from(symbols));
      const sources = Float64Array.from(slice.unresolved, (port) => launched.re[target.inputs[port]!.mode]!);
      const composed = runSlice(slice, { vectors: 1, re: sources, im: null });
      target.outputs.forEach(({ mode }, o) => {
        const [re, im] = states.at(-1)![mode]!;
        expect(fields.re[o]).toBeCloseTo(re, 11);
        expect(fields.im[o]).toBeCloseTo(im, 11);
        expect(composed.re[o]).toBeCloseTo(re, 11);
        expect(composed.im[o]).toBeCloseTo(im, 11);
      });
      for (const [s, { activations }] of target.sections.entries()) {
        for (const neuron of activations) {
          if (neuron.kind === "saturating" && states[s]![neuron.mode]![0] === neuron.gain * neuron.range) flat += 1;
        }
      }
    }
    // the ends of the range are met, not only the middle
    expect(flat).toBeGreaterThan(20);
  });

  it("never falls, never leaves its height, and is the rectifier as far as its range goes", () => {
    const quantity = fc.double({ min: -10, max: 10, noNaN: true });
    const positive = fc.double({ min: 1e-3, max: 10, noNaN: true });
    fc.assert(
      fc.property(positive, quantity, positive, quantity, quantity, (gain, threshold, range, a, b) => {
        const of = (field: number): number => sentBy(gain, range, field - threshold);
        expect(of(a)).toBeCloseTo(sent(saturating(0, gain, threshold, range), a), 9);
        expect(Math.sign(of(a) - of(b)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
        expect(of(a)).toBeGreaterThanOrEqual(0);
        expect(of(a)).toBeLessThanOrEqual(gain * range);
        if (a <= range) expect(sentBy(gain, range, a)).toBe(sentBy(gain, Number.POSITIVE_INFINITY, a));
      }),
    );
  });

  it("hides no field that is no number behind its ends", () => {
    const { gain, range, threshold } = curveOf(saturating(0, 2, 1, 3));
    for (const broken of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(sentBy(gain, range, broken - threshold)).toBeNaN();
    }
    const huge = simulate(alone(saturating(0, 2, 1, 3)), Float64Array.of(Number.POSITIVE_INFINITY, Number.NaN));
    expect([...huge.re].every(Number.isNaN)).toBe(true);
  });

  it("has a threshold and a height of its own on a chip, in slices as device by device", () => {
    const simulator = compileSimulation(clipped);
    const errors = noDeviceErrors(simulator.program.op.length);
    const random = seededRandom(9);
    for (let step = 0; step < errors.offset.length; step += 1) {
      errors.offset[step] = 0.4 * (random() - 0.5);
      errors.factor[step] = 0.9 + 0.2 * random();
    }
    // by hand: the offset of a neuron that saturates goes to its threshold, the factor to the gain
    let step = 0;
    const moved = clipped.sections.map((each) => {
      const meshes = each.meshes.map((of) => {
        const devices = of.devices.map((device) => ({ ...device, fieldFactor: errors.factor[step++]! }));
        step += of.terminated.length;
        return { ...of, devices };
      });
      const activations = each.activations.map((neuron) => {
        const at = step++;
        const gain = neuron.gain * errors.factor[at]!;
        if (neuron.kind === "saturating") return { ...neuron, gain, threshold: neuron.threshold - errors.offset[at]! };
        errors.offset[at] = 0;
        return { ...neuron, gain };
      });
      return { ...each, meshes, activations };
    });
    const chip = chipSimulator(simulator, errors, simulator.launch);
    const wanted = clipped.outputs.map(({ mode }) => ({ section: clipped.sections.length - 1, mode }));
    const slice = sliceProgram(onChip(indexFlow(clipped), chip), wanted, []);
    for (let word = 0; word < 16; word += 1) {
      const symbols = Uint8Array.of(word >> 2, word & 3);
      const expected = simulate({ ...clipped, sections: moved, version: 3 }, symbols);
      const got = simulate(chip, symbols);
      const re = Float64Array.from(slice.unresolved, (port) => {
        const input = clipped.inputs[port]!;
        return input.kind === "worker" ? input.fieldPerLevel * symbols[input.worker]! : 0;
      });
      const sliced = runSlice(slice, { vectors: 1, re, im: null });
      for (const [o] of clipped.outputs.entries()) {
        expect(got.re[o]).toBeCloseTo(expected.re[o]!, 12);
        expect(sliced.re[o]).toBeCloseTo(expected.re[o]!, 12);
        expect(sliced.im[o]).toBeCloseTo(expected.im[o]!, 12);
      }
    }
  });

  it("lights what is behind it where its threshold is below 0, and only there", () => {
    const two = (threshold: number): Circuit => {
      const neuron = saturating(2, 1, threshold, 1);
      const base = circuit({
        modes: 3,
        inputs: [worker(0, 0, 0), worker(1, 0, 1)],
        sections: [
          section("layer", "neurons", [], [neuron]),
          section("layer", "mix", [mesh("left", "mix", [2, 1], [mzi(0, 0, 1, 0)])]),
        ],
        outputs: [output(0, 0, 0, 1), output(1, 0, 2, 1)],
      });
      return { ...base, version: 3 };
    };
    const bare = (threshold: number): unknown => ({ ...two(threshold), sections: two(threshold).sections.slice(0, 1) });
    expect(checkCircuit(bare(0)).findings.map(({ severity }) => severity)).toEqual(["warning", "error"]);
    expect(checkCircuit(bare(-0.5)).findings.map(({ severity }) => severity)).toEqual(["warning"]);
    const fields = propagateFields(compileSimulation(two(-0.5)), inputFields(two(-0.5), Uint8Array.of(0, 0)), 0, 1);
    expect(fields.re[2]).toBe(0.5);
  });

  it("is told from a rectifier in the drawing", () => {
    const drawn = drawCircuit(clipped);
    expect(drawn).toContain(">saturating neuron<");
    expect(drawn).toMatch(/saturating, gain \d\.\d{3}, from -?\d\.\d{3} to /);
    expect(drawCircuit(tinyCircuit())).not.toContain("saturat");
  });
});

describe("version 3", () => {
  it("is that of circuits with a neuron that saturates, and only of them", () => {
    expect(clipped.version).toBe(3);
    expect(text(clipped)).toContain('"version": 3');
    expect(circuitVersion(tinyCircuit().sections)).toBe(1);
    const lossy = withRandomLosses(tinyCircuit(), seededRandom(1));
    expect(lossy.version).toBe(2);
    expect(withRandomLosses(clipped, seededRandom(1)).version).toBe(3);
    expect(checkCircuit({ ...tinyCircuit(), version: 3 }).findings).toEqual([]);
  });

  it("is printed with kind, mode, gain, threshold and range", () => {
    expect(text(alone(saturating(0, 2, -0.25, 3)))).toContain(
      '{"kind": "saturating", "mode": 0, "gain": 2, "threshold": -0.25, "range": 3}',
    );
  });

  it("is refused under an earlier number: its reader would rectify", () => {
    for (const version of [1, 2]) {
      const { circuit: read, findings } = checkCircuit({ ...clipped, version });
      expect(read).toBeNull();
      expect(findings).toMatchObject([{ code: "OPT0402", severity: "error", where: "version" }]);
      expect(findings[0]!.message).toContain("saturate");
    }
  });

  it("is refused with numbers that no neuron has, each at its place", () => {
    const bad: readonly (readonly [string, unknown, string])[] = [
      ["gain", 0, "OPT0404"],
      ["gain", -1, "OPT0404"],
      ["gain", Number.NaN, "OPT0404"],
      ["gain", "2", "OPT0403"],
      ["threshold", Number.NaN, "OPT0404"],
      ["threshold", Number.NEGATIVE_INFINITY, "OPT0404"],
      ["threshold", 1e300, "OPT0404"],
      ["threshold", null, "OPT0403"],
      ["threshold", undefined, "OPT0403"],
      ["range", 0, "OPT0404"],
      ["range", -1, "OPT0404"],
      ["range", Number.POSITIVE_INFINITY, "OPT0404"],
      ["range", undefined, "OPT0403"],
      ["mode", 1, "OPT0404"],
      ["mode", -1, "OPT0404"],
      ["kind", "sigmoid", "OPT0403"],
      ["kind", "constructor", "OPT0403"],
      ["kind", null, "OPT0403"],
    ];
    for (const [key, value, code] of bad) {
      const file = withNeurons(alone(saturating(0, 2, 1, 3)), (neuron) => ({ ...neuron, [key]: value }));
      const { circuit: read, findings } = checkCircuit(file);
      expect(read).toBeNull();
      expect(findings).toMatchObject([{ code, severity: "error", where: `sections[0].activations[0].${key}` }]);
    }
  });

  it("does not take the fields of one kind for those of the other", () => {
    const relus = withNeurons(alone(relu(0)), (neuron) => ({ ...neuron, threshold: 1, range: 2 }));
    const { circuit: read, findings } = checkCircuit(relus);
    expect(read).toBeNull();
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([
      ["OPT0405", "error"],
      ["OPT0405", "error"],
    ]);
    const bare = withNeurons(alone(saturating(0, 1, 0, 1)), ({ mode, gain }) => ({ kind: "saturating", mode, gain }));
    expect(checkCircuit(bare).findings.map(({ code }) => code)).toEqual(["OPT0403", "OPT0403"]);
  });
});
