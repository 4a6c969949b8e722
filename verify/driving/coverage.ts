import {
  type Circuit,
  distinctVectors,
  enumeratedVectors,
  levelsOfSymbol,
  type OutputFields,
  type Simulator,
  simulate,
  type VectorBatch,
} from "../../netlist/index.ts";
import {
  BLOCK,
  boundSlice,
  chipOf,
  compose,
  type Form,
  flowOf,
  INFLATE,
  modulus,
  ROUNDING,
  type Slice,
  sliceOf,
  workFor,
} from "../../proof/index.ts";
import { prove } from "./proof-report.ts";

/** Vectors that are driven together. */
const BATCH = 4096;

/** Work that all vectors together may cost, beyond which what cancels is not looked at. */
const MOST_WORK = 2e9;

/** Whether all words of a batch's sums are read within half a level of what those of the batch were, at every output. */
export type Coverage = (batch: VectorBatch, fields: OutputFields) => boolean;

/** Whether every word of every worker is read as the one of its sums that `enumeratedVectors` deals. */
export function seesSums(simulator: Simulator): boolean {
  const { circuit } = simulator;
  if (circuit.certificate !== null && prove(circuit).holds) return true;
  const total = distinctVectors(circuit.aggregate);
  const covers = coverageOf(circuit, total);
  for (let from = 0; from < total; from += BATCH) {
    const batch = enumeratedVectors(circuit.aggregate, from, Math.min(BATCH, total - from));
    if (!covers(batch, simulate(simulator, batch.symbols))) return false;
  }
  return true;
}

/**
 * Lemma 4 of docs/explanation/proof.md with the whole circuit as one slice. The field of a sum S of symbols s_p is c S + sum (c_p - c) s_p
 * for any c: the middle of all c_p keeps the second part small, which is what unequal workers add. `vectors` is how many there will be.
 */
export function coverageOf(circuit: Circuit, vectors: number): Coverage {
  const { aggregate, inputs, outputs } = circuit;
  const { workers, symbols } = aggregate;
  const flow = flowOf({ ...circuit, certificate: null });
  const chip = chipOf(circuit);
  const ends = outputs.map(({ mode }) => ({ mode, step: flow.last[mode]! }));
  const whole = sliceOf(flow, ends, new Set());
  compose(whole, circuit, chip);
  const unit = aggregate.fanIn?.[0] ?? workers;
  const width = Math.ceil(workers / unit) * symbols;
  const sumOf = whole.ports.map((port) => {
    const input = inputs[port]!;
    return input.kind === "worker" ? Math.floor(input.worker / unit) * symbols + input.symbol : -1;
  });
  const slice = aroundSums(whole, sumOf, width);
  const work = workFor(slice);
  for (const [i, port] of whole.ports.entries()) {
    const input = inputs[port]!;
    const half = input.kind === "worker" ? (levelsOfSymbol(aggregate, input.symbol) - 1) / 2 : 0;
    const at = (width + i) * BLOCK;
    work.read.re.fill(half, at, at + BLOCK);
    work.read.spreadRe.fill(half, at, at + BLOCK);
  }
  const reads = ({ vectors: total, symbols: sent }: VectorBatch, { re }: OutputFields, follows: boolean): boolean => {
    for (let from = 0; from < total; from += BLOCK) {
      const count = Math.min(BLOCK, total - from);
      work.read.re.fill(0, 0, width * BLOCK);
      for (let v = 0, at = from * workers * symbols; v < count; v++) {
        for (let worker = 0; worker < workers; worker++) {
          const sum = Math.floor(worker / unit) * symbols;
          for (let j = 0; j < symbols; j++) work.read.re[(sum + j) * BLOCK + v]! += sent[at++]!;
        }
      }
      boundSlice(work, chip, count, { steps: 0, realPart: true, follows });
      for (const [o, { levelsPerField }] of outputs.entries()) {
        for (let v = 0, at = o * BLOCK; v < count; v++, at++) {
          const claim = Math.round(re[(from + v) * outputs.length + o]! * levelsPerField);
          const read = work.made.re[at]! * levelsPerField;
          const rounding = 4 * ROUNDING * (Math.abs(read) + Math.abs(claim));
          const error = Math.abs(read - claim) + work.made.spreadRe[at]! * Math.abs(levelsPerField) + rounding;
          if (!(error * INFLATE < 0.5)) return false;
        }
      }
    }
    return true;
  };
  const forms = [...slice.neurons.map(({ form }) => form), ...slice.outputs];
  const terms = forms.reduce((all, { sources }) => all + sources.length, 0);
  const mayFollow = terms * work.symbols * vectors <= MOST_WORK;
  let follows = false;
  return (batch, fields) => {
    if (!follows && reads(batch, fields, false)) return true;
    follows = mayFollow;
    return follows && reads(batch, fields, true);
  };
}

/** The slice with sums as its first sources, then what each port's weight is more than the middle of its sum's. */
function aroundSums(slice: Slice, sumOf: readonly number[], width: number): Slice {
  const [re, im, rad]: [number[], number[], number[]] = [[], [], []];
  const keep = (x: number, y: number, radius: number): number => {
    im.push(y);
    rad.push(radius);
    return re.push(x) - 1;
  };
  const formOf = ({ sources, slots, constant }: Form): Form => {
    const made = { sources: [] as number[], slots: [] as number[] };
    const put = (source: number, slot: number): void => {
      made.sources.push(source);
      made.slots.push(slot);
    };
    const slotOf = new Map(sources.map((source, i) => [source, slots[i]!]));
    for (let sum = 0; sum < width; sum++) {
      const ports = [...sumOf.keys()].filter((port) => sumOf[port] === sum);
      if (!ports.some((port) => slotOf.has(port))) continue;
      const partOf = (port: number, of: Float64Array): number => (slotOf.has(port) ? of[slotOf.get(port)!]! : 0);
      const middle = (of: Float64Array): number =>
        ports.reduce((all, port) => all + partOf(port, of), 0) / ports.length;
      const [x, y] = [middle(slice.re), middle(slice.im)];
      put(sum, keep(x, y, 0));
      for (const port of ports) {
        const [wRe, wIm] = [partOf(port, slice.re), partOf(port, slice.im)];
        const off = partOf(port, slice.rad) + ROUNDING * (modulus(wRe, wIm) + modulus(x, y));
        put(width + port, keep(wRe - x, wIm - y, off));
      }
    }
    for (const [source, slot] of slotOf) {
      if (source < sumOf.length) continue;
      put(width + source, keep(slice.re[slot]!, slice.im[slot]!, slice.rad[slot]!));
    }
    const light = constant < 0 ? -1 : keep(slice.re[constant]!, slice.im[constant]!, slice.rad[constant]!);
    return { ...made, constant: light };
  };
  const neurons = slice.neurons.map(({ number, form }) => ({ number, form: formOf(form) }));
  const outputs = slice.outputs.map(formOf);
  const numbers = { re: Float64Array.from(re), im: Float64Array.from(im), rad: Float64Array.from(rad) };
  return { ...slice, signals: [...new Array(width).keys()], neurons, outputs, ...numbers };
}
