import type { Placement } from "../circuit/circuit.ts";
import type { Floor } from "./floor.ts";
import { byOwners, byWayOfLight } from "./initial.ts";
import { measurePlacement } from "./measure.ts";
import { improvePlacement } from "./search.ts";

/** free: every port stands where its lane wants it; by-worker: all ports of a worker stand side by side, senders and receivers. */
export type PortOrder = "free" | "by-worker";

/** A good placement of some hundred stretches takes half a second. */
const WORK = 2e7;
const MOVES_A_STRETCH = 1000;
const SEARCHES = 2;
/** Where so few crossings are left a search with other numbers often finds an order without any. */
const FEW = 4;
const MORE_SEARCHES = 6;

/**
 * Places a floor so that few waveguides cross and few wires lead far: light followed back from its ends, then simulated annealing
 * of a fixed effort. Deterministic. Beyond some thousand stretches there is effort left for little more than the start.
 */
export function placeFloor(floor: Floor, ports: PortOrder, work: number = WORK): Placement {
  const byOwner = ports === "by-worker";
  const start = byOwner ? byOwners(floor) : byWayOfLight(floor);
  let best = start;
  let least = measurePlacement(floor, best).totalCrossings;
  const search = (from: Placement, seed: number): void => {
    const effort = { movesAStretch: MOVES_A_STRETCH, work: work / SEARCHES, seed };
    const found = improvePlacement(floor, from, byOwner, effort);
    const { totalCrossings } = measurePlacement(floor, found);
    if (totalCrossings < least) {
      best = found;
      least = totalCrossings;
    }
  };
  for (let seed = 1; seed <= SEARCHES; seed++) search(best, seed);
  for (let seed = SEARCHES + 1; seed <= MORE_SEARCHES && !byOwner && least > 0 && least <= FEW; seed++)
    search(start, seed);
  return best;
}
