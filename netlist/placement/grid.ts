import type { Placement } from "../circuit/circuit.ts";
import type { Floor } from "./floor.ts";
import { medianOf, ranksOf } from "./measure.ts";

/** A placement on rows and columns. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** Of each stretch; stretches that are lit at the same time lie in different rows, in the order of their lanes. */
  readonly rowOf: readonly number[];
  /** Of each device, from 1; column 0 is the left edge, column `columns` the right one. */
  readonly columnOf: readonly number[];
  /** The row at which a device stands: that of the stretch in the middle. */
  readonly deviceRow: readonly number[];
}

/**
 * The fewest rows that keep the order of lanes, and every device in the first column in which no other one moves lanes between its own.
 * O(n) in the turns of each stretch and the rows of each device.
 */
export function gridOf({ devices, stretches }: Floor, placement: Placement): Grid {
  const turn = ranksOf(placement.sequence, devices.length);
  const begins = stretches.map(({ from }) => (from < 0 ? -1 : turn[from]!));
  const ends = stretches.map(({ to }) => (to === devices.length ? devices.length : turn[to]!));
  const rowOf = new Array<number>(stretches.length).fill(0);
  /** Rows that are taken, from the top, in front of each turn. */
  const taken = new Int32Array(devices.length + 1);
  for (const stretch of placement.lanes) {
    let row = 0;
    for (let gap = begins[stretch]! + 1; gap <= ends[stretch]!; gap++) row = Math.max(row, taken[gap]!);
    rowOf[stretch] = row;
    taken.fill(row + 1, begins[stretch]! + 1, ends[stretch]! + 1);
  }
  const rows = rowOf.reduce((most, row) => Math.max(most, row + 1), 0);
  const rank = ranksOf(placement.lanes, stretches.length);
  const columnOf = new Array<number>(devices.length).fill(0);
  const deviceRow = new Array<number>(devices.length).fill(0);
  const used = new Int32Array(rows);
  for (const d of placement.sequence) {
    const all = [...devices[d]!.inputs, ...devices[d]!.outputs];
    const own = all.map((stretch) => rowOf[stretch]!);
    const low = Math.min(...own);
    const high = Math.max(...own);
    let column = 0;
    for (let row = low; row <= high; row++) column = Math.max(column, used[row]!);
    columnOf[d] = column + 1;
    used.fill(column + 1, low, high + 1);
    const middle = medianOf(all, rank);
    deviceRow[d] = rowOf[placement.lanes[middle]!]!;
  }
  return { rows, columns: used.reduce((most, column) => Math.max(most, column), 0) + 1, rowOf, columnOf, deviceRow };
}
