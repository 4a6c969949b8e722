/** A place of the sequence where the floor may be cut: how far it has come there unfolded, and how many lanes go on. */
export interface CutPlace {
  readonly at: number;
  readonly x: number;
  readonly carried: number;
}

/** More storeys are not tried. */
const MOST_STOREYS = 6;
/** What a lane that goes on is worth against a cut that is further from an even share (assumed). */
const LANE_UM = 300;

/**
 * The cuts that cost least among even shares of the floor's length, bettered by moving one cut at a time to a place beside it.
 * The unfolded floor is one of them.
 */
export function chooseCuts(
  places: readonly CutPlace[],
  costOf: (cuts: readonly number[]) => number,
): readonly number[] {
  let best: readonly number[] = [];
  let least = costOf(best);
  const tried = new Set<string>();
  const accept = (cuts: readonly number[]): boolean => {
    const isNew = !tried.has(cuts.join()) && cuts.every((cut, i) => i === 0 || cut > cuts[i - 1]!);
    tried.add(cuts.join());
    const cost = isNew ? costOf(cuts) : Number.POSITIVE_INFINITY;
    if (cost < least) [best, least] = [cuts, cost];
    return best === cuts;
  };
  if (places.length === 0) return best;
  const lengthUm = places.at(-1)!.x;
  for (let storeys = 2; storeys <= MOST_STOREYS; storeys++) {
    const shares = Array.from({ length: storeys - 1 }, (_, i) => (lengthUm * (i + 1)) / storeys);
    const nearest = (share: number): CutPlace => {
      const far = ({ x, carried }: CutPlace): number => Math.abs(x - share) + carried * LANE_UM;
      return places.reduce((a, b) => (far(b) < far(a) ? b : a));
    };
    accept(shares.map((share) => nearest(share).at));
  }
  for (let moved = true; moved; ) {
    moved = false;
    for (const i of best.keys()) {
      for (const by of [-1, 1]) {
        const place = places[places.findIndex(({ at }) => at === best[i]) + by];
        if (place !== undefined && accept(best.with(i, place.at))) moved = true;
      }
    }
  }
  return best;
}
