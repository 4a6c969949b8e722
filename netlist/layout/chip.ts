import type { Circuit, Placement } from "../circuit/circuit.ts";
import { floorOfCircuit } from "../placement/circuit-floor.ts";
import { placeFloor } from "../placement/place.ts";
import { drawCarriers } from "./carriers.ts";
import type { Drawing } from "./drawing.ts";
import { drawOptics, type OpticsDrawing } from "./light-way.ts";
import { drawMetal } from "./metal.ts";
import type { ChipRules } from "./rules.ts";

/** More than that much room beside heaters is not tried. */
const MOST_SLACK_UM = 1 << 14;

/**
 * The whole chip: what carries light in rows from left to right, carriers from above, and metal from every heater to a pad of its own.
 * Drawn twice, as delay lines depend on where the rows are; with more room where metal found none.
 */
export function drawChip(circuit: Circuit, rules: ChipRules): Drawing {
  const placed = floorOfCircuit(circuit);
  const placement: Placement = circuit.placement ?? placeFloor(placed.floor, "free");
  for (let slackUm = 0; slackUm <= MOST_SLACK_UM; slackUm = slackUm === 0 ? 64 : 2 * slackUm) {
    const draw = (known: ReadonlyMap<number, number> | null): OpticsDrawing =>
      drawOptics(circuit, placed, placement, rules, slackUm, known);
    const rows = draw(null).board.rows;
    const optics = draw(new Map(rows.map(({ id }, i) => [id, i])));
    const carriers = drawCarriers(optics, rules);
    const metal = drawMetal(optics, rules, carriers.topY);
    if (metal === null) continue;
    const { board } = optics;
    return {
      cells: [...board.cells, ...carriers.cells, ...metal.cells],
      wires: [...board.wires, ...carriers.wires],
      rectangles: metal.rectangles,
    };
  }
  throw new Error(`the metal of ${circuit.name} finds no way`);
}
