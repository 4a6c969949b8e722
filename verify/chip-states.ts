import type { FlowIndex, OpenSlice } from "../netlist/index.ts";
import { angleOfRead, turnAxes, turnOutput } from "./axes.ts";
import type { ChipPlan, Inputs } from "./chip-plan.ts";
import { type BoundWork, boundSlice, roundingOf } from "./field-bounds.ts";
import {
  type Boxes,
  boxOfHull,
  copyBoxes,
  emptyHull,
  gather,
  type Hull,
  spaceBoxes,
  type Variants,
} from "./variants.ts";

/**
 * Whether every receiver reads the right symbol for all words of all workers; false also where that could not be shown.
 *
 * Every signal is known as boxes in the complex plane, one an integer state of the cell that makes it, which hold all
 * fields that carry it on this chip; what a cell makes of boxes is bounded by what its devices and neurons do to them
 * (field-bounds.ts). The sides of the boxes of an analog signal lie along what the first detector behind it sees and does not see
 * (axes.ts). Bounds are only ever wide: signals of different cells are combined freely, and the corner of a box may
 * be out of reach. So a chip may be judged worse than it is, not better.
 */
export function chipIsPerfect(plan: ChipPlan, chip: FlowIndex): boolean {
  if (!plan.holds) return false;
  compose(plan, chip);
  const light = referenceLight(chip);
  for (const sum of plan.sums) {
    boundSum(sum, chip);
    plan.outside[sum.signals[0]!] = plan.rounding * (light + largestOf(sum.made.boxes));
    if (!finite(sum.made.boxes)) return false;
  }
  // Symbols are read as soon as they can be: a bad chip is bad before its errors have multiplied.
  const readsWell = (after: number): boolean =>
    plan.readAfter[after + 1]!.every((symbol) => symbolReadsWell(plan, plan.symbols[symbol]!, chip, light));
  if (!readsWell(-1)) return false;
  for (const [number, cell] of plan.cells.entries()) {
    if (cell.kind === "total") boundTotal(plan, cell, light);
    else boundCell(plan, cell, light);
    if (!finite(cell.made.boxes) || !readsWell(number)) return false;
  }
  return true;
}

/** Writes every slice as it is on the chip, in the axes of its signals. */
function compose({ sums, cells, symbols, readers, angles }: ChipPlan, chip: FlowIndex): void {
  for (const { open } of sums) open.compose(chip);
  for (const { open } of cells) open.compose(chip);
  const { re, im } = chip.receivers;
  for (const { open, ports } of symbols) {
    open.compose(chip);
    // Fields as the oscillators of the receivers see them.
    for (let o = 0; o < ports.length; o++)
      turnOutput(open.slice.outputs[o]!, Math.atan2(im[ports[o]!]!, re[ports[o]!]!));
  }
  for (let id = 0; id < readers.length; id++) {
    const reader = readers[id]!;
    angles[id] = reader === null ? 0 : angleOfRead(reader.slice.slice, reader.read);
  }
  for (const { open, signals } of sums) turnAxes(open.slice, angles, signals);
  for (const { open, signals } of cells) turnAxes(open.slice, angles, signals);
  for (const { open } of symbols) turnAxes(open.slice, angles, []);
}

/** What compares fields would pass over one that is not a number. */
function finite({ re, im, spreadRe, spreadIm }: Boxes): boolean {
  for (let i = 0; i < re.length; i++) {
    // The difference of a finite number from itself is 0, of any other it is no number.
    const off = re[i]! - re[i]! + im[i]! - im[i]! + spreadRe[i]! - spreadRe[i]! + spreadIm[i]! - spreadIm[i]!;
    if (off !== 0) return false;
  }
  return true;
}

function readBoxes({ parts, states, places, boxes }: Inputs): Boxes {
  for (const part of parts) gather(part);
  for (let read = 0; read < places.length; read++) {
    const { boxes: from, at } = places[read]!;
    copyBoxes(from, at, boxes, read * states);
  }
  return boxes;
}

function referenceLight({ circuit, launch }: FlowIndex): number {
  return circuit.inputs.reduce(
    (sum, port, i) =>
      sum + (port.kind === "reference" ? Math.abs(port.field) * Math.hypot(launch.re[i]!, launch.im[i]!) : 0),
    0,
  );
}

function largestOf({ re, im, spreadRe, spreadIm }: Boxes): number {
  return re.reduce((most, x, i) => Math.max(most, Math.abs(x) + Math.abs(im[i]!) + spreadRe[i]! + spreadIm[i]!), 0);
}

/**
 * Bounds of a slice with the rounding of what it reads. Two rectifiers make a comparator whose slopes cancel: for that to show,
 * rounding becomes part of the boxes. One neuron that saturates cuts it off itself, and a number for all states is enough.
 */
function boundReads(
  { outside, rounding }: ChipPlan,
  { open: { slice }, inputs, work }: { open: OpenSlice; inputs: Inputs; work: BoundWork },
  light: number,
  asked: "fields" | "real parts",
): Boxes {
  const boxes = readBoxes(inputs);
  const rectifies = slice.activations.some(({ range }) => range === Number.POSITIVE_INFINITY);
  work.rounding = rounding;
  work.light = light;
  work.follows = rectifies;
  for (const [j, id] of slice.reads.entries()) {
    work.sourceRounding[j] = rectifies ? 0 : outside[id]!;
    if (!rectifies) continue;
    for (let at = j * inputs.states; at < (j + 1) * inputs.states; at++) {
      boxes.spreadRe[at]! += outside[id]!;
      boxes.spreadIm[at]! += outside[id]!;
    }
  }
  return boundSlice(slice, inputs.states, boxes, work, asked);
}

function boundCell(
  plan: ChipPlan,
  cell: Extract<ChipPlan["cells"][number], { kind: "deciding" }>,
  light: number,
): void {
  const { made, work } = cell;
  const bounds = boundReads(plan, cell, light, "fields");
  const outputs = made.signals.length;
  for (let o = 0; o < outputs; o++) spaceBoxes(bounds, o * made.rows, made.rows, made.boxes, o, outputs);
  for (let o = 0; o < outputs; o++) plan.outside[made.signals[o]!] = work.outputRounding[o]!;
}

function symbolReadsWell(plan: ChipPlan, output: ChipPlan["symbols"][number], chip: FlowIndex, light: number): boolean {
  const { circuit, receivers } = chip;
  const { top, ports, work, wanted } = output;
  const { re, spreadRe } = boundReads(plan, output, light, "real parts");
  for (let o = 0; o < ports.length; o++) {
    const port = ports[o]!;
    const gain = Math.hypot(receivers.re[port]!, receivers.im[port]!);
    const offset = receivers.offset[port]!;
    const rounding = work.outputRounding[o]! + (plan.rounding * Math.abs(offset)) / gain;
    const perField = circuit.outputs[port]!.levelsPerField;
    const level = (field: number): number => {
      const read = Math.round((gain * field + offset) * perField);
      return Number.isFinite(read) ? Math.min(Math.max(read, 0), top) : -1;
    };
    for (let state = 0; state < wanted.length; state++) {
      const at = o * wanted.length + state;
      const reach = spreadRe[at]! + rounding;
      if (level(re[at]! - reach) !== wanted[state] || level(re[at]! + reach) !== wanted[state]) return false;
    }
  }
  return true;
}

/** A sum cell is linear, so that the bounds of each total are sums of the bounds of its terms, found term by term. */
function boundTotal(plan: ChipPlan, total: Extract<ChipPlan["cells"][number], { kind: "total" }>, light: number): void {
  const form = total.open.slice.outputs[0]!;
  let { sums, next } = total;
  const max = sums.lowRe.length - 1;
  emptyHull(sums);
  sums.lowRe[0] = sums.highRe[0] = form.constantRe;
  sums.lowIm[0] = sums.highIm[0] = form.constantIm;
  for (const { weight, read, part } of total.terms) {
    gather(part);
    const { rows, values, boxes } = part.to;
    const [cRe, cIm] = [form.re[read] ?? 0, form.im[read] ?? 0];
    emptyHull(next);
    for (let row = 0; row < rows; row++) {
      const value = weight * values[row]!;
      const re = cRe * boxes.re[row]! - cIm * boxes.im[row]!;
      const im = cRe * boxes.im[row]! + cIm * boxes.re[row]!;
      const spreadRe = Math.abs(cRe) * boxes.spreadRe[row]! + Math.abs(cIm) * boxes.spreadIm[row]!;
      const spreadIm = Math.abs(cRe) * boxes.spreadIm[row]! + Math.abs(cIm) * boxes.spreadRe[row]!;
      for (let from = Math.max(0, -value); from <= Math.min(max, max - value); from++) {
        const to = from + value;
        next.lowRe[to] = Math.min(next.lowRe[to]!, sums.lowRe[from]! + re - spreadRe);
        next.highRe[to] = Math.max(next.highRe[to]!, sums.highRe[from]! + re + spreadRe);
        next.lowIm[to] = Math.min(next.lowIm[to]!, sums.lowIm[from]! + im - spreadIm);
        next.highIm[to] = Math.max(next.highIm[to]!, sums.highIm[from]! + im + spreadIm);
      }
    }
    [sums, next] = [next, sums];
  }
  boxesByValue(total.made, sums);
  const { reads } = total.open.slice;
  const largest = new Float64Array(reads.length);
  for (const { read, part } of total.terms) if (read >= 0) largest[read] = largestOf(part.to.boxes);
  const sourceRounding = Float64Array.from(reads, (id) => plan.outside[id]!);
  const { rounding } = plan;
  plan.outside[total.signals[0]!] = roundingOf(form, 0, { rounding, light, sourceRounding, largest });
}

/** Of a table of one signal, from bounds by its value. */
function boxesByValue({ rows, values, boxes }: Variants, hull: Hull): void {
  for (let row = 0; row < rows; row++) boxOfHull(hull, values[row]!, boxes, row);
}

/**
 * A combiner that is off weighs its workers differently, so the field of a sum depends on who sends it. Real and imaginary
 * part are each largest when the workers of the largest weights send first, and least when those of the least do.
 */
function boundSum({ open, levels, workers, hull, made }: ChipPlan["sums"][number], { launch }: FlowIndex): void {
  const form = open.slice.outputs[0]!;
  /** Of a level of each worker, at the end of the slice. */
  const ofRe = new Float64Array(workers.length);
  const ofIm = new Float64Array(workers.length);
  for (let j = 0; j < workers.length; j++) {
    const { port, fieldPerLevel } = workers[j]!;
    const re = fieldPerLevel * launch.re[port]!;
    const im = fieldPerLevel * launch.im[port]!;
    ofRe[j] = form.re[j]! * re - form.im[j]! * im;
    ofIm[j] = form.re[j]! * im + form.im[j]! * re;
  }
  fillFirst(ofRe.sort(), form.constantRe, levels, hull.lowRe);
  fillFirst(ofRe.reverse(), form.constantRe, levels, hull.highRe);
  fillFirst(ofIm.sort(), form.constantIm, levels, hull.lowIm);
  fillFirst(ofIm.reverse(), form.constantIm, levels, hull.highIm);
  boxesByValue(made, hull);
}

/** The field of every sum when the workers send as much as they can in the order of their weights. */
function fillFirst(weights: Float64Array, constant: number, levels: number, bound: Float64Array): void {
  for (let sum = 0; sum < bound.length; sum++) {
    let field = constant;
    let rest = sum;
    for (let j = 0; j < weights.length; j++) {
      const level = Math.min(levels - 1, rest);
      field += weights[j]! * level;
      rest -= level;
    }
    bound[sum] = field;
  }
}
