import type { Clocks } from "../circuit/clocks.ts";
import type { Board, Lane, Row } from "./board.ts";
import type { CarrierPlace } from "./carriers.ts";
import type { ChipRules } from "./rules.ts";

/** A heater's two contacts, and between which places a wire to the first may leave its row; on the chip. */
export interface HeaterPlace {
  readonly name: string;
  readonly y: number;
  readonly signalX: number;
  readonly groundX: number;
  readonly fromX: number;
  readonly toX: number;
}

/** By heaters' names. */
export type Slack = ReadonlyMap<string, number>;

/** From one edge of the chip's waveguides to the other. */
export interface Edges {
  readonly leftX: number;
  readonly rightX: number;
}

/** What an earlier drawing has found: places of rows by their ids, and the edges. */
export interface DrawnBefore {
  readonly rows: ReadonlyMap<number, number>;
  readonly edges: Edges;
}

/** What draws the light's way: the board, and what all that is drawn on it shares. */
export interface Pen {
  readonly board: Board;
  readonly rules: ChipRules;
  readonly slack: Slack;
  readonly known: DrawnBefore | null;
  /** Lengths of waveguide stand for seconds. */
  readonly clocks: Clocks;
  /** Place of each stretch from top to bottom. */
  readonly rank: Int32Array;
  /** Of each stretch of the floor: from where it begins to the end of the device that it leads to, through heaters, couplers and crossings. */
  readonly stretchesUm: number[];
  /** Of each stretch: delay lines of an earlier drawing, for which there is to be room, and those that are drawn. */
  readonly plannedUm: readonly number[];
  readonly delaysUm: number[];
  readonly laneOf: Map<number, Lane>;
  readonly heaters: HeaterPlace[];
  /** Of the storey that is being drawn. */
  carriers: CarrierPlace[];
}

/** Straight on to a port at x. */
export function arrive({ board }: Pen, lane: Lane, x: number): void {
  board.reach(lane, [x, board.y(lane.row)]);
}

export function start({ board }: Pen, row: Row, x: number, clock: number, agedUm: number, stretch: number): Lane {
  const lane: Lane = { row, points: [[x, board.y(row)]], clock, agedUm, stretch, walkedUm: 0, beganUm: 0, leftUm: 0 };
  row.lane = lane;
  return lane;
}

/** Where a device ends: what is behind it belongs to the next stretch, if it is the last one. */
export function leaveDevice({ stretchesUm }: Pen, lane: Lane): void {
  // the arm that was dark began later
  stretchesUm[lane.stretch] = Math.max(stretchesUm[lane.stretch]!, lane.walkedUm - lane.beganUm);
  lane.leftUm = lane.walkedUm;
}

export function end(pen: Pen, lane: Lane): void {
  const { board } = pen;
  const x = lane.row.frontier + 1;
  board.place("end", x, board.y(lane.row), "");
  arrive(pen, lane, x);
  lane.row.frontier = x + 10;
  lane.row.lane = null;
}

/** Makes light that meets equally old: transmitters send what has met nothing yet later, and constant light has no age. */
export function wait(pen: Pen, lanes: readonly Lane[]): void {
  const { board, rules, clocks, known, plannedUm, delaysUm } = pen;
  if (lanes.length < 2) return;
  for (const lane of lanes) {
    const y = board.y(lane.row);
    const isAbove = lanes.every(({ row }) => board.y(row) <= y);
    board.widen(lane, plannedUm[lane.stretch]!, isAbove);
  }
  if (known === null) {
    for (const lane of lanes) board.delay(lane, plannedUm[lane.stretch]!);
    return;
  }
  const x = lanes.reduce((most, lane) => Math.max(most, lane.row.frontier), 0);
  const { waitsS } = clocks.meet(lanes.map((lane) => ({ clock: lane.clock, atS: board.agedAt(lane, x) })));
  lanes.forEach((lane, i) => {
    const { clock, atS } = clocks.settled({ clock: lane.clock, atS: lane.agedUm });
    lane.clock = clock;
    lane.agedUm = atS;
    if (rules.neuronDelayUm === 0) return;
    board.delay(lane, waitsS[i]!);
    delaysUm[lane.stretch]! += waitsS[i]!;
  });
}
