import {
  type Circuit,
  indexCuts,
  indexFlow,
  runSlice,
  type Simulator,
  sliceProgram,
  stepsOf,
} from "../../netlist/index.ts";
import { driveStates, outputsOf, reachableStates, type Steps, stateText } from "../../verify/index.ts";

/** A neuron by which a cell decides. */
export interface Comparator {
  /** Name of the cell. */
  readonly cell: string;
  readonly section: number;
  readonly mode: number;
  /** Field before the neuron over an LSB of the cell's sum: what distances are divided by. */
  readonly fieldPerGridStep: number;
  /** How far the field is at least beyond the neuron's linear part, where it stands beyond it, in LSB, over all reachable states. */
  readonly margin: number;
  /** The state in which it is that close: signals and their values. */
  readonly state: string;
}

const rowsAtOnce = 4096;
/** Where in an LSB the slope is measured. */
const probe = 2 ** -12;

/**
 * The comparators of a constructed circuit in the order of light, each measured in every state that can reach its cell, on its
 * devices; none where the circuit carries no certificate, or one whose states cannot be enumerated.
 */
export function* comparatorSteps(circuit: Circuit): Steps<readonly Comparator[]> {
  const { certificate } = circuit;
  if (certificate === null) return [];
  const index = indexFlow(circuit);
  const cuts = indexCuts(index, certificate.signals);
  const { cells, problems } = yield* reachableStates(certificate);
  if (problems.length > 0) return [];
  const found: Comparator[] = [];
  for (const [done, { cell, inputs }] of cells.entries()) {
    yield { done, total: cells.length, unit: "states", wrong: null };
    if (cell.kind === "only") continue;
    const slice = sliceProgram(
      index,
      outputsOf(cell).map((signal) => certificate.signals[signal]!),
      cuts,
    );
    const moved = slice.reads.flatMap((signal, source) => {
      const weight = cell.terms.reduce((sum, term) => sum + (term.signal === signal ? term.weight : 0), 0);
      return weight === 0 ? [] : [{ source, field: certificate.signals[signal]!.fieldPerUnit / weight }];
    })[0];
    if (moved === undefined || slice.unresolved.length > 0) continue;
    const slopes = new Float64Array(slice.activations.length);
    const margins = new Float64Array(slice.activations.length).fill(Number.POSITIVE_INFINITY);
    const worst = new Int32Array(slice.activations.length);
    for (let from = 0; from < inputs.rows; from += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, inputs.rows - from);
      const re = driveStates(certificate, slice.reads, inputs, from, rows);
      const before = runSlice(slice, { vectors: rows, re, im: null }).before.re;
      for (let v = moved.source * rows; v < (moved.source + 1) * rows; v++) re[v]! += probe * moved.field;
      const after = runSlice(slice, { vectors: rows, re, im: null }).before.re;
      for (let i = 0; i < before.length; i++) {
        const neuron = Math.floor(i / rows);
        const slope = Math.abs(after[i]! - before[i]!) / probe;
        slopes[neuron] = Math.max(slopes[neuron]!, slope);
        const beyond = beyondLinear(before[i]!, slice.activations[neuron]!);
        if (beyond === null || slope === 0 || beyond / slope >= margins[neuron]!) continue;
        margins[neuron] = beyond / slope;
        worst[neuron] = from + (i % rows);
      }
    }
    slice.activations.forEach(({ section, mode }, neuron) => {
      if (!(slopes[neuron]! > 0)) return;
      const state = Number.isFinite(margins[neuron]!) ? stateText(certificate, inputs, worst[neuron]!) : "";
      found.push({
        cell: cell.name,
        section,
        mode,
        fieldPerGridStep: slopes[neuron]!,
        margin: margins[neuron]!,
        state,
      });
    });
  }
  return found;
}

/** Comparators by the step of a circuit's program that they are. */
export function comparatorsByStep(
  { circuit }: Simulator,
  comparators: readonly Comparator[],
): ReadonlyMap<number, Comparator> {
  const byPlace = new Map(comparators.map((it) => [`${it.section} ${it.mode}`, it]));
  const { neuronSteps } = stepsOf(circuit);
  const found = circuit.sections.flatMap(({ activations }, section) =>
    activations.flatMap(({ mode }, i): [number, Comparator][] => {
      const comparator = byPlace.get(`${section} ${mode}`);
      return comparator === undefined ? [] : [[neuronSteps[section]![i]!, comparator]];
    }),
  );
  return new Map(found);
}

/** How far a field, less the threshold, is beyond the end of a neuron's linear part; null inside of it. NaN for what is no number. */
function beyondLinear(field: number, { range }: { readonly range: number }): number | null {
  if (field > 0 && field < range) return null;
  return field >= range ? field - range : -field;
}
