import type { Activation, Circuit, Saturating } from "../../netlist/index.ts";
import { circuit, mesh, mzi, output, phase, saturating, section, worker } from "./build.ts";

const half = Math.PI / 2;
const turn = -0.75 * Math.PI;

/** Floor of the mean of two bits: fields add up to s / sqrt 2 of the sum s in 0..2; a neuron finds s = 2. Thresholds and ranges are steps of s. */
export function pair(neuron: Activation = comparator(1.25, 0.5)): Circuit {
  const unit = Math.SQRT1_2;
  return circuit({
    version: 3,
    name: "pair",
    aggregate: { workers: 2, bits: 1, levels: 2, signed: false, rounding: "floor", symbols: 1 },
    modes: 3,
    inputs: [worker(0, 0, 0), worker(1, 0, 1)],
    sections: [
      section("combine", "P", [mesh("combiner", "sum", [0, 1], [mzi(0, 0, half, 0)], [1])]),
      section("layer", "turn", [mesh("left", "turn", [0], [phase(0, 0, turn)])]),
      section("layer", "decide", [], [neuron]),
      section("broadcast", "T", [
        mesh("splitter", "tree", [0, 2], [mzi(0, 0, half, 0), phase(0, 1, turn), phase(1, 1, turn)]),
      ]),
    ],
    outputs: [output(0, 0, 0, Math.SQRT2), output(1, 0, 2, Math.SQRT2)],
    certificate: {
      signals: [
        { kind: "sum", name: "s", section: 1, mode: 0, max: 2, fieldPerUnit: unit },
        { kind: "bit", name: "both", section: 2, mode: 0, max: 1, fieldPerUnit: 1 },
      ],
      cells: [
        {
          kind: "split",
          name: "compare",
          terms: [{ signal: 0, weight: 1 }],
          offset: 0,
          bits: [{ signal: 1, weight: 2 }],
          residual: null,
        },
      ],
      symbols: [[{ signal: 1, weight: 1 }]],
    },
  });
}

/** From dark at `from` to a bit of field 1 over the next `width` steps of the sum. */
export function comparator(from: number, width: number): Saturating {
  const range = width * Math.SQRT1_2;
  return saturating(0, 1 / range, from * Math.SQRT1_2, range);
}
