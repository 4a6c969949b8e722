import { type Certificate, runSlice, type Slice, type SliceActivation } from "../netlist/index.ts";
import { DEVIATION_LIMIT } from "./comparison.ts";
import { type CellStates, driveStates, outputsOf, stateText, termsOf } from "./states.ts";
import type { Steps } from "./steps.ts";

export interface MeasuredMargin {
  /** Least distance of a comparator from a change of mind, in grid steps of the cell's sum; NaN when it has none to speak of. */
  readonly margin: number;
  /** A bit that does not survive a shift by that margin, with the state; null when all do. */
  readonly moved: { readonly signal: number; readonly state: string } | null;
}

/** Rows evaluated at once. */
const BATCH = 4096;

/** Where in a grid step the slope of the comparators is measured. */
const PROBE = 2 ** -12;

/** Half a grid step is the middle between two values: nobody can promise more. */
const MOST = 0.5;

/** A comparator that stands exactly at its margin may fall to either side. */
const WITHIN = 1 - 1e-6;

/**
 * Measures how far the sum of the cell may move, in every reachable state, until a comparator changes its mind: from the
 * fields before the neurons that are dark or saturated, their distance from the end of the linear part, and their slopes. As a
 * circuit may decide in other ways, what was measured is then tried: every input in turn is moved up and down by that margin,
 * and no bit may give way.
 */
export function* measureMargin(certificate: Certificate, slice: Slice, states: CellStates): Steps<MeasuredMargin> {
  const { cell, inputs } = states;
  const terms = termsOf(cell);
  const sources = slice.reads.flatMap((id, source) => {
    const weight = terms.reduce((sum, term) => sum + (term.signal === id ? term.weight : 0), 0);
    return weight === 0 ? [] : [{ source, field: certificate.signals[id]!.fieldPerUnit / weight, id }];
  });
  const first = sources.find(({ id }) => certificate.signals[id]!.kind !== "bit") ?? sources[0];
  if (first === undefined) return { margin: Number.NaN, moved: null };
  let margin = MOST;
  for (let from = 0; from < inputs.rows; from += BATCH) {
    const rows = Math.min(BATCH, inputs.rows - from);
    const re = driveStates(certificate, slice.reads, inputs, from, rows);
    const before = runSlice(slice, { vectors: rows, re, im: null }, true).before!.re;
    shift(re, first, PROBE, rows);
    const after = runSlice(slice, { vectors: rows, re, im: null }, true).before!.re;
    for (let i = 0; i < before.length; i++) {
      const neuron = slice.activations[Math.floor(i / rows)]!;
      const beyond = beyondLinear(before[i]!, neuron);
      if (beyond === null) continue;
      const slope = Math.abs(after[i]! - before[i]!) / PROBE;
      if (slope === 0 || amplifies(neuron, slope)) continue;
      const distance = beyond / slope;
      if (!(distance >= margin)) margin = distance;
      if (Number.isNaN(margin)) return { margin, moved: null };
    }
    yield { done: from + rows, total: inputs.rows, unit: "states", wrong: null };
  }
  const outputs = outputsOf(cell);
  const bits = cell.kind === "split" ? cell.bits.length : 1;
  for (let from = 0; from < inputs.rows; from += BATCH) {
    const rows = Math.min(BATCH, inputs.rows - from);
    const re = driveStates(certificate, slice.reads, inputs, from, rows);
    for (const source of sources) {
      for (const by of [margin * WITHIN, -margin * WITHIN]) {
        const moved = re.slice();
        shift(moved, source, by, rows);
        const fields = runSlice(slice, { vectors: rows, re: moved, im: null });
        for (let o = 0; o < bits; o++) {
          const unit = certificate.signals[outputs[o]!]!.fieldPerUnit;
          for (let v = 0; v < rows; v++) {
            const claimed = states.outputs.values[(from + v) * outputs.length + o]!;
            if (Math.abs(fields.re[o * rows + v]! / unit - claimed) <= DEVIATION_LIMIT) continue;
            return { margin, moved: { signal: outputs[o]!, state: stateText(certificate, inputs, from + v) } };
          }
        }
      }
    }
    yield { done: from + rows, total: inputs.rows, unit: "states", wrong: null };
  }
  return { margin, moved: null };
}

/** A neuron that is linear over more than a grid step cannot tell two numbers apart: it sends them on. Whether bits hold is tried all the same. */
function amplifies({ range }: SliceActivation, slope: number): boolean {
  return range > slope && range < Number.POSITIVE_INFINITY;
}

/** How far a field, less the threshold, is beyond the end of a neuron's linear part; null inside of it. NaN for what is no number. */
export function beyondLinear(field: number, { range }: SliceActivation): number | null {
  if (field > 0 && field < range) return null;
  return field >= range ? field - range : -field;
}

/** Moves the cell's sum by so many grid steps, by one of its inputs. */
function shift(re: Float64Array, { source, field }: { source: number; field: number }, by: number, rows: number): void {
  for (let v = source * rows; v < (source + 1) * rows; v++) re[v]! += by * field;
}
