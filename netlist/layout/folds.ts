import { LEAST_STOREYS, type StoreySize } from "./storey-sizes.ts";

/** Places across a chip at which a storey may begin. */
const COLUMNS = 24;
/** Widths that are tried: each by so much less than the one before, down to what no storeys fit. */
const NARROWER = 0.9;

/** The cuts with the fewest rows for each of some widths, those first where light has the shortest way across and along. */
export function stacksOf(
  sizes: ReadonlyMap<number, readonly StoreySize[]>,
  places: number,
  pitchUm: number,
): readonly (readonly number[])[] {
  const stacks = new Map<string, { readonly cuts: readonly number[]; readonly wayUm: number }>();
  for (let widthUm = sizes.get(0)!.at(-1)!.widthUm / LEAST_STOREYS; ; widthUm *= NARROWER) {
    const stack = stackWithin(sizes, places, widthUm);
    if (stack === null) break;
    stacks.set(stack.cuts.join(), { cuts: stack.cuts, wayUm: widthUm + stack.rows * pitchUm });
  }
  return [...stacks.values()].sort((a, b) => a.wayUm - b.wayUm).map(({ cuts }) => cuts);
}

/**
 * Storeys run to the right and back in turn, each from where the one before ended, so that none leaves the width. Ports are on the left: of a storey
 * that begins on the right each port that comes in takes a row more, as does each that leaves on the right.
 */
function stackWithin(sizes: ReadonlyMap<number, readonly StoreySize[]>, places: number, widthUm: number) {
  const states = (places + 1) * COLUMNS * 2;
  const rows = new Float64Array(states).fill(Number.POSITIVE_INFINITY);
  const before = new Int32Array(states).fill(-1);
  const state = (at: number, column: number, isBack: boolean): number => (at * COLUMNS + column) * 2 + Number(isBack);
  for (let column = 0; column < COLUMNS; column++) rows[state(0, column, false)] = 0;
  for (const [at, ends] of sizes) {
    for (const it of ends) {
      const columns = Math.ceil((it.widthUm / widthUm) * (COLUMNS - 1));
      for (let left = 0; left + columns < COLUMNS; left++) {
        for (const isBack of [false, true]) {
          const from = state(at, isBack ? left + columns : left, isBack);
          const to = state(it.to, isBack ? left : left + columns, !isBack);
          const sum = rows[from]! + it.rows + (isBack ? it.entering : it.leaving);
          if (sum >= rows[to]!) continue;
          rows[to] = sum;
          before[to] = from;
        }
      }
    }
  }
  let last = state(places, 0, false);
  for (let it = last; it < states; it++) if (rows[it]! < rows[last]!) last = it;
  if (rows[last] === Number.POSITIVE_INFINITY) return null;
  const cuts: number[] = [];
  for (let it = before[last]!; it >= 2 * COLUMNS; it = before[it]!) cuts.unshift(Math.floor(it / COLUMNS / 2));
  return { cuts, rows: rows[last]! };
}
