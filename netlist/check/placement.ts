import type { Circuit } from "../circuit/circuit.ts";
import { type CircuitFloor, floorOfCircuit } from "../placement/circuit-floor.ts";
import { measurePlacement, ranksOf } from "../placement/measure.ts";
import { waveguidesOnStretches } from "../placement/stretch-waveguides.ts";
import type { Reports } from "./reports.ts";

/** That a placement places every device and stretch once, in an order in which light can meet them, and crosses what the waveguides say. */
export function checkPlacement(circuit: Circuit, reports: Reports): void {
  const { placement } = circuit;
  if (placement === undefined) return;
  const placed = floorOfCircuit(circuit);
  const { devices, stretches } = placed.floor;
  const report = (message: string, where: string): void =>
    reports.fail("OPT0416", `placement.${where}`, message, "leave `placement` out, or compile the spec again");
  const all = stretches.map((_, i) => i);
  const expected = {
    sequence: devices.map((_, i) => i),
    lanes: all,
    left: all.filter((i) => stretches[i]!.sender >= 0),
    right: all.filter((i) => stretches[i]!.to === devices.length && stretches[i]!.receiver >= 0),
  };
  for (const key of ["sequence", "lanes", "left", "right"] as const) {
    const sorted = [...placement[key]].sort((a, b) => a - b);
    if (sorted.length !== expected[key].length || sorted.some((it, i) => it !== expected[key][i])) {
      const what = key === "sequence" ? "devices" : "stretches";
      report(`these are not the ${expected[key].length} ${what} of the circuit, each once`, key);
      return;
    }
  }
  const turn = ranksOf(placement.sequence);
  const early = stretches.findIndex(({ from, to }) => from >= 0 && to < devices.length && turn[from]! >= turn[to]!);
  if (early >= 0) {
    const { from, to } = stretches[early]!;
    report(`device ${to} stands in front of device ${from}, from which its light comes`, "sequence");
    return;
  }
  const { crossings } = measurePlacement(placed.floor, placement);
  const said = claimedStretches(circuit, placed).map((claimed) => claimed.crossings);
  const other = all.find((i) => said[i] !== crossings[i]);
  if (other !== undefined) {
    const where = `stretch ${other}, on mode ${placed.modes[other]}`;
    report(`${where}, crosses ${crossings[other]} waveguides here, and ${said[other]} by its waveguides`, "lanes");
  }
}

/** What the waveguides of a stretch say of it. */
export interface ClaimedStretch {
  crossings: number;
  /** Of the waveguides in front of the next device; those between its MZIs are parts of it. */
  lengthUm: number;
}

/** Of each stretch of the circuit's floor, what the waveguides on it say. */
export function claimedStretches(circuit: Circuit, placed: CircuitFloor): readonly ClaimedStretch[] {
  const said = placed.floor.stretches.map((): ClaimedStretch => ({ crossings: 0, lengthUm: 0 }));
  for (const { stretch, waveguide, isInside } of waveguidesOnStretches(circuit, placed)) {
    const claimed = said[stretch]!;
    claimed.crossings += waveguide.crossings;
    if (!isInside) claimed.lengthUm += waveguide.lengthUm;
  }
  return said;
}
