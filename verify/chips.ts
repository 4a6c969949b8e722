import {
  type Cell,
  type Certificate,
  type Circuit,
  compileSimulation,
  composeSlice,
  type FlowIndex,
  indexCuts,
  indexFlow,
  type OutputPort,
  type Position,
  perturbSimulator,
  planSlice,
  readWords,
  runSlice,
  type Slice,
  type SlicePlan,
  type SumCell,
  seededRandom,
  simulate,
  type Term,
  type WorkerInput,
  withCoefficients,
} from "../netlist/index.ts";
import { producersOf } from "./bound.ts";
import { decodeWords, encodeWords, referenceWords } from "./reference.ts";
import type { Progress, RobustnessReport, VerifyOptions } from "./results.ts";
import { type DecidingCell, inputsOf, outputsOf } from "./states.ts";
import { finish, type Steps } from "./steps.ts";
import { combine, sumsIn, type Variants } from "./variants.ts";
import { distinctVectors, enumeratedVectors, randomVectors, symbolLevels, type VectorBatch } from "./vectors.ts";

/** `stateChipSteps` at once. */
export function stateRobustness(
  circuit: Circuit,
  sigmaRad: number,
  chips: number,
  seed: number,
  progress?: Progress,
): RobustnessReport {
  return finish(stateChipSteps(circuit, sigmaRad, chips, seed), progress);
}

/**
 * Share of simulated chips without a wrong word when every phase has a Gaussian error, found cell by cell: each cell is
 * driven by every field combination that its inputs can have on that chip. It speaks for all words of all workers.
 * Signals of different cells are combined freely, so a chip may be judged worse than it is, not better.
 */
export function* stateChipSteps(
  circuit: Circuit,
  sigmaRad: number,
  chips: number,
  seed: number,
): Steps<RobustnessReport> {
  const { certificate } = circuit;
  if (certificate === null) throw new Error("a circuit without certificate has no cells to drive");
  const random = seededRandom(seed);
  const simulator = compileSimulation(circuit);
  const plan = planChips(circuit, certificate);
  let perfectChips = 0;
  for (let chip = 0; chip < chips; chip++) {
    const { coefficients } = perturbSimulator(simulator, sigmaRad, random).program;
    if (chipIsPerfect(plan, withCoefficients(plan.index, coefficients))) perfectChips++;
    yield { done: chip + 1, total: chips, unit: "chips", wrong: null };
  }
  return { sigmaRad, chips, perfectChips, wordErrorRate: null, seed, method: "states", vectors: 0 };
}

/** `chipSteps` at once. */
export function vectorRobustness(
  circuit: Circuit,
  sigmaRad: number,
  chips: number,
  seed: number,
  inputs: VerifyOptions["inputs"],
  progress?: Progress,
): RobustnessReport {
  return finish(chipSteps(circuit, sigmaRad, chips, seed, inputs), progress);
}

/** The same chips with every input vector sent through every device: slower, and it counts the wrong words. */
export function* chipSteps(
  circuit: Circuit,
  sigmaRad: number,
  chips: number,
  seed: number,
  inputs: VerifyOptions["inputs"],
): Steps<RobustnessReport> {
  const exhaustive = inputs.kind === "exhaustive";
  const vectors = exhaustive ? distinctVectors(circuit.aggregate) : inputs.kind === "sampled" ? inputs.samples : 10_000;
  const random = seededRandom(seed);
  const simulator = compileSimulation(circuit);
  /** Symbols of the right word, [vector][symbol]. */
  const batches: { batch: VectorBatch; expected: Uint8Array }[] = [];
  const sampleRandom = seededRandom(seed + 1);
  for (let from = 0; from < vectors; from += 8192) {
    const count = Math.min(8192, vectors - from);
    const batch = exhaustive
      ? enumeratedVectors(circuit.aggregate, from, count)
      : randomVectors(circuit.aggregate, count, sampleRandom);
    batches.push({ batch, expected: encodeWords(expectedWords(circuit, batch), circuit.aggregate) });
    yield { done: 0, total: chips, unit: "chips", wrong: null };
  }
  let perfectChips = 0;
  let wrongShare = 0;
  for (let chip = 0; chip < chips; chip++) {
    const built = perturbSimulator(simulator, sigmaRad, random);
    let wrong = 0;
    for (const { batch, expected } of batches) {
      const symbols = readWords(circuit, simulate(built, batch.symbols));
      const { workers, symbols: width } = circuit.aggregate;
      for (let v = 0; v < batch.vectors; v++) {
        for (let i = 0; i < workers * width; i++) {
          if (symbols[v * workers * width + i] !== expected[v * width + (i % width)]) {
            wrong++;
            break;
          }
        }
      }
      yield { done: chip, total: chips, unit: "chips", wrong: null };
    }
    if (wrong === 0) perfectChips++;
    wrongShare += wrong / vectors;
    yield { done: chip + 1, total: chips, unit: "chips", wrong: null };
  }
  return {
    sigmaRad,
    chips,
    perfectChips,
    wordErrorRate: wrongShare / chips,
    seed,
    method: exhaustive ? "exhaustive" : "sampled",
    vectors,
  };
}

function expectedWords(circuit: Circuit, batch: VectorBatch): Float64Array {
  const { workers } = circuit.aggregate;
  const all = decodeWords(batch.symbols, circuit.aggregate);
  const rows = Array.from({ length: workers }, (_, worker) =>
    Float64Array.from({ length: batch.vectors }, (_unused, v) => all[v * workers + worker]!),
  );
  return referenceWords(rows, circuit.aggregate);
}

/** What does not depend on the chip: which devices each cell, sum and output depends on. */
interface ChipPlan {
  readonly circuit: Circuit;
  readonly certificate: Certificate;
  readonly index: FlowIndex;
  readonly sums: readonly { readonly id: number; readonly levels: number; readonly slice: SlicePlan }[];
  /** In the order of the certificate's cells. */
  readonly cells: readonly {
    readonly cell: Cell;
    readonly reads: readonly number[];
    readonly slice: SlicePlan;
  }[];
  /** In the order in which they can be read: after cell number `after` (-1: from the sums alone). */
  readonly symbols: readonly {
    readonly after: number;
    readonly top: number;
    readonly terms: readonly Term[];
    readonly ports: readonly OutputPort[];
    readonly slice: SlicePlan;
  }[];
}

function planChips(circuit: Circuit, certificate: Certificate): ChipPlan {
  const index = indexFlow(circuit);
  const { signals } = certificate;
  const levels = symbolLevels(circuit.aggregate);
  const sums = signals.flatMap((signal, id) => (signal.kind === "sum" ? [{ id, signal }] : []));
  const last = circuit.sections.length - 1;
  const cuts = indexCuts(index, signals);
  const producers = producersOf(certificate);
  return {
    circuit,
    certificate,
    index,
    // Units of a cascade sum symbol by symbol each.
    sums: sums.map(({ id, signal }, i) => ({
      id,
      levels: levels[i % levels.length]!,
      slice: planSlice(index, [signal], []),
    })),
    cells: certificate.cells.map((cell) => {
      const at = (id: number): Position => signals[id]!;
      const slice = planSlice(index, outputsOf(cell).map(at), cuts);
      return { cell, reads: slice.reads, slice };
    }),
    symbols: certificate.symbols.map((terms, j) => {
      const made = terms.map((term) => producers.get(term.signal) ?? -1);
      const ports = circuit.outputs.filter((port) => port.symbol === j);
      const wanted = ports.map((port) => ({ section: last, mode: port.mode }));
      const slice = planSlice(index, wanted, cuts);
      return { after: made.reduce((last, cell) => Math.max(last, cell), -1), top: levels[j]! - 1, terms, ports, slice };
    }),
  };
}

function chipIsPerfect(plan: ChipPlan, chip: FlowIndex): boolean {
  const { certificate } = plan;
  const producer = new Map<number, Variants>();
  for (const { id, levels, slice } of plan.sums) {
    const made = sumVariants(plan.circuit, composeSlice(chip, slice), id, certificate.signals[id]!.max, levels);
    if (!finite(made)) return false;
    producer.set(id, made);
  }
  // Symbols are read as soon as they can be: a bad chip is bad before its errors have multiplied.
  const readsWell = (after: number): boolean =>
    plan.symbols.every((symbol) => symbol.after !== after || symbolReadsWell(plan, chip, symbol, producer));
  if (!readsWell(-1)) return false;
  for (const [number, { cell, reads, slice }] of plan.cells.entries()) {
    if (cell.kind === "sum") {
      const total = totalVariants(certificate, composeSlice(chip, slice), reads, cell, producer);
      if (!finite(total)) return false;
      producer.set(cell.total, total);
      continue;
    }
    const inputs = combine(certificate, inputsOf(cell), producer);
    const outputs = outputsOf(cell);
    const fields = runSlice(composeSlice(chip, slice), drive(reads, inputs));
    const values = new Int32Array(inputs.rows * outputs.length);
    const re = new Float64Array(inputs.rows * outputs.length);
    const im = new Float64Array(inputs.rows * outputs.length);
    const sums = sumsIn(inputs, cell.kind === "only" ? onlyTerms(cell) : cell.terms);
    let rows = 0;
    for (let row = 0; row < inputs.rows; row++) {
      const at = rows * outputs.length;
      // A state that the cell could not hold is one that no input reaches (bound.ts).
      if (!claimed(certificate, cell, sums[row]!, values, at)) continue;
      rows++;
      for (let o = 0; o < outputs.length; o++) {
        re[at + o] = fields.re[o * inputs.rows + row]!;
        im[at + o] = fields.im[o * inputs.rows + row]!;
      }
    }
    const made: Variants = { signals: outputs, rows, values, re, im };
    if (!finite(made)) return false;
    for (const id of outputs) producer.set(id, made);
    if (!readsWell(number)) return false;
  }
  return true;
}

/** What compares fields would pass over one that is not a number. */
function finite({ re, im }: Variants): boolean {
  return re.every(Number.isFinite) && im.every(Number.isFinite);
}

function symbolReadsWell(
  plan: ChipPlan,
  chip: FlowIndex,
  { terms, ports, slice, top }: ChipPlan["symbols"][number],
  producer: ReadonlyMap<number, Variants>,
): boolean {
  const inputs = combine(plan.certificate, [...new Set(terms.map((term) => term.signal))], producer);
  const fields = runSlice(composeSlice(chip, slice), drive(slice.reads, inputs));
  const sums = sumsIn(inputs, terms);
  for (let row = 0; row < inputs.rows; row++) {
    const wanted = sums[row]!;
    // Free combination of cells can ask for digits that do not exist; no input does.
    if (wanted < 0 || wanted > top) continue;
    for (let o = 0; o < ports.length; o++) {
      const read = Math.round(fields.re[o * inputs.rows + row]! * ports[o]!.levelsPerField);
      if (!Number.isFinite(read) || Math.min(Math.max(read, 0), top) !== wanted) return false;
    }
  }
  return true;
}

/** Set counts 1 and unless counts -1: the sum is 1 only where set stands alone. */
function onlyTerms(cell: Extract<Cell, { kind: "only" }>): Term[] {
  return [
    { signal: cell.set, weight: 1 },
    { signal: cell.unless, weight: -1 },
  ];
}

/** Writes what the cell claims where its inputs add up to `sum`; false when it has no claim for such a state. */
function claimed(certificate: Certificate, cell: DecidingCell, sum: number, out: Int32Array, at: number): boolean {
  if (cell.kind === "only") {
    out[at] = sum === 1 ? 1 : 0;
    return true;
  }
  let rest = sum + (cell.kind === "split" ? cell.offset : 0);
  if (cell.kind === "nonzero") {
    out[at] = rest >= 1 ? 1 : 0;
    return true;
  }
  let holds = true;
  cell.bits.forEach((bit, i) => {
    out[at + i] = rest >= bit.weight ? 1 : 0;
    if (rest >= bit.weight) rest -= bit.weight;
    if (rest >= bit.weight) holds = false;
  });
  if (cell.residual === null) return holds;
  out[at + cell.bits.length] = rest;
  return holds && rest <= certificate.signals[cell.residual]!.max;
}

/**
 * A sum cell is linear and what follows is monotone, so for each total the two extreme fields stand for all ways to reach
 * it; they are found term by term.
 */
function totalVariants(
  certificate: Certificate,
  slice: Slice,
  reads: readonly number[],
  cell: SumCell,
  producer: ReadonlyMap<number, Variants>,
): Variants {
  const { max } = certificate.signals[cell.total]!;
  const form = slice.outputs[0]!;
  let lowest = new Map<number, Field>([[0, { re: 0, im: 0 }]]);
  let highest = lowest;
  for (const { signal, weight } of cell.terms) {
    const j = reads.indexOf(signal);
    const coefficient = { re: form.re[j] ?? 0, im: form.im[j] ?? 0 };
    const table = combine(certificate, [signal], producer);
    const nextLowest = new Map<number, Field>();
    const nextHighest = new Map<number, Field>();
    for (let row = 0; row < table.rows; row++) {
      const value = weight * table.values[row]!;
      const re = coefficient.re * table.re[row]! - coefficient.im * table.im[row]!;
      const im = coefficient.re * table.im[row]! + coefficient.im * table.re[row]!;
      for (const [from, to, sign] of [
        [lowest, nextLowest, 1],
        [highest, nextHighest, -1],
      ] as const) {
        for (const [total, field] of from) {
          const best = to.get(total + value);
          const beaten = best === undefined || !(sign * (field.re + re) >= sign * best.re);
          if (beaten && total + value <= max) to.set(total + value, { re: field.re + re, im: field.im + im });
        }
      }
    }
    lowest = nextLowest;
    highest = nextHighest;
  }
  const rows = [...lowest, ...highest];
  return {
    signals: [cell.total],
    rows: rows.length,
    values: Int32Array.from(rows, ([total]) => total),
    re: Float64Array.from(rows, ([, field]) => field.re),
    im: Float64Array.from(rows, ([, field]) => field.im),
  };
}

interface Field {
  readonly re: number;
  readonly im: number;
}

/**
 * A combiner that is off weighs its workers differently, so the field of a sum depends on who sends it. Everything after
 * is monotone in that field as long as it works, so the two extreme deals, to the heaviest and to the lightest workers
 * first, stand for all words of all workers.
 */
function sumVariants(circuit: Circuit, slice: Slice, id: number, max: number, levels: number): Variants {
  const form = slice.outputs[0]!;
  const byWeight = slice.unresolved
    .map((port, j) => ({ j, field: (circuit.inputs[port] as WorkerInput).fieldPerLevel, weight: form.re[j]! }))
    .sort((a, b) => b.weight * b.field - a.weight * a.field);
  const sums = max + 1;
  const vectors = 2 * sums;
  const fields = new Float64Array(slice.unresolved.length * vectors);
  for (const [half, order] of [byWeight, byWeight.toReversed()].entries()) {
    for (let sum = 0; sum < sums; sum++) {
      let rest = sum;
      for (const { j, field } of order) {
        const level = Math.min(levels - 1, rest);
        fields[j * vectors + half * sums + sum] = field * level;
        rest -= level;
      }
    }
  }
  const { re, im } = runSlice(slice, { vectors, re: fields, im: null });
  return { signals: [id], rows: vectors, values: Int32Array.from({ length: vectors }, (_, v) => v % sums), re, im };
}

function drive(reads: readonly number[], inputs: Variants): { vectors: number; re: Float64Array; im: Float64Array } {
  const { rows, signals } = inputs;
  const re = new Float64Array(reads.length * rows);
  const im = new Float64Array(reads.length * rows);
  reads.forEach((id, j) => {
    const column = signals.indexOf(id);
    for (let row = 0; row < rows; row++) {
      re[j * rows + row] = inputs.re[row * signals.length + column]!;
      im[j * rows + row] = inputs.im[row * signals.length + column]!;
    }
  });
  return { vectors: rows, re, im };
}
