import { sentBy } from "../circuit/neuron.ts";

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

/** A neuron that the slice passes: of the field `form` that it detects it makes gain * min(range, max(0, Re form - threshold)). */
export interface SliceActivation {
  readonly section: number;
  readonly mode: number;
  /** Of the circuit's program. */
  readonly step: number;
  readonly gain: number;
  /** On a chip, less its offset. */
  readonly threshold: number;
  /** Infinity for a rectifier. */
  readonly range: number;
  readonly form: LinearForm;
}

/** The field from which a neuron's linear part begins at 0: what it detects, less its threshold. */
export function aboveThreshold({ form, threshold }: SliceActivation): LinearForm {
  return { ...form, constantRe: form.constantRe - threshold };
}

/**
 * The part of a circuit on which some fields depend, cut where the caller said. All linear optics between cuts, ports
 * and activations is composed device by device into forms, so that a slice costs a few products a vector.
 *
 * Sources, in this order: the cuts in `reads`, the worker inputs in `unresolved`, the activations in `activations`
 * (an activation reads only sources before its own).
 */
export interface ProgramSlice {
  /** Indices into the given cuts, ascending: those on which the outputs depend. */
  readonly reads: readonly number[];
  /** Indices into circuit.inputs: worker inputs that no cut hides, ascending. */
  readonly unresolved: readonly number[];
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
  /** Fields before every activation, less its threshold, [activation][vector]. */
  readonly before: { readonly re: Float64Array; readonly im: Float64Array };
}

/**
 * Fields of the outputs for a batch. Throws a RangeError when `input` does not match the sources of the slice.
 */
export function runSlice(slice: ProgramSlice, input: SliceInput): SliceFields {
  const { vectors } = input;
  const driven = slice.reads.length + slice.unresolved.length;
  if (input.re.length !== driven * vectors || (input.im !== null && input.im.length !== driven * vectors)) {
    throw new RangeError(`the slice is driven by ${driven} fields of ${vectors} vectors`);
  }
  const neurons = slice.activations.length;
  const sourceRe = new Float64Array((driven + neurons) * vectors);
  sourceRe.set(input.re);
  const before = { re: new Float64Array(neurons * vectors), im: new Float64Array(neurons * vectors) };
  slice.activations.forEach((neuron, a) => {
    const { gain, range } = neuron;
    const form = aboveThreshold(neuron);
    const at = (driven + a) * vectors;
    evaluate(form.re, form.im, form.constantRe, -1, sourceRe, input.im, vectors, sourceRe, at);
    before.re.set(sourceRe.subarray(at, at + vectors), a * vectors);
    evaluate(form.im, form.re, form.constantIm, 1, sourceRe, input.im, vectors, before.im, a * vectors);
    for (let v = at; v < at + vectors; v += 1) sourceRe[v] = sentBy(gain, range, sourceRe[v]!);
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
