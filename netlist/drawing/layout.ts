import type { Circuit, SectionKind } from "../circuit/circuit.ts";
import { modesOf, type Parts } from "./parts.ts";

/** Columns `from` .. `to - 1` of the drawing belong to the section. */
export interface SectionSpan {
  readonly name: string;
  readonly kind: SectionKind;
  readonly from: number;
  readonly to: number;
  /** Steps of its devices, what its meshes absorb, and its neurons: `firstStep` .. `endStep - 1`. */
  readonly firstStep: number;
  readonly endStep: number;
  /** Lanes in it: `firstLane` .. `endLane - 1`. */
  readonly firstLane: number;
  readonly endLane: number;
}

/**
 * A stretch of waveguide that carries one field within one section, in columns: from the middle of a part (its column and a
 * half) or the edge of the section, to such a place. The field is that of place `source` of a trace: 2 step + side behind a step, 2 steps + mode at an input.
 */
export interface DrawnLane {
  readonly from: number;
  readonly to: number;
  readonly row: number;
  readonly source: number;
}

/** A bend from one row to another within one column, from `from` on. `source` as of lanes. */
export interface DrawnBend {
  readonly from: number;
  readonly fromRow: number;
  readonly toRow: number;
  readonly source: number;
}

/** From the detector of a neuron to the modulator from which its light continues in another row. */
export interface DrawnWire {
  readonly column: number;
  readonly fromRow: number;
  readonly toRow: number;
}

/** Where everything of a circuit is drawn: light runs to the right, section by section. */
export interface ChipLayout {
  readonly columns: number;
  readonly rows: number;
  readonly sections: readonly SectionSpan[];
  /** Of each step. */
  readonly column: Int32Array;
  /** Rows of the two modes of each step, 2 step + side; the second is the first where a step has one mode. */
  readonly row: Float64Array;
  readonly lanes: readonly DrawnLane[];
  readonly bends: readonly DrawnBend[];
  readonly wires: readonly DrawnWire[];
  /** Of each of `circuit.inputs` and `circuit.outputs`. */
  readonly inputRow: Float64Array;
  readonly outputRow: Float64Array;
}

/** The time in which a mode carries light. */
interface Stretch {
  readonly from: number;
  to: number;
  row: number;
  /** The stretch that it meets first. */
  readonly partner: Stretch | null;
}

/** Section by section: every part in the first column that is free on its modes; a row is used again when its light is absorbed. */
export function layOut(circuit: Circuit, { parts }: Parts): ChipLayout {
  const steps = parts.length;
  const column = new Int32Array(steps);
  const stretchOfSide: Stretch[] = new Array<Stretch>(2 * steps);
  const lanes: { from: number; to: number; source: number; stretch: Stretch }[] = [];
  const stretches: Stretch[] = [];
  /** Of each mode; null while it is dark. */
  const current: (Stretch | null)[] = new Array<Stretch | null>(circuit.modes).fill(null);
  const source = new Int32Array(circuit.modes).fill(-1);
  const since = new Float64Array(circuit.modes);
  const ready = new Int32Array(circuit.modes);
  const sections: SectionSpan[] = [];

  const start = (mode: number, at: number, partner: Stretch | null): Stretch => {
    const known = current[mode];
    if (known !== null && known !== undefined) return known;
    const fresh: Stretch = { from: at, to: at, row: -1, partner };
    stretches.push(fresh);
    current[mode] = fresh;
    return fresh;
  };
  const close = (mode: number, at: number): void => {
    const stretch = current[mode];
    if (stretch === null || stretch === undefined) return;
    stretch.to = Math.max(stretch.to, at);
    if (source[mode]! >= 0) lanes.push({ from: since[mode]!, to: at, source: source[mode]!, stretch });
  };

  const inputs = circuit.inputs.map(({ mode }) => {
    source[mode] = 2 * steps + mode;
    return start(mode, 0, null);
  });
  let step = 0;
  let cursor = 0;
  for (const { name, kind, meshes, activations } of circuit.sections) {
    const [firstStep, firstLane, from] = [step, lanes.length, cursor];
    ready.fill(from);
    since.fill(from);
    let end = from;
    const place = (at: number): void => {
      const modes = modesOf(parts[step]!);
      column[step] = at;
      let partner = modes.map((mode) => current[mode] ?? null).find((it) => it !== null) ?? null;
      modes.forEach((mode, side) => {
        close(mode, at + 0.5);
        stretchOfSide[2 * step + side] = start(mode, at, partner);
        partner ??= stretchOfSide[2 * step]!;
        source[mode] = 2 * step + side;
        since[mode] = at + 0.5;
        ready[mode] = at + 1;
      });
      if (modes.length === 1) stretchOfSide[2 * step + 1] = stretchOfSide[2 * step]!;
      end = Math.max(end, at + 1);
      step += 1;
    };
    for (const { devices, terminated } of meshes) {
      for (let i = 0; i < devices.length; i++) {
        place(modesOf(parts[step]!).reduce((last, mode) => Math.max(last, ready[mode]!), from));
      }
      for (const mode of terminated) {
        const at = ready[mode]!;
        column[step] = at;
        close(mode, at);
        stretchOfSide[2 * step] = current[mode] ?? start(mode, at, null);
        stretchOfSide[2 * step + 1] = stretchOfSide[2 * step]!;
        current[mode] = null;
        source[mode] = -1;
        end = Math.max(end, at);
        step += 1;
      }
    }
    const last = end;
    for (let i = 0; i < activations.length; i++) place(last);
    cursor = Math.max(end, from + 1);
    for (let mode = 0; mode < circuit.modes; mode++) close(mode, cursor);
    sections.push({
      name,
      kind,
      from,
      to: cursor,
      firstStep,
      endStep: step,
      firstLane,
      endLane: lanes.length,
    });
  }
  const outputs = circuit.outputs.map(({ mode }) => start(mode, cursor, null));
  const rows = assignRows(stretches);
  return {
    columns: cursor,
    rows,
    sections,
    column,
    row: Float64Array.from({ length: 2 * steps }, (_, i) => stretchOfSide[i]!.row),
    lanes: lanes.map(({ stretch, ...lane }) => ({ ...lane, row: stretch.row })),
    bends: [],
    wires: [],
    inputRow: Float64Array.from(inputs, ({ row }) => row),
    outputRow: Float64Array.from(outputs, ({ row }) => row),
  };
}

/** A free row so near to the one that a stretch meets first is taken; else a row is put in beside it. */
const near = 3;

/** Gives each stretch a row, and the rows an order in which light that meets lies close together; returns their number. */
function assignRows(stretches: readonly Stretch[]): number {
  /** From top to bottom, each with the place from which on it is free. */
  const rows: { freeFrom: number }[] = [];
  const rowOf = new Map<Stretch, { freeFrom: number }>();
  const order = stretches.map((_, i) => i).sort((a, b) => stretches[a]!.from - stretches[b]!.from || a - b);
  for (const i of order) {
    const stretch = stretches[i]!;
    const beside = stretch.partner === null ? undefined : rowOf.get(stretch.partner);
    const at = beside === undefined ? rows.length - 1 : rows.indexOf(beside);
    let chosen: { freeFrom: number } | null = null;
    for (let by = 1; by <= near && chosen === null && beside !== undefined; by++) {
      chosen = [rows[at + by], rows[at - by]].find((row) => row !== undefined && row.freeFrom <= stretch.from) ?? null;
    }
    if (chosen === null) {
      chosen = { freeFrom: 0 };
      rows.splice(at + 1, 0, chosen);
    }
    chosen.freeFrom = stretch.to + 1;
    rowOf.set(stretch, chosen);
  }
  const places = new Map(rows.map((row, place) => [row, place]));
  for (const [stretch, row] of rowOf) stretch.row = places.get(row)!;
  return rows.length;
}
