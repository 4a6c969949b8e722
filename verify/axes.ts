import type { Slice, WritableForm, WritableSlice } from "../netlist/index.ts";

/** Angles below are left alone: they are rounding. */
const LEAST_ANGLE = 1e-12;

/**
 * The angle by which the field of read number `j` is turned on its way to the first detector, or output, that sees it; in the axes that
 * are turned as much its real part is what is detected.
 */
export function angleOfRead({ activations, outputs }: Slice, j: number): number {
  const sees = ({ re, im }: Slice["outputs"][number]): boolean => (re[j] ?? 0) !== 0 || (im[j] ?? 0) !== 0;
  const seen = activations.find(({ form }) => sees(form))?.form ?? outputs.find(sees);
  if (seen === undefined) return 0;
  const angle = Math.atan2(seen.im[j]!, seen.re[j]!);
  return Math.abs(angle) < LEAST_ANGLE ? 0 : angle;
}

/** Writes the slice in other axes: read j will be given, and output o wanted, times e^{i angle}. */
export function turnAxes(
  { activations, outputs }: WritableSlice,
  ofReads: readonly number[],
  ofOutputs: readonly number[],
): void {
  for (const [j, angle] of ofReads.entries()) {
    if (angle === 0) continue;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    for (const { form } of activations) turnRead(form, j, c, s);
    for (const form of outputs) turnRead(form, j, c, s);
  }
  for (const [o, angle] of ofOutputs.entries()) if (angle !== 0) turnOutput(outputs[o]!, angle);
}

function turnRead({ re, im }: WritableForm, j: number, c: number, s: number): void {
  const [x, y] = [re[j]!, im[j]!];
  re[j] = x * c + y * s;
  im[j] = y * c - x * s;
}

function turnOutput(form: WritableForm, angle: number): void {
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
