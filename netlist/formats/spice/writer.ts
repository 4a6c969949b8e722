import type { Finding } from "../../check/finding.ts";
import type { Circuit, InputPort, OutputPort, WorkerInput } from "../../circuit/circuit.ts";
import { formatNumber } from "../../circuit/numbers.ts";
import { levelsOfSymbol } from "../../circuit/symbols.ts";
import { lossesLeftOut } from "../ideal-only.ts";
import type { Scope, Subject } from "../scope.ts";
import { optionValue, type Target } from "../target.ts";
import { headerLines } from "./header.ts";
import { DEVICE_MODELS, fieldNodes, meshSubcircuit, sectionLines, sectionSubcircuit, wrapped } from "./parts.ts";
import { iterationsFor, type PartPlan, planOf, type SpicePlan } from "./plan.ts";

/**
 * SPICE for ngspice 39 and later. A field is two nodes, real and imaginary part in volts; light runs one way, so every
 * matrix entry is a voltage-controlled current source into 1 ohm. Hierarchy: device, mesh, section, circuit.
 */
export const spiceTarget: Target = {
  name: "spice",
  summary: "netlist for ngspice, fields as (re, im) voltages",
  carries: "everything: meshes, neurons, constant light, receivers; a layer or a mesh becomes a subcircuit to include",
  limits: "ngspice needs minutes beyond 40 000 devices",
  options: [
    {
      name: "save",
      summary: "what the analysis keeps: the fields at the receivers, or those after every section too",
      values: ["outputs", "sections"],
      also: null,
    },
    {
      name: "hierarchy",
      summary: "subcircuits for sections and meshes, or for devices only",
      values: ["nested", "flat"],
      also: null,
    },
    {
      name: "analysis",
      summary:
        "op: one operating point; tran: a waveform, dark, all bright, then one worker after the other, 1 ns each",
      values: ["op", "tran"],
      also: null,
    },
  ],
  check: (subject) => [...lossesLeftOut(subject, "spice"), ...checkSpice(subject)],
  emit: ({ circuit, scope, stem }, options) => [
    {
      name: `${stem}.sp`,
      content:
        scope.kind === "circuit"
          ? emitSpice(circuit, {
              saveSections: optionValue(spiceTarget, options, "save") === "sections",
              flat: optionValue(spiceTarget, options, "hierarchy") === "flat",
              waveform: optionValue(spiceTarget, options, "analysis") === "tran",
            })
          : emitPart(circuit, scope),
    },
  ],
};

interface SpiceChoices {
  readonly saveSections: boolean;
  readonly flat: boolean;
  readonly waveform: boolean;
}

/** ngspice needs 15 s and 0.6 GB for the 32 640 MZIs of a Clements mesh of 256 modes; it grows faster than linearly. */
const COMFORTABLE_MZIS = 40_000;

/** Node of an output field, without _re or _im: `out_w0_s1`. Also the stem of `rx_` and `level_`. */
export function outputStem(port: OutputPort): string {
  return `w${port.worker}_s${port.symbol}`;
}

function checkSpice({ circuit, scope }: Subject): readonly Finding[] {
  let mzis = 0;
  if (scope.kind !== "circuit") {
    return [];
  }
  for (const section of circuit.sections) {
    for (const mesh of section.meshes) {
      mzis += mesh.devices.length;
    }
  }
  return mzis <= COMFORTABLE_MZIS
    ? []
    : [
        {
          code: "OPT0430",
          severity: "warning",
          message: `${mzis} devices are more than ngspice solves in comfort`,
          where: "",
          help: "simulate with `optinc verify`, or expect minutes and gigabytes in ngspice",
        },
      ];
}

function* emitSpice(circuit: Circuit, choices: SpiceChoices): Generator<string> {
  const plan = planOf(circuit, choices.flat);
  yield* header(circuit, plan, choices);
  yield* inputs(circuit, plan, choices.waveform);
  yield DEVICE_MODELS;
  for (const [s, section] of circuit.sections.entries()) {
    const part = plan.sections[s]!;
    if (part.touched.length === 0) {
      continue;
    }
    yield `\n* section ${s}: ${section.kind} "${comment(section.name)}"\n`;
    for (const [m, mesh] of section.meshes.entries()) {
      if (part.meshes[m]!.touched.length > 0 && part.meshes[m]!.walls) {
        yield* meshSubcircuit(mesh, part.meshes[m]!);
      }
    }
    if (part.walls) {
      yield* sectionSubcircuit(section, part);
    }
  }
  yield* top(circuit, plan, choices);
}

/** The subcircuit of a section or a mesh, to be included: pins are explained above it. */
function* emitPart(circuit: Circuit, scope: Exclude<Scope, { kind: "circuit" }>): Generator<string> {
  const section = circuit.sections[scope.section]!;
  const part = planOf(circuit, false).sections[scope.section]!;
  const wanted = scope.kind === "mesh" ? part.meshes[scope.mesh]! : part;
  yield `* ${comment(circuit.name)}: ${scope.kind === "mesh" ? "mesh" : "section"} "${comment(wanted.name)}" as a subcircuit\n`;
  yield `* pins: i<mode>_re, _im of the inputs that carry light, then o<mode>_re, _im of the outputs\n`;
  yield DEVICE_MODELS;
  yield "\n";
  if (scope.kind === "mesh") {
    yield* meshSubcircuit(section.meshes[scope.mesh]!, wanted);
    return;
  }
  for (const [m, mesh] of section.meshes.entries()) {
    if (part.meshes[m]!.touched.length > 0 && part.meshes[m]!.walls) {
      yield* meshSubcircuit(mesh, part.meshes[m]!);
    }
  }
  yield* sectionSubcircuit(section, part);
}

function* header(circuit: Circuit, plan: SpicePlan, { saveSections, waveform }: SpiceChoices): Generator<string> {
  yield headerLines(comment(circuit.name), circuit.aggregate);
  yield `* Photonic circuit, ${circuit.modes} modes, ${circuit.sections.length} sections. Runs in ngspice 39 or later:\n`;
  yield waveform
    ? `*   ngspice -b -r OUT.raw FILE    the waveforms of the nodes that are saved, as a raw file; without -r nothing is run
`
    : `*   ngspice -b FILE               prints the voltage of every node
*   ngspice -b -r OUT.raw FILE    writes the nodes that are saved, as a raw file
`;
  yield `* Saved are the outputs${saveSections ? " and the fields between sections" : ""}; for another node of this header add v(NODE) to a .save line at the end.
* A field is a complex amplitude on two nodes, X_re and X_im, in volts; a dark mode is node 0.
*
`;
  yield waveform
    ? `* Inputs are waveforms, 1 ns a slot: slot 0 dark, slot 1 all workers bright, slot 2 + w worker w alone:
`
    : `* To choose the input, set the parameters w<worker>_s<symbol> below (0..levels-1, symbol 0 = most significant), or
* "alter" the sources V_w<worker>_s<symbol>_re, in volts. Inputs:
`;
  for (const port of circuit.inputs) {
    yield port.kind === "worker"
      ? `*   ${inputStem(port, plan)}_re, _im   "${comment(port.name)}": worker ${port.worker}, symbol ${port.symbol}, ${formatNumber(port.fieldPerLevel)} V a level, mode ${port.mode}\n`
      : `*   ${inputStem(port, plan)}_re, _im   "${comment(port.name)}": constant light, ${formatNumber(port.field)} V, mode ${port.mode}\n`;
  }
  yield `* Outputs: out_ is the field, rx_ the receiver (Re(field) in levels), level_ the same snapped to a level:\n`;
  for (const port of circuit.outputs) {
    const stem = outputStem(port);
    yield `*   out_${stem}_re, _im, rx_${stem}, level_${stem}   "${comment(port.name)}": worker ${port.worker}, symbol ${port.symbol}, ${formatNumber(port.levelsPerField)} levels a volt, mode ${port.mode}\n`;
  }
  yield `* Between sections: s<section>_m<mode>_re, _im is the field on a mode after a section that changes it.
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

function* inputs(circuit: Circuit, plan: SpicePlan, waveform: boolean): Generator<string> {
  if (waveform) {
    yield "\n* inputs: levels of the workers' symbols over time\n";
  } else {
    yield "\n* inputs: levels of the workers' symbols\n";
    for (const port of circuit.inputs) {
      if (port.kind === "worker") {
        yield `.param ${inputStem(port, plan)}=0\n`;
      }
    }
  }
  for (const port of circuit.inputs) {
    const stem = inputStem(port, plan);
    const value =
      port.kind === "reference"
        ? formatNumber(port.field)
        : waveform
          ? pulses(circuit, port)
          : `{${stem}*(${formatNumber(port.fieldPerLevel)})}`;
    yield `V_${stem}_re ${stem}_re 0 ${value}\nV_${stem}_im ${stem}_im 0 0\n`;
  }
}

/** Slot 0 is dark, in slot 1 all workers are bright, in slot 2 + w worker w alone; edges take a tenth of a slot. */
function pulses(circuit: Circuit, port: WorkerInput): string {
  const bright = formatNumber((levelsOfSymbol(circuit.aggregate, port.symbol) - 1) * port.fieldPerLevel);
  const slots = [1, 2 + port.worker];
  const points = ["0 0"];
  for (const slot of slots) {
    if (slot === 2 && port.worker === 0) {
      points.splice(-2, 2, `3n ${bright}`, "3.1n 0");
    } else {
      points.push(`${slot}n 0`, `${slot}.1n ${bright}`, `${slot + 1}n ${bright}`, `${slot + 1}.1n 0`);
    }
  }
  return `PWL(${points.join(" ")})`;
}

function* top(circuit: Circuit, plan: SpicePlan, { saveSections, flat, waveform }: SpiceChoices): Generator<string> {
  yield "\n* light path\n";
  const nets = new Array<string | null>(circuit.modes).fill(null);
  for (const port of circuit.inputs) {
    nets[port.mode] = inputStem(port, plan);
  }
  const saved: string[] = [];
  for (const [s, part] of plan.sections.entries()) {
    if (part.touched.length === 0) {
      continue;
    }
    const before = new Map(part.inputs.map((mode) => [mode, nets[mode]!]));
    for (const mode of part.touched) {
      nets[mode] = null;
    }
    for (const mode of part.outputs) {
      nets[mode] = `s${s}_m${mode}`;
      saved.push(`s${s}_m${mode}`);
    }
    if (part.walls) {
      const pins = [...before.values(), ...part.outputs.map((mode) => nets[mode]!)].map(fieldNodes);
      yield wrapped([`X_s${s}`, ...pins, part.subcircuit]);
    } else {
      yield flat ? `* section ${s}\n` : `* section ${s}, in place because it has too many pins for a subcircuit\n`;
      yield* sectionLines(circuit.sections[s]!, part, {
        prefix: `s${s}_`,
        input: (mode) => before.get(mode) ?? null,
        output: (mode) => nets[mode]!,
      });
    }
  }
  yield "\n* receivers\n";
  for (const port of circuit.outputs) {
    yield* receiver(circuit, port, nets[port.mode] ?? null);
  }
  yield "\n";
  for (const port of circuit.outputs) {
    const stem = outputStem(port);
    yield `.save v(out_${stem}_re) v(out_${stem}_im) v(rx_${stem}) v(level_${stem})\n`;
  }
  if (saveSections) {
    for (const stem of saved) {
      yield `.save v(${stem}_re) v(${stem}_im)\n`;
    }
  }
  const iterations = iterationsFor(circuit.sections.length);
  yield `.options itl1=${iterations} reltol=1e-9 vntol=1e-12 abstol=1e-12\n`;
  const end = `${circuit.aggregate.workers + 2}n`;
  yield waveform ? `.options itl4=${iterations}\n.tran 0.05n ${end} 0 0.05n\n.end\n` : ".op\n.end\n";
}

function* receiver(circuit: Circuit, port: OutputPort, stemOfField: string | null): Generator<string> {
  const stem = outputStem(port);
  const [re, im] = fieldNodes(stemOfField).split(" ");
  const highest = levelsOfSymbol(circuit.aggregate, port.symbol) - 1;
  yield `E_out_${stem}_re out_${stem}_re 0 ${re} 0 1\n`;
  yield `E_out_${stem}_im out_${stem}_im 0 ${im} 0 1\n`;
  yield `E_rx_${stem} rx_${stem} 0 ${re} 0 ${formatNumber(port.levelsPerField)}\n`;
  yield `B_level_${stem} level_${stem} 0 V=max(0,min(${highest},floor(V(rx_${stem})+0.5)))\n`;
}

function inputStem(port: InputPort, plan: SpicePlan): string {
  return port.kind === "worker" ? `w${port.worker}_s${port.symbol}` : `ref_${plan.referenceNames.get(port)!}`;
}

/** Text inside a comment line. */
function comment(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
