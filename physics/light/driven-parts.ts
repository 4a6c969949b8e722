import {
  type Cell,
  type Circuit,
  indexCuts,
  indexFlow,
  type OutputPort,
  type Position,
  type ProgramSlice,
  runSlice,
  sliceProgram,
} from "../../netlist/index.ts";
import { driveStates, outputsOf, type ReachableStates, type StateTable } from "../../verify/index.ts";

/** A cell, or the receivers of a symbol, with the light between what it reads and what it makes. */
export interface DrivenPart {
  readonly of: { readonly cell: Cell } | { readonly symbol: number; readonly ports: readonly OutputPort[] };
  readonly slice: ProgramSlice;
  /** In all states of what it reads; null of a sum of signals, which has none. */
  readonly driven: {
    readonly inputs: StateTable;
    /** What drives the slice. */
    readonly re: Float64Array;
    /** Field in front of neuron a in state r, counted from its threshold, at a * inputs.rows + r; and of the outputs. */
    readonly before: Float64Array;
    readonly fields: Float64Array;
  } | null;
}

/** The cells of a circuit that carries a certificate, one after the other, then its symbols. */
export function* drivenParts(circuit: Circuit, { cells, symbols }: ReachableStates): Generator<DrivenPart> {
  const certificate = circuit.certificate!;
  const index = indexFlow(circuit);
  const cuts = indexCuts(index, certificate.signals);
  const section = circuit.sections.length - 1;
  const part = (of: DrivenPart["of"], ends: readonly Position[], inputs: StateTable | null): DrivenPart => {
    const slice = sliceProgram(index, ends, cuts);
    if (inputs === null) return { of, slice, driven: null };
    const re = driveStates(certificate, slice.reads, inputs, 0, inputs.rows);
    const { before, re: fields } = runSlice(slice, { vectors: inputs.rows, re, im: null });
    return { of, slice, driven: { inputs, re, before: before.re, fields } };
  };
  const statesOf = new Map(cells.map(({ cell, inputs }): [Cell, StateTable] => [cell, inputs]));
  for (const cell of certificate.cells) {
    const ends = outputsOf(cell).map((id) => certificate.signals[id]!);
    yield part({ cell }, ends, statesOf.get(cell) ?? null);
  }
  for (const [symbol, inputs] of symbols.entries()) {
    const ports = circuit.outputs.filter((port) => port.symbol === symbol);
    const ends = ports.map(({ mode }) => ({ section, mode }));
    yield part({ symbol, ports }, ends, inputs);
  }
}

/** The largest absolute field before each of so many neurons, less its threshold, over all rows. */
export function largestFields(neurons: number, before: Float64Array, rows: number): number[] {
  return Array.from({ length: neurons }, (_, a) =>
    before.subarray(a * rows, (a + 1) * rows).reduce((most, field) => Math.max(most, Math.abs(field)), 0),
  );
}
