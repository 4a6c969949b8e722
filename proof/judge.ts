import { INFLATE, modulus, ROUNDING } from "./ball.ts";
import { BLOCK, type Boxes, boundSlice, newBoxes } from "./bounds.ts";
import type { ProofChip } from "./devices.ts";
import { boxOf, emptyHull, type Hull, widen } from "./hulls.ts";
import type { DecidingPlan, Driven, ProofPlan, ReceiversPlan } from "./plan.ts";
import { compose, multiplyForm, type Slice } from "./slices.ts";
import type { Steps } from "./states.ts";
import { boundSum, boundTotal } from "./sums.ts";

/** What was found of a chip. Numbers are upper bounds, NaN where nothing is known. */
export interface Verdict {
  /** Every receiver reads the right symbol for all words of all workers; false also where that could not be shown. */
  isRight: boolean;
  /** Of each signal, in its units: how far its field can be from its value, and the row of its cell's states where it is. */
  readonly deviations: Float64Array;
  readonly worst: Int32Array;
  /** Of each output, in levels. */
  readonly errors: Float64Array;
  readonly worstRead: Int32Array;
}

/** Angles below are left alone: they are rounding. */
const LEAST_ANGLE = 1e-12;

/** The direction in which the first detector sees a signal. */
type Axis = readonly [re: number, im: number];

interface Run extends ProofPlan {
  readonly chip: ProofChip;
  readonly axes: readonly Axis[];
  readonly verdict: Verdict;
}

/**
 * The theorem of docs/explanation/proof.md for one chip. Every signal is known as boxes in the complex plane, one an integer state of
 * the cell that makes it, which hold all fields that carry it on this chip. The sides of the boxes of an analog signal lie along what
 * the first detector behind it sees and does not see. Bounds are only ever wide: signals of different cells are combined freely, and
 * the corner of a box may be out of reach. `all`: goes on behind what was found wrong.
 */
export function* judge(plan: ProofPlan, chip: ProofChip, all: boolean): Steps<Verdict> {
  const { circuit, certificate, stages } = plan;
  const { signals } = certificate;
  const unknown = (count: number): Float64Array => new Float64Array(count).fill(Number.NaN);
  const verdict: Verdict = {
    isRight: plan.problems.length === 0,
    ...{ deviations: unknown(signals.length), worst: new Int32Array(signals.length) },
    ...{ errors: unknown(circuit.outputs.length), worstRead: new Int32Array(circuit.outputs.length) },
  };
  if (!verdict.isRight && !all) return verdict;
  const run: Run = { ...plan, chip, verdict, axes: composeAll(plan, chip) };
  let decided = true;
  const progress = { total: stages.reduce((sum, it) => sum + ("table" in it ? it.table.rows : 0), 0), done: 0 };
  for (const stage of stages) {
    if (stage.kind === "sum" || stage.kind === "total") {
      const { slice } = stage;
      const id = stage.made[0]!;
      const { max } = signals[id]!;
      decided = slice.neurons.length === 0 && plan.reachable.sources.has(id);
      if (!decided) break;
      const isSum = stage.kind === "sum";
      const hull = isSum ? boundSum(circuit, slice, stage.source, max) : boundTotal(slice, stage.cell, max, stage.from);
      decided = keepSum(run, id, hull);
    } else {
      if (stage.kind === "cell") for (const { hull } of stage.outputs.taken) emptyHull(hull);
      for (let from = 0; from < stage.table.rows; from += BLOCK) {
        const count = Math.min(BLOCK, stage.table.rows - from);
        readBoxes(stage, from, count);
        boundSlice(stage.work, chip, count, { follows: true, steps: 0, realPart: stage.kind === "receivers" });
        if (stage.kind === "receivers") readSymbols(run, stage, from, count);
        else decided = keepCell(run, stage, from, count) && decided;
        if (!verdict.isRight && !all) return verdict;
        progress.done += count;
        if (all) yield { ...progress, unit: "states", wrong: null };
      }
    }
    if (!decided) break;
  }
  verdict.isRight &&= decided;
  return verdict;
}

/** Writes every slice as it is on the chip, in the axes of its signals. */
function composeAll({ circuit, stages, readers }: ProofPlan, chip: ProofChip): Axis[] {
  const { receivers } = chip;
  for (const { slice } of stages) compose(slice, circuit, chip);
  for (const stage of receivers === undefined ? [] : stages) {
    if (stage.kind !== "receivers") continue;
    // fields as the oscillators of the receivers see them
    for (const [o, form] of stage.slice.outputs.entries()) {
      multiplyForm(stage.slice, form, null, receivers!.re[stage.ports[o]!]!, receivers!.im[stage.ports[o]!]!);
    }
  }
  const axes = readers.map((reader): Axis => (reader === null ? [1, 0] : axisOf(...reader)));
  for (const { slice, made } of stages) {
    for (const [source, id] of slice.signals.entries()) {
      const [re, im] = axes[id]!;
      // a turn by numbers whose square is not exactly 1, which lies within the rounding that it is given
      if (re !== 1 || im !== 0) for (const form of formsOf(slice)) multiplyForm(slice, form, source, re, -im);
    }
    for (const [o, id] of made.entries()) {
      const [re, im] = axes[id]!;
      if (re !== 1 || im !== 0) multiplyForm(slice, slice.outputs[o]!, null, re, im);
    }
  }
  return axes;
}

function formsOf({ neurons, outputs }: Slice): Slice["outputs"] {
  return [...neurons.map(({ form }) => form), ...outputs];
}

function axisOf(slice: Slice, source: number): Axis {
  for (const { sources, slots } of formsOf(slice)) {
    const slot = slots[sources.indexOf(source)];
    if (slot === undefined) continue;
    const [re, im] = [slice.re[slot]!, slice.im[slot]!];
    if (re === 0 && im === 0) continue;
    const size = Math.sqrt(re * re + im * im);
    return re > 0 && Math.abs(im) < LEAST_ANGLE * re ? [1, 0] : [re / size, im / size];
  }
  return [1, 0];
}

/** Keeps how far output `at` of a box is off its value; false where that is not finite. */
function note(
  { certificate, verdict, axes }: Run,
  id: number,
  row: number,
  value: number,
  of: Boxes,
  at: number,
): boolean {
  const { deviations, worst } = verdict;
  const { fieldPerUnit } = certificate.signals[id]!;
  const [c, s] = axes[id]!;
  const claim = fieldPerUnit * value;
  const re = Math.abs(of.re[at]! - claim * c) + of.spreadRe[at]!;
  const im = Math.abs(of.im[at]! - claim * s) + of.spreadIm[at]!;
  const off = ((length(re, im) + 2 * ROUNDING * Math.abs(claim)) / Math.abs(fieldPerUnit)) * INFLATE;
  if (!(off <= deviations[id]!)) {
    deviations[id] = off;
    worst[id] = row;
  }
  return off < Number.POSITIVE_INFINITY;
}

/** An upper bound of |re + i im|, next to it: two steps of Newton's iteration, which stays above a root that it comes down to. */
function length(re: number, im: number): number {
  let bound = modulus(re, im);
  if (!(bound > 2 ** -400)) return bound;
  for (let i = 0; i < 2; i++) bound = ((bound + (re * re + im * im) / bound) / 2) * (1 + 2 ** -48);
  return bound;
}

const ONE_BOX = newBoxes(1);

/** Of a sum, from boxes by its value. */
function keepSum(run: Run, id: number, hull: Hull): boolean {
  const table = run.reachable.sources.get(id)!;
  let decided = true;
  for (const { values, hull: kept } of table.taken) {
    emptyHull(kept);
    for (const [row, at] of values.entries()) {
      widen(kept, row, hull.lowRe[at]!, hull.highRe[at]!, hull.lowIm[at]!, hull.highIm[at]!);
    }
  }
  for (const [row, value] of table.values.entries()) {
    boxOf(hull, value, ONE_BOX, 0);
    decided = note(run, id, row, value, ONE_BOX, 0) && decided;
  }
  return decided;
}

/** Lemma 6: what a cell makes, for each of those who read it. */
function keepCell(run: Run, { outputs, work: { made } }: DecidingPlan, from: number, count: number): boolean {
  const { signals, values } = outputs;
  let decided = true;
  for (const [o, id] of signals.entries()) {
    for (let v = 0; v < count; v++) {
      decided = note(run, id, from + v, values[(from + v) * signals.length + o]!, made, o * BLOCK + v) && decided;
    }
  }
  for (const { signals: read, home, hull } of outputs.taken) {
    const width = read.length;
    for (let k = 0; k < width; k++) {
      const o = signals.indexOf(read[k]!);
      for (let v = 0, at = o * BLOCK; v < count; v++, at++) {
        const [re, im, aside, above] = [made.re[at]!, made.im[at]!, made.spreadRe[at]!, made.spreadIm[at]!];
        widen(hull, home[from + v]! * width + k, re - aside, re + aside, im - above, im + above);
      }
    }
  }
  return decided;
}

function readBoxes({ table, places, work }: Driven, from: number, count: number): void {
  for (const [j, [part, column]] of places.entries()) {
    if (part < 0) continue;
    const { hull, signals } = table.parts[part]!;
    const rowIn = table.rowIn[part]!;
    for (let v = 0; v < count; v++) boxOf(hull, rowIn[from + v]! * signals.length + column, work.read, j * BLOCK + v);
  }
}

/** Lemma 8: whether the receivers of a symbol read what they should, in states of words that exist. */
function readSymbols({ circuit, chip, verdict }: Run, plan: ReceiversPlan, from: number, count: number): void {
  const { ports, top, wanted, work } = plan;
  const { errors, worstRead } = verdict;
  for (const [o, port] of ports.entries()) {
    const perField = circuit.outputs[port]!.levelsPerField;
    const offset = chip.receivers?.offset[port] ?? 0;
    for (let v = 0, at = o * BLOCK; v < count; v++, at++) {
      const want = wanted[from + v]!;
      const middle = (work.made.re[at]! + offset) * perField - want;
      const light = Math.abs(work.made.re[at]!) + Math.abs(offset);
      const reach =
        (work.made.spreadRe[at]! + 4 * ROUNDING * light) * Math.abs(perField) * INFLATE + 4 * ROUNDING * Math.abs(want);
      const [low, high] = [middle - reach, middle + reach];
      const error = Math.max(-low, high);
      if (!(error <= errors[port]!)) {
        errors[port] = error;
        worstRead[port] = from + v;
      }
      // Free combination of cells can ask for digits that do not exist; no input does.
      if (want < 0 || want > top) continue;
      const reads = (want === 0 || low > -0.5) && (want === top || high < 0.5) && Number.isFinite(low - high);
      verdict.isRight &&= reads;
    }
  }
}
