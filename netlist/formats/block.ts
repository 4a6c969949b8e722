import { caution, type Finding } from "../check/finding.ts";
import type { Circuit, Device, Mesh, Section } from "../circuit/circuit.ts";
import { DARK, LIT, type Light, lightPastMesh } from "../circuit/light.ts";
import { type ComplexMatrix, transferMatrix } from "../simulation/simulate.ts";
import type { Simulator } from "../simulation/simulator.ts";
import { fileWord, type Subject } from "./scope.ts";

/**
 * Passive linear optics between neurons: all that formats for S-matrices and unitaries can express. Port i of either
 * side is circuit mode `modes[i]`; absorbed modes have no output.
 */
export interface LinearBlock {
  /** `layer1`, or `layer1/block0_left` for one mesh; the circuit's name when it is all of it. */
  readonly name: string;
  /** For file names. */
  readonly stem: string;
  /** Section of the circuit; null when the block spans all of them. */
  readonly section: number | null;
  readonly modes: readonly number[];
  /** Positions in `modes` whose light leaves the block. */
  readonly outputs: readonly number[];
  readonly meshes: readonly Mesh[];
}

/** What light meets, in order; `port` and `second` are positions in `modes`, `mesh` and `device` say where it stands. */
export type BlockStep = MziStep | PlacedDevice<"attenuator"> | PlacedDevice<"phase"> | WaveguideStep | AbsorbStep;

interface Place {
  readonly port: number;
  readonly mesh: number;
  /** Position in the mesh; -1 for a piece of bare waveguide, which is not in the circuit. */
  readonly device: number;
  readonly column: number;
  /** What devices and waveguides lose; 1 for formats without losses. */
  readonly fieldFactor: number;
}
type PlacedDevice<Kind extends Device["kind"]> = Omit<Extract<Device, { kind: Kind }>, "mode" | keyof Place> & Place;
export interface MziStep extends PlacedDevice<"mzi"> {
  readonly second: number;
  /** What crosses its couplers, of the power; halves for formats whose couplers are all alike. */
  readonly crossPowers: readonly [number, number];
}
/** For formats with losses only. */
export type WaveguideStep = PlacedDevice<"waveguide">;
/** The light on the port ends here; what follows on it starts dark. */
export interface AbsorbStep {
  readonly kind: "absorb";
  readonly port: number;
}

/** The linear parts of a subject: one when no neuron stands between them, otherwise one a section with meshes. */
export function linearBlocks(subject: Pick<Subject, "circuit" | "scope" | "stem">): readonly LinearBlock[] {
  const { circuit, scope, stem } = subject;
  switch (scope.kind) {
    case "mesh": {
      const section = circuit.sections[scope.section]!;
      const mesh = section.meshes[scope.mesh]!;
      return [blockOf(`${section.name}/${mesh.name}`, stem, scope.section, [mesh], mesh.modes)];
    }
    case "layer": {
      const section = circuit.sections[scope.section]!;
      return [blockOf(section.name, stem, scope.section, section.meshes, modesOf(section.meshes))];
    }
    case "circuit": {
      if (!hasNeurons(circuit)) {
        const meshes = circuit.sections.flatMap((section) => section.meshes);
        return [blockOf(circuit.name, stem, null, meshes, modesOf(meshes))];
      }
      return circuit.sections.flatMap((section, s) =>
        section.meshes.length === 0
          ? []
          : [blockOf(section.name, sectionStem(stem, s, section), s, section.meshes, modesOf(section.meshes))],
      );
    }
  }
}

export function hasNeurons(circuit: Circuit): boolean {
  return circuit.sections.some((section) => section.activations.length > 0);
}

/** Where a finding about a block stands. */
export function placeOf({ section }: LinearBlock): string {
  return section === null ? "" : `sections[${section}]`;
}

/** Devices of all meshes. */
export function deviceCount(block: LinearBlock): number {
  return block.meshes.reduce((sum, mesh) => sum + mesh.devices.length, 0);
}

/** A step of a format that has no losses: `steps` without `lossy`. */
export type IdealStep = Exclude<BlockStep, WaveguideStep>;

/** Walks the block as if nothing were lost. Ports without a device start with a phase shifter of 0, so that every port leads somewhere. */
export function* steps(block: LinearBlock): Generator<IdealStep> {
  for (const step of lossySteps(block)) {
    if (step.kind === "absorb") {
      yield step;
    } else if (step.kind !== "waveguide") {
      yield { ...step, fieldFactor: 1 };
    }
  }
}

/** The same with what is lost. */
export function* lossySteps(block: LinearBlock): Generator<BlockStep> {
  const portOf = new Map(block.modes.map((mode, port) => [mode, port]));
  for (const port of barePorts(block)) {
    yield { kind: "phase", port, mesh: 0, device: -1, column: 0, phiRad: 0, fieldFactor: 1 };
  }
  for (const [m, mesh] of block.meshes.entries()) {
    const ports = mesh.modes.map((mode) => portOf.get(mode)!);
    for (const [d, device] of mesh.devices.entries()) {
      const { column, fieldFactor = 1 } = device;
      const place = { port: ports[device.mode]!, mesh: m, device: d, column, fieldFactor };
      if (device.kind !== "mzi") {
        yield { ...device, ...place };
        continue;
      }
      const { firstCrossPower = 0.5, secondCrossPower = 0.5 } = device;
      yield { ...device, ...place, second: ports[device.mode + 1]!, crossPowers: [firstCrossPower, secondCrossPower] };
    }
    for (const mode of mesh.terminated) {
      yield { kind: "absorb", port: portOf.get(mode)! };
    }
  }
}

/** Fields at `outputs` (rows) for unit fields on `modes` (columns), as designed or on a chip of the same circuit. */
export function blockMatrix({ meshes, modes, outputs }: LinearBlock, chip: Simulator | null = null): ComplexMatrix {
  const { cols, re, im } = transferMatrix(meshes, modes, chip);
  const wanted = (part: Float64Array): Float64Array =>
    Float64Array.from(
      { length: outputs.length * cols },
      (_, i) => part[outputs[Math.floor(i / cols)]! * cols + (i % cols)]!,
    );
  return { rows: outputs.length, cols, re: wanted(re), im: wanted(im) };
}

/**
 * What a format for passive linear optics leaves out of a subject, as warnings: nothing is exported in silence. `files` says into
 * what a circuit with neurons falls apart.
 */
export function leftOut(subject: Subject, target: string, files: string = "a file a section"): readonly Finding[] {
  const { circuit, scope } = subject;
  if (scope.kind === "layer" && circuit.sections[scope.section]!.activations.length > 0) {
    const { activations, name } = circuit.sections[scope.section]!;
    const message = `${target} has no neurons: the ${activations.length} behind ${name} are not in the file`;
    const help = "the file holds the meshes in front of them; spice carries neurons too";
    return [caution("OPT0431", `sections[${scope.section}]`, message, help)];
  }
  if (scope.kind === "circuit" && hasNeurons(circuit)) {
    const message = `${target} has no neurons, receivers and constant light: they stand in the index only`;
    const help = `it becomes ${files}, and the index says how they join; spice carries everything in one file`;
    return [caution("OPT0431", "", message, help)];
  }
  return [];
}

function blockOf(
  name: string,
  stem: string,
  section: number | null,
  meshes: readonly Mesh[],
  modes: readonly number[],
): LinearBlock {
  // light may enter on every port
  const light: Light = new Uint8Array(modes.reduce((most, mode) => Math.max(most, mode + 1), 0)).fill(LIT);
  for (const mesh of meshes) {
    lightPastMesh(light, mesh);
  }
  const outputs = [...modes.keys()].filter((port) => light[modes[port]!] !== DARK);
  return { name, stem, section, modes, outputs, meshes };
}

/** In ascending order. */
function modesOf(meshes: readonly Mesh[]): number[] {
  return [...new Set(meshes.flatMap((mesh) => mesh.modes))].sort((a, b) => a - b);
}

function sectionStem(stem: string, s: number, section: Section): string {
  return `${stem}.s${s}-${fileWord(section.name)}`;
}

/** Ports on which no device stands, or whose light is absorbed before the first one. */
function barePorts({ meshes, modes }: LinearBlock): number[] {
  /** Of each mode, whether what stands on it first is a device. */
  const first = new Map<number, boolean>();
  const meet = (mode: number, isDevice: boolean): void => {
    if (!first.has(mode)) first.set(mode, isDevice);
  };
  for (const mesh of meshes) {
    for (const { kind, mode } of mesh.devices) {
      if (kind !== "waveguide") meet(mesh.modes[mode]!, true);
      if (kind === "mzi") meet(mesh.modes[mode + 1]!, true);
    }
    for (const mode of mesh.terminated) meet(mode, false);
  }
  return [...modes.keys()].filter((port) => first.get(modes[port]!) !== true);
}
