import type { Circuit } from "../circuit/circuit.ts";
import { type CircuitFloor, floorOfCircuit } from "../placement/circuit-floor.ts";
import { measurePlacement, ranksOf } from "../placement/measure.ts";
import type { Reports } from "./reports.ts";

/** That a placement places every device and stretch once, in an order in which light can meet them, and crosses what the waveguides say. */
export function checkPlacement(circuit: Circuit, reports: Reports): void {
  const { placement } = circuit;
  if (placement === undefined) return;
  const placed = floorOfCircuit(circuit);
  const { devices, stretches } = placed.floor;
  const report = (message: string, where: string): void =>
    reports.report({
      code: "OPT0416",
      severity: "error",
      message,
      where: `placement.${where}`,
      help: "leave `placement` out, or compile the spec again",
    });
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
  const said = claimedCrossings(circuit, placed);
  const other = all.find((i) => said[i] !== crossings[i]);
  if (other !== undefined) {
    const where = `stretch ${other}, on mode ${placed.modes[other]}`;
    report(`${where}, crosses ${crossings[other]} waveguides here, and ${said[other]} by its waveguides`, "lanes");
  }
}

/** Crossings of each stretch as the waveguides on it say. */
function claimedCrossings(
  { modes, sections }: Circuit,
  { floor, parts, inputs, modes: modeOf }: CircuitFloor,
): number[] {
  const said = new Array<number>(floor.stretches.length).fill(0);
  const current = new Int32Array(modes).fill(-1);
  const begin = (stretch: number): void => {
    current[modeOf[stretch]!] = stretch;
  };
  for (const stretch of inputs) begin(stretch);
  let next = 0;
  sections.forEach(({ meshes }, s) => {
    meshes.forEach((mesh, m) => {
      for (const device of mesh.devices) {
        const stretch = current[mesh.modes[device.mode]!]!;
        if (device.kind === "waveguide" && stretch >= 0) said[stretch] = said[stretch]! + device.crossings;
      }
      const part = parts[next];
      if (part?.kind !== "mesh" || part.section !== s || part.meshes.at(-1) !== m) return;
      for (const mode of mesh.modes) current[mode] = -1;
      floor.devices[next]!.outputs.forEach(begin);
      next++;
    });
    for (; parts[next]?.kind === "neuron" && parts[next]!.section === s; next++)
      floor.devices[next]!.outputs.forEach(begin);
  });
  return said;
}
