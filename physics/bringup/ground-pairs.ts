import { drawChip, heatersOf, layoutOf, usualFigures } from "../../netlist/index.ts";
import { layoutFigures } from "../light/optics.ts";
import type { Technology } from "../technology/technology.ts";
import type { Wiring } from "./wiring.ts";

/** Two heaters by their places (`Wiring.heaters`), and the resistance of the ground line that both currents pass over a heater's. */
export interface GroundPair {
  readonly a: number;
  readonly b: number;
  readonly share: number;
}

/** Heaters that share a ground line on the chip as it is drawn in a technology; of a circuit that is not placed, no pair. */
export function groundPairs({ circuit, heaters }: Wiring, technology: Technology): readonly GroundPair[] {
  if (circuit.placement === undefined) return [];
  const { rules } = layoutOf({ ...usualFigures, ...layoutFigures(technology) });
  const names = heatersOf(circuit);
  const placeOf = (place: string): number => heaters.get(names.get(place)!)!;
  return drawChip(circuit, rules).ground.pairs.map(({ heaters: [a, b], share }) => {
    return { a: placeOf(a), b: placeOf(b), share };
  });
}
