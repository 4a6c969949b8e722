import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/index.ts";
import {
  blockMatrix,
  type Circuit,
  type ComplexMatrix,
  findTarget,
  linearBlocks,
  readSpice,
  seededRandom,
  subjectOf,
} from "../../netlist/index.ts";
import { lossyOptics } from "../compiler/optics.ts";
import { specOf } from "../compiler/specs.ts";
import { tinyCircuit } from "./build.ts";
import { withRandomLosses } from "./lossy.ts";
import { withRandomSaturation } from "./saturated.ts";
import { type Complex, saxMatrix } from "./sax-model.ts";
import { circuitDifference } from "./spice/compare.ts";
import { compiledMean } from "./spice/compiled.ts";
import { spiceText } from "./spice-text.ts";
import { unitaryCircuit } from "./subjects.ts";

const compiled = synthesise(specOf(3, 4, 4), { network: null }, lossyOptics).circuit;
const circuits: readonly Circuit[] = [
  withRandomLosses(tinyCircuit(), seededRandom(3)),
  withRandomLosses(tinyCircuit(), seededRandom(8)),
  compiled,
];
const passive = withRandomLosses(unitaryCircuit(4), seededRandom(2));

const files = (circuit: Circuit, format: string, options: Readonly<Record<string, string>> = {}) =>
  findTarget(format)!
    .emit(subjectOf(circuit, { kind: "circuit" }), options)
    .map((file) => [file.name, [...file.content].join("")] as const);

function expectMatrix(got: readonly (readonly Complex[])[], { rows, cols, re, im }: ComplexMatrix): void {
  expect(got.length).toBe(rows);
  got.forEach((row, i) => {
    row.forEach(([x, y], j) => {
      expect(x).toBeCloseTo(re[i * cols + j]!, 12);
      expect(y).toBeCloseTo(im[i * cols + j]!, 12);
    });
  });
}

describe("a circuit that loses light", () => {
  it("has its matrix in SAX", () => {
    const [block] = linearBlocks(subjectOf(passive, { kind: "circuit" }));
    const [[, text]] = files(passive, "sax") as [readonly [string, string]];
    const names = (side: string) => [0, 1, 2, 3].map((mode) => `${side}${mode}`);
    expectMatrix(saxMatrix(text, names("in"), names("out")), blockMatrix(block!));
  });

  it("has the matrices of its blocks in SAX, and ports and neurons in the index", () => {
    for (const circuit of [...circuits, compiledMean(4, 8, 4), compiledMean(3, 5, 8)]) {
      const [index, ...written] = files(circuit, "sax");
      const { inputs, outputs, certificate } = circuit;
      const neurons = circuit.sections.map(({ name, activations }) => ({ name, activations }));
      expect(JSON.parse(index![1])).toMatchObject({ inputs, outputs, certificate, sections: neurons });
      const blocks = linearBlocks(subjectOf(circuit, { kind: "circuit" }));
      expect(written).toHaveLength(blocks.length);
      for (const [i, block] of blocks.entries()) {
        const ins = block.modes.map((mode) => `in${mode}`);
        const outs = block.outputs.map((port) => `out${block.modes[port]!}`);
        expectMatrix(saxMatrix(written[i]![1], ins, outs), blockMatrix(block));
      }
    }
  });

  it.each(["nested", "flat"])(
    "comes back from SPICE with the same fields, as one that loses none does, %s",
    (hierarchy) => {
      const tiny = tinyCircuit();
      const saturating = [1, 2, 3, 4].map((seed) => withRandomSaturation(tiny, seededRandom(seed)));
      const others = [tiny, compiledMean(4, 8, 4), compiledMean(3, 5, 8), ...saturating];
      for (const circuit of [...circuits, ...others, withRandomLosses(saturating[3]!, seededRandom(4))]) {
        const { value, findings } = readSpice(spiceText(circuit, { hierarchy }));
        expect(findings.filter((it) => it.severity === "error")).toEqual([]);
        expect(value!.aggregate).toEqual(circuit.aggregate);
        expect(value!.version).toBe(circuit.version);
        expect(circuitDifference(circuit, value!)).toBeLessThan(1e-12);
      }
      const moved = readSpice(spiceText(tiny, { hierarchy }).replace(/(theta\w*=)2\.8 /, "$12.9 "));
      expect(circuitDifference(tiny, moved.value!)).toBeGreaterThan(1e-3);
    },
  );

  it("is refused where a file amplifies light, or loses more than there is", () => {
    for (const loss of ["-0.1", "1e9"]) {
      const text = spiceText(compiled).replace(/ il=\S+/, ` il=${loss}`);
      expect(readSpice(text).findings).toMatchObject([{ code: "OPT0440" }]);
    }
  });
});
