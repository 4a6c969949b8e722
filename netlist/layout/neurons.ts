import type { FloorDevice } from "../placement/floor.ts";
import { onChip, type Row } from "./board.ts";
import { emptyRow, litLanes } from "./order.ts";
import { arrive, leaveDevice, type Pen, start } from "./pen.ts";

/** What a carrier's waveguide needs beside a neuron, and from one to the next. */
const CARRIER_STUB_UM = 24;
const CARRIER_PITCH_UM = 84;
/** Below the lane at which the carrier comes into a neuron's side. */
export const CARRIER_OFFSET_UM = 14;

/** A detector, and a modulator where the light that it lets on starts again. */
export function neuron(pen: Pen, { inputs, outputs: [output] }: FloorDevice, name: string): void {
  const { board, rules, rank, laneOf } = pen;
  const lane = laneOf.get(inputs[0]!)!;
  const { row } = lane;
  const beside = (rules.neuronRows - 1) / 2;
  /** Where all rows of half a neuron are free. */
  const freeFrom = (covered: readonly Row[]): number =>
    covered.reduce((most, { frontier }) => Math.max(most, frontier), 0) + 1;
  const cover = (covered: readonly Row[], upTo: number): void => {
    for (const each of covered) each.frontier = upTo;
  };
  const lead = (at: number, to: Row): void => {
    const frame = board.frame();
    const port = onChip(frame, [at + CARRIER_STUB_UM, board.y(to) - CARRIER_OFFSET_UM]);
    pen.carriers.push({ x: onChip(frame, [at, 0])[0], port });
  };
  const advance = (at: number): number => {
    const [chipX] = onChip(board.frame(), [at, 0]);
    const isFree = pen.carriers.every(({ x }) => Math.abs(x - chipX) >= CARRIER_PITCH_UM);
    return isFree ? at : advance(at + CARRIER_PITCH_UM / 4);
  };
  const covered = board.clear(row, beside);
  let x = advance(freeFrom(covered));
  const detectorX = x + CARRIER_STUB_UM;
  lead(x, row);
  board.place("detector", detectorX, board.y(row), name);
  arrive(pen, lane, detectorX);
  leaveDevice(pen, lane);
  cover(covered, detectorX + rules.detectorUm);
  row.lane = null;
  if (output === undefined) return;
  // its light starts again where the next stretch lies
  const lit = (side: number): number[] =>
    litLanes(board).flatMap((it) => (side * (rank[it.stretch]! - rank[output]!) > 0 ? board.rows.indexOf(it.row) : []));
  const [low, high] = [Math.max(-1, ...lit(-1)), Math.min(board.rows.length, ...lit(1))];
  const at = board.rows.indexOf(row);
  const to = at > low && at < high ? row : emptyRow(board, low + 1, high - 1, at <= low);
  const next = board.clear(to, beside);
  x = advance(Math.max(freeFrom(next), detectorX + rules.detectorUm + 1));
  const modulatorX = x + CARRIER_STUB_UM;
  lead(x, to);
  board.place("modulator", modulatorX, board.y(to), name);
  cover(next, modulatorX + rules.modulatorUm);
  laneOf.set(output, start(pen, to, to.frontier, lane.clock, lane.agedUm + rules.neuronDelayUm, output));
}
