import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { TopologySpec } from "../../dsl/index.ts";
import { checkCircuit, compileSimulation, resultOf, tabulate } from "../../netlist/index.ts";
import { gradientTable } from "../../training-sim/index.ts";
import { dequantize, prove, quantizeBlocks, referenceWords, verifyCircuit } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";

const single: TopologySpec = { kind: "single" };
const tree = (...fanIn: number[]): TopologySpec => ({ kind: "cascade", fanIn });
const shapes: readonly (readonly [number, number, 2 | 4 | 8 | 16, boolean, TopologySpec])[] = [
  [4, 8, 4, true, single],
  [3, 5, 4, true, single],
  [5, 1, 2, false, single],
  [2, 6, 8, true, single],
  [6, 4, 16, false, single],
  [4, 4, 4, true, tree(2, 2)],
  [7, 3, 4, true, tree(3, 3)],
  [5, 3, 8, false, tree(2, 3)],
];

describe("a result that is not rounded", () => {
  it.each(shapes)("is the sum of %i words of %i bits at %i levels, on every input and by proof", (...shape) => {
    const [workers, bits, levels, signed, topology] = shape;
    const { circuit } = synthesise(specOf(workers, bits, levels, "none", signed, 0.25, topology));
    expect(checkCircuit(JSON.parse(JSON.stringify(circuit))).findings).toEqual([]);
    const report = verifyCircuit(circuit, { inputs: { kind: "exhaustive" }, seed: 1, proof: true });
    expect([report.wrong, report.mode, report.allReduce.differing]).toEqual([0, "exhaustive", 0]);
    expect(prove(circuit).problems).toEqual([]);
    // The largest sum of codes needs every bit of the result.
    const most = workers * (2 ** bits - 1);
    expect([2 ** resultOf(circuit.aggregate).bits > most, 2 ** (resultOf(circuit.aggregate).bits - 1) <= most]).toEqual(
      [true, true],
    );
  });

  it("is told from a rounded one, by proof and by vectors", () => {
    const exact = synthesise(specOf(2, 3, 4, "none")).circuit;
    const rounded = synthesise(specOf(2, 3, 4, "floor")).circuit;
    const claimsToRound = { ...exact, aggregate: rounded.aggregate };
    expect(prove(claimsToRound).holds).toBe(false);
    const claimsToBeExact = { ...rounded, aggregate: exact.aggregate };
    expect(prove(claimsToBeExact).holds).toBe(false);
    const longer = { ...synthesise(specOf(2, 4, 4)).circuit, aggregate: { ...exact.aggregate, bits: 4 } };
    expect(checkCircuit(longer).findings.map(({ code }) => code)).toContain("OPT0408");
    expect(verifyCircuit(claimsToRound, { inputs: { kind: "exhaustive" }, seed: 1 }).wrong).toBeGreaterThan(0);
  });

  it("becomes the mean of the gradients with its fraction", () => {
    const { circuit } = synthesise(specOf(4, 4, 4, "none"));
    const table = gradientTable(tabulate(compileSimulation(circuit), "sums"))!;
    expect([table.scale, resultOf(table.aggregate).min, table.exact]).toEqual([4, -32, true]);
    const data = Float32Array.of(1, 0.5, 1, 0.25, 1, 0.25, 1, -1);
    const quantized = quantizeBlocks({ workers: 4, length: 2, data }, circuit.aggregate, 2);
    // Words of 4 bits are sevenths: 7 + 7 + 7 + 7 and round(3.5) + round(1.75) + round(1.75) - 7.
    const sums = referenceWords(quantized.words, circuit.aggregate);
    expect([...sums]).toEqual([28, 1]);
    expect([...dequantize(sums, quantized)]).toEqual([1, (1 / 4) * (1 / 7)]);
  });
});
