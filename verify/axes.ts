import type { LinearForm, ProgramSlice, WritableForm, WritableSlice } from "../netlist/index.ts";

/** Angles below are left alone: they are rounding. */
const LEAST_ANGLE = 1e-12;

/**
 * The angle by which the field of read number `j` is turned on its way to the first detector, or output, that sees it; in the axes that
 * are turned as much its real part is what is detected.
 */
export function angleOfRead({ activations, outputs }: ProgramSlice, j: number): number {
  for (let a = 0; a < activations.length; a++)
    if (sees(activations[a]!.form, j)) return angleOf(activations[a]!.form, j);
  for (let o = 0; o < outputs.length; o++) if (sees(outputs[o]!, j)) return angleOf(outputs[o]!, j);
  return 0;
}

function sees({ re, im }: LinearForm, j: number): boolean {
  return re[j] !== 0 || im[j] !== 0;
}

function angleOf({ re, im }: LinearForm, j: number): number {
  const angle = Math.atan2(im[j]!, re[j]!);
  return Math.abs(angle) < LEAST_ANGLE ? 0 : angle;
}

/** Writes the slice in other axes: read j will be given, and output o wanted, times e^{i angle}; angles[id] is that of signal id. */
export function turnAxes(
  { activations, outputs, reads }: WritableSlice,
  angles: Float64Array,
  signals: readonly number[],
): void {
  for (let j = 0; j < reads.length; j++) {
    const angle = angles[reads[j]!]!;
    if (angle === 0) continue;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    for (let a = 0; a < activations.length; a++) turnRead(activations[a]!.form, j, c, s);
    for (let o = 0; o < outputs.length; o++) turnRead(outputs[o]!, j, c, s);
  }
  for (let o = 0; o < signals.length; o++) turnOutput(outputs[o]!, angles[signals[o]!]!);
}

function turnRead({ re, im }: WritableForm, j: number, c: number, s: number): void {
  const [x, y] = [re[j]!, im[j]!];
  re[j] = x * c + y * s;
  im[j] = y * c - x * s;
}

/** What is made of the form is turned by an angle. */
export function turnOutput(form: WritableForm, angle: number): void {
  if (angle === 0) return;
  const { re, im, constantRe, constantIm } = form;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let j = 0; j < re.length; j++) {
    const [x, y] = [re[j]!, im[j]!];
    re[j] = x * c - y * s;
    im[j] = y * c + x * s;
  }
  form.constantRe = constantRe * c - constantIm * s;
  form.constantIm = constantIm * c + constantRe * s;
}
