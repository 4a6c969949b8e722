import { type FlowIndex, lastWriter, type Position, programOfEvent, timeOf } from "./flow.ts";
import { applyProgram } from "./program.ts";

/**
 * A complex linear form over the sources of a slice plus a constant (the reference light):
 * field = constant + sum_j (re[j] + i im[j]) source_j.
 */
export interface LinearForm {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly constantRe: number;
  readonly constantIm: number;
}

/** An activation that the slice passes: its field before rectification is `form`. */
export interface SliceActivation {
  readonly section: number;
  readonly mode: number;
  readonly gain: number;
  readonly form: LinearForm;
}

/**
 * The part of a circuit on which some fields depend, cut where the caller said. All linear optics between cuts, ports
 * and activations is composed device by device into forms, so that a slice costs a few products a vector.
 *
 * Sources, in this order: the cuts in `reads`, the worker inputs in `unresolved`, the activations in `activations`
 * (an activation reads only sources before its own).
 */
export interface Slice {
  /** Indices into the given cuts, ascending: those on which the outputs depend. */
  readonly reads: readonly number[];
  /** Indices into circuit.inputs: worker inputs that no cut hides, ascending. */
  readonly unresolved: readonly number[];
  /** Indices into circuit.inputs: reference inputs that feed the slice, ascending. */
  readonly references: readonly number[];
  readonly activations: readonly SliceActivation[];
  /** One a wanted output, in the order given. */
  readonly outputs: readonly LinearForm[];
  /** Meshes, or coupled parts of meshes, that were walked through. */
  readonly meshes: number;
}

/** Fields at the cuts in `reads`, then of the worker inputs in `unresolved`: [source][vector]; `im` null means real. */
export interface SliceInput {
  readonly vectors: number;
  readonly re: Float64Array;
  readonly im: Float64Array | null;
}

export interface SliceFields {
  /** [output][vector] */
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Fields before every activation, [activation][vector]; null unless asked for. */
  readonly before: { readonly re: Float64Array; readonly im: Float64Array } | null;
}

type Origin =
  | { readonly kind: "cut"; readonly cut: number }
  | { readonly kind: "event"; readonly event: number }
  | { readonly kind: "port"; readonly port: number }
  | { readonly kind: "dark" };

/** `section` is the last section whose end the light has seen: a cut at a later one is not read, even on bare waveguide. */
type OriginFinder = (mode: number, time: number, section: number) => Origin;

interface Place {
  readonly mode: number;
  readonly time: number;
  readonly section: number;
}

interface TimedCut {
  readonly time: number;
  readonly section: number;
  readonly cut: number;
}

/**
 * Walks backwards from `outputs` to `cuts` and ports. A cut hides everything before it on its mode, also when the light
 * passes it on a bare waveguide; a cut at the very position of an output is ignored, because nothing is to be assumed
 * about what is asked for. Positions must lie in the circuit.
 */
export function sliceProgram(index: FlowIndex, outputs: readonly Position[], cuts: readonly Position[]): Slice {
  const origins = originFinder(index, outputs, cuts);
  const events = new Set<number>();
  const reads = new Set<number>();
  const ports = new Set<number>();
  const open: number[] = [];
  const visit = (mode: number, time: number, section: number): void => {
    const origin = origins(mode, time, section);
    if (origin.kind === "cut") {
      reads.add(origin.cut);
    } else if (origin.kind === "port") {
      ports.add(origin.port);
    } else if (origin.kind === "event" && !events.has(origin.event)) {
      events.add(origin.event);
      open.push(origin.event);
    }
  };
  for (const output of outputs) {
    visit(output.mode, timeOf(index, output), output.section);
  }
  for (let event = open.pop(); event !== undefined; event = open.pop()) {
    for (const mode of modesOf(index, event)) {
      visit(mode, event, index.events[event]!.section - 1);
    }
  }
  return compose(index, outputs, origins, [...events].sort(ascending), [...reads].sort(ascending), [...ports]);
}

/**
 * Fields of the outputs for a batch. Throws a RangeError when `input` does not match the sources of the slice.
 */
export function runSlice(slice: Slice, input: SliceInput, keepBefore: boolean = false): SliceFields {
  const { vectors } = input;
  const driven = slice.reads.length + slice.unresolved.length;
  if (input.re.length !== driven * vectors || (input.im !== null && input.im.length !== driven * vectors)) {
    throw new RangeError(`the slice is driven by ${driven} fields of ${vectors} vectors`);
  }
  const neurons = slice.activations.length;
  const sourceRe = new Float64Array((driven + neurons) * vectors);
  sourceRe.set(input.re);
  const before = keepBefore
    ? { re: new Float64Array(neurons * vectors), im: new Float64Array(neurons * vectors) }
    : null;
  slice.activations.forEach(({ form, gain }, a) => {
    const at = (driven + a) * vectors;
    evaluate(form.re, form.im, form.constantRe, -1, sourceRe, input.im, vectors, sourceRe, at);
    if (before !== null) {
      before.re.set(sourceRe.subarray(at, at + vectors), a * vectors);
      evaluate(form.im, form.re, form.constantIm, 1, sourceRe, input.im, vectors, before.im, a * vectors);
    }
    for (let v = at; v < at + vectors; v += 1) {
      const x = sourceRe[v]!;
      sourceRe[v] = x <= 0 ? 0 : gain * x;
    }
  });
  const re = new Float64Array(slice.outputs.length * vectors);
  const im = new Float64Array(slice.outputs.length * vectors);
  slice.outputs.forEach((form, o) => {
    evaluate(form.re, form.im, form.constantRe, -1, sourceRe, input.im, vectors, re, o * vectors);
    evaluate(form.im, form.re, form.constantIm, 1, sourceRe, input.im, vectors, im, o * vectors);
  });
  return { re, im, before };
}

/** out = constant + sum_j direct[j] re_j + sign * crossed[j] im_j; activations (beyond `im`) have no imaginary part. */
function evaluate(
  direct: Float64Array,
  crossed: Float64Array,
  constant: number,
  sign: number,
  sourceRe: Float64Array,
  sourceIm: Float64Array | null,
  vectors: number,
  out: Float64Array,
  at: number,
): void {
  out.fill(constant, at, at + vectors);
  for (let j = 0; j < direct.length; j += 1) {
    accumulate(out, at, direct[j]!, sourceRe, j * vectors, vectors);
    if (sourceIm !== null && j * vectors < sourceIm.length) {
      accumulate(out, at, sign * crossed[j]!, sourceIm, j * vectors, vectors);
    }
  }
}

function accumulate(
  out: Float64Array,
  at: number,
  factor: number,
  source: Float64Array,
  from: number,
  vectors: number,
): void {
  if (factor === 0) {
    return;
  }
  for (let v = 0; v < vectors; v += 1) {
    out[at + v] = out[at + v]! + factor * source[from + v]!;
  }
}

function originFinder(index: FlowIndex, outputs: readonly Position[], cuts: readonly Position[]): OriginFinder {
  const asked = new Set(outputs.map((it) => `${it.section} ${it.mode}`));
  const cutsOfMode = new Map<number, TimedCut[]>();
  cuts.forEach((position, cut) => {
    if (!asked.has(`${position.section} ${position.mode}`)) {
      const entry = { time: timeOf(index, position), section: position.section, cut };
      const known = cutsOfMode.get(position.mode);
      if (known === undefined) {
        cutsOfMode.set(position.mode, [entry]);
      } else {
        known.push(entry);
      }
    }
  });
  return (mode, time, section) => {
    const event = lastWriter(index, mode, time);
    // the latest cut between the last writer and here carries the same field
    let best: TimedCut | null = null;
    for (const entry of cutsOfMode.get(mode) ?? []) {
      if (entry.time > event && entry.section <= section && (best === null || entry.section > best.section)) {
        best = entry;
      }
    }
    if (best !== null) {
      return { kind: "cut", cut: best.cut };
    }
    if (event >= 0) {
      const it = index.events[event]!;
      return it.kind === "linear" && it.part.terminated.includes(mode) ? { kind: "dark" } : { kind: "event", event };
    }
    const port = index.portOfMode[mode]!;
    return port < 0 ? { kind: "dark" } : { kind: "port", port };
  };
}

function modesOf(index: FlowIndex, event: number): readonly number[] {
  const it = index.events[event]!;
  return it.kind === "linear" ? it.part.modes : [it.mode];
}

/** Sends the forms themselves through the devices: vector j of the fields is the coefficient of source j. */
function compose(
  index: FlowIndex,
  outputs: readonly Position[],
  origins: OriginFinder,
  events: readonly number[],
  reads: readonly number[],
  ports: readonly number[],
): Slice {
  const { inputs } = index.circuit;
  const unresolved = ports.filter((port) => inputs[port]!.kind === "worker").sort(ascending);
  const references = ports.filter((port) => inputs[port]!.kind === "reference").sort(ascending);
  const neurons = events.filter((event) => index.events[event]!.kind === "relu");
  const sources = reads.length + unresolved.length + neurons.length;
  const width = sources + 1;
  const sourceOfCut = new Map(reads.map((cut, i) => [cut, i]));
  const sourceOfPort = new Map(unresolved.map((port, i) => [port, reads.length + i]));
  const sourceOfEvent = new Map(neurons.map((event, i) => [event, reads.length + unresolved.length + i]));
  const rows = new Map<number, { readonly re: Float64Array; readonly im: Float64Array }>();
  const activations: SliceActivation[] = [];

  /** Writes the form of the field at a place to row `row`; the last element is the constant. */
  const load = (place: Place, re: Float64Array, im: Float64Array, row: number): void => {
    const { mode } = place;
    const origin = origins(mode, place.time, place.section);
    if (origin.kind === "dark") {
      return;
    }
    if (origin.kind === "cut") {
      re[row * width + sourceOfCut.get(origin.cut)!] = 1;
    } else if (origin.kind === "port") {
      const port = inputs[origin.port]!;
      if (port.kind === "reference") {
        re[row * width + sources] = port.field;
      } else {
        re[row * width + sourceOfPort.get(origin.port)!] = 1;
      }
    } else {
      const writer = index.events[origin.event]!;
      if (writer.kind === "relu") {
        re[row * width + sourceOfEvent.get(origin.event)!] = 1;
        return;
      }
      const from = writer.part.modes.indexOf(mode) * width;
      const fields = rows.get(origin.event)!;
      re.set(fields.re.subarray(from, from + width), row * width);
      im.set(fields.im.subarray(from, from + width), row * width);
    }
  };
  const formAt = (place: Place): LinearForm => {
    const re = new Float64Array(width);
    const im = new Float64Array(width);
    load(place, re, im, 0);
    return {
      re: re.slice(0, sources),
      im: im.slice(0, sources),
      constantRe: re[sources]!,
      constantIm: im[sources]!,
    };
  };

  for (const event of events) {
    const it = index.events[event]!;
    if (it.kind === "relu") {
      const form = formAt({ mode: it.mode, time: event, section: it.section - 1 });
      activations.push({ section: it.section, mode: it.mode, gain: it.gain, form });
      continue;
    }
    const modes = it.part.modes.length;
    const re = new Float64Array(modes * width);
    const im = new Float64Array(modes * width);
    it.part.modes.forEach((mode, row) => {
      load({ mode, time: event, section: it.section - 1 }, re, im, row);
    });
    const program = programOfEvent(index, event, it.part);
    applyProgram(program, 0, program.op.length, { modes, vectors: width, re, im });
    rows.set(event, { re, im });
  }
  return {
    reads,
    unresolved,
    references,
    activations,
    outputs: outputs.map((it) => formAt({ mode: it.mode, time: timeOf(index, it), section: it.section })),
    meshes: events.length - neurons.length,
  };
}

function ascending(a: number, b: number): number {
  return a - b;
}
