import type { Circuit, Placement } from "../circuit/circuit.ts";
import { heatersOf } from "../circuit/heaters.ts";
import { type CircuitFloor, floorOfCircuit } from "../placement/circuit-floor.ts";
import type { Floor } from "../placement/floor.ts";
import { measurePlacement } from "../placement/measure.ts";
import { placeFloor } from "../placement/place.ts";
import { drawCarriers } from "./carriers.ts";
import type { Drawing } from "./drawing.ts";
import { drawFibres } from "./fibres.ts";
import { stacksOf } from "./folds.ts";
import { drawFrame } from "./frame.ts";
import { drawMetal, type GroundLines } from "./metal.ts";
import { withPortsAbove } from "./one-sided.ts";
import type { DrawnBefore, Slack } from "./pen.ts";
import { type DrawingPlan, drawOptics } from "./router.ts";
import type { ChipRules } from "./rules.ts";
import { storeySizes } from "./storey-sizes.ts";
import { floorCutter, type Storeys } from "./storeys.ts";
import { withTestStructures } from "./test-structures.ts";

/** A layout, and how long each stretch of the floor is in it (router.ts). */
export interface ChipDrawing extends Drawing {
  readonly stretchesUm: readonly number[];
  readonly ground: GroundLines;
}

/** An order of a floor's lanes, where it is cut into storeys, and the delay lines for which there is room. */
interface FoldedFloor {
  readonly placement: Placement;
  readonly cuts: readonly number[];
  readonly delaysUm: readonly number[];
  readonly cost: number;
}

/** What a heater gets at first beside it for its metal; twice as much wherever that is still too little. */
const SLACK_UM = 32;
/** More than that is not tried. */
const MOST_SLACK_UM = 1 << 15;
/** Chips of more devices are too large for one exposure either way, and are not folded. */
const MOST_DEVICES = 1500;
/** Orders of the lanes that are looked for and folded, and what is tried to fold each: less for a floor of more devices. */
const SEARCHES = 6;
const ORDERS = 2;
/** Of each order so many folds are drawn, and the best is taken. */
const DRAWN = 5;
/** What an um of the side of a square block is worth against an um on the worst way (assumed). */
const SIDE_WEIGHT = 2;
/** What a heater is worth whose metal finds no way at first (assumed). */
const CROWDED_UM = 1500;
/** Waveguide that loses about as much as a fibre's coupler, and as a mesh's MZI (assumed: as in foundry-si). */
const FIBRE_LOSS_UM = 10_000;
const MESH_LOSS_UM = 3200;

/**
 * The whole chip: what carries light in rows, folded into storeys, carriers above each, a fibre array, and metal from every heater to a pad
 * of its own; test structures beside it, unless they are left away. Drawn again with more room beside the heaters whose metal found none.
 */
export function drawChip(circuit: Circuit, rules: ChipRules, hasTests = true): ChipDrawing {
  const placed = floorOfCircuit(circuit);
  const slack = new Map([...heatersOf(circuit).keys()].map((name) => [name, 0]));
  const { placement, delaysUm, cuts } = foldedFloor(circuit, placed, rules, slack);
  const { crossings } = measurePlacement(placed.floor, circuit.placement ?? placement);
  const storeys = floorCutter(placed.floor, placement, crossings)(cuts);
  for (;;) {
    const { optics, carriers, fibres } = draw({ circuit, placed, placement, rules, slack, delaysUm }, storeys, false);
    const metal = drawMetal(optics, rules, fibres);
    if ("cells" in metal) {
      const { wires, stretchesUm } = fibres;
      const cells = [...optics.board.cells, ...carriers.cells, ...fibres.cells, ...metal.cells];
      const own: Drawing = { cells, wires, rectangles: metal.rectangles };
      const chip = hasTests ? withTestStructures(own, rules) : own;
      return { ...chip, rectangles: [...chip.rectangles, ...drawFrame(chip)], stretchesUm, ground: metal.ground };
    }
    for (const name of metal) {
      const more = Math.max(SLACK_UM, 2 * slack.get(name)!);
      if (more > MOST_SLACK_UM) throw new Error(`the metal of ${circuit.name} finds no way`);
      slack.set(name, more);
    }
  }
}

/** Drawn again, as delay lines depend on where the rows are; and as ports do on how far these reach, unless a rough drawing will do. */
function draw(plan: DrawingPlan, storeys: Storeys, isRough: boolean) {
  const from = (known: DrawnBefore | null) => drawOptics(plan, known, storeys);
  const { board, edges } = from(null);
  const rows = new Map(board.rows.map(({ id }, i) => [id, i]));
  const second = from({ rows, edges });
  const optics = isRough ? second : from({ rows, edges: second.edges });
  const carriers = drawCarriers(optics.board, optics.storeys, optics.edges.leftX, plan.rules.pitchUm);
  return { optics, carriers, fibres: drawFibres(optics, carriers, plan.rules) };
}

/** Of a placement by the rules: one is drawn more than once, by a compile alone three times. */
const known = new WeakMap<Placement, Map<string, FoldedFloor>>();

/** The fold with the least loss on the worst way of light, and with little area; it crosses what the circuit's placement does. */
function foldedFloor(circuit: Circuit, placed: CircuitFloor, rules: ChipRules, slack: Slack): FoldedFloor {
  const { floor } = placed;
  const own = circuit.placement ?? placeFloor(floor, "free");
  const key = JSON.stringify(rules);
  const before = known.get(own)?.get(key);
  if (before !== undefined) return before;
  const { crossings, totalCrossings } = measurePlacement(floor, own);
  const delaysUm = floor.stretches.map(() => 0);
  const unfolded: FoldedFloor = { placement: own, delaysUm, cuts: [], cost: Number.POSITIVE_INFINITY };
  if (floor.devices.length > MOST_DEVICES) return unfolded;
  const orders: Placement[] = [];
  for (let seed = 1; seed <= SEARCHES && orders.length < ORDERS; seed++) {
    const order = withPortsAbove(floor, own, crossings, seed);
    if (order !== null) orders.push(order);
  }
  const folds = (orders.length === 0 ? [own] : orders).flatMap((placement) => {
    const cutFloor = floorCutter(floor, placement, crossings);
    const foldAt = (plan: DrawingPlan, cuts: readonly number[]) => {
      const { optics, fibres } = draw(plan, cutFloor(cuts), true);
      const isSame = optics.board.cells.filter(({ kind }) => kind === "crossing").length === totalCrossings;
      const { leftX, rightX } = optics.edges;
      const heightUm = Math.max(fibres.topY - fibres.bottomY, fibres.cells.length * rules.fibrePitchUm);
      const wayUm = worstWayUm(floor, fibres.stretchesUm);
      const cost = isSame ? wayUm + SIDE_WEIGHT * Math.sqrt((rightX - leftX) * heightUm) : Number.POSITIVE_INFINITY;
      return { placement, delaysUm: plan.delaysUm, cuts, cost, optics, fibres };
    };
    const rough: DrawingPlan = { circuit, placed, placement, rules, slack, delaysUm };
    const straight = foldAt(rough, []);
    const plan: DrawingPlan = { ...rough, delaysUm: straight.optics.delaysUm };
    const pieces = cutFloor(placement.sequence.map((_, at) => at).slice(1));
    const drawn = [straight];
    for (const cuts of stacksOf(storeySizes(plan, pieces), pieces.devices.length, rules.pitchUm)) {
      if (drawn.filter(({ cost }) => cost < Number.POSITIVE_INFINITY).length < DRAWN) drawn.push(foldAt(plan, cuts));
    }
    return drawn;
  });
  let best = unfolded;
  for (const { optics, fibres, ...fold } of folds.sort((a, b) => a.cost - b.cost)) {
    if (fold.cost >= best.cost) break;
    const metal = drawMetal(optics, rules, fibres);
    const cost = fold.cost + CROWDED_UM * ("cells" in metal ? 0 : metal.length);
    if (cost < best.cost) best = { ...fold, cost };
  }
  known.set(own, (known.get(own) ?? new Map<string, FoldedFloor>()).set(key, best));
  return best;
}

/** The way of light from a port or a neuron to the next one through meshes that loses most, as the length of waveguide that would. */
function worstWayUm({ devices, stretches }: Floor, stretchesUm: readonly number[]): number {
  const upTo = new Float64Array(stretches.length);
  stretches.forEach(({ from, to }, it) => {
    const isMesh = from >= 0 && devices[from]!.kind === "mesh";
    const before = isMesh ? devices[from]!.inputs.reduce((most, other) => Math.max(most, upTo[other]!), 0) : 0;
    const fibres = Number(from < 0) + Number(to === devices.length);
    upTo[it] = before + stretchesUm[it]! + fibres * FIBRE_LOSS_UM + Number(isMesh) * MESH_LOSS_UM;
  });
  return upTo.reduce((most, um) => Math.max(most, um), 0);
}
