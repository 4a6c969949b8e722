import type { Circuit, Placement } from "../circuit/circuit.ts";
import { type CircuitFloor, floorOfCircuit } from "../placement/circuit-floor.ts";
import { gridOf } from "../placement/grid.ts";
import { isFlipped, ranksOf } from "../placement/measure.ts";
import { waveguidesOnStretches } from "../placement/stretch-waveguides.ts";
import type { ChipLayout, DrawnBend, DrawnLane } from "./layout.ts";
import { modesOf, type Parts, stepsOf } from "./parts.ts";

/** Rows between two modes inside a device. */
const PITCH = 0.5;

/** A drawing as it grows. */
interface Sheet {
  readonly lanes: DrawnLane[];
  readonly bends: DrawnBend[];
  readonly column: Int32Array;
  readonly row: Float64Array;
}

/**
 * Where everything of a placed circuit is drawn: a lit waveguide in the row that the placement gives it, a device where the placement has it, its modes side
 * by side, so that light which bends to a device crosses what really lies between. All of it is one section, as devices of several
 * sections stand in one column. `placement` is one of this circuit. What is dark is put in front of the first row. O(n) in devices and waveguides.
 */
export function layOutPlaced(circuit: Circuit, { parts }: Parts, placement: Placement): ChipLayout {
  const placed = floorOfCircuit(circuit);
  const { floor, parts: of, modes: modeOf, inputs, outputs } = placed;
  const { devices, stretches } = floor;
  const steps = parts.length;
  const grid = gridOf(floor, placement);
  const rank = ranksOf(placement.lanes, stretches.length);
  const { meshSteps, neuronSteps } = stepsOf(circuit);
  const waveguides = waveguidesOf(circuit, placed);
  const sheet: Sheet = {
    lanes: [],
    bends: [],
    column: new Int32Array(steps),
    row: new Float64Array(2 * steps).fill(-1),
  };
  /** Of each device: its steps, the mode of each place inside it from top to bottom, and how many columns it takes. */
  const insides = devices.map(({ kind, inputs: before, outputs: behind }, d) => {
    const part = of[d]!;
    if (part.kind === "neuron")
      return { steps: [neuronSteps[part.section]![part.activation]!], modes: [modeOf[before[0]!]!], depth: 1 };
    const { meshes } = circuit.sections[part.section]!;
    const own = part.meshes.flatMap((m) => meshSteps[part.section]![m]!);
    const modes = [...meshes[part.meshes[0]!]!.modes];
    if (kind === "mesh" && isFlipped(before, behind, rank)) modes.reverse();
    const ready = new Map(modes.map((mode) => [mode, 0]));
    for (const step of own) {
      const touched = modesOf(parts[step]!);
      const at = touched.reduce((last, mode) => Math.max(last, ready.get(mode)!), 0);
      sheet.column[step] = at;
      for (const mode of touched) ready.set(mode, parts[step]!.kind === "termination" ? at : at + 1);
    }
    return { steps: own, modes, depth: Math.max(1, ...ready.values()) };
  });
  const guides = (list: readonly number[]): number =>
    list.reduce((most, stretch) => Math.max(most, waveguides[stretch]!.length), 0);
  const atEdge = stretches.flatMap(({ to }, stretch) => (to === devices.length ? [stretch] : []));

  // Columns of the drawing in front of each column of the grid: waveguides' marks, a bend, the device, a bend.
  const widths = new Array<number>(grid.columns + 1).fill(0);
  widths[0] = 1;
  devices.forEach(({ kind, inputs: before }, d) => {
    const width = guides(before) + insides[d]!.depth + (kind === "mesh" ? 2 : 0);
    widths[grid.columnOf[d]!] = Math.max(widths[grid.columnOf[d]!]!, width);
  });
  const start: number[] = [];
  let columns = 0;
  for (const width of widths) {
    start.push(columns);
    columns += width;
  }
  const edge = start[grid.columns]! + guides(atEdge);
  columns = edge + 1;

  // Rows are as far apart as the devices between them are high.
  const height = new Array<number>(grid.rows).fill(1);
  devices.forEach((_, d) => {
    const at = grid.deviceRow[d]!;
    height[at] = Math.max(height[at]!, (insides[d]!.modes.length - 1) * PITCH + 0.5);
  });
  const middle: number[] = [];
  let rows = 0;
  for (const it of height) {
    middle.push(rows + (it - 1) / 2);
    rows += it;
  }
  const rowOf = (stretch: number): number => middle[grid.rowOf[stretch]!]!;

  const from = new Float64Array(stretches.length);
  const source = new Int32Array(stretches.length).fill(-1);
  /** Draws a stretch up to where it bends to its device. */
  const draw = (stretch: number, bend: number): void => {
    const row = rowOf(stretch);
    waveguides[stretch]!.forEach((step, i, { length }) => {
      const at = bend - length + i;
      sheet.column[step] = at;
      sheet.row.fill(row, 2 * step, 2 * step + 2);
      sheet.lanes.push({ from: from[stretch]!, to: at + 0.5, row, source: source[stretch]! });
      from[stretch] = at + 0.5;
      source[stretch] = 2 * step;
    });
    sheet.lanes.push({ from: from[stretch]!, to: bend, row, source: source[stretch]! });
  };
  const inputRow = portRows(placement.left, rowOf);
  inputs.forEach((stretch, i) => {
    if (stretch < 0) return;
    from[stretch] = 1;
    source[stretch] = 2 * steps + circuit.inputs[i]!.mode;
    const fromRow = inputRow.get(stretch)!;
    sheet.bends.push({ from: 0, fromRow, toRow: rowOf(stretch), source: source[stretch]! });
  });
  const wires: { column: number; fromRow: number; toRow: number }[] = [];
  for (const d of placement.sequence) {
    const { kind, inputs: before, outputs: behind } = devices[d]!;
    const inside = insides[d]!;
    const bend = start[grid.columnOf[d]!]! + guides(before);
    for (const stretch of before) draw(stretch, bend);
    if (kind === "neuron") {
      const [step, into, out] = [inside.steps[0]!, before[0]!, behind[0]!];
      sheet.column[step] = bend;
      sheet.row.fill(rowOf(out), 2 * step, 2 * step + 2);
      const wired = rowOf(into) !== rowOf(out);
      if (wired) wires.push({ column: bend + 0.5, fromRow: rowOf(into), toRow: rowOf(out) });
      sheet.lanes.push({ from: bend, to: bend + 0.5, row: rowOf(into), source: source[into]! });
      from[out] = bend + 0.5;
      source[out] = 2 * step;
      continue;
    }
    const first = bend + 1;
    const top = middle[grid.deviceRow[d]!]! - ((inside.modes.length - 1) * PITCH) / 2;
    const rowInside = new Map(inside.modes.map((mode, i) => [mode, top + i * PITCH]));
    /** Light on each mode since which column; -1 while it is dark. */
    const light = new Map(inside.modes.map((mode) => [mode, { source: -1, since: first }]));
    for (const stretch of before) {
      const mode = modeOf[stretch]!;
      sheet.bends.push({ from: bend, fromRow: rowOf(stretch), toRow: rowInside.get(mode)!, source: source[stretch]! });
      light.set(mode, { source: source[stretch]!, since: first });
    }
    const drawInside = (mode: number, to: number): void => {
      const { source: lit, since } = light.get(mode)!;
      if (lit >= 0) sheet.lanes.push({ from: since, to, row: rowInside.get(mode)!, source: lit });
    };
    for (const step of inside.steps) {
      const at = first + sheet.column[step]!;
      const ends = parts[step]!.kind === "termination";
      sheet.column[step] = at;
      const touched = modesOf(parts[step]!);
      touched.forEach((mode, side) => {
        drawInside(mode, ends ? at : at + 0.5);
        sheet.row[2 * step + side] = rowInside.get(mode)!;
        light.set(mode, { source: ends ? -1 : 2 * step + side, since: at + 0.5 });
      });
      if (touched.length === 1) sheet.row[2 * step + 1] = sheet.row[2 * step]!;
    }
    const end = first + inside.depth;
    for (const stretch of behind) {
      const mode = modeOf[stretch]!;
      drawInside(mode, end);
      from[stretch] = end + 1;
      source[stretch] = light.get(mode)!.source;
      sheet.bends.push({ from: end, fromRow: rowInside.get(mode)!, toRow: rowOf(stretch), source: source[stretch]! });
    }
  }
  const outputRow = portRows(placement.right, rowOf);
  for (const stretch of atEdge) {
    draw(stretch, edge);
    const fromRow = rowOf(stretch);
    sheet.bends.push({ from: edge, fromRow, toRow: outputRow.get(stretch) ?? fromRow, source: source[stretch]! });
  }
  const whole = {
    name: "",
    kind: "layer",
    from: 0,
    to: columns,
    firstStep: 0,
    endStep: steps,
    firstLane: 0,
    endLane: sheet.lanes.length,
  } as const;
  return {
    columns,
    rows: Math.ceil(rows),
    sections: [whole],
    column: sheet.column,
    row: sheet.row,
    lanes: sheet.lanes,
    bends: sheet.bends,
    wires,
    inputRow: Float64Array.from(inputs, (stretch) => inputRow.get(stretch) ?? -1),
    outputRow: Float64Array.from(outputs, (stretch) => outputRow.get(stretch) ?? -1),
  };
}

/** Steps of waveguides that stand in no device, by the stretch that they are part of, in the order of light. */
function waveguidesOf(circuit: Circuit, placed: CircuitFloor): number[][] {
  const found = placed.modes.map((): number[] => []);
  const { meshSteps } = stepsOf(circuit);
  for (const { stretch, section, mesh, index, isOfDevice } of waveguidesOnStretches(circuit, placed)) {
    if (!isOfDevice) found[stretch]!.push(meshSteps[section]![mesh]![index]!);
  }
  return found;
}

/** Ports take the rows of their stretches, in their own order. */
function portRows(ports: readonly number[], rowOf: (stretch: number) => number): Map<number, number> {
  const rows = ports.map(rowOf).sort((a, b) => a - b);
  return new Map(ports.map((stretch, i) => [stretch, rows[i]!]));
}
