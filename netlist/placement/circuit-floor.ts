import type { Circuit, Mesh, Placement, Section } from "../circuit/circuit.ts";
import { LIT, type Light, lightAtInputs, lightPastMesh } from "../circuit/light.ts";
import { type Floor, type FloorStation, floorOf } from "./floor.ts";
import { type PortOrder, placeFloor } from "./place.ts";

/** What a device of a circuit's floor is made of. */
export type DevicePart =
  /** Meshes on the same modes, one right behind the other: positions in the section. */
  | { readonly kind: "mesh"; readonly section: number; readonly meshes: readonly number[] }
  /** Position among the section's activations. */
  | { readonly kind: "neuron"; readonly section: number; readonly activation: number };

export interface CircuitFloor {
  readonly floor: Floor;
  /** Of each device. */
  readonly parts: readonly DevicePart[];
  /** The mode of each stretch. */
  readonly modes: readonly number[];
  /** Stretches of the ports, in their order in the circuit; -1 where an output is dark. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** The floor of a circuit; the reference light is an owner beside the workers. */
export function floorOfCircuit(circuit: Circuit): CircuitFloor {
  const { workers } = circuit.aggregate;
  const light = lightAtInputs(circuit);
  const runs = circuit.sections.map((section) => runsOf(section, light));
  const plan = floorOf(
    circuit.modes,
    circuit.inputs.map((port) => ({ mode: port.mode, owner: port.kind === "worker" ? port.worker : workers })),
    runs.map((stations, s) => ({
      stations,
      neurons: circuit.sections[s]!.activations.map(({ mode }) => mode),
    })),
    circuit.outputs.map(({ mode, worker }) => ({ mode, owner: worker })),
  );
  const parts = new Array<DevicePart>(plan.floor.devices.length);
  const modes = new Array<number>(plan.floor.stretches.length);
  const told = (stretches: readonly number[], of: readonly number[]): void => {
    stretches.forEach((stretch, i) => {
      if (stretch >= 0) modes[stretch] = of[i]!;
    });
  };
  told(
    plan.sources,
    circuit.inputs.map(({ mode }) => mode),
  );
  plan.stages.forEach(({ stations, neurons }, section) => {
    stations.forEach(({ device, outputs }, i) => {
      const { meshes, outputs: lanes } = runs[section]![i]!;
      if (device >= 0) parts[device] = { kind: "mesh", section, meshes };
      told(outputs, lanes);
    });
    neurons.forEach(({ device, output }, activation) => {
      if (device >= 0) parts[device] = { kind: "neuron", section, activation };
      told([output], [circuit.sections[section]!.activations[activation]!.mode]);
    });
  });
  return { floor: plan.floor, parts, modes, inputs: plan.sources, outputs: plan.ends };
}

/** The placement of a circuit that has one, else one made for the picture. */
export function placementOf(circuit: Circuit, ports: PortOrder = "free"): Placement {
  return circuit.placement ?? placeFloor(floorOfCircuit(circuit).floor, ports);
}

/** Meshes on the same modes right behind each other, and where they are lit; moves the light on. */
function runsOf({ meshes }: Section, light: Light): (FloorStation & { readonly meshes: readonly number[] })[] {
  const runs: { meshes: number[]; inputs: readonly number[]; outputs: readonly number[] }[] = [];
  meshes.forEach((mesh, m) => {
    const before = mesh.modes.filter((mode) => light[mode] === LIT);
    lightPastMesh(light, mesh);
    if (mesh.devices.every(({ kind }) => kind === "waveguide") && mesh.terminated.length === 0) return;
    const after = mesh.modes.filter((mode) => light[mode] === LIT);
    const last = runs.at(-1);
    const lastMesh = last === undefined ? null : meshes[last.meshes.at(-1)!]!;
    if (last !== undefined && isSame(lastMesh!, mesh)) {
      last.meshes.push(m);
      last.outputs = after;
    } else runs.push({ meshes: [m], inputs: before, outputs: after });
  });
  return runs;
}

function isSame(a: Mesh, b: Mesh): boolean {
  return a.modes.length === b.modes.length && a.modes.every((mode, i) => mode === b.modes[i]);
}
