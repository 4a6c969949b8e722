import {
  type Certificate,
  type Circuit,
  compileSimulation,
  type FlowIndex,
  indexFlow,
  perturbPhases,
  perturbSimulator,
  readWords,
  runSlice,
  seededRandom,
  simulate,
  sliceProgram,
  type WorkerInput,
} from "../netlist/index.ts";
import { decodeWords, referenceWords } from "./reference.ts";
import type { Progress, RobustnessReport, VerifyOptions } from "./report.ts";
import { inputsOf, outputsOf } from "./states.ts";
import { distinctVectors, enumeratedVectors, randomVectors, symbolLevels, type VectorBatch } from "./vectors.ts";

/** Joint analog states kept per cell; beyond it only the extreme fields of every integer state are kept. */
const VARIANT_LIMIT = 50_000;

/** Fields closer than this, in units of the signal, are one state. */
const SAME_FIELD = 1e-9;

/**
 * Share of simulated chips without a wrong word when every phase has a Gaussian error, found cell by cell: each cell is
 * driven by every field combination that its inputs can have on that chip. It speaks for all words of all workers.
 * Signals of different cells are combined freely, so a chip may be judged worse than it is, not better.
 */
export function stateRobustness(
  circuit: Circuit,
  sigmaRad: number,
  chips: number,
  seed: number,
  progress?: Progress,
): RobustnessReport {
  const { certificate } = circuit;
  if (certificate === null) throw new Error("a circuit without certificate has no cells to drive");
  const random = seededRandom(seed);
  let perfectChips = 0;
  for (let chip = 0; chip < chips; chip++) {
    if (chipIsPerfect(perturbPhases(circuit, sigmaRad, random), certificate)) perfectChips++;
    progress?.(chip + 1, chips);
  }
  return { sigmaRad, chips, perfectChips, wordErrorRate: null, seed, method: "states", vectors: 0 };
}

/** The same chips with every input vector sent through every device: slower, and it counts the wrong words. */
export function vectorRobustness(
  circuit: Circuit,
  sigmaRad: number,
  chips: number,
  seed: number,
  inputs: VerifyOptions["inputs"],
  progress?: Progress,
): RobustnessReport {
  const exhaustive = inputs.kind === "exhaustive";
  const vectors = exhaustive ? distinctVectors(circuit.aggregate) : inputs.kind === "sampled" ? inputs.samples : 10_000;
  const random = seededRandom(seed);
  const simulator = compileSimulation(circuit);
  const batches: { batch: VectorBatch; expected: Float64Array }[] = [];
  const sampleRandom = seededRandom(seed + 1);
  for (let from = 0; from < vectors; from += 8192) {
    const count = Math.min(8192, vectors - from);
    const batch = exhaustive
      ? enumeratedVectors(circuit.aggregate, from, count)
      : randomVectors(circuit.aggregate, count, sampleRandom);
    batches.push({ batch, expected: expectedWords(circuit, batch) });
  }
  let perfectChips = 0;
  let wrongShare = 0;
  for (let chip = 0; chip < chips; chip++) {
    const built = perturbSimulator(simulator, sigmaRad, random);
    let wrong = 0;
    for (const { batch, expected } of batches) {
      const words = decodeWords(readWords(circuit, simulate(built, batch.symbols)), circuit.aggregate);
      const { workers } = circuit.aggregate;
      for (let v = 0; v < batch.vectors; v++) {
        for (let w = 0; w < workers; w++) {
          if (words[v * workers + w] !== expected[v]) {
            wrong++;
            break;
          }
        }
      }
    }
    if (wrong === 0) perfectChips++;
    wrongShare += wrong / vectors;
    progress?.(chip + 1, chips);
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

/** Integer values with the complex fields that carry them on this chip; [row][signal]. */
interface Variants {
  readonly signals: readonly number[];
  readonly rows: number;
  readonly values: Int32Array;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

function chipIsPerfect(chip: Circuit, certificate: Certificate): boolean {
  const index = indexFlow(chip);
  const producer = new Map<number, Variants>();
  const levels = symbolLevels(chip.aggregate);
  let symbol = 0;
  certificate.signals.forEach((signal, id) => {
    if (signal.kind !== "sum") return;
    producer.set(id, sumVariants(chip, index, id, signal, levels[symbol]!));
    symbol++;
  });

  for (const cell of certificate.cells) {
    const inputs = combine(certificate, inputsOf(cell), producer);
    const outputs = outputsOf(cell);
    const own = new Set(outputs);
    const cutSignals = certificate.signals.map((_, id) => id).filter((id) => !own.has(id));
    const slice = sliceProgram(
      index,
      outputs.map((id) => certificate.signals[id]!),
      cutSignals.map((id) => certificate.signals[id]!),
    );
    const reads = slice.reads.map((cut) => cutSignals[cut]!);
    const fields = runSlice(slice, drive(reads, inputs));
    const values = new Int32Array(inputs.rows * outputs.length);
    const re = new Float64Array(inputs.rows * outputs.length);
    const im = new Float64Array(inputs.rows * outputs.length);
    for (let row = 0; row < inputs.rows; row++) {
      claimed(cell, inputs, row, values, row * outputs.length);
      outputs.forEach((_, o) => {
        re[row * outputs.length + o] = fields.re[o * inputs.rows + row]!;
        im[row * outputs.length + o] = fields.im[o * inputs.rows + row]!;
      });
    }
    const made: Variants = { signals: outputs, rows: inputs.rows, values, re, im };
    for (const id of outputs) producer.set(id, made);
  }

  const last = chip.sections.length - 1;
  return certificate.symbols.every((terms, j) => {
    const ports = chip.outputs.filter((port) => port.symbol === j);
    const slice = sliceProgram(
      index,
      ports.map((port) => ({ section: last, mode: port.mode })),
      certificate.signals,
    );
    const inputs = combine(certificate, [...new Set(terms.map((term) => term.signal))], producer);
    const fields = runSlice(slice, drive(slice.reads, inputs));
    const top = levels[j]! - 1;
    for (let row = 0; row < inputs.rows; row++) {
      let wanted = 0;
      for (const term of terms) wanted += term.weight * valueIn(inputs, row, term.signal);
      // Free combination of cells can ask for digits that do not exist; no input does.
      if (wanted < 0 || wanted > top) continue;
      for (let o = 0; o < ports.length; o++) {
        const read = Math.round(fields.re[o * inputs.rows + row]! * ports[o]!.levelsPerField);
        if (Math.min(Math.max(read, 0), top) !== wanted) return false;
      }
    }
    return true;
  });
}

function valueIn(table: Variants, row: number, signal: number): number {
  return table.values[row * table.signals.length + table.signals.indexOf(signal)]!;
}

function claimed(cell: Certificate["cells"][number], inputs: Variants, row: number, out: Int32Array, at: number): void {
  if (cell.kind === "only") {
    out[at] = valueIn(inputs, row, cell.set) === 1 && valueIn(inputs, row, cell.unless) === 0 ? 1 : 0;
    return;
  }
  let rest = cell.kind === "split" ? cell.offset : 0;
  for (const term of cell.terms) rest += term.weight * valueIn(inputs, row, term.signal);
  if (cell.kind === "nonzero") {
    out[at] = rest >= 1 ? 1 : 0;
    return;
  }
  cell.bits.forEach((bit, i) => {
    out[at + i] = rest >= bit.weight ? 1 : 0;
    if (rest >= bit.weight) rest -= bit.weight;
  });
  if (cell.residual !== null) out[at + cell.bits.length] = rest;
}

/**
 * A combiner that is off weighs its workers differently, so the field of a sum depends on who sends it. Everything after
 * is monotone in that field as long as it works, so the two extreme deals, to the heaviest and to the lightest workers
 * first, stand for all words of all workers.
 */
function sumVariants(
  chip: Circuit,
  index: FlowIndex,
  id: number,
  signal: Certificate["signals"][number],
  levels: number,
): Variants {
  const slice = sliceProgram(index, [signal], []);
  const form = slice.outputs[0]!;
  const byWeight = slice.unresolved
    .map((port, j) => ({ j, field: (chip.inputs[port] as WorkerInput).fieldPerLevel, weight: form.re[j]! }))
    .sort((a, b) => b.weight * b.field - a.weight * a.field);
  const sums = signal.max + 1;
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

function combine(
  certificate: Certificate,
  wanted: readonly number[],
  producer: ReadonlyMap<number, Variants>,
): Variants {
  const groups = new Map<Variants, number[]>();
  for (const id of wanted) {
    const table = producer.get(id)!;
    groups.set(table, [...(groups.get(table) ?? []), id]);
  }
  const empty = new Float64Array(0);
  let joint: Variants = { signals: [], rows: 1, values: new Int32Array(0), re: empty, im: empty };
  for (const [table, signals] of groups) {
    let part = project(certificate, table, signals, SAME_FIELD);
    // Too many for a product: keep what is extreme, which is what a comparator or a receiver can fail on.
    if (joint.rows * part.rows > VARIANT_LIMIT) part = extremes(part);
    joint = product(joint, part);
  }
  return joint;
}

function project(certificate: Certificate, table: Variants, signals: readonly number[], same: number): Variants {
  const columns = signals.map((id) => table.signals.indexOf(id));
  const units = signals.map((id) => certificate.signals[id]!.fieldPerUnit * same);
  const seen = new Set<string>();
  const picked: number[] = [];
  const width = table.signals.length;
  for (let row = 0; row < table.rows; row++) {
    let key = "";
    columns.forEach((column, k) => {
      const at = row * width + column;
      key += `${table.values[at]} ${Math.round(table.re[at]! / units[k]!)} ${Math.round(table.im[at]! / units[k]!)};`;
    });
    if (seen.has(key)) continue;
    seen.add(key);
    picked.push(row);
  }
  return pick(table, signals, columns, picked);
}

/** For every joint integer value, the rows in which some signal's field is smallest or largest. */
function extremes(table: Variants): Variants {
  const width = table.signals.length;
  const kept = new Map<string, number[]>();
  for (let row = 0; row < table.rows; row++) {
    const key = table.values.subarray(row * width, (row + 1) * width).join();
    const best = kept.get(key);
    if (best === undefined) {
      kept.set(key, new Array<number>(2 * width).fill(row));
      continue;
    }
    for (let k = 0; k < width; k++) {
      if (table.re[row * width + k]! < table.re[best[2 * k]! * width + k]!) best[2 * k] = row;
      if (table.re[row * width + k]! > table.re[best[2 * k + 1]! * width + k]!) best[2 * k + 1] = row;
    }
  }
  const rows = [...new Set([...kept.values()].flat())];
  return pick(
    table,
    table.signals,
    table.signals.map((_, k) => k),
    rows,
  );
}

function pick(
  table: Variants,
  signals: readonly number[],
  columns: readonly number[],
  rows: readonly number[],
): Variants {
  const values = new Int32Array(rows.length * signals.length);
  const re = new Float64Array(values.length);
  const im = new Float64Array(values.length);
  rows.forEach((row, i) => {
    columns.forEach((column, k) => {
      const from = row * table.signals.length + column;
      values[i * signals.length + k] = table.values[from]!;
      re[i * signals.length + k] = table.re[from]!;
      im[i * signals.length + k] = table.im[from]!;
    });
  });
  return { signals, rows: rows.length, values, re, im };
}

function product(a: Variants, b: Variants): Variants {
  const signals = [...a.signals, ...b.signals];
  const rows = a.rows * b.rows;
  const values = new Int32Array(rows * signals.length);
  const re = new Float64Array(values.length);
  const im = new Float64Array(values.length);
  let at = 0;
  const copy = (table: Variants, row: number): void => {
    for (let k = 0; k < table.signals.length; k++, at++) {
      const from = row * table.signals.length + k;
      values[at] = table.values[from]!;
      re[at] = table.re[from]!;
      im[at] = table.im[from]!;
    }
  };
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      copy(a, i);
      copy(b, j);
    }
  }
  return { signals, rows, values, re, im };
}
