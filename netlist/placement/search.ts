import type { Placement } from "../circuit/circuit.ts";
import { seededRandom } from "../simulation/random.ts";
import type { Floor } from "./floor.ts";
import { newState, type State } from "./state.ts";

/** What a search may cost. */
export interface Effort {
  /** Moves tried, a stretch. */
  readonly movesAStretch: number;
  /** Comparisons, all together. */
  readonly work: number;
  readonly seed: number;
}

/** Temperatures, in crossings, at which a search starts and ends; below so many moves a stretch it only improves on its start. */
const HOT = 1.5;
const COLD = 0.08;
const MOVES_TO_MELT = 400;

/**
 * Simulated annealing of a placement: stretches move beside others, devices change turns with their neighbours, and owners of ports
 * theirs. Its effort is fixed and its random numbers are seeded: the same floor has the same placement.
 */
export function improvePlacement(floor: Floor, start: Placement, byOwner: boolean, effort: Effort): Placement {
  const random = seededRandom(effort.seed);
  const below = (count: number): number => Math.floor(random() * count);
  const state = newState(floor, start, byOwner);
  const { stretches, devices } = floor;
  if (stretches.length < 2 || devices.length < 2) return start;
  const moves = effort.movesAStretch * stretches.length;
  const hot = effort.work / workAMove(stretches.length) < MOVES_TO_MELT * stretches.length ? COLD : HOT;
  let cost = 0;
  let best = 0;
  let found = start;
  // in an array, as a variable of a closure would be allocated at each move
  const reached = new Float64Array(1);
  const accept = (change: number): boolean =>
    change <= 0 || random() < Math.exp(-change / (hot * (COLD / hot) ** reached[0]!));
  for (let made = 0; made < moves && state.work() < effort.work; made++) {
    const progress = Math.max(made / moves, state.work() / effort.work);
    reached[0] = progress;
    const kind = random();
    if (kind < 0.5) {
      const stretch = below(stretches.length);
      const beside = random() < 0.8 ? neighbourOf(floor, stretch, random) : below(stretches.length);
      if (beside !== stretch) cost += state.moveStretch(stretch, beside, random() < 0.5, accept);
    } else if (kind < 0.95 || !byOwner) {
      cost += slide(state, below(devices.length - 1), random() < 0.5, devices.length, accept);
    } else {
      cost += state.swapOwners(random() < 0.5 ? "left" : "right", random(), accept);
    }
    // a cold search hardly ever gets worse, and copies of a large placement take longer than its moves
    if (hot !== COLD && progress > 0.5 && cost < best - 1e-9) {
      best = cost;
      found = state.placement();
    }
  }
  return cost < best - 1e-9 ? state.placement() : found;
}

/** Measured: comparisons that a move takes. */
function workAMove(stretches: number): number {
  return 40 + stretches / 10;
}

/** Another stretch of the device at one of its ends. */
function neighbourOf({ devices, stretches }: Floor, stretch: number, random: () => number): number {
  const { from, to } = stretches[stretch]!;
  const device = devices[random() < 0.5 ? from : to];
  if (device === undefined) return stretch;
  const at = Math.floor(random() * (device.inputs.length + device.outputs.length));
  return device.inputs[at] ?? device.outputs[at - device.inputs.length]!;
}

/** A device changes turns with one neighbour after the other. */
function slide(
  state: State,
  from: number,
  later: boolean,
  devices: number,
  accept: (change: number) => boolean,
): number {
  let change = 0;
  for (let step = 0, turn = from; step < 8 && turn >= 0 && turn < devices - 1; step++) {
    const swapped = state.swapTurns(turn, accept);
    if (swapped === null) break;
    change += swapped;
    turn += later ? 1 : -1;
  }
  return change;
}
