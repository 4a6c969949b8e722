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
export function claimedStretches(
  { modes, sections }: Circuit,
  { floor, parts, inputs, modes: modeOf }: CircuitFloor,
): readonly ClaimedStretch[] {
  const said = floor.stretches.map((): ClaimedStretch => ({ crossings: 0, lengthUm: 0 }));
  const current = new Int32Array(modes).fill(-1);
  /** Modes that have met an MZI, an attenuator or a phase shifter since their stretch began. */
  const isInside = new Uint8Array(modes);
  const begin = (stretch: number): void => {
    current[modeOf[stretch]!] = stretch;
    isInside[modeOf[stretch]!] = 0;
  };
  for (const stretch of inputs) begin(stretch);
  let next = 0;
  sections.forEach(({ meshes }, s) => {
    meshes.forEach((mesh, m) => {
      for (const device of mesh.devices) {
        const mode = mesh.modes[device.mode]!;
        const claimed = said[current[mode]!];
        if (device.kind !== "waveguide") {
          isInside[mode] = 1;
          if (device.kind === "mzi") isInside[mesh.modes[device.mode + 1]!] = 1;
        } else if (claimed !== undefined) {
          claimed.crossings += device.crossings;
          if (isInside[mode] === 0) claimed.lengthUm += device.lengthUm;
        }
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
