import type { Circuit, Mesh } from "../circuit/circuit.ts";
import { floorOfCircuit } from "../placement/circuit-floor.ts";
import { measurePlacement } from "../placement/measure.ts";
import { placeFloor } from "../placement/place.ts";
import { drawChip } from "./chip.ts";
import type { LayoutFigures } from "./rules.ts";

/**
 * Length of waveguide in um on each stretch of a circuit's floor, delay lines among it, as the layout draws it: from the last device to
 * the end of the next one, less what loss and delay of that device and of crossings count already.
 */
export function drawnLengths(circuit: Circuit, layout: LayoutFigures): readonly number[] {
  const { floor, parts } = floorOfCircuit(circuit);
  const { crossings } = measurePlacement(floor, circuit.placement ?? placeFloor(floor, "free"));
  const insideUm = parts.map((part) =>
    part.kind === "neuron"
      ? 0
      : part.meshes.reduce((sum, m) => sum + meshLengthUm(circuit.sections[part.section]!.meshes[m]!, layout), 0),
  );
  return drawChip(circuit, layout.rules).stretchesUm.map((um, i) => {
    const inside = insideUm[floor.stretches[i]!.to] ?? 0;
    return Math.max(0, um - inside - crossings[i]! * layout.crossingUm);
  });
}

/** Of the MZIs in a row and the phase shifters behind them, or the waveguides that stand in for them on other lanes. */
function meshLengthUm({ modes, devices }: Mesh, { mziUm, phaseUm }: LayoutFigures): number {
  const passed = new Uint8Array(modes.length);
  let [mzis, phases] = [0, 0];
  for (const { kind, mode, column } of devices) {
    if (kind === "mzi" || kind === "attenuator") {
      mzis = Math.max(mzis, column + 1);
      passed[mode] = 1;
      if (kind === "mzi") passed[mode + 1] = 1;
    } else if (kind === "phase" || passed[mode] === 1) phases = 1;
  }
  return mzis * mziUm + phases * phaseUm;
}
