import { caution, type Finding } from "../../check/finding.ts";
import { formatNumber } from "../../circuit/numbers.ts";
import { blockMatrix, type LinearBlock, leftOut, linearBlocks, placeOf } from "../block.ts";
import { comment } from "../identifiers.ts";
import { blockFiles } from "../join.ts";
import type { Subject } from "../scope.ts";
import { directionOption, sweepFindings, sweepOption } from "../spectrum.ts";
import { optionValue, type Target, type TargetOptions } from "../target.ts";

/**
 * Touchstone 1.1 (.sNp) and 2.0 (.ts): the scattering matrix at one frequency or several. Ports 1..n are the inputs, n+1..n+m the
 * outputs of the block. Meshes are reciprocal, so that the way back is the transposed matrix; `direction=forward`
 * leaves it dark, as in a circuit behind an isolator.
 */
export const touchstoneTarget: Target = {
  name: "touchstone",
  summary: "scattering matrix at one or many frequencies (.sNp or .ts)",
  carries: "passive linear optics as a matrix; a whole circuit with neurons becomes a file a section and an index",
  limits: "no devices, neurons, receivers or constant light; the matrix is dense: 16 million entries for 2048 ports",
  options: [
    { name: "version", summary: "1: .sNp; 2: .ts with keywords", values: ["1", "2"] },
    directionOption,
    sweepOption,
  ],
  check: (subject, options) => [
    ...leftOut(subject, "touchstone"),
    ...denseFindings(subject, "touchstone"),
    ...sweepFindings(subject, options),
  ],
  emit: (subject, options) =>
    blockFiles(subject, "touchstone", (block) => {
      const ports = block.modes.length + block.outputs.length;
      const version = optionValue(touchstoneTarget.options, options, "version");
      const extension = version === "2" ? "ts" : `s${ports}p`;
      return { name: `${block.stem}.${extension}`, content: printTouchstone(block, subject, options) };
    }),
};

/** Of the only point: 1550 nm. */
const FREQUENCY_HZ = 193414489032258.06;

/** Ports beyond which a dense matrix is more than tools open. */
const COMFORTABLE_PORTS = 2048;

/** Warnings for blocks whose dense matrix would be large. */
export function denseFindings(subject: Subject, target: string): readonly Finding[] {
  return linearBlocks(subject).flatMap((block): Finding[] => {
    const ports = block.modes.length + block.outputs.length;
    if (ports <= COMFORTABLE_PORTS) return [];
    const message = `${block.name} has ${ports} ports: its matrix in ${target} has ${ports * ports} entries`;
    return [caution("OPT0434", placeOf(block), message, "export a mesh at a time with --scope mesh:NAME")];
  });
}

function* printTouchstone(block: LinearBlock, subject: Subject, options: TargetOptions): Generator<string> {
  const version2 = optionValue(touchstoneTarget.options, options, "version") === "2";
  const reciprocal = optionValue(touchstoneTarget.options, options, "direction") === "reciprocal";
  const points = subject.spectrum ?? [{ frequencyHz: FREQUENCY_HZ, simulator: null }];
  const inputs = block.modes.length;
  const outputs = block.outputs.length;
  const ports = inputs + outputs;
  yield `! ${comment(block.name)}: fields of passive optics, row = output, column = input\n`;
  yield `! ports 1..${inputs} are the inputs on modes ${block.modes.join(" ")}\n`;
  yield `! ports ${inputs + 1}..${ports} are the outputs on modes ${block.outputs.map((port) => block.modes[port]!).join(" ")}\n`;
  if (version2) {
    yield "[Version] 2.0\n# HZ S RI R 50\n";
    yield `[Number of Ports] ${ports}\n`;
    if (ports === 2) {
      yield "[Two-Port Data Order] 12_21\n";
    }
    yield `[Number of Frequencies] ${points.length}\n[Reference] ${new Array(ports).fill("50").join(" ")}\n[Matrix Format] Full\n[Network Data]\n`;
  } else {
    yield "# HZ S RI R 50\n";
  }
  for (const { frequencyHz, simulator } of points) {
    const { re, im } = blockMatrix(block, simulator);
    const entry = (row: number, column: number): string => {
      const isForward = row >= inputs && column < inputs;
      if (!isForward && !(reciprocal && row < inputs && column >= inputs)) return "0 0";
      const at = isForward ? (row - inputs) * inputs + column : (column - inputs) * inputs + row;
      return `${formatNumber(re[at]!)} ${formatNumber(im[at]!)}`;
    };
    const frequency = formatNumber(frequencyHz);
    yield* ports === 2 ? twoPorts(frequency, entry, version2) : rows(frequency, entry, ports);
  }
  if (version2) {
    yield "[End]\n";
  }
}

type Entry = (row: number, column: number) => string;

/** The one exception of the format: a line, and in version 1 column by column. */
function* twoPorts(frequency: string, entry: Entry, version2: boolean): Generator<string> {
  const [first, second] = version2 ? [entry(0, 1), entry(1, 0)] : [entry(1, 0), entry(0, 1)];
  yield `${frequency} ${entry(0, 0)} ${first} ${second} ${entry(1, 1)}\n`;
}

function* rows(frequency: string, entry: Entry, ports: number): Generator<string> {
  for (let row = 0; row < ports; row += 1) {
    for (let column = 0; column < ports; column += PAIRS_A_LINE) {
      const pairs = Array.from({ length: Math.min(PAIRS_A_LINE, ports - column) }, (_, i) => entry(row, column + i));
      yield `${row === 0 && column === 0 ? `${frequency} ` : ""}${pairs.join(" ")}\n`;
    }
  }
}

/** Version 1 allows four pairs a line, and a new row starts a new line. */
const PAIRS_A_LINE = 4;
