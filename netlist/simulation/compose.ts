import { curveOfEvent, type FlowIndex, type Position } from "./flow.ts";
import { applyMzi, applyScale } from "./program.ts";
import type { LinearForm, ProgramSlice, SliceActivation } from "./slice.ts";
import { type CutIndex, type Load, planSlice } from "./slice-plan.ts";

/**
 * Walks backwards from `outputs` to `cuts` and ports. A cut hides everything before it on its mode, also when the light
 * passes it on a bare waveguide; a cut at the very position of an output is ignored, because nothing is to be assumed
 * about what is asked for. Positions must lie in the circuit.
 *
 * The forms themselves go through the devices: vector j of the fields is the coefficient of source j, the last one the constant.
 */
export function sliceProgram(
  index: FlowIndex,
  outputs: readonly Position[],
  cuts: readonly Position[] | CutIndex,
): ProgramSlice {
  const { events, coefficients, launch } = index;
  const plan = planSlice(index, outputs, cuts);
  const { reads, unresolved, sources } = plan;
  const width = sources + 1;
  // one row more, in which forms are taken
  const spare = plan.rows * width;
  const re = new Float64Array(spare + width);
  const im = new Float64Array(spare + width);
  const activations: SliceActivation[] = [];
  let meshes = 0;

  const loadRow = (at: number, load: Load): void => {
    if (load.kind === "source") re[at + load.source] = 1;
    else if (load.kind === "row") {
      re.copyWithin(at, load.row * width, (load.row + 1) * width);
      im.copyWithin(at, load.row * width, (load.row + 1) * width);
    } else if (load.kind === "constant") {
      re[at + sources] = load.field * launch.re[load.port]!;
      im[at + sources] = load.field * launch.im[load.port]!;
    }
  };
  const formOf = (load: Load): LinearForm => {
    re.fill(0, spare);
    im.fill(0, spare);
    loadRow(spare, load);
    const [constantRe, constantIm] = [re[spare + sources]!, im[spare + sources]!];
    return { re: re.slice(spare, spare + sources), im: im.slice(spare, spare + sources), constantRe, constantIm };
  };
  for (const step of plan.steps) {
    if (step.kind === "neuron") {
      const { event, load, section, mode } = step;
      activations.push({ section, mode, ...curveOfEvent(index, event), form: formOf(load) });
      continue;
    }
    meshes += 1;
    const rowOf = (local: number): number => (step.row + local) * width;
    for (const [local, load] of step.loads.entries()) loadRow(rowOf(local), load);
    const writer = events[step.event]!;
    if (writer.kind !== "linear") throw new Error("only linear events have devices");
    const { devices, terminated, modes } = step.part;
    for (const [i, { kind, mode }] of devices.entries()) {
      const [row, k] = [rowOf(mode), 8 * writer.steps[i]!];
      if (kind === "mzi") applyMzi(re, im, row, row + width, width, coefficients, k);
      else applyScale(re, im, row, width, coefficients[k]!, coefficients[k + 1]!);
    }
    for (const mode of terminated) {
      const row = rowOf(modes.indexOf(mode));
      re.fill(0, row, row + width);
      im.fill(0, row, row + width);
    }
  }
  return { reads, unresolved, activations, outputs: plan.outputs.map(formOf), meshes };
}
