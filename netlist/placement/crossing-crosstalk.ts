import type { Circuit, Device, Mesh, Section } from "../circuit/circuit.ts";
import { type CircuitFloor, floorOfCircuit, placementOf } from "./circuit-floor.ts";
import { type Crossing, crossingsOf } from "./measure.ts";
import { type Waveguide, waveguidesOnStretches } from "./stretch-waveguides.ts";

/** A circuit from left to right as it is placed, with its crossings as devices. */
export interface CrosstalkCircuit {
  readonly crossings: number;
  /**
   * The same circuit, but that each crossing couples its two waveguides: [[cos d, -e^(i(c - d)) sin d], [e^(i(d - c)) sin d, cos d]] with
   * sin(d)^2 = `share` of the power and the phase c = `phaseRad(number of the crossing)`. It carries no certificate and no placement.
   */
  readonly withCrosstalk: (share: number, phaseRad: (crossing: number) => number) => Circuit;
}

/**
 * Takes a circuit apart at its stretches and puts it together again in the order of its placement, one section a device and one mode a
 * lane, so that what crosses is lit at the same time.
 */
export function crosstalkCircuit(circuit: Circuit): CrosstalkCircuit {
  const made = floorOfCircuit(circuit);
  const { floor, parts, modes, inputs, outputs } = made;
  const placement = placementOf(circuit);
  const crossings = crossingsOf(floor, placement);
  const waveguides = waveguidesOf(circuit, made);
  let lanes = 0;
  const laneOf = new Int32Array(floor.stretches.length).fill(-1);
  const begin = (stretch: number): number => {
    laneOf[stretch] = lanes++;
    return laneOf[stretch]!;
  };
  const ports = circuit.inputs.map((port, i) => ({ ...port, mode: begin(inputs[i]!) }));
  /** Of each device: its meshes on the lanes, and the neuron. */
  const walked = placement.sequence.map((device) => {
    const part = parts[device]!;
    const { inputs: from, outputs: to } = floor.devices[device]!;
    const section = circuit.sections[part.section]!;
    if (part.kind === "neuron") {
      laneOf[to[0]!] = laneOf[from[0]!]!;
      const neuron = section.activations[part.activation]!;
      return { device, from, meshes: [], activations: [{ ...neuron, mode: laneOf[from[0]!]! }] };
    }
    const [first, last] = [part.meshes[0]!, part.meshes.at(-1)!];
    const run = section.meshes[first]!.modes;
    // waveguides between the meshes of a device belong to it
    const meshes = section.meshes
      .slice(first, last + 1)
      .map((mesh, i) => (part.meshes.includes(first + i) ? mesh : onModes(mesh, run)));
    const laneOfMode = new Map(from.map((stretch) => [modes[stretch]!, laneOf[stretch]!]));
    for (const mode of run) if (!laneOfMode.has(mode)) laneOfMode.set(mode, lanes++);
    for (const stretch of to) laneOf[stretch] = laneOfMode.get(modes[stretch]!)!;
    const placed = (mode: number): number => laneOfMode.get(mode)!;
    const own = meshes.map((mesh) => ({
      ...mesh,
      modes: mesh.modes.map(placed),
      terminated: mesh.terminated.map(placed),
    }));
    return { device, from, meshes: own, activations: [] };
  });
  const before = (stretch: number): Mesh[] => {
    const devices = waveguides[stretch]!.map((guide): Device => ({ ...guide, mode: 0 }));
    return devices.length === 0 ? [] : [lanesMesh("waveguides", [laneOf[stretch]!], devices)];
  };
  const ends = outputs.map((stretch) => (stretch < 0 ? lanes++ : laneOf[stretch]!));
  const near = new Map<string, number[]>();
  crossings.forEach(({ device, side }, i) => {
    const key = `${device} ${side}`;
    near.set(key, [...(near.get(key) ?? []), i]);
  });
  const withCrosstalk = (share: number, phaseRad: (crossing: number) => number): Circuit => {
    const leaks = (device: number, side: Crossing["side"]): Mesh[] =>
      (near.get(`${device} ${side}`) ?? []).map((i) => crosstalkMesh(crossings[i]!, laneOf, share, phaseRad(i)));
    const bare = (name: string, meshes: readonly Mesh[]): Section => ({ kind: "layer", name, meshes, activations: [] });
    const sections: Section[] = [
      bare("left", leaks(-1, "behind")),
      ...walked
        .map(({ device, from, meshes, activations }): Section => {
          const arriving = [...from.flatMap(before), ...leaks(device, "before")];
          return { ...bare(`device ${device}`, [...arriving, ...meshes]), activations };
        })
        .flatMap((section, i) => {
          const behind = leaks(walked[i]!.device, "behind");
          return behind.length === 0 ? [section] : [section, bare("behind", behind)];
        }),
      bare("right", [...outputs.flatMap((it) => (it < 0 ? [] : before(it))), ...leaks(floor.devices.length, "before")]),
    ];
    const { placement: _, ...rest } = circuit;
    return {
      ...rest,
      modes: lanes,
      certificate: null,
      inputs: ports,
      sections,
      outputs: circuit.outputs.map((port, i) => ({ ...port, mode: ends[i]! })),
    };
  };
  return { crossings: crossings.length, withCrosstalk };
}

/** Of each stretch: the waveguides of meshes that have nothing else, which are no devices of the floor. */
function waveguidesOf(circuit: Circuit, placed: CircuitFloor): Waveguide[][] {
  const found = placed.floor.stretches.map((): Waveguide[] => []);
  for (const { stretch, waveguide, isOfDevice, isBetween } of waveguidesOnStretches(circuit, placed)) {
    if (!isOfDevice && !isBetween) found[stretch]!.push(waveguide);
  }
  return found;
}

/** What a mesh of waveguides has on some modes. */
function onModes(mesh: Mesh, modes: readonly number[]): Mesh {
  const devices = mesh.devices
    .map((device) => ({ ...device, mode: modes.indexOf(mesh.modes[device.mode]!) }))
    .filter(({ mode }) => mode >= 0);
  return { ...mesh, modes, devices };
}

function lanesMesh(name: string, modes: readonly number[], devices: readonly Device[]): Mesh {
  return { kind: "lanes", name, modes, devices, terminated: [] };
}

/** A crossing as an MZI near its bar state and three phases. */
function crosstalkMesh({ upper, lower }: Crossing, laneOf: Int32Array, share: number, phaseRad: number): Mesh {
  const angle = Math.asin(Math.sqrt(share));
  const phase = (column: number, mode: number, phiRad: number): Device => ({ kind: "phase", column, mode, phiRad });
  return lanesMesh(
    "crossing",
    [laneOf[upper]!, laneOf[lower]!],
    [
      phase(0, 0, angle - phaseRad),
      { kind: "mzi", column: 1, mode: 0, thetaRad: Math.PI - 2 * angle, phiRad: Math.PI },
      phase(2, 0, phaseRad),
      phase(2, 1, angle),
    ],
  );
}
