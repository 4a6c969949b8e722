import { type Finding, failure } from "../../check/finding.ts";
import type { Circuit } from "../../circuit/circuit.ts";
import { levelsOfSymbol, resultOf } from "../../circuit/symbols.ts";
import { type FlowIndex, indexFlow, onChip } from "../../simulation/flow.ts";
import type { Launch } from "../../simulation/lower.ts";
import type { Receivers, Simulator } from "../../simulation/simulator.ts";
import { aboveThreshold, type LinearForm, type ProgramSlice } from "../../simulation/slice.ts";
import { sliceProgram } from "../../simulation/slice-program.ts";
import { symbolLevels } from "../../simulation/vectors.ts";
import { partFindings } from "../scope.ts";
import { chipFindings, chipOptions, chosenSimulator } from "../table/chip.ts";
import { chipText, lazily } from "../table/writer.ts";
import type { Target } from "../target.ts";
import { emptyDraft, type GraphDraft, model, value } from "./graph.ts";

/**
 * ONNX: from the workers' words to the words that they receive, in float64. All optics between one column of neurons and
 * the next is one matrix, composed by sending unit fields through its devices: neurons detect the real part of a field and send
 * real fields, so that real matrices are all that is left of the complex light.
 */
export const onnxTarget: Target = {
  name: "onnx",
  summary: "combination, network and receivers as one model for onnxruntime (.onnx), words to words in float64",
  carries: "what the devices compute from words, on a chip too; fields at the receivers",
  limits: "no devices: a matrix stands for the optics between two columns of neurons; at most 1 GiB",
  options: chipOptions,
  check: (subject, options) => {
    const ofPart = partFindings(subject, "onnx", "the function");
    if (ofPart.length > 0) return ofPart;
    return [...chipFindings(subject, options), ...sizeFindings(subject.circuit)];
  },
  emit: (subject, options) => {
    const chip = chipText(subject, options);
    const errors = chip === "" ? "" : `, ${chip}`;
    const content = lazily(() => [modelOf(chosenSimulator(subject, options), errors)]);
    return [{ name: `${subject.stem}.onnx`, content }];
  },
};

const MOST_BYTES = 2 ** 30;

/** Matrices are no larger than if every row read every source. */
function sizeFindings({ name, inputs, outputs, sections }: Circuit): readonly Finding[] {
  const neurons = sections.reduce((sum, { activations }) => sum + activations.length, 0);
  const most = 8 * (inputs.length + neurons) * (outputs.length + neurons);
  if (most <= MOST_BYTES) return [];
  const message = `${name} with ${inputs.length} inputs and ${neurons} neurons may need ${Math.ceil(most / 2 ** 20)} MiB of matrices`;
  return [failure("OPT0441", "", message, "`--to sax` and `--to spice` hold the devices")];
}

interface Group {
  /** Of its values, [element, width]. */
  readonly name: string;
  /** Sources first .. first + width - 1 of the slice. */
  readonly first: number;
  readonly width: number;
}

function modelOf(simulator: Simulator, errors: string): Uint8Array {
  const { circuit } = simulator;
  const { workers } = circuit.aggregate;
  const slice = sliceOf(onChip(indexFlow(circuit), simulator), simulator);
  const draft = emptyDraft();
  const { add, doubles, integers } = draft;
  const groups = [launched(circuit, slice, draft)];
  let neuron = 0;
  while (neuron < slice.activations.length) {
    const { section } = slice.activations[neuron]!;
    const column = slice.activations.slice(neuron).filter((it) => it.section === section);
    const name = `neurons_${section}`;
    const detected = affine(`${name}_detected`, column.map(aboveThreshold), groups, draft);
    const lit = add("Relu", [detected], `${name}_lit`);
    const ranges = column.map(({ range }) => range);
    const kept = ranges.some((range) => range !== Number.POSITIVE_INFINITY)
      ? add("Min", [lit, doubles(`${name}_range`, ranges)], `${name}_kept`)
      : lit;
    const gains = column.map(({ gain }) => gain);
    add("Mul", [kept, doubles(`${name}_gain`, gains)], name);
    groups.push({ name, first: slice.unresolved.length + neuron, width: column.length });
    neuron += column.length;
  }

  const ports = circuit.outputs;
  const fields = affine("fields", slice.outputs, groups, draft);
  const scales = ports.map(({ levelsPerField }) => levelsPerField);
  const scaled = add("Mul", [fields, doubles("levels_per_field", scales)], "scaled");
  const near = add("Floor", [add("Add", [scaled, doubles("half", [0.5], [])], "above")], "nearest");
  const result = resultOf(circuit.aggregate);
  const top = ports.map(({ symbol }) => levelsOfSymbol(result, symbol) - 1);
  const kept = add("Min", [add("Relu", [near], "not_negative"), doubles("top", top)], "symbols");
  const place = new Float64Array(ports.length * workers);
  ports.forEach(({ worker, symbol }, port) => {
    let weight = 1;
    for (let below = symbol + 1; below < result.symbols; below++) weight *= levelsOfSymbol(result, below);
    place[port * workers + worker] = weight;
  });
  const codes = add("MatMul", [kept, doubles("place", place, [ports.length, workers])], "codes_received");
  const whole = add("Cast", [codes], "whole_codes", { to: 7 });
  add("Sub", [whole, integers("offset_received", [-result.min], [])], "received");

  const about = `${circuit.name}${errors}`;
  return model({
    name: circuit.name,
    about,
    ...draft,
    inputs: [value("words", "int64", ["elements", workers], "words that the workers send")],
    outputs: [
      value("received", "int64", ["elements", workers], "words that the workers receive"),
      value(
        "fields",
        "double",
        ["elements", ports.length],
        "real part of the field at every receiver, in the order of circuit.json",
      ),
    ],
  });
}

/** From what the workers send, before a chip's errors of launch, to what its receivers make of the fields. */
function sliceOf(index: FlowIndex, { launch, receivers }: Simulator): ProgramSlice {
  const { circuit } = index;
  const section = circuit.sections.length - 1;
  const ends = circuit.outputs.map(({ mode }) => ({ section, mode }));
  const slice = sliceProgram(index, ends, []);
  const sent = (form: LinearForm): LinearForm => launchedForm(form, slice.unresolved, launch);
  return {
    ...slice,
    activations: slice.activations.map((it) => ({ ...it, form: sent(it.form) })),
    outputs: slice.outputs
      .map(sent)
      .map((form, o) => (receivers === undefined ? form : receivedForm(form, receivers, o))),
  };
}

/** Worker inputs are the first sources of a slice; reference light stands in the constants, launched already. */
function launchedForm(form: LinearForm, ports: readonly number[], launch: Launch): LinearForm {
  const [re, im] = [form.re.slice(), form.im.slice()];
  let { constantRe, constantIm } = form;
  for (const [source, port] of ports.entries()) {
    const [ofRe, ofIm] = [launch.re[port]!, launch.im[port]!];
    re[source] = ofRe * form.re[source]! - ofIm * form.im[source]!;
    im[source] = ofRe * form.im[source]! + ofIm * form.re[source]!;
    if (launch.dark === undefined) continue;
    const [darkRe, darkIm] = [launch.dark.re[port]!, launch.dark.im[port]!];
    constantRe += darkRe * form.re[source]! - darkIm * form.im[source]!;
    constantIm += darkRe * form.im[source]! + darkIm * form.re[source]!;
  }
  return { re, im, constantRe, constantIm };
}

/** The real part is what the receiver makes of the field. */
function receivedForm(form: LinearForm, receivers: Receivers, o: number): LinearForm {
  const [ofRe, ofIm] = [receivers.re[o]!, receivers.im[o]!];
  const seen = (re: number, im: number): number => ofRe * re - ofIm * im;
  const constantRe = seen(form.constantRe, form.constantIm) + receivers.offset[o]!;
  return { ...form, re: form.re.map((re, source) => seen(re, form.im[source]!)), constantRe };
}

/** From words to the fields of the inputs that reach a receiver. */
function launched(circuit: Circuit, slice: ProgramSlice, { add, doubles, integers }: GraphDraft): Group {
  const { aggregate } = circuit;
  const { workers, symbols, bits, signed } = aggregate;
  const ports = slice.unresolved.map((input) => {
    const port = circuit.inputs[input]!;
    if (port.kind !== "worker") throw new Error("only worker inputs are sources");
    return port;
  });
  const levels = symbolLevels(aggregate);
  const below = levels.map((_, symbol) => levels.slice(symbol + 1).reduce((product, count) => product * count, 1));
  const given = add("Add", ["words", integers("offset", [signed ? 2 ** (bits - 1) : 0], [])], "given_codes");
  const tooLow = add("Less", [given, integers("least_code", [0], [])], "below_least");
  const tooHigh = add("Greater", [given, integers("largest_code", [2 ** bits - 1], [])], "above_largest");
  // A list of one entry has no entry 1: the graph refuses words that are out of range.
  const outside = add("Cast", [add("Or", [tooLow, tooHigh], "outside")], "entry", { to: 7 });
  const nothing = add("Gather", [integers("words_are_in_range", [0]), outside], "in_range", { axis: 0 });
  const codes = add("Add", [given, nothing], "codes");
  const column = add("Unsqueeze", [codes, integers("last_axis", [2])], "code_columns");
  const shifted = add("Div", [column, integers("below", below)], "shifted");
  const digits = add("Mod", [shifted, integers("bases", levels)], "digits");
  const flat = add("Reshape", [digits, integers("flat_shape", [-1, workers * symbols])], "sent");
  const places = ports.map((it) => it.worker * symbols + it.symbol);
  const picked = add("Gather", [flat, integers("ports", places)], "picked", { axis: 1 });
  const real = add("Cast", [picked], "levels", { to: 11 });
  const fields = ports.map(({ fieldPerLevel }) => fieldPerLevel);
  const name = add("Mul", [real, doubles("field_per_level", fields)], "launched");
  return { name, first: 0, width: ports.length };
}

/** The real parts of forms: what they read times a matrix, plus their constants. */
function affine(
  name: string,
  forms: readonly LinearForm[],
  groups: readonly Group[],
  { add, doubles }: GraphDraft,
): string {
  const read = groups.filter(({ first, width }) =>
    forms.some(({ re }) => re.subarray(first, first + width).some((factor) => factor !== 0)),
  );
  // Without any the constants still want the batch's length.
  const used = read.length > 0 ? read : groups.slice(0, 1);
  const rows = used.reduce((sum, { width }) => sum + width, 0);
  const matrix = new Float64Array(rows * forms.length);
  let row = 0;
  for (const { first, width } of used) {
    for (let i = 0; i < width; i++, row++) {
      forms.forEach(({ re }, column) => {
        matrix[row * forms.length + column] = re[first + i]!;
      });
    }
  }
  const names = used.map((it) => it.name);
  const input = names.length === 1 ? names[0]! : add("Concat", names, `${name}_read`, { axis: 1 });
  const weights = doubles(`${name}_matrix`, matrix, [rows, forms.length]);
  const offsets = forms.map(({ constantRe }) => constantRe);
  const constants = doubles(`${name}_constant`, offsets);
  return add("Gemm", [input, weights, constants], name);
}
