import { max } from "d3-array";
import {
  type Certificate,
  type Circuit,
  circuitVersion,
  DARK,
  type Device,
  isIdeal,
  LIT,
  type Light,
  lightPastMesh,
  type Mesh,
  type MeshKind,
  type Optics,
  type Section,
} from "../netlist/index.ts";
import type { Aggregation } from "./aggregation/aggregation.ts";
import { distributionOf } from "./distribution.ts";
import type { MeasuredBlocks } from "./measured.ts";
import { type Depth, factorMatrix, type Guide, lossyMesh, rowsOf, TUNABLE, waveguideOf } from "./mesh/index.ts";
import type { GraphLight } from "./network/light.ts";
import type { Block, Layer, Onn } from "./network/onn.ts";
import type { LayerRun, LayerSchedule } from "./network/schedule.ts";
import type { Topology } from "./network/topology.ts";
import { type BlockContext, bareGuide, type PhysicalContext } from "./physical-context.ts";
import { type NetName, type Structure, sectionNameOf } from "./structure.ts";

/** Sections that stand before the layers: combine and reference. */
const sectionsBeforeLayers = 2;

/** Index of the section of layer i, or of the layers' start for -1; the combiners of a later cascade level share one section. */
function sectionOfLayer(combiners: readonly LayerRun[], layer: number): number {
  let section = sectionsBeforeLayers + layer;
  for (const { from, end } of combiners) section -= Math.max(0, Math.min(layer, end - 1) - from);
  return section;
}

/** A circuit with all its fields, in its place. */
export interface Design {
  readonly structure: Structure;
  readonly onn: Onn;
  readonly context: PhysicalContext;
}

/**
 * The devices of a design: P combines the workers' symbols, the reference light is split into biases, the layers
 * follow, T broadcasts the result to every worker's receivers. `measured`: of a fabricated chip.
 */
export function emitCircuit(
  name: string,
  aggregation: Aggregation,
  design: Design,
  certificate: Certificate | null,
  measured: MeasuredBlocks | null = null,
): Circuit {
  const { structure, onn, context } = design;
  const { combiners } = structure;
  const distribution = distributionOf(structure, onn, context);
  const layers = { ...distribution.layers, network: onn.layers };
  const meshes = (net: NetName, kind: MeshKind | null, from = 0, end = layers[net].length): Mesh[] =>
    layers[net].slice(from, end).flatMap((layer, i) => layerMeshes(design, net, from + i, layer, kind, measured));
  const receivers = structure.outputs.map(({ mode }) => mode);
  const sections: Section[] = [
    { kind: "combine", name: "combine", meshes: meshes("combine", "combiner"), activations: [] },
    { kind: "reference", name: "reference", meshes: meshes("reference", "splitter"), activations: [] },
    ...layerSections(onn.layers, combiners, meshes),
    {
      kind: "broadcast",
      name: "broadcast",
      meshes: [...meshes("broadcast", "splitter"), ...laneMesh("receiver_lanes", receivers, context.receivers)],
      activations: [],
    },
  ];
  return {
    format: "optinc.circuit",
    version: circuitVersion(sections),
    name,
    aggregate: {
      workers: aggregation.workers,
      bits: aggregation.bits,
      levels: aggregation.levels,
      signed: aggregation.signed,
      rounding: aggregation.rounding,
      symbols: aggregation.symbols,
      ...(aggregation.fanIn === null ? {} : { fanIn: aggregation.fanIn }),
    },
    modes: structure.modes,
    inputs: distribution.inputs,
    sections,
    outputs: distribution.outputs,
    certificate,
    ...(context.placement === null ? {} : { placement: context.placement }),
  };
}

/** The plan's claims with the places at which the network carries its signals. */
export function certify(topology: Topology, schedule: LayerSchedule, { fieldPerUnit }: GraphLight): Certificate {
  const { plan, signals } = topology;
  return {
    signals: plan.signals.map((signal, i) => {
      const { wire } = signals[i]!;
      return {
        ...signal,
        section: sectionOfLayer(schedule.runs, schedule.levelOf[wire]!),
        mode: schedule.laneOf[wire]!,
        fieldPerUnit: fieldPerUnit[wire]!,
      };
    }),
    cells: plan.cells,
    symbols: plan.symbols,
  };
}

/** One section a layer; the layers of a run of combiners stand in one section, as P does. */
function layerSections(
  layers: readonly Layer[],
  combiners: readonly LayerRun[],
  meshes: (net: NetName, kind: MeshKind | null, from: number, end: number) => Mesh[],
): Section[] {
  const sections: Section[] = [];
  for (let i = 0; i < layers.length; ) {
    const run = combiners.find(({ from, end }) => from === i && end > from);
    const end = run?.end ?? i + 1;
    sections.push({
      kind: run === undefined ? "layer" : "combine",
      name: sectionNameOf(combiners, "network", i),
      meshes: meshes("network", run === undefined ? null : "combiner", i, end),
      activations:
        run === undefined ? layers[i]!.activations.map(({ lane: mode, ...neuron }) => ({ ...neuron, mode })) : [],
    });
    i = end;
  }
  return sections;
}

/** The meshes of a layer, with waveguides in front of the neurons. */
function layerMeshes(
  { structure, context }: Design,
  net: NetName,
  index: number,
  { blocks, activations }: Layer,
  kind: MeshKind | null,
  measured: MeasuredBlocks | null,
): Mesh[] {
  const { modeOf } = structure.nets[net];
  const around = context.nets[net][index]!;
  const meshes = blocks.flatMap((block, b) => {
    const drawn = blockMeshes(block, kind, modeOf);
    const ideal = measured === null ? drawn : measured.meshesOf(net, index, block, drawn);
    return isIdeal(context.optics) ? ideal : lossyBlock(ideal, block, around.blocks[b]!, modeOf, context.optics);
  });
  const modes = activations.map(({ lane }) => modeOf(lane));
  const guides = around.neurons.map(({ guide }) => guide);
  return [...meshes, ...laneMesh("neuron_lanes", modes, guides)];
}

/** Waveguides side by side as a mesh, or an empty list. */
function laneMesh(name: string, modes: readonly number[], guides: readonly Guide[]): Mesh[] {
  const lanes = modes.flatMap((mode, i) => {
    const guide = guides[i]!;
    return waveguideOf(0, 0, guide).length === 0 ? [] : [{ mode, guide }];
  });
  if (lanes.length === 0) return [];
  const devices = lanes.flatMap(({ guide }, local) => waveguideOf(local, 0, guide));
  return [{ kind: "lanes", name, modes: lanes.map(({ mode }) => mode), devices, terminated: [] }];
}

/** The meshes of one block in the order in which light meets them: V^T, attenuators, U, as far as each is needed. */
function blockMeshes(block: Block, kind: MeshKind | null, modeOf: (lane: number) => number): Mesh[] {
  const factors = factorMatrix(block.weights, block.rows, block.cols);
  const modes = block.lanes.map(modeOf);
  const parts: { kind: MeshKind; devices: readonly Device[] }[] = [];
  for (const part of ["right", "singular", "left"] as const) {
    const devices = factors[part];
    if (devices !== null) parts.push({ kind: part, devices });
  }
  return parts.map((part, i) => {
    const last = i === parts.length - 1;
    return {
      kind: kind ?? part.kind,
      name: parts.length === 1 ? block.name : `${block.name}_${part.kind}`,
      modes,
      devices: part.devices,
      // Light beyond the rank must not reach the next mesh; after the block only the rows carry light.
      terminated: last ? modes.slice(block.rows) : part.kind === "right" ? modes.slice(factors.rank, block.cols) : [],
    };
  });
}

/** The devices in a row through the meshes of every block of a network, by layer. */
export function depthsOf({ layers }: Onn): Depth[][] {
  const none: Depth = { mzis: 0, heaters: TUNABLE, phases: 0 };
  return layers.map(({ blocks }) =>
    blocks.map((block) =>
      blockMeshes(block, null, (lane) => lane)
        .map(({ devices }) => rowsOf(devices))
        .reduce(
          (sum, { mzis, phases }) => ({ mzis: sum.mzis + mzis, heaters: TUNABLE, phases: sum.phases + phases }),
          none,
        ),
    ),
  );
}

/** The meshes of a block with losses, behind the waveguides of its lanes; every output has lost what the block's depth says. */
function lossyBlock(
  ideal: readonly Mesh[],
  block: Block,
  { guides, depth }: BlockContext,
  modeOf: (lane: number) => number,
  optics: Optics,
): Mesh[] {
  const [only, ...more] = ideal;
  if (only === undefined) {
    // bare waveguide: no mesh stands here but the lanes' own
    return laneMesh(
      block.name,
      block.lanes.slice(0, block.cols).map(modeOf),
      guides.map((guide) => guide ?? bareGuide),
    );
  }
  if (more.length === 0) return [lossyMesh(only, guides, depth, optics)];
  let leads = guides;
  const light: Light = new Uint8Array(1 + max(only.modes)!);
  for (const [local, mode] of only.modes.entries()) light[mode] = (guides[local] ?? null) === null ? DARK : LIT;
  return ideal.map((mesh) => {
    const lossy = lossyMesh(mesh, leads, rowsOf(mesh.devices), optics);
    lightPastMesh(light, mesh);
    leads = mesh.modes.map((mode) => (light[mode] === LIT ? bareGuide : null));
    return lossy;
  });
}
