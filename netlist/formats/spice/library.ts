import type { Circuit, InputPort, OutputPort } from "../../circuit/circuit.ts";
import { formatNumber } from "../../circuit/numbers.ts";
import { comment } from "../identifiers.ts";
import type { Scope } from "../scope.ts";
import type { DeckTiming } from "./delays.ts";
import { headerLines } from "./header.ts";
import {
  DEVICE_MODELS,
  fieldNodes,
  meshSubcircuit,
  modelsOf,
  partInPlace,
  sectionLines,
  sectionSubcircuits,
  wrapped,
} from "./parts.ts";
import { type PartPlan, planOf, type SpicePlan } from "./plan.ts";

/** Stem of the nodes of an input: the nodes are `<stem>_re` and `<stem>_im`. */
export function inputStem(port: InputPort, plan: SpicePlan): string {
  return port.kind === "worker" ? `w${port.worker}_s${port.symbol}` : `ref_${plan.referenceNames.get(port)!}`;
}

/** Stem of the nodes of an output without what stands before it: `out_`, `rx_`, `level_`. */
export function outputStem(port: OutputPort): string {
  return `w${port.worker}_s${port.symbol}`;
}

/** What a port carries, for a header. */
export function inputMeaning(port: InputPort): string {
  const what =
    port.kind === "worker"
      ? `worker ${port.worker}, symbol ${port.symbol}, ${formatNumber(port.fieldPerLevel)} V a level`
      : `constant light, ${formatNumber(port.field)} V`;
  return `"${comment(port.name)}": ${what}, mode ${port.mode}`;
}

export function outputMeaning(port: OutputPort): string {
  const scale = `${formatNumber(port.levelsPerField)} levels a volt`;
  return `"${comment(port.name)}": worker ${port.worker}, symbol ${port.symbol}, ${scale}, mode ${port.mode}`;
}

/** The nodes of all ports, in the order of the pins. */
export function portNodes(circuit: Circuit, plan: SpicePlan): string[] {
  return [
    ...circuit.inputs.map((port) => fieldNodes(inputStem(port, plan))),
    ...circuit.outputs.map((port) => fieldNodes(`out_${outputStem(port)}`)),
  ];
}

/** A device's model where a line names one. */
const MODEL =
  /(?<=^\.(?:subckt|ends) |^(?:X|\+).* |alterparam )(?:mzi|attenuator|phase|neuron|saturating|later|slow|modulated|detected|equalised)(?:_late)?(?= |$)/gm;

/** The lines with the prefix before the names of devices' models, since ngspice takes a name for one subcircuit only. */
export function* prefixed(lines: Iterable<string>, prefix: string): Generator<string> {
  if (prefix === "") return yield* lines;
  for (const text of lines) yield text.replace(MODEL, `${prefix}$&`);
}

/** The circuit as a subcircuit with a field a port, and all that it consists of: to be included. */
export function* circuitLibrary(
  circuit: Circuit,
  plan: SpicePlan,
  flat: boolean,
  timing: DeckTiming | null,
): Generator<string> {
  yield headerLines(comment(circuit.name), circuit.aggregate);
  yield* explained(circuit, plan);
  yield modelsOf(circuit.sections, timing);
  for (const [s, section] of circuit.sections.entries()) {
    const part = plan.sections[s]!;
    if (part.touched.length === 0) {
      continue;
    }
    yield `\n* section ${s}: ${section.kind} "${comment(section.name)}"\n`;
    yield* sectionSubcircuits(section, part, timing);
  }
  yield "\n* light path\n";
  if (plan.walls) {
    yield wrapped([`.subckt ${plan.subcircuit}`, ...portNodes(circuit, plan)]);
  }
  yield* lightPath(circuit, plan, flat, timing);
  if (plan.walls) {
    yield `.ends ${plan.subcircuit}\n`;
  }
}

/** The subcircuit of a section or a mesh, to be included: pins are explained above it. */
export function* partLibrary(
  circuit: Circuit,
  scope: Exclude<Scope, { kind: "circuit" }>,
  prefix: string,
): Generator<string> {
  const section = circuit.sections[scope.section]!;
  const part = planOf(circuit, false, prefix).sections[scope.section]!;
  const wanted = scope.kind === "mesh" ? part.meshes[scope.mesh]! : part;
  yield `* ${comment(circuit.name)}: ${scope.kind === "mesh" ? "mesh" : "section"} "${comment(wanted.name)}" as a subcircuit\n`;
  yield `* pins: i<mode>_re, _im of the inputs that carry light, then o<mode>_re, _im of the outputs\n`;
  yield scope.kind === "mesh" ? DEVICE_MODELS : modelsOf([section]);
  yield "\n";
  if (scope.kind === "mesh") {
    yield* meshSubcircuit(section.meshes[scope.mesh]!, part.meshes[scope.mesh]!);
    return;
  }
  yield* sectionSubcircuits(section, { ...part, walls: true });
}

function* explained(circuit: Circuit, plan: SpicePlan): Generator<string> {
  yield `* Photonic circuit, ${circuit.modes} modes, ${circuit.sections.length} sections. A testbench includes it, in ngspice 39 or later.
* A field is a complex amplitude on two nodes, X_re and X_im, in volts; a dark mode is node 0.
`;
  yield plan.walls
    ? `* The circuit is the subcircuit ${plan.subcircuit}; its pins are, in this order:\n`
    : `* The circuit has too many ports for a subcircuit: it stands at the top, and its ports are the nodes\n`;
  for (const port of circuit.inputs) {
    yield `*   ${inputStem(port, plan)}_re, _im   in, ${inputMeaning(port)}\n`;
  }
  for (const port of circuit.outputs) {
    yield `*   out_${outputStem(port)}_re, _im   out, ${outputMeaning(port)}\n`;
  }
  yield `* Between sections: s<section>_m<mode>_re, _im is the field on a mode after a section${plan.walls ? "; of an instance X_dut, X_dut.s<section>_m<mode>_re" : ""}.
* Phases are parameters, in radians: alterparam SUBCIRCUIT theta_d3 = 1.5, then reset, changes that of device 3 (counted from 0).
* Names in this file and what they stand for:
`;
  for (const part of plan.sections) {
    yield nameLine(part, "section");
    for (const mesh of part.meshes) {
      yield nameLine(mesh, "mesh");
    }
  }
}

function nameLine(part: PartPlan, kind: string): string {
  return part.touched.length > 0 && part.walls ? `*   ${part.subcircuit} = ${kind} "${comment(part.name)}"\n` : "";
}

/** Names of the fields behind sections, in the order of the light. */
export function sectionFields(plan: SpicePlan): string[] {
  return plan.sections.flatMap((part, s) => part.outputs.map((mode) => `s${s}_m${mode}`));
}

/** Sections from the inputs to the outputs, whose nodes nothing outside can load. */
function* lightPath(circuit: Circuit, plan: SpicePlan, flat: boolean, timing: DeckTiming | null): Generator<string> {
  const nets = new Array<string | null>(circuit.modes).fill(null);
  for (const port of circuit.inputs) {
    nets[port.mode] = inputStem(port, plan);
  }
  for (const [s, part] of plan.sections.entries()) {
    const before = new Map(part.inputs.map((mode) => [mode, nets[mode]!]));
    const after = new Map(part.outputs.map((mode) => [mode, `s${s}_m${mode}`]));
    for (const mode of part.touched) nets[mode] = after.get(mode) ?? null;
    yield* partInPlace(part, `s${s}`, before, after, function* (inside) {
      yield flat ? `* section ${s}\n` : `* section ${s}, in place because it has too many pins for a subcircuit\n`;
      yield* sectionLines(circuit.sections[s]!, part, inside, timing);
    });
  }
  for (const port of circuit.outputs) {
    const stem = outputStem(port);
    const [re, im] = fieldNodes(nets[port.mode] ?? null).split(" ");
    yield `E_out_${stem}_re out_${stem}_re 0 ${re} 0 1\nE_out_${stem}_im out_${stem}_im 0 ${im} 0 1\n`;
  }
}
