import type { Circuit, Placement } from "../circuit/circuit.ts";
import { floorOfCircuit } from "../placement/circuit-floor.ts";
import type { Floor } from "../placement/floor.ts";
import { measurePlacement } from "../placement/measure.ts";
import { placeFloor } from "../placement/place.ts";
import { drawCarriers } from "./carriers.ts";
import type { Drawing } from "./drawing.ts";
import { type CutPlace, chooseCuts } from "./folds.ts";
import { drawFrame } from "./frame.ts";
import { drawMetal, type GroundLines } from "./metal.ts";
import { type DrawnBefore, drawOptics, type OpticsDrawing } from "./router.ts";
import type { ChipRules } from "./rules.ts";
import { floorCutter } from "./storeys.ts";

/** A layout, and how long each stretch of the floor is in it (router.ts). */
export interface ChipDrawing extends Drawing {
  readonly stretchesUm: readonly number[];
  readonly ground: GroundLines;
}

/** What a heater gets at first beside it for its metal; twice as much wherever that is still too little. */
const SLACK_UM = 32;
/** Chips of more devices are too large for one exposure either way, and are not folded. */
const MOST_DEVICES = 1500;
/** What fibres, ground lines and pads take of either side, about. */
const BESIDE_UM = 500;
/** More than that is not tried. */
const MOST_SLACK_UM = 1 << 15;

/**
 * The whole chip: what carries light in rows, folded into storeys, carriers above each, and metal from every heater to a pad of its own.
 * Drawn again with more room beside the heaters whose metal found none.
 */
export function drawChip(circuit: Circuit, rules: ChipRules): ChipDrawing {
  const placed = floorOfCircuit(circuit);
  const { floor } = placed;
  const placement: Placement = circuit.placement ?? placeFloor(floor, "free");
  const cutFloor = floorCutter(floor, placement, measurePlacement(floor, placement).crossings);
  const slack = new Map<string, number>();
  /** Drawn again, as delay lines depend on where the rows are; and as ports do on how far these reach, unless a rough drawing will do. */
  const draw = (cuts: readonly number[], rough: boolean): OpticsDrawing => {
    const storeys = cutFloor(cuts);
    const from = (known: DrawnBefore | null): OpticsDrawing =>
      drawOptics(circuit, placed, placement, rules, slack, known, storeys);
    const { board, edges } = from(null);
    const rows = new Map(board.rows.map(({ id }, i) => [id, i]));
    const second = from({ rows, edges });
    return rough ? second : from({ rows, edges: second.edges });
  };
  const unfolded = draw([], true);
  const straightUm = longestWayUm(floor, unfolded.stretchesUm);
  /** The longer side of the block times the longest way, which may not be longer than unfolded. */
  const costOf = (cuts: readonly number[]): number => {
    const { board, edges, stretchesUm } = draw(cuts, true);
    const sideUm = Math.max(edges.rightX - edges.leftX, board.rows.length * rules.pitchUm) + BESIDE_UM;
    const wayUm = longestWayUm(floor, stretchesUm);
    return wayUm > straightUm ? Number.POSITIVE_INFINITY : sideUm * wayUm;
  };
  const isLarge = floor.devices.length > MOST_DEVICES;
  const places = (isLarge ? [] : placement.sequence).flatMap((d, at): CutPlace[] => {
    const carried = at === 0 ? 0 : cutFloor([at]).carried[0]!.length;
    return carried === 0 ? [] : [{ at, x: unfolded.atX.get(d)!, carried }];
  });
  const cuts = chooseCuts(places, costOf);
  for (;;) {
    const optics = draw(cuts, false);
    const carriers = drawCarriers(optics.board, optics.storeys, optics.edges.leftX, rules.pitchUm);
    const metal = drawMetal(optics, rules, carriers.topY);
    if ("cells" in metal) {
      const { board, stretchesUm } = optics;
      const cells = [...board.cells, ...carriers.cells, ...metal.cells];
      const wires = [...board.wires, ...carriers.wires];
      const frame = drawFrame({ cells, wires, rectangles: metal.rectangles });
      return { cells, wires, rectangles: [...metal.rectangles, ...frame], stretchesUm, ground: metal.ground };
    }
    for (const name of metal) {
      const more = 2 * (slack.get(name) ?? SLACK_UM / 2);
      if (more > MOST_SLACK_UM) throw new Error(`the metal of ${circuit.name} finds no way`);
      slack.set(name, more);
    }
  }
}

/** The longest way of light from a port or a neuron to the next one, through meshes. */
function longestWayUm({ devices, stretches }: Floor, stretchesUm: readonly number[]): number {
  const upTo = new Float64Array(stretches.length);
  stretches.forEach(({ from }, it) => {
    const before = from >= 0 && devices[from]!.kind === "mesh" ? devices[from]!.inputs : [];
    upTo[it] = before.reduce((most, other) => Math.max(most, upTo[other]!), 0) + stretchesUm[it]!;
  });
  return upTo.reduce((most, um) => Math.max(most, um), 0);
}
