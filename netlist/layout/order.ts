import type { Board, Lane, Row } from "./board.ts";

/** Lit lanes from top to bottom. */
export function litLanes(board: Board): Lane[] {
  const lit: Lane[] = [];
  for (const { lane } of board.rows) if (lane !== null) lit.push(lane);
  return lit;
}

/**
 * Moves lanes until all lit ones lie in the order of `rank`, of which the others already do: each of the lanes crosses what
 * lies between it and its place, and nothing twice.
 */
export function settle(board: Board, lanes: readonly Lane[], rank: (lane: Lane) => number): void {
  const { rows } = board;
  const ranks = litLanes(board).map(rank);
  if (ranks.every((own, i) => i === 0 || ranks[i - 1]! < own)) return;
  const moving = new Set(lanes);
  const settled = new Set(litLanes(board).filter((lane) => !moving.has(lane)));
  const first = rows.findIndex(({ lane }) => lane !== null && moving.has(lane));
  let above = 0;
  for (let i = 0; i < first; i++) if (rows[i]!.lane !== null) above += 1;
  const inOrder = litLanes(board).filter((lane) => moving.has(lane));
  const settledRanks = [...settled].map(rank);
  const gap = (lane: Lane): number => settledRanks.filter((it) => it < rank(lane)).length;
  const groups = inOrder.map((lane) => Math.sign(gap(lane) - above));
  const up = inOrder.filter((_, i) => groups[i] === -1);
  const staying = inOrder.filter((_, i) => groups[i] === 0);
  const down = inOrder.filter((_, i) => groups[i] === 1).reverse();
  for (const [list, isDown] of [
    [up, false],
    [staying, false],
    [down, true],
  ] as const) {
    for (const lane of list) {
      const own = rank(lane);
      let [low, high, at] = [-1, rows.length, -1];
      rows.forEach(({ lane: other }, i) => {
        if (other === lane) at = i;
        if (other === null || !settled.has(other)) return;
        if (rank(other) < own) low = i;
        else if (rank(other) > own) high = Math.min(high, i);
      });
      if (at <= low || at >= high) board.move(lane, emptyRow(board, low + 1, high - 1, isDown));
      settled.add(lane);
    }
  }
}

/** The empty row of `low` .. `high` that is nearest to its lower end (or upper one, where a lane comes from above); a new one where none is empty. */
export function emptyRow(board: Board, low: number, high: number, fromAbove: boolean): Row {
  const { rows } = board;
  for (let i = 0; low + i <= high; i++) {
    const row = rows[fromAbove ? low + i : high - i]!;
    if (row.lane === null) return row;
  }
  return board.insertRow(fromAbove ? low : high + 1);
}

/**
 * Brings lanes to `size` rows side by side, lane i to place `places[i]` of them; all other lit lanes with `isAbove` lie above
 * them, the others below. Returns the first row.
 */
export function gather(
  board: Board,
  lanes: readonly Lane[],
  places: readonly number[],
  size: number,
  isAbove: (lane: Lane) => boolean,
): number {
  const { rows } = board;
  const own = new Set(lanes);
  let [low, high] = [0, rows.length];
  for (const [i, { lane }] of rows.entries()) {
    if (lane === null || own.has(lane)) continue;
    if (isAbove(lane)) low = i + 1;
    else high = Math.min(high, i);
  }
  const first = windowOf(board, lanes, places, size, low, high - 1);
  const targets = places.map((place) => rows[first + place]!);
  const waiting = lanes.map((lane, i) => ({ lane, to: targets[i]! })).filter(({ lane, to }) => lane.row !== to);
  const rowsDown = ({ lane, to }: { lane: Lane; to: Row }): boolean => rows.indexOf(to) > rows.indexOf(lane.row);
  const index = ({ lane }: { lane: Lane }): number => rows.indexOf(lane.row);
  const down = waiting.filter(rowsDown).sort((a, b) => index(b) - index(a));
  const up = waiting.filter((it) => !rowsDown(it)).sort((a, b) => index(a) - index(b));
  for (const { lane, to } of [...down, ...up]) board.move(lane, to);
  return first;
}

/** Where the fewest lanes have to move; rows are put in where there are too few. */
function windowOf(
  board: Board,
  lanes: readonly Lane[],
  places: readonly number[],
  size: number,
  low: number,
  high: number,
): number {
  const { rows } = board;
  const at = lanes.map((lane) => rows.indexOf(lane.row));
  const cost = (first: number): number =>
    at.reduce((sum, row, i) => sum + (row === first + places[i]! ? 0 : 1 + Math.abs(row - first - places[i]!)), 0);
  let best = -1;
  for (let first = low; first + size - 1 <= high; first++) {
    const free = rows
      .slice(first, first + size)
      .every(({ lane }, k) => lane === null || (lanes.includes(lane) && places[lanes.indexOf(lane)] === k));
    if (free && (best < 0 || cost(first) < cost(best))) best = first;
  }
  if (best >= 0) return best;
  // one lane stays, and rows are put in around it
  const free = (index: number, place: number): boolean => {
    const row = rows[index];
    if (row === undefined || index < low || index > high) return false;
    return row.lane === null || (lanes.includes(row.lane) && places[lanes.indexOf(row.lane)] === place);
  };
  let chosen: { readonly kept: number; readonly above: number; readonly below: number } | null = null;
  for (const [i, row] of at.entries()) {
    if (row < low || row > high) continue;
    let above = 0;
    while (above < places[i]! && free(row - above - 1, places[i]! - above - 1)) above++;
    let below = 0;
    while (below < size - 1 - places[i]! && free(row + below + 1, places[i]! + below + 1)) below++;
    if (chosen === null || above + below > chosen.above + chosen.below) chosen = { kept: i, above, below };
  }
  if (chosen === null) {
    for (let k = 0; k < size; k++) board.insertRow(low);
    return low;
  }
  const { kept, above, below } = chosen;
  for (let k = below; k < size - 1 - places[kept]!; k++) board.insertRow(at[kept]! + below + 1);
  for (let k = above; k < places[kept]!; k++) board.insertRow(at[kept]! - above);
  return at[kept]! - above;
}
