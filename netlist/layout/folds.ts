/** A place of the sequence where the floor may be cut: how far it has come there unfolded, and how many lanes go on. */
export interface CutPlace {
  readonly at: number;
  readonly x: number;
  readonly carried: number;
}

export interface Fold {
  readonly cuts: readonly number[];
  readonly cost: number;
}

/** More storeys are not begun with. */
const MOST_STOREYS = 10;
/** What a lane that goes on is worth against a cut that is further from an even share (assumed). */
const LANE_UM = 300;
/** How many places a cut is moved by at most. */
const MOVES = [-1, 1, -2, 2, -3, 3];

/**
 * The cuts that cost least: the best starts, each bettered by moving one cut or leaving out one or two until nothing helps, or so many folds
 * were tried. Starts are even shares of the floor's length, and cuts at the left edge in front of each of `joins` with others halfway
 * between. The unfolded floor is one of them.
 */
export function chooseCuts(
  places: readonly CutPlace[],
  joins: readonly CutPlace[],
  costOf: (cuts: readonly number[]) => number,
  mostTries: number,
): Fold {
  const tried = new Map<string, Fold>();
  const foldAt = (positions: readonly number[]): Fold => {
    const cuts = [...new Set(positions)].sort((a, b) => a - b);
    const before = tried.get(cuts.join());
    if (before !== undefined) return before;
    const fold = { cuts, cost: costOf(cuts) };
    tried.set(cuts.join(), fold);
    return fold;
  };
  const unfolded = foldAt([]);
  if (places.length === 0) return unfolded;
  const lengthUm = places.at(-1)!.x;
  const nearest = (x: number): number => {
    const far = (it: CutPlace): number => Math.abs(it.x - x) + it.carried * LANE_UM;
    return places.reduce((a, b) => (far(b) < far(a) ? b : a)).at;
  };
  const shares = Array.from({ length: MOST_STOREYS - 1 }, (_, k) =>
    Array.from({ length: k + 1 }, (_, i) => nearest((lengthUm * (i + 1)) / (k + 2))),
  );
  const ends = [0, ...joins.map(({ x }) => x), lengthUm];
  const halves = ends.slice(1).map((x, i) => nearest((x + ends[i]!) / 2));
  const paired = foldAt([...halves, ...joins.map(({ at }) => at)]);
  const starts = [unfolded, ...shares.map(foldAt)].sort((a, b) => a.cost - b.cost);
  const all = places.map(({ at }) => at);
  const bettered = ({ cuts, cost }: Fold): Fold | undefined => {
    const moved = cuts.flatMap((cut, i) =>
      MOVES.flatMap((by) => {
        const to = all[all.indexOf(cut) + by];
        return to === undefined ? [] : [cuts.with(i, to)];
      }),
    );
    const fewer = [2, 1].flatMap((count) => cuts.map((_, i) => cuts.toSpliced(i, count)));
    for (const it of [...moved, ...fewer]) {
      if (tried.size >= mostTries) return undefined;
      const fold = foldAt(it);
      if (fold.cost < cost) return fold;
    }
    return undefined;
  };
  for (const start of [paired, starts[0]!, starts[1]!]) {
    for (let at: Fold | undefined = start; at !== undefined; ) at = bettered(at);
  }
  return [...tried.values()].reduce((a, b) => (b.cost < a.cost ? b : a));
}
