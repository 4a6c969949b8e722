import type { LinearForm, Slice } from "../netlist/index.ts";

/** Angles below are left alone: they are rounding. */
const LEAST_ANGLE = 1e-12;

/**
 * The angle by which the field of read number `j` is turned on its way to the first detector, or output, that sees it; in the axes that
 * are turned as much its real part is what is detected.
 */
export function angleOfRead({ activations, outputs }: Slice, j: number): number {
  const seen = [...activations.map(({ form }) => form), ...outputs].find(
    ({ re, im }) => (re[j] ?? 0) !== 0 || (im[j] ?? 0) !== 0,
  );
  if (seen === undefined) return 0;
  const angle = Math.atan2(seen.im[j]!, seen.re[j]!);
  return Math.abs(angle) < LEAST_ANGLE ? 0 : angle;
}

/** The same slice in other axes: read j is given, and output o wanted, times e^{i angle}. */
export function inAxes(slice: Slice, ofReads: readonly number[], ofOutputs: readonly number[]): Slice {
  if (ofReads.every((angle) => angle === 0) && ofOutputs.every((angle) => angle === 0)) return slice;
  const activations = slice.activations.map((each) => ({ ...each, form: readFrom(each.form, ofReads) }));
  const outputs = slice.outputs.map((form, o) => turned(readFrom(form, ofReads), ofOutputs[o] ?? 0));
  return { ...slice, activations, outputs };
}

/** The form for reads in axes that are turned by `angles`. */
function readFrom(form: LinearForm, angles: readonly number[]): LinearForm {
  const [re, im] = [form.re.slice(), form.im.slice()];
  for (const [j, angle] of angles.entries()) {
    if (angle === 0 || j >= re.length) continue;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    [re[j], im[j]] = [re[j]! * c + im[j]! * s, im[j]! * c - re[j]! * s];
  }
  return { ...form, re, im };
}

function turned(form: LinearForm, angle: number): LinearForm {
  if (angle === 0) return form;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return {
    re: form.re.map((re, j) => re * c - form.im[j]! * s),
    im: form.im.map((im, j) => im * c + form.re[j]! * s),
    constantRe: form.constantRe * c - form.constantIm * s,
    constantIm: form.constantIm * c + form.constantRe * s,
  };
}
