import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Circuit, InputPort } from "../../netlist/index.ts";
import { sumDeviation } from "../../verify/symmetry.ts";
import { specOf } from "../compiler/specs.ts";
import { attenuator, circuit, mesh, mzi, output, phase, reference, relu, section, worker } from "../netlist/build.ts";

const even = Math.PI / 2;

function withFields(made: Circuit, field: (port: InputPort & { kind: "worker" }) => number): Circuit {
  const inputs = made.inputs.map((port) => (port.kind === "worker" ? { ...port, fieldPerLevel: field(port) } : port));
  return { ...made, inputs };
}

/** Light of three workers of one symbol, each on a waveguide of its own, and as many receivers. */
function loose(fields: readonly number[], sections: Circuit["sections"] = [], receivers = fields.length): Circuit {
  return circuit({
    aggregate: { workers: fields.length, bits: 1, levels: 2, signed: false, rounding: "floor", symbols: 1 },
    modes: fields.length + 1,
    inputs: [...fields.map((field, w) => worker(w, 0, w, field)), reference("rail", fields.length, 9)],
    sections,
    outputs: Array.from({ length: receivers }, (_, w) => output(w, 0, w, 1)),
  });
}

/** Two workers on the two inputs of one coupler. */
const coupler = mesh("combiner", "m", [0, 1], [mzi(0, 0, even, 0)]);

describe("how unequally the workers of a sum are seen", () => {
  it("is nothing in what is compiled, cascades of uneven units included", () => {
    for (const spec of [
      specOf(3, 2, 2),
      specOf(2, 3, 4, "half-even"),
      specOf(5, 2, 2, "floor", true, 0.25, { kind: "cascade", fanIn: [2, 3] }),
      specOf(7, 1, 2, "half-up", true, 0.25, { kind: "cascade", fanIn: [2, 2, 2] }),
    ]) {
      expect(sumDeviation(synthesise(spec).circuit)).toBeLessThan(1e-13);
    }
  });

  it("does not compare one symbol with another, nor one unit with another", () => {
    const tree = synthesise(specOf(4, 2, 2, "floor", true, 0.25, { kind: "cascade", fanIn: [2, 2] })).circuit;
    expect(sumDeviation(withFields(tree, ({ symbol }) => 1 + symbol))).toBeLessThan(1e-13);
    expect(sumDeviation(withFields(tree, ({ worker: w }) => (w < 2 ? 1 : 3)))).toBeLessThan(1e-13);
    expect(sumDeviation(withFields(tree, ({ worker: w }) => (w % 2 === 0 ? 1 : 1.5)))).toBeCloseTo(0.5 / 1.5, 12);
  });

  it("is the largest difference from the first worker, relative to the strongest light there", () => {
    // All three reach the waveguide of the first one through nothing: the others bring nothing to it.
    expect(sumDeviation(loose([1, 1, 1]))).toBe(1);
    const tree = synthesise(specOf(3, 1, 2)).circuit;
    expect(sumDeviation(withFields(tree, ({ worker: w }) => 1 + w / 100))).toBeCloseTo(0.02 / 1.02, 9);
    expect(sumDeviation(withFields(tree, ({ worker: w }) => 1000 * (1 + w / 100)))).toBeCloseTo(0.02 / 1.02, 9);
    expect(sumDeviation(withFields(tree, ({ worker: w }) => (w === 1 ? -1 : 1)))).toBeCloseTo(2, 9);
  });

  it("sees a phase as it sees a strength", () => {
    const turned = (phiRad: number): Circuit =>
      loose([1, 1], [section("combine", "P", [mesh("left", "p", [0], [phase(0, 0, phiRad)]), coupler])], 1);
    // i for the second worker makes the two arrive alike on the first output of the coupler.
    const alike = turned(Math.PI / 2);
    const other = turned(Math.PI / 2 + 0.1);
    const first = sumDeviation(alike);
    expect(Math.min(first, sumDeviation(turned(-Math.PI / 2)))).toBeLessThan(2.1);
    expect(Math.abs(sumDeviation(other) - first)).toBeGreaterThan(0.001);
  });

  it("is nothing where all light is turned alike", () => {
    const made = synthesise(specOf(3, 1, 2)).circuit;
    const turned = {
      ...made,
      sections: made.sections.map((it, s) =>
        s > 0
          ? it
          : {
              ...it,
              meshes: [
                ...it.meshes,
                mesh(
                  "left",
                  "turn",
                  [...Array(made.modes).keys()],
                  [...Array(made.modes).keys()].map((mode) => phase(mode, 0, 1)),
                ),
              ],
            },
      ),
    };
    expect(sumDeviation(turned)).toBeLessThan(1e-13);
  });

  it("is measured in front of the first neurons, wherever they are, or at the receivers", () => {
    const wait = section("combine", "wait", []);
    const mix = section("combine", "mix", [mesh("left", "m", [0, 1], [mzi(0, 0, 0.7, 0.3)])]);
    const act = section("layer", "act", [], [relu(0), relu(1)]);
    const tilt = sumDeviation(loose([1, 1], [mix]));
    expect(tilt).toBeGreaterThan(0.1);
    expect(sumDeviation(loose([1, 1], [wait, mix]))).toBeCloseTo(tilt, 12);
    expect(sumDeviation(loose([1, 1], [wait, mix, act]))).toBeCloseTo(tilt, 12);
    // The mixing behind the neurons is not asked.
    expect(sumDeviation(loose([1, 1], [act, mix]))).toBe(1);
    expect(sumDeviation(loose([1, 1], [wait, { ...mix, activations: [relu(0)] }, mix]))).toBeCloseTo(tilt, 12);
  });

  it("does not ask what no receiver can see", () => {
    const neurons = section("layer", "act", [], [relu(0)]);
    // Three waveguides with one worker each, of which the receiver sees one, two or all.
    const seen = (behind: Circuit["sections"]): number => sumDeviation(loose([0, 1, 1], [neurons, ...behind], 1));
    expect(seen([])).toBe(0);
    const joined = section("layer", "b", [mesh("left", "m", [0, 1], [mzi(0, 0, 1, 1)])]);
    expect(seen([joined])).toBe(1);
    expect(seen([section("layer", "b", [mesh("left", "m", [1, 2], [mzi(0, 0, 1, 1)])])])).toBe(0);
    expect(seen([section("layer", "b", [mesh("left", "m", [0, 1], [attenuator(0, 0, 1, 1), phase(1, 0, 1)])])])).toBe(
      0,
    );
    // By way of the third waveguide, in the order of the light.
    const by = section("layer", "b", [
      mesh("left", "m", [1, 2], [mzi(0, 0, 1, 1)]),
      mesh("left", "n", [0, 2], [mzi(0, 0, 1, 1)]),
    ]);
    expect(seen([by])).toBe(1);
    const one = section("layer", "b", [mesh("left", "m", [0, 1, 2], [mzi(1, 0, 1, 1), mzi(0, 1, 1, 1)])]);
    expect(seen([one])).toBe(1);
    // What is absorbed between is not seen.
    const absorbed = section("layer", "b", [mesh("left", "m", [1, 2], [], [1, 2]), ...joined.meshes]);
    expect(seen([absorbed])).toBe(0);
    // Absorbed behind the coupler, one of its outputs still leads to the receiver.
    expect(seen([section("layer", "b", [mesh("left", "m", [0, 1], [mzi(0, 0, 1, 1)], [1])])])).toBe(1);
  });
});
