import { describe, expect, it } from "vitest";
import { losesLight } from "../../netlist/index.ts";
import { prove } from "../../verify/index.ts";
import { expectProof, promisedBits, roundings, specMatrix } from "../compiler/specs.ts";
import { circuitIn } from "../physics/specs.ts";

/** Each number of bits at each number of levels, with the three roundings in turn: a third of the promised matrix. */
const specs = specMatrix([4, 8, 16], promisedBits).filter(
  ({ rounding }, i) => rounding === roundings[Math.floor(i / roundings.length) % roundings.length],
);

/**
 * Rectifiers and residuals of 16 workers and 32 digits of two levels, one after the other: lanes wait for half a metre and more. One loses more than 200 dB, and what
 * makes up for the others magnifies the rounding of doubles beyond what the proof allows.
 */
const tooLong = "foundry-si 16 x 32";
const tooLongProblem = /loses more than 200 dB|cell digit\d+: d\d+r in section/;

function problemOf(work: () => readonly string[]): string {
  try {
    return work().join("\n");
  } catch (error) {
    return String(error);
  }
}

describe.each(["foundry-si", "best-published"])("promised specs in %s, proved on their lossy devices", (technology) => {
  it.each(
    specs.map(
      (spec) => [`${spec.workers} x ${spec.precisionBits}, ${spec.levels} levels, ${spec.rounding}`, spec] as const,
    ),
  )("%s", (label, spec) => {
    if (spec.levels === 2 && `${technology} ${spec.workers} x ${spec.precisionBits}` === tooLong) {
      expect(problemOf(() => prove(circuitIn(technology, spec)).problems)).toMatch(tooLongProblem);
      return;
    }
    const circuit = circuitIn(technology, spec);
    expect(losesLight(circuit.sections)).toBe(true);
    expectProof(circuit, label);
  });
});
