import { describe, expect, it } from "vitest";
import { losesLight } from "../../netlist/index.ts";
import { expectProof, promisedBits, roundings, specMatrix } from "../compiler/specs.ts";
import { circuitIn } from "../physics/specs.ts";

/** Each number of bits at each number of levels, with the three roundings in turn: a third of the promised matrix. */
const specs = specMatrix([4, 8, 16], promisedBits).filter(
  ({ rounding }, i) => rounding === roundings[Math.floor(i / roundings.length) % roundings.length],
);

describe.each(["foundry-si", "best-published"])("promised specs in %s, proved on their lossy devices", (technology) => {
  it.each(
    specs.map(
      (spec) => [`${spec.workers} x ${spec.precisionBits}, ${spec.levels} levels, ${spec.rounding}`, spec] as const,
    ),
  )("%s", (label, spec) => {
    const circuit = circuitIn(technology, spec);
    expect(losesLight(circuit.sections)).toBe(true);
    expectProof(circuit, label);
  });
});
