import { formatNumber } from "../../circuit/numbers.ts";
import { blockMatrix, type LinearBlock, leftOut } from "../block.ts";
import { blockFiles } from "../join.ts";
import type { Subject } from "../scope.ts";
import { directionOption, sweepFindings, sweepOption } from "../spectrum.ts";
import { optionValue, type Target, type TargetOptions } from "../target.ts";
import { denseFindings } from "../touchstone/writer.ts";

/**
 * S-parameter text of Lumerical INTERCONNECT's Optical N Port S-Parameter element: one block an (output, input) pair with rows
 * frequency, modulus, phase in radians. "port 1".."port n" are the inputs, the following ones the outputs. Phases are
 * those of fields e^{-i omega t}, as everywhere in this tool.
 */
export const lumericalDatTarget: Target = {
  name: "lumerical-dat",
  summary: "S-parameters for an INTERCONNECT N-port element (.dat)",
  carries: "passive linear optics as a matrix; a whole circuit with neurons becomes a file a section and an index",
  limits: "no devices, neurons, receivers or constant light; the matrix is dense",
  options: [directionOption, sweepOption],
  check: (subject, options) => [
    ...leftOut(subject, "lumerical-dat"),
    ...denseFindings(subject, "lumerical-dat"),
    ...sweepFindings(subject, options),
  ],
  emit: (subject, options) =>
    blockFiles(subject, "lumerical-dat", (block) => ({
      name: `${block.stem}.dat`,
      content: printDat(block, subject, options),
    })),
};

/** Around 1550 nm, with the same matrix: tools that interpolate need several. */
const FREQUENCIES_HZ = [193_314_489_032_258, 193_414_489_032_258, 193_514_489_032_258];

function* printDat(block: LinearBlock, { spectrum }: Subject, options: TargetOptions): Generator<string> {
  const reciprocal = optionValue(lumericalDatTarget.options, options, "direction") === "reciprocal";
  const designed = blockMatrix(block);
  const matrices =
    spectrum?.map(({ frequencyHz, simulator }) => ({ frequencyHz, ...blockMatrix(block, simulator) })) ??
    FREQUENCIES_HZ.map((frequencyHz) => ({ frequencyHz, ...designed }));
  const inputs = block.modes.length;
  const pair = function* (to: number, from: number, at: number): Generator<string> {
    yield `("port ${to + 1}","TE",1,"port ${from + 1}",1,"transmission")\n(${matrices.length},3)\n`;
    for (const { frequencyHz, re, im } of matrices) {
      const figures = [frequencyHz, Math.hypot(re[at]!, im[at]!), Math.atan2(im[at]!, re[at]!)];
      yield `${figures.map((it) => formatNumber(it)).join(" ")}\n`;
    }
  };
  for (let row = 0; row < block.outputs.length; row += 1) {
    for (let column = 0; column < inputs; column += 1) {
      yield* pair(inputs + row, column, row * inputs + column);
    }
  }
  if (reciprocal) {
    for (let column = 0; column < inputs; column += 1) {
      for (let row = 0; row < block.outputs.length; row += 1) {
        yield* pair(column, inputs + row, row * inputs + column);
      }
    }
  }
}
