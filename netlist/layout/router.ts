import type { Circuit, Mesh, Placement } from "../circuit/circuit.ts";
import { CONSTANT, newClocks } from "../circuit/clocks.ts";
import type { CircuitFloor } from "../placement/circuit-floor.ts";
import type { FloorDevice } from "../placement/floor.ts";
import { isFlipped, medianOf, ranksOf } from "../placement/measure.ts";
import { type Board, type Frame, type Lane, newBoard, onChip, type Row } from "./board.ts";
import { type CarrierPlace, type CarrierStorey, carrierRows, RISER_ROOM_UM } from "./carriers.ts";
import { device } from "./devices.ts";
import type { EdgePort } from "./drawing.ts";
import { neuron } from "./neurons.ts";
import { gather, litLanes, settle } from "./order.ts";
import { arrive, type DrawnBefore, type Edges, end, leaveDevice, type Pen, type Slack, start } from "./pen.ts";
import type { ChipRules } from "./rules.ts";
import type { Storeys } from "./storeys.ts";

export interface OpticsDrawing extends Pick<Pen, "board" | "heaters" | "stretchesUm" | "delaysUm"> {
  readonly storeys: readonly CarrierStorey[];
  readonly edges: Edges;
  /** Where the circuit's ports are. */
  readonly ports: readonly EdgePort[];
}

/** A placed circuit as it is to be drawn. */
export interface DrawingPlan {
  readonly circuit: Circuit;
  readonly placed: CircuitFloor;
  readonly placement: Placement;
  readonly rules: ChipRules;
  /** Room in um beside heaters for their metal. */
  readonly slack: Slack;
  /** Of each stretch: delay lines for which rows are left, from an earlier drawing. */
  readonly delaysUm: readonly number[];
}

/** A pen on an empty board. */
export function newPen({ placed, placement, rules, slack, delaysUm }: DrawingPlan, known: DrawnBefore | null): Pen {
  const { stretches } = placed.floor;
  return {
    board: newBoard(rules, known?.rows ?? null),
    rules,
    slack,
    known,
    clocks: newClocks(),
    rank: ranksOf(placement.lanes, stretches.length),
    stretchesUm: stretches.map(() => 0),
    plannedUm: delaysUm,
    delaysUm: stretches.map(() => 0),
    laneOf: new Map(),
    heaters: [],
    carriers: [],
  };
}

/** Draws a device of the floor. */
export function act(pen: Pen, { circuit, placed: { floor, parts, modes } }: DrawingPlan, d: number): void {
  const part = parts[d]!;
  const section = circuit.sections[part.section]!;
  const it = floor.devices[d]!;
  if (part.kind === "neuron") {
    neuron(pen, it, `s${part.section}.mode${section.activations[part.activation]!.mode}`);
    return;
  }
  const run = part.meshes.map((m) => section.meshes[m]!);
  meshes(pen, it, modes, run, (i) => `s${part.section}.m${part.meshes[i]!}`);
}

/**
 * Draws the light's way storey by storey. Delay lines are drawn where rows are `known` from an earlier drawing, which their lengths
 * depend on.
 */
export function drawOptics(plan: DrawingPlan, known: DrawnBefore | null, storeys: Storeys): OpticsDrawing {
  const { circuit, placement, rules } = plan;
  const { floor, inputs, outputs } = plan.placed;
  const pen = newPen(plan, known);
  const { board, rank } = pen;
  const rankOf = (lane: Lane): number => rank[lane.stretch]!;
  /** Where the light of a port starts and ends in a frame. */
  const edgeOf = ({ originX, sign }: Frame, isEnd: boolean): number => {
    if (known === null) return 0;
    return sign * ((isEnd === sign > 0 ? known.edges.rightX : known.edges.leftX) - originX);
  };
  const portAt = (row: Row, x: number, name: string, stretch: number): EdgePort => {
    const isEnd = floor.stretches[stretch]!.from >= 0;
    return { name, at: onChip(row.frame, [x, board.y(row)]), isRight: isEnd === row.frame.sign > 0, stretch };
  };
  const enter = (row: Row, stretch: number): Lane => {
    const port = circuit.inputs[inputs.indexOf(stretch)]!;
    const x = edgeOf(row.frame, false);
    ports.push(portAt(row, x, port.name, stretch));
    const { clock } = port.kind === "worker" ? pen.clocks.fresh() : CONSTANT;
    const lane = start(pen, row, x, clock, 0, stretch);
    pen.laneOf.set(stretch, lane);
    return lane;
  };
  const ports: EdgePort[] = [];
  /** Lanes that lead to an edge, and what the storeys take along it. */
  const leaving: Lane[] = [];
  const drawn: CarrierPlace[][] = [];
  let tops: readonly Row[] = [];
  let [leastX, mostX] = [0, 0];
  const reachTo = (x: number): void => {
    const [chipX] = onChip(board.frame(), [x, 0]);
    [leastX, mostX] = [Math.min(leastX, chipX), Math.max(mostX, chipX)];
  };
  for (const stretch of placement.left) {
    if (storeys.storeyOfPort.get(stretch) === 0) enter(board.insertRow(board.rows.length), stretch);
  }
  storeys.devices.forEach((devices, s) => {
    settle(board, litLanes(board), rankOf);
    for (const d of devices) {
      act(pen, plan, d);
    }
    for (const lane of litLanes(board)) {
      const { to, receiver } = floor.stretches[lane.stretch]!;
      if (to === floor.devices.length && receiver < 0) end(pen, lane);
    }
    drawn.push(pen.carriers);
    const spare = carrierRows(pen.carriers.length, rules.pitchUm);
    pen.carriers = [];
    if (s === storeys.carried.length) {
      const rightRank = ranksOf(placement.right, floor.stretches.length);
      settle(board, litLanes(board), (lane) => rightRank[lane.stretch]!);
      reachTo(endX(board) + rules.radiusUm + 1);
      leaving.push(...litLanes(board));
      tops = board.close(spare);
      return;
    }
    const isCarried = new Set(storeys.carried[s]);
    const carried = litLanes(board).filter(({ stretch }) => isCarried.has(stretch));
    // as the next storey lies above, of the lanes that turn the upper ones have the shorter way
    const topInner = board.frame().sign > 0;
    const isInner = (stretch: number): boolean =>
      carried.length > 0 && carried.every((lane) => rankOf(lane) > rank[stretch]!) === topInner;
    const out = litLanes(board).filter(({ stretch }) => !isCarried.has(stretch));
    leaving.push(...out);
    const ports = placement.left.filter((stretch) => storeys.storeyOfPort.get(stretch) === s + 1);
    board.fold({
      carried,
      leaving: out.filter(({ stretch }) => isInner(stretch)),
      entering: ports.filter(isInner).map((stretch) => enter(board.newRow(0), stretch)),
      spare,
    });
    const beside = topInner ? board.rows.length : 0;
    const outer = ports.filter((stretch) => !isInner(stretch));
    outer.forEach((stretch, i) => {
      enter(board.insertRow(beside + i), stretch);
    });
    reachTo(0);
  });
  for (const lane of leaving) {
    const x = edgeOf(lane.row.frame, true);
    arrive(pen, lane, x);
    leaveDevice(pen, lane);
    ports.push(portAt(lane.row, x, circuit.outputs[outputs.indexOf(lane.stretch)]!.name, lane.stretch));
  }
  return {
    ...pen,
    storeys: drawn.map((it, s) => ({ carriers: it, top: tops[s]! })),
    edges: { leftX: leastX - (drawn.length > 1 ? RISER_ROOM_UM : 0), rightX: mostX },
    ports,
  };
}

/** How far anything is drawn. */
export function endX({ rows }: Board): number {
  return rows.reduce((most, { frontier }) => Math.max(most, frontier), 0);
}

/** The meshes of a run on one another's modes: gathers their lanes, draws what they hold, and brings what comes out to its place. */
function meshes(
  pen: Pen,
  { inputs: ins, outputs: outs }: FloorDevice,
  modes: readonly number[],
  run: readonly Mesh[],
  nameOf: (mesh: number) => string,
): void {
  const { board, rank, laneOf } = pen;
  const rankOf = (lane: Lane): number => rank[lane.stretch]!;
  const mesh = run[0]!;
  const size = mesh.modes.length;
  const middle = medianOf([...ins, ...outs], rank);
  const flipped = isFlipped(ins, outs, rank);
  const placeOf = (local: number): number => (flipped ? size - 1 - local : local);
  const lanes = ins.map((stretch) => laneOf.get(stretch)!);
  const places = ins.map((stretch) => placeOf(mesh.modes.indexOf(modes[stretch]!)));
  const first = gather(board, lanes, places, size, (lane) => rankOf(lane) < middle);
  const rows = board.rows.slice(first, first + size);
  const rowOf = (local: number): Row => rows[placeOf(local)]!;
  run.forEach(({ devices, terminated, modes: own }, i) => {
    devices.forEach((it, k) => {
      device(pen, it, rowOf, `${nameOf(i)}.d${k}`);
    });
    for (const mode of terminated) {
      const { lane } = rowOf(own.indexOf(mode));
      if (lane !== null) end(pen, lane);
    }
  });
  const sent = outs.map((stretch) => {
    const lane = rowOf(mesh.modes.indexOf(modes[stretch]!)).lane!;
    lane.stretch = stretch;
    lane.beganUm = lane.leftUm;
    laneOf.set(stretch, lane);
    return lane;
  });
  settle(board, sent, rankOf);
}
