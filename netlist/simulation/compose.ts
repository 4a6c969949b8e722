import { curveOfEvent, type FlowIndex, type Position } from "./flow.ts";
import { applyMzi, applyScale, OP_DARK, OP_MZI, OP_SCALE } from "./program.ts";
import type { LinearForm, ProgramSlice, SliceActivation } from "./slice.ts";
import { type CutIndex, type Load, planSlice, type SlicePlan } from "./slice-plan.ts";

/** A slice whose numbers every chip of its circuit writes anew, so that thousands of chips make no objects. */
export interface OpenSlice {
  /** Of the chip that was composed last; its arrays may be written to, the next chip writes them all. */
  readonly slice: WritableSlice;
  /** `chip` is the index that the slice was opened with, or that index on a chip. */
  readonly compose: (chip: FlowIndex) => void;
}

export interface WritableSlice extends ProgramSlice {
  readonly activations: readonly WritableActivation[];
  readonly outputs: readonly WritableForm[];
}

export type WritableForm = { -readonly [Key in keyof LinearForm]: LinearForm[Key] };
export type WritableActivation = { -readonly [Key in keyof Omit<SliceActivation, "form">]: SliceActivation[Key] } & {
  readonly form: WritableForm;
};

/**
 * Walks backwards from `outputs` to `cuts` and ports. A cut hides everything before it on its mode, also when the light
 * passes it on a bare waveguide; a cut at the very position of an output is ignored, because nothing is to be assumed
 * about what is asked for. Positions must lie in the circuit.
 */
export function sliceProgram(
  index: FlowIndex,
  outputs: readonly Position[],
  cuts: readonly Position[] | CutIndex,
): ProgramSlice {
  const { slice, compose } = openSlice(index, planSlice(index, outputs, cuts));
  compose(index);
  return slice;
}

/** Beside the steps of a program: what is loaded into a row, and a neuron that takes its form from one. */
const FROM_SOURCE = 8;
const FROM_PORT = 9;
const FROM_ROW = 10;
const NEURON = 11;
const WIDTH = 4;

/** Sends the forms themselves through the devices: vector j of the fields is the coefficient of source j, the last one the constant. */
export function openSlice({ events }: FlowIndex, plan: SlicePlan): OpenSlice {
  const { reads, unresolved, references, sources } = plan;
  const width = sources + 1;
  const code: number[] = [];
  const neurons: { readonly event: number; readonly load: Load; readonly made: WritableActivation }[] = [];
  const ports: { readonly port: number; readonly field: number }[] = [];
  let meshes = 0;
  for (const step of plan.steps) {
    if (step.kind === "neuron") {
      const { event, load, section, mode } = step;
      code.push(NEURON, neurons.length, 0, 0);
      const made = { section, mode, gain: 0, threshold: 0, range: 0, form: emptyForm(sources) };
      neurons.push({ event, load, made });
      continue;
    }
    meshes += 1;
    const row = (local: number): number => (step.row + local) * width;
    for (const [local, load] of step.loads.entries()) {
      if (load.kind === "source") code.push(FROM_SOURCE, row(local), load.source, 0);
      else if (load.kind === "row") code.push(FROM_ROW, row(local), load.row * width, 0);
      else if (load.kind === "constant") {
        code.push(FROM_PORT, row(local), ports.length, 0);
        ports.push(load);
      }
    }
    const writer = events[step.event]!;
    if (writer.kind !== "linear") throw new Error("only linear events have devices");
    const { devices, terminated, modes } = step.part;
    for (const [i, { kind, mode }] of devices.entries()) {
      if (kind === "mzi") code.push(OP_MZI, row(mode), row(mode + 1), writer.steps[i]!);
      else code.push(OP_SCALE, row(mode), 0, writer.steps[i]!);
    }
    for (const mode of terminated) code.push(OP_DARK, row(modes.indexOf(mode)), 0, 0);
  }
  const instructions = Int32Array.from(code);
  const re = new Float64Array(plan.rows * width);
  const im = new Float64Array(plan.rows * width);
  const activations = neurons.map(({ made }) => made);
  const outputs = plan.outputs.map(() => emptyForm(sources));
  const slice = { reads, unresolved, references, activations, outputs, meshes };

  const takeForm = (form: WritableForm, load: Load, chip: FlowIndex): void => {
    form.constantRe = load.kind === "constant" ? load.field * chip.launch.re[load.port]! : 0;
    form.constantIm = load.kind === "constant" ? load.field * chip.launch.im[load.port]! : 0;
    form.re.fill(0);
    form.im.fill(0);
    if (load.kind === "source") form.re[load.source] = 1;
    if (load.kind !== "row") return;
    const at = load.row * width;
    for (let j = 0; j < sources; j += 1) {
      form.re[j] = re[at + j]!;
      form.im[j] = im[at + j]!;
    }
    form.constantRe = re[at + sources]!;
    form.constantIm = im[at + sources]!;
  };

  const compose = (chip: FlowIndex): void => {
    re.fill(0);
    im.fill(0);
    for (let i = 0; i < instructions.length; i += WIDTH) {
      const to = instructions[i + 1]!;
      const from = instructions[i + 2]!;
      const k = 8 * instructions[i + 3]!;
      switch (instructions[i]) {
        case OP_MZI:
          applyMzi(re, im, to, from, width, chip.coefficients, k);
          break;
        case OP_SCALE:
          applyScale(re, im, to, width, chip.coefficients[k]!, chip.coefficients[k + 1]!);
          break;
        case OP_DARK:
          re.fill(0, to, to + width);
          im.fill(0, to, to + width);
          break;
        case FROM_SOURCE:
          re[to + from] = 1;
          break;
        case FROM_ROW:
          re.copyWithin(to, from, from + width);
          im.copyWithin(to, from, from + width);
          break;
        case FROM_PORT: {
          const { port, field } = ports[from]!;
          re[to + sources] = field * chip.launch.re[port]!;
          im[to + sources] = field * chip.launch.im[port]!;
          break;
        }
        default: {
          const { event, load, made } = neurons[to]!;
          const { gain, threshold, range } = curveOfEvent(chip, event);
          made.gain = gain;
          made.threshold = threshold;
          made.range = range;
          takeForm(made.form, load, chip);
        }
      }
    }
    for (let o = 0; o < outputs.length; o += 1) takeForm(outputs[o]!, plan.outputs[o]!, chip);
  };
  return { slice, compose };
}

function emptyForm(sources: number): WritableForm {
  return { re: new Float64Array(sources), im: new Float64Array(sources), constantRe: 0, constantIm: 0 };
}
