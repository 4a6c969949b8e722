import { caution, type Finding, failure } from "../../check/finding.ts";
import { formatNumber } from "../../circuit/numbers.ts";
import { type BlockStep, deviceCount, type LinearBlock, leftOut, linearBlocks, steps } from "../block.ts";
import { couplersAlike, lossesLeftOut } from "../ideal-only.ts";
import { comment, identifierOf, PYTHON_WORDS } from "../identifiers.ts";
import { blockFiles } from "../join.ts";
import { fileWord, type Subject } from "../scope.ts";
import { optionValue, type Target, type TargetOption, type TargetOptions } from "../target.ts";
import type { FoundryKit } from "./kit/kits.ts";
import { checkKit, kitFiles } from "./kit/writer.ts";
import { checkChip, chipFiles, figuresInWords, figuresPattern, isWholeChip } from "./whole.ts";

const chipOfTarget: TargetOption = {
  name: "chip",
  summary: "one layout of all of it: meshes, crossings, delay lines, neurons, carriers, metal and pads",
  values: ["meshes", "whole"],
  also: { what: figuresInWords, pattern: figuresPattern },
};

const testsOfTarget: TargetOption = {
  name: "test-structures",
  summary: "beside the whole chip: a straight, a delay line, a coupler, an MZI with a heater and a crossing",
  values: ["drawn", "none"],
};

const kitOfTarget: TargetOption = {
  name: "kit",
  summary: "ubcpdk, cspdk: a script a section, drawn with a foundry's cells",
  values: ["none", "ubcpdk", "cspdk"],
};

/**
 * gdsfactory 9 .pic.yml, one file a mesh: every device and every piece of waveguide is placed, with ports that touch, so
 * that nothing is left to a router and nothing crosses. A row is a mode, 60 um apart, first mode on top; an MZI is
 * straight_heater_metal (phi) on its first mode, S-bends, a balanced mzi2x2_2x2_phase_shifter (theta in the upper arm) and
 * S-bends; attenuators lead their second output to a terminator. Phases stand in the `info` of the heaters.
 */
export const gdsfactoryTarget: Target = {
  name: "gdsfactory",
  summary: "layout for gdsfactory: of every mesh (.pic.yml), or of the whole chip (.py)",
  carries:
    "devices, waveguides, phases in info, a file a mesh and an index; of the whole chip crossings, neurons, carriers, metal and pads",
  limits:
    "a mesh has no neurons, receivers and constant light, and no metal; gdsfactory needs minutes beyond 5 000 devices a mesh",
  options: [chipOfTarget, testsOfTarget, kitOfTarget],
  check: (subject, options) => [...couplersAlike(subject, "gdsfactory"), ...checkDrawing(subject, options)],
  emit: (subject, options) => {
    const chip = optionValue(gdsfactoryTarget.options, options, "chip");
    const foundry = foundryOf(options);
    if (foundry !== null) return kitFiles(subject, foundry);
    return isWholeChip(chip)
      ? chipFiles(subject, chip, hasTests(options))
      : blockFiles(
          subject,
          "gdsfactory",
          (block) => ({ name: `${block.stem}.pic.yml`, content: printLayout(block) }),
          meshBlocks(subject),
        );
  },
};

function checkDrawing(subject: Subject, options: TargetOptions): readonly Finding[] {
  const chip = optionValue(gdsfactoryTarget.options, options, "chip");
  const foundry = foundryOf(options);
  if (foundry !== null && isWholeChip(chip)) {
    const message = `${foundry} has one routing metal, no photodiodes and no modulators: it cannot draw the whole chip`;
    return [failure("OPT0444", "", message, `leave the option chip out: kit=${foundry} draws the passive sections`)];
  }
  if (isWholeChip(chip)) return checkChip(subject, chip, hasTests(options));
  const files = foundry === null ? "a file a mesh; --option chip=whole draws them" : "a script a section";
  return [
    ...lossesLeftOut(subject, "gdsfactory"),
    ...leftOut(subject, "gdsfactory", files),
    ...(foundry === null ? large(subject) : checkKit(subject, foundry)),
  ];
}

function hasTests(options: TargetOptions): boolean {
  return optionValue(gdsfactoryTarget.options, options, "test-structures") === "drawn";
}

function foundryOf(options: TargetOptions): FoundryKit | null {
  const kit = optionValue(gdsfactoryTarget.options, options, "kit");
  return kit === "ubcpdk" || kit === "cspdk" ? kit : null;
}

const COMFORTABLE_DEVICES = 5_000;

function large(subject: Subject): readonly Finding[] {
  return meshBlocks(subject)
    .filter((block) => deviceCount(block) > COMFORTABLE_DEVICES)
    .map((block) =>
      caution("OPT0434", "", `${block.name} has ${deviceCount(block)} devices: gdsfactory needs minutes to place them`),
    );
}

/** Only inside a mesh do neighbouring modes of MZIs lie side by side. */
function meshBlocks(subject: Subject): readonly LinearBlock[] {
  const { circuit, scope, stem } = subject;
  if (scope.kind === "mesh") {
    return linearBlocks(subject);
  }
  return circuit.sections.flatMap((section, s) =>
    scope.kind === "layer" && scope.section !== s
      ? []
      : section.meshes.flatMap((mesh, m) =>
          linearBlocks({
            circuit,
            scope: { kind: "mesh", section: s, mesh: m },
            stem: `${stem}.s${s}-m${m}-${fileWord(mesh.name)}`,
          }),
        ),
  );
}

/** Micrometres. A cell is heater, bend, interferometer, bend. */
const PITCH = 60;
const HEATER = 100;
const BEND = 60;
/** mzi2x2_2x2_phase_shifter with length_x 100: ports at x = -10 and 181, y = -0.625 (o1, o4) and 0.625 (o2, o3). */
const MZI_LEFT = 10;
const MZI_WIDTH = 191;
const MZI_HALF = 0.625;
const CELL = HEATER + BEND + MZI_WIDTH + BEND;

/** Words that YAML 1.1 reads as something else, besides those of Python. */
const RESERVED: ReadonlySet<string> = new Set([...PYTHON_WORDS, "null", "on", "off", "y", "n"]);

interface Placed {
  readonly name: string;
  readonly component: string;
  readonly settings: string;
  readonly info: string;
  readonly x: number;
  readonly y: number;
}

function* printLayout(block: LinearBlock): Generator<string> {
  yield `# ${comment(block.meshes[0]!.name)}: row i from the top is mode ${block.modes.join(", ")} of the circuit\n`;
  yield `name: ${identifierOf(block.name, RESERVED)}\ninstances:\n`;
  const ends: Ends = { inputs: [], outputs: [] };
  const placed = [...place(block, ends)];
  for (const it of placed) {
    yield `  ${it.name}: {component: ${it.component}, settings: {${it.settings}}${it.info === "" ? "" : `, info: {${it.info}}`}}\n`;
  }
  yield "placements:\n";
  for (const it of placed) {
    yield `  ${it.name}: {x: ${formatNumber(it.x)}, y: ${formatNumber(it.y)}}\n`;
  }
  yield "ports:\n";
  for (const [port, mode] of block.modes.entries()) {
    yield `  in${mode}: "${ends.inputs[port]!}"\n`;
  }
  for (const port of block.outputs) {
    yield `  out${block.modes[port]!}: "${ends.outputs[port]!}"\n`;
  }
}

/** Ports of instances. */
interface Ends {
  readonly inputs: string[];
  readonly outputs: string[];
}

/** What is put where; `ends` are complete behind the last. */
function* place(block: LinearBlock, ends: Ends): Generator<Placed> {
  const rows = block.modes.length;
  /** First free cell of a row, and where its waveguide ends. */
  const free = new Array<number>(rows).fill(0);
  const reach = new Array<number>(rows).fill(0);
  const seen = new Uint8Array(rows);
  let wires = 0;
  const entered = (row: number, end: string): void => {
    if (seen[row] === 0) {
      seen[row] = 1;
      ends.inputs[row] = end;
    }
  };
  const straight = function* (row: number, to: number): Generator<Placed> {
    const length = to - reach[row]!;
    if (length > 0) {
      const name = `w${wires}`;
      wires += 1;
      entered(row, `${name},o1`);
      ends.outputs[row] = `${name},o2`;
      yield { name, component: "straight", settings: `length: ${length}`, info: "", x: reach[row]!, y: -PITCH * row };
    }
    reach[row] = to;
  };
  const heater = function* (row: number, x: number, name: string, phiRad: number): Generator<Placed> {
    yield* straight(row, x);
    entered(row, `${name},o1`);
    ends.outputs[row] = `${name},o2`;
    reach[row] = x + HEATER;
    const info = `phi: ${formatNumber(phiRad)}`;
    yield { name, component: "straight_heater_metal", settings: `length: ${HEATER}`, info, x, y: -PITCH * row };
  };
  for (const step of steps(block)) {
    if (step.kind === "absorb" || step.device < 0) {
      continue;
    }
    const rowsOf = step.kind === "mzi" ? [step.port, step.second] : [step.port];
    const cell = Math.max(...rowsOf.map((row) => free[row]!));
    const x = cell * CELL;
    yield* heater(step.port, x, `d${step.device}_phi`, step.phiRad);
    if (step.kind === "mzi") {
      yield* straight(step.second, x + HEATER);
      for (const [i, row] of rowsOf.entries()) {
        reach[row] = x + CELL;
        ends.outputs[row] = `d${step.device}_out${i},o2`;
      }
    }
    yield* interferometer(step, x);
    if (step.kind === "attenuator") {
      ends.outputs[step.port] = `d${step.device}_out0,o2`;
      reach[step.port] = x + CELL;
    }
    for (const row of rowsOf) {
      free[row] = cell + 1;
    }
  }
  const width = CELL * free.reduce((most, cell) => Math.max(most, cell), 1);
  const lit = new Set(block.outputs);
  for (let row = 0; row < rows; row += 1) {
    yield* straight(row, width);
    if (!lit.has(row)) {
      yield { name: `t${row}`, component: "terminator", settings: "", info: "", x: width, y: -PITCH * row };
    }
  }
}

function* interferometer(step: BlockStep, x: number): Generator<Placed> {
  if (step.kind !== "mzi" && step.kind !== "attenuator") {
    return;
  }
  const name = `d${step.device}`;
  const y = -PITCH * step.port;
  const left = x + HEATER + BEND;
  const right = left + MZI_WIDTH;
  const piece = (suffix: string, component: string, settings: string, px: number, py: number): Placed => ({
    name: `${name}_${suffix}`,
    component,
    settings,
    info: "",
    x: px,
    y: py,
  });
  const mzi = (cy: number): Placed => ({
    name: `${name}_theta`,
    component: "mzi2x2_2x2_phase_shifter",
    settings: `delta_length: 0, length_x: ${HEATER}`,
    info: `theta: ${formatNumber(step.thetaRad)}`,
    x: left + MZI_LEFT,
    y: cy,
  });
  if (step.kind === "mzi") {
    const rise = PITCH / 2 - MZI_HALF;
    const middle = y - PITCH / 2;
    yield piece("in0", "bend_s", `size: [${BEND}, ${-rise}]`, x + HEATER, y);
    yield piece("in1", "bend_s", `size: [${BEND}, ${rise}]`, x + HEATER, y - PITCH);
    yield mzi(middle);
    yield piece("out0", "bend_s", `size: [${BEND}, ${rise}]`, right, middle + MZI_HALF);
    yield piece("out1", "bend_s", `size: [${BEND}, ${-rise}]`, right, middle - MZI_HALF);
    return;
  }
  yield piece("in0", "straight", `length: ${BEND}`, x + HEATER, y);
  yield mzi(y - MZI_HALF);
  yield piece("out0", "straight", `length: ${BEND}`, right, y);
  yield piece("dump", "bend_s", `size: [${BEND}, -15]`, right, y - 2 * MZI_HALF);
  yield piece("end", "terminator", "", right + BEND, y - 2 * MZI_HALF - 15);
}
