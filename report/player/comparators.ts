import { type Circuit, runSlice } from "../../netlist/index.ts";
import { drivenParts } from "../../physics/index.ts";
import { reachableStates, type Steps, stateText } from "../../verify/index.ts";

/** A neuron by which a cell decides. */
export interface Comparator {
  /** Name of the cell. */
  readonly cell: string;
  readonly section: number;
  readonly mode: number;
  /** Of the circuit's program. */
  readonly step: number;
  /** Field before the neuron over an LSB of the cell's sum: what distances are divided by. */
  readonly fieldPerGridStep: number;
  /** How far the field is at least beyond the neuron's linear part, where it stands beyond it, in LSB, over all reachable states. */
  readonly margin: number;
  /** The state in which it is that close: signals and their values. */
  readonly state: string;
}

/** Where in an LSB the slope is measured. */
const probe = 2 ** -12;

/**
 * The comparators of a constructed circuit in the order of light, each measured in every state that can reach its cell, on its
 * devices; none where the circuit carries no certificate, or one whose states cannot be enumerated.
 */
export function* comparatorSteps(circuit: Circuit): Steps<readonly Comparator[]> {
  const { certificate } = circuit;
  if (certificate === null) return [];
  const states = yield* reachableStates(certificate);
  if (states.problems.length > 0) return [];
  const found: Comparator[] = [];
  let done = 0;
  for (const { of, slice, driven } of drivenParts(circuit, states)) {
    yield { done: done++, total: certificate.cells.length, unit: "states", wrong: null };
    if ("symbol" in of) break;
    const { cell } = of;
    if (cell.kind === "only" || driven === null) continue;
    const { inputs, re, before } = driven;
    const moved = slice.reads.flatMap((signal, source) => {
      const weight = cell.terms.reduce((sum, term) => sum + (term.signal === signal ? term.weight : 0), 0);
      return weight === 0 ? [] : [{ source, field: certificate.signals[signal]!.fieldPerUnit / weight }];
    })[0];
    if (moved === undefined || slice.unresolved.length > 0) continue;
    const { rows } = inputs;
    for (let v = moved.source * rows; v < (moved.source + 1) * rows; v++) re[v]! += probe * moved.field;
    const after = runSlice(slice, { vectors: rows, re, im: null }).before.re;
    for (const [a, { section, mode, step, range }] of slice.activations.entries()) {
      let slope = 0;
      let [least, worst] = [Number.POSITIVE_INFINITY, 0];
      for (let row = 0, at = a * rows; row < rows; row++, at++) {
        const here = Math.abs(after[at]! - before[at]!) / probe;
        slope = Math.max(slope, here);
        const beyond = beyondLinear(before[at]!, range);
        if (beyond === null || here === 0 || beyond / here >= least) continue;
        [least, worst] = [beyond / here, row];
      }
      if (!(slope > 0)) continue;
      const state = Number.isFinite(least) ? stateText(certificate, inputs, worst) : "";
      found.push({ cell: cell.name, section, mode, step, fieldPerGridStep: slope, margin: least, state });
    }
  }
  return found;
}

/** How far a field, less the threshold, is beyond the end of a neuron's linear part; null inside of it. NaN for what is no number. */
function beyondLinear(field: number, range: number): number | null {
  if (field > 0 && field < range) return null;
  return field >= range ? field - range : -field;
}
