import { expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { placesOf } from "../../netlist/chips/places.ts";
import { type Circuit, compileSimulation, placementFigures } from "../../netlist/index.ts";
import { lossyOptics } from "../compiler/optics.ts";
import { specOf } from "../compiler/specs.ts";

const places = (circuit: Circuit) => placesOf(circuit, compileSimulation(circuit).program.op.length);
const placed = synthesise(specOf(4, 8, 4), { network: null }, lossyOptics).circuit;

/** Of each MZI, in the order of the file. */
function mziPlaces(circuit: Circuit): string[] {
  const { column, lane, theta } = places(circuit);
  return [...theta.keys()].filter((step) => theta[step] === 1).map((step) => `${column[step]} ${lane[step]}`);
}

it("no two MZIs of a placed chip stand on the same place, and none where they would by their modes alone", () => {
  const spots = mziPlaces(placed);
  expect(new Set(spots).size).toBe(83);
  const { placement: _, ...unplaced } = placed;
  expect(mziPlaces(unplaced)).not.toEqual(spots);
});

it("lanes are the rows of the placement, fewer than modes", () => {
  const rows = mziPlaces(placed).map((spot) => Number(spot.split(" ")[1]));
  expect(Math.max(...rows)).toBeLessThan(placementFigures(placed)!.rows);
  expect(placementFigures(placed)!.rows).toBeLessThan(placed.modes);
});

it("light meets devices in columns that grow", () => {
  const { column, theta } = places(placed);
  const last = new Map<number, number>();
  let step = 0;
  for (const { meshes, activations } of placed.sections) {
    for (const { modes, devices, terminated } of meshes) {
      for (const device of devices) {
        if (theta[step] === 1) {
          for (const mode of [modes[device.mode]!, modes[device.mode + 1]!]) {
            expect(column[step]!).toBeGreaterThan(last.get(mode) ?? -1);
            last.set(mode, column[step]!);
          }
        }
        step += 1;
      }
      for (const mode of terminated) last.delete(mode);
      step += terminated.length;
    }
    step += activations.length;
  }
});
