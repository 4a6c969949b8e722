/**
 * When light gets somewhere, in seconds after the start of a clock; clock -1: constant light, which is there at any time.
 * Every worker's symbol has a clock of its own at first, because a transmitter may send it later.
 */
export interface Arrival {
  readonly clock: number;
  readonly atS: number;
}

export const CONSTANT: Arrival = { clock: -1, atS: 0 };

/** Lanes that met. */
export interface LaneMerge {
  /** When all of them are there. */
  readonly arrival: Arrival;
  /** How long each has to wait for that, in seconds; 0 for constant light. */
  readonly waitsS: readonly number[];
}

export interface Clocks {
  readonly fresh: () => Arrival;
  /**
   * Lets lanes meet: clocks that were independent are set so that the last lane of each is there at the same time, and
   * belong together from then on; within a clock the earlier lanes wait.
   */
  readonly meet: (arrivals: readonly Arrival[]) => LaneMerge;
  /** The same arrival after the start of the clock that all clocks belong to that it has met. */
  readonly settled: (arrival: Arrival) => Arrival;
}

/** Clocks that are set relative to each other where light meets, in near-constant time each. */
export function newClocks(): Clocks {
  /** A forest: the start of clock i is shiftS[i] after that of parent[i]. */
  const parent: number[] = [];
  const shiftS: number[] = [];
  const settled = (arrival: Arrival): Arrival => {
    if (arrival.clock < 0) return arrival;
    const path: number[] = [];
    let root = arrival.clock;
    while (parent[root] !== root) {
      path.push(root);
      root = parent[root]!;
    }
    // from the root down: every clock of the path depends on the root afterwards
    let above = 0;
    for (const clock of path.reverse()) {
      above += shiftS[clock]!;
      parent[clock] = root;
      shiftS[clock] = above;
    }
    return { clock: root, atS: arrival.atS + above };
  };
  return {
    fresh() {
      parent.push(parent.length);
      shiftS.push(0);
      return { clock: parent.length - 1, atS: 0 };
    },
    settled,
    meet(arrivals) {
      const latest = new Map<number, number>();
      for (const arrival of arrivals) {
        const { clock, atS } = settled(arrival);
        if (clock >= 0) latest.set(clock, Math.max(latest.get(clock) ?? Number.NEGATIVE_INFINITY, atS));
      }
      const [first] = latest;
      if (first === undefined) return { arrival: CONSTANT, waitsS: arrivals.map(() => 0) };
      const [clock, meetS] = first;
      for (const [other, otherS] of latest) {
        if (other === clock) continue;
        parent[other] = clock;
        shiftS[other] = meetS - otherS;
      }
      const waitsS = arrivals.map((it) => (it.clock < 0 ? 0 : meetS - settled(it).atS));
      return { arrival: { clock, atS: meetS }, waitsS };
    },
  };
}
