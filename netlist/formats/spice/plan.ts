import type { Circuit, Device, Mesh, ReferenceInput, Section } from "../../circuit/circuit.ts";
import { DARK, type Light, lightAtInputs, lightPastMesh, lightPastNeuron } from "../../circuit/light.ts";
import { legaliseNames } from "../identifiers.ts";

/** Which nets cross the walls of a subcircuit; modes are circuit modes. */
export interface PartPlan {
  readonly name: string;
  readonly subcircuit: string;
  /** Modes that something inside acts on. */
  readonly touched: readonly number[];
  /** Those of them that may carry light when they enter; the others are tied to ground inside. */
  readonly inputs: readonly number[];
  /** Those of them that may carry light when they leave; the others are absorbed. */
  readonly outputs: readonly number[];
  /** Whether it is a subcircuit of its own; otherwise its lines stand in the part around it. */
  readonly walls: boolean;
}

export interface MeshPlan extends PartPlan {
  /** Whether its phases are parameters of the part in which its lines stand; otherwise they are numbers in these lines. */
  readonly parameters: boolean;
}

export interface SectionPlan extends PartPlan {
  readonly meshes: readonly MeshPlan[];
}

export interface SpicePlan {
  readonly sections: readonly SectionPlan[];
  readonly referenceNames: ReadonlyMap<ReferenceInput, string>;
  /** Name of the subcircuit of the whole circuit. */
  readonly subcircuit: string;
  /** Whether the circuit is one; otherwise it has too many ports, and its lines stand at the top. */
  readonly walls: boolean;
}

/** Nodes that a .subckt line may have: ngspice 39 stops at 1005, some of them its own. */
export const MOST_PINS = 960;

/** ngspice sorts the parameters of a part in a time that grows with the square of their number: 2 000 take half a second. */
const MOST_PARAMETERS = 2000;

/** Newton settles a chain of rectifiers one after the other, so it needs about as many steps as there are of them, and some. */
export function iterationsFor(neurons: number): number {
  return 1000 + 10 * neurons;
}

/**
 * Follows which modes something feeds or writes (circuit/light.ts). `flat`: no
 * subcircuits but those of the devices. `prefix` stands before the names of all others.
 */
export function planOf(circuit: Circuit, flat: boolean, prefix: string = ""): SpicePlan {
  const light = lightAtInputs(circuit);
  const references = circuit.inputs.filter((port) => port.kind === "reference");
  const referenceNames = legaliseNames(references.map((port) => port.name));
  const partNames = legaliseNames(
    circuit.sections.flatMap((section, s) => [
      `${prefix}s${s} ${section.name}`,
      ...section.meshes.map((mesh, m) => `${prefix}s${s} m${m} ${mesh.name}`),
    ]),
  );
  let named = 0;
  const sections = circuit.sections.map((section) => {
    const names = partNames.slice(named, named + 1 + section.meshes.length);
    named += names.length;
    return planSection(section, names, light, flat);
  });
  return {
    referenceNames: new Map(references.map((port, i) => [port, referenceNames[i]!])),
    subcircuit: `circuit_${prefix}${legaliseNames([circuit.name])[0]!}`,
    walls: 2 * (circuit.inputs.length + circuit.outputs.length) <= MOST_PINS,
    sections: withParameters(circuit, sections),
  };
}

/** The plan with parameters in every part that has few enough of them. */
function withParameters(circuit: Circuit, sections: readonly SectionPlan[]): SectionPlan[] {
  const phases = new Map<object, number>();
  const around = (section: SectionPlan, mesh: PartPlan): object => [mesh, section].find((it) => it.walls) ?? circuit;
  for (const [s, section] of sections.entries()) {
    for (const [m, mesh] of section.meshes.entries()) {
      const part = around(section, mesh);
      phases.set(part, (phases.get(part) ?? 0) + 2 * circuit.sections[s]!.meshes[m]!.devices.length);
    }
  }
  return sections.map((section) => ({
    ...section,
    meshes: section.meshes.map((mesh) => ({
      ...mesh,
      parameters: phases.get(around(section, mesh))! <= MOST_PARAMETERS,
    })),
  }));
}

/** `names`: of the section, then of its meshes. Leaves `light` as it is after the section. */
function planSection(section: Section, names: readonly string[], light: Light, flat: boolean): SectionPlan {
  const touched = new Set<number>();
  for (const mesh of section.meshes) {
    for (const mode of [...actedOn(mesh), ...mesh.terminated]) {
      touched.add(mode);
    }
  }
  for (const { mode } of section.activations) {
    touched.add(mode);
  }
  const inputs = [...touched].filter((mode) => light[mode] !== DARK);
  const meshes = section.meshes.map((mesh, m) => planMesh(mesh, names[m + 1]!, light, flat));
  for (const neuron of section.activations) {
    lightPastNeuron(light, neuron);
  }
  const outputs = [...touched].filter((mode) => light[mode] !== DARK);
  const walls = !flat && 2 * (inputs.length + outputs.length) <= MOST_PINS;
  return { name: section.name, subcircuit: names[0]!, touched: [...touched], inputs, outputs, walls, meshes };
}

function planMesh(mesh: Mesh, subcircuit: string, light: Light, flat: boolean): MeshPlan {
  const touched = actedOn(mesh);
  const inputs = touched.filter((mode) => light[mode] !== DARK);
  lightPastMesh(light, mesh);
  const outputs = touched.filter((mode) => light[mode] !== DARK);
  const walls = !flat && 2 * (inputs.length + outputs.length) <= MOST_PINS;
  return { name: mesh.name, subcircuit, touched, inputs, outputs, walls, parameters: false };
}

/** Circuit modes on which a device of the mesh acts, in the order of the mesh. */
function actedOn(mesh: Mesh): number[] {
  const acted = new Set(mesh.devices.flatMap(localsOf));
  return mesh.modes.filter((_, local) => acted.has(local));
}

/** Modes of its mesh that a device acts on. */
export function localsOf(device: Device): readonly number[] {
  return device.kind === "mzi" ? [device.mode, device.mode + 1] : [device.mode];
}
