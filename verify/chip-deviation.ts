import type { FlowIndex, LinearForm, NeuronCurve } from "../netlist/index.ts";
import type { ChipPlan } from "./chip-plan.ts";
import type { Boxes } from "./variants.ts";

/** Share of the fields that add up to a field that rounding may take from a margin; some thousand times what it can be. */
const ROUNDING = 1e-9;

/**
 * The circuit as designed, as far as is asked of a chip whose phases alone are off: how far the field of each neuron may be off in
 * any state before it passes a corner of its curve, that of each receiver before it reads another level, and how large the fields
 * are that meet there.
 */
export interface Design {
  readonly sums: readonly Meeting[];
  readonly cells: readonly Meeting[];
  readonly symbols: readonly Meeting[];
  /** Of each signal, on the chip that was looked at last: how far its field is off, at most, in any state. */
  readonly offRe: Float64Array;
  readonly offIm: Float64Array;
}

/** Where fields meet; sources are in the order of the forms: what is read, then neurons. */
interface Meeting {
  readonly neurons: readonly (NeuronCurve & { readonly form: LinearForm; readonly margin: number })[];
  readonly outputs: readonly { readonly form: LinearForm; readonly margin: number }[];
  /** Of each source: the largest of its real and of its imaginary parts. */
  readonly largestRe: Float64Array;
  readonly largestIm: Float64Array;
  /** Of each source on the chip: how far it is off. */
  readonly offRe: Float64Array;
  readonly offIm: Float64Array;
}

/**
 * Of a plan that was just judged with its own circuit, which is right. Null where some neuron is between the corners of its curve
 * in some state, or bits are summed without deciding: such circuits are judged state by state.
 */
export function designOf({ sums, cells, symbols, certificate, index }: ChipPlan): Design | null {
  const met: Meeting[] = [];
  for (const cell of cells) {
    const found = cell.kind === "total" ? null : cellOf(cell);
    if (found === null) return null;
    met.push(found);
  }
  if (symbols.some(({ open }) => open.slice.activations.length > 0)) return null;
  const { length } = certificate.signals;
  return {
    sums: sums.map((sum) => sumOf(sum, index)),
    cells: met,
    symbols: symbols.map((symbol) => symbolOf(symbol, index)),
    offRe: new Float64Array(length),
    offIm: new Float64Array(length),
  };
}

function sumOf({ open, workers, levels }: ChipPlan["sums"][number], { launch }: FlowIndex): Meeting {
  const sent = (part: Float64Array): Float64Array =>
    Float64Array.from(workers, ({ port, fieldPerLevel }) => (levels - 1) * fieldPerLevel * part[port]!);
  return meeting([], open.slice.outputs, sent(launch.re), sent(launch.im));
}

/** Null where a neuron is between the corners of its curve in some state. */
function cellOf({ open, inputs }: Extract<ChipPlan["cells"][number], { kind: "deciding" }>): Meeting | null {
  const { activations, outputs, reads } = open.slice;
  const { states, boxes } = inputs;
  const [largestRe, largestIm] = largestOf(boxes, reads.length, states, activations.length);
  /** What each neuron sends in each state. */
  const sent = new Float64Array(activations.length * states);
  const neurons = [];
  for (const [a, { form, gain, threshold, range }] of activations.entries()) {
    let margin = Number.POSITIVE_INFINITY;
    for (let state = 0; state < states; state++) {
      const { middle, reach } = readAt(form, boxes, reads.length, states, state);
      let field = middle - threshold;
      for (let b = 0; b < a; b++) field += form.re[reads.length + b]! * sent[b * states + state]!;
      margin = Math.min(margin, Math.max(-field, field - range) - reach);
      sent[a * states + state] = field > range ? gain * range : 0;
    }
    largestRe[reads.length + a] = gain * range;
    margin = less(margin, form, largestRe, largestIm);
    if (!(margin > 0)) return null;
    neurons.push({ gain, threshold, range, form: copyOf(form), margin });
  }
  return meeting(neurons, outputs, largestRe, largestIm);
}

function symbolOf({ open, ports, inputs, wanted }: ChipPlan["symbols"][number], index: FlowIndex): Meeting {
  const { outputs, reads } = open.slice;
  const { states, boxes } = inputs;
  const [largestRe, largestIm] = largestOf(boxes, reads.length, states, 0);
  const margins = outputs.map((form, o) => {
    const [gain, offset, perField] = receiverOf(index, ports[o]!);
    let margin = Number.POSITIVE_INFINITY;
    for (let state = 0; state < states; state++) {
      const { middle, reach } = readAt(form, boxes, reads.length, states, state);
      const off = Math.abs((gain * middle + offset) * perField - wanted[state]!);
      margin = Math.min(margin, (0.5 - off) / (gain * perField) - reach);
    }
    return less(margin, form, largestRe, largestIm);
  });
  return meeting([], outputs, largestRe, largestIm, margins);
}

/** The real part of a form over what is read in a state: its middle, and how far it can be from it. */
function readAt(
  { re, im, constantRe }: LinearForm,
  boxes: Boxes,
  reads: number,
  states: number,
  state: number,
): { readonly middle: number; readonly reach: number } {
  let middle = constantRe;
  let reach = 0;
  for (let j = 0; j < reads; j++) {
    const at = j * states + state;
    middle += re[j]! * boxes.re[at]! - im[j]! * boxes.im[at]!;
    reach += Math.abs(re[j]!) * boxes.spreadRe[at]! + Math.abs(im[j]!) * boxes.spreadIm[at]!;
  }
  return { middle, reach };
}

function receiverOf({ circuit, receivers }: FlowIndex, port: number): readonly [number, number, number] {
  const gain = Math.hypot(receivers.re[port]!, receivers.im[port]!);
  return [gain, receivers.offset[port]!, circuit.outputs[port]!.levelsPerField];
}

function meeting(
  neurons: Meeting["neurons"],
  outputs: readonly LinearForm[],
  largestRe: Float64Array,
  largestIm: Float64Array,
  margins: readonly number[] = [],
): Meeting {
  const { length } = largestRe;
  return {
    neurons,
    outputs: outputs.map((form, o) => ({ form: copyOf(form), margin: margins[o] ?? Number.POSITIVE_INFINITY })),
    largestRe,
    largestIm,
    offRe: new Float64Array(length),
    offIm: new Float64Array(length),
  };
}

function copyOf({ re, im, constantRe, constantIm }: LinearForm): LinearForm {
  return { re: re.slice(), im: im.slice(), constantRe, constantIm };
}

/** Of each source of a cell or symbol; what neurons send is for the caller to write. */
function largestOf(
  boxes: Boxes,
  reads: number,
  states: number,
  neurons: number,
): readonly [Float64Array, Float64Array] {
  const [re, im] = [new Float64Array(reads + neurons), new Float64Array(reads + neurons)];
  for (let j = 0; j < reads; j++) {
    for (let at = j * states; at < (j + 1) * states; at++) {
      re[j] = Math.max(re[j]!, Math.abs(boxes.re[at]!) + boxes.spreadRe[at]!);
      im[j] = Math.max(im[j]!, Math.abs(boxes.im[at]!) + boxes.spreadIm[at]!);
    }
  }
  return [re, im];
}

/** A margin of the field of a form, less what rounding may take. */
function less(margin: number, form: LinearForm, largestRe: Float64Array, largestIm: Float64Array): number {
  let size = Math.abs(form.constantRe);
  for (let j = 0; j < form.re.length; j++)
    size += Math.abs(form.re[j]!) * largestRe[j]! + Math.abs(form.im[j]!) * largestIm[j]!;
  return margin - ROUNDING * size;
}

/**
 * Whether a chip, whose slices were just composed, is so near the design that every neuron decides and every receiver reads as
 * there, whatever is sent: a bound by sizes alone, without looking at states. Where it says no, nothing follows.
 */
export function isNearDesign(
  { sums, cells, symbols, offRe, offIm }: Design,
  plan: ChipPlan,
  { launch, receivers }: FlowIndex,
): boolean {
  const { index } = plan;
  if (!areSame(launch.re, index.launch.re) || !areSame(launch.im, index.launch.im)) return false;
  if (!areSame(receivers.re, index.receivers.re) || !areSame(receivers.im, index.receivers.im)) return false;
  if (!areSame(receivers.offset, index.receivers.offset)) return false;
  for (let i = 0; i < sums.length; i++) {
    const { open, signals } = plan.sums[i]!;
    const id = signals[0]!;
    offRe[id] = sumOffBy(sums[i]!, open.slice.outputs[0]!, false);
    offIm[id] = sumOffBy(sums[i]!, open.slice.outputs[0]!, true);
  }
  for (let i = 0; i < cells.length; i++) {
    const { slice } = plan.cells[i]!.open;
    const { signals } = plan.cells[i]!;
    const cell = cells[i]!;
    takeOffs(cell, slice.reads, offRe, offIm);
    for (let a = 0; a < cell.neurons.length; a++) {
      const { gain, threshold, range, form, margin } = cell.neurons[a]!;
      const neuron = slice.activations[a]!;
      if (neuron.gain !== gain || neuron.threshold !== threshold || neuron.range !== range) return false;
      if (!(offBy(cell, neuron.form, form, false) < margin)) return false;
    }
    for (let o = 0; o < signals.length; o++) {
      offRe[signals[o]!] = offBy(cell, slice.outputs[o]!, cell.outputs[o]!.form, false);
      offIm[signals[o]!] = offBy(cell, slice.outputs[o]!, cell.outputs[o]!.form, true);
    }
  }
  for (let i = 0; i < symbols.length; i++) {
    const { slice } = plan.symbols[i]!.open;
    const symbol = symbols[i]!;
    takeOffs(symbol, slice.reads, offRe, offIm);
    for (let o = 0; o < symbol.outputs.length; o++) {
      const { form, margin } = symbol.outputs[o]!;
      if (!(offBy(symbol, slice.outputs[o]!, form, false) < margin)) return false;
    }
  }
  return true;
}

function areSame(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function takeOffs({ offRe, offIm }: Meeting, reads: readonly number[], re: Float64Array, im: Float64Array): void {
  for (let j = 0; j < reads.length; j++) {
    offRe[j] = re[reads[j]!]!;
    offIm[j] = im[reads[j]!]!;
  }
}

/**
 * Of a sum, whose sources are workers: they send no less than nothing, so that what is off upwards and what is off downwards do not
 * add up. Here the largest parts are signed, those of what is sent.
 */
function sumOffBy({ outputs, largestRe, largestIm }: Meeting, form: LinearForm, imaginary: boolean): number {
  const design = outputs[0]!.form;
  let up = Math.abs(imaginary ? form.constantIm - design.constantIm : form.constantRe - design.constantRe);
  let down = up;
  for (let j = 0; j < form.re.length; j++) {
    const re = form.re[j]! - design.re[j]!;
    const im = form.im[j]! - design.im[j]!;
    const off = imaginary ? re * largestIm[j]! + im * largestRe[j]! : re * largestRe[j]! - im * largestIm[j]!;
    if (off > 0) up += off;
    else down -= off;
  }
  return Math.max(up, down);
}

/** How far the real, or imaginary, part of a form can be from that of the design: its coefficients are off, and its sources are. */
function offBy(
  { largestRe, largestIm, offRe, offIm }: Meeting,
  { re, im, constantRe, constantIm }: LinearForm,
  design: LinearForm,
  imaginary: boolean,
): number {
  const ofRe = imaginary ? im : re;
  const ofIm = imaginary ? re : im;
  const designRe = imaginary ? design.im : design.re;
  const designIm = imaginary ? design.re : design.im;
  let off = Math.abs(imaginary ? constantIm - design.constantIm : constantRe - design.constantRe);
  for (let j = 0; j < ofRe.length; j++) {
    const x = ofRe[j]!;
    const y = ofIm[j]!;
    off += Math.abs(x - designRe[j]!) * largestRe[j]! + Math.abs(y - designIm[j]!) * largestIm[j]!;
    off += Math.abs(x) * offRe[j]! + Math.abs(y) * offIm[j]!;
  }
  return off;
}
