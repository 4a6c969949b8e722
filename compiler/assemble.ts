import {
  type Activation,
  type Certificate,
  type Circuit,
  circuitVersion,
  type Device,
  type Mesh,
  type MeshKind,
  type Section,
} from "../netlist/index.ts";
import type { Aggregation } from "./aggregation/aggregation.ts";
import type { Plan } from "./aggregation/plan.ts";
import { type Frame, frameOf, type NetName, sectionNameOf } from "./frame.ts";
import type { MeasuredBlocks } from "./measured.ts";
import { factorMatrix, lossyMesh, rowsOf, toDevices, waveguideOf } from "./mesh/index.ts";
import type { LayerRun, SignalPlace } from "./network/constructed.ts";
import type { Block, Neuron, Onn } from "./network/onn.ts";
import type { Depth, Guide, Surroundings } from "./surroundings.ts";

/** Sections that stand before the layers: combine and reference. */
const sectionsBeforeLayers = 2;

/**
 * Index of the section in which layer i stands; the combiners of a later level of a cascade share one section.
 * Layer -1 is what comes before.
 */
function sectionOfLayer(combiners: readonly LayerRun[], layer: number): number {
  let section = sectionsBeforeLayers + layer;
  for (const { from, end } of combiners) section -= Math.max(0, Math.min(layer, end - 1) - from);
  return section;
}

/** The whole circuit around a network in ideal light: P, rails, layers, T. */
export function assembleCircuit(
  name: string,
  aggregation: Aggregation,
  onn: Onn,
  certificate: Certificate | null,
  combiners: readonly LayerRun[] = [],
): Circuit {
  return circuitOf(name, aggregation, frameOf(aggregation, onn), certificate, combiners, null);
}

/**
 * The whole circuit of a frame: P combines the workers' symbols, the reference light is split into rails, the layers
 * follow, T broadcasts the result to every worker's receivers. `surroundings`: losses of devices, and waveguides; `measured`: of a
 * fabricated chip.
 */
export function circuitOf(
  name: string,
  aggregation: Aggregation,
  frame: Frame,
  certificate: Certificate | null,
  combiners: readonly LayerRun[],
  surroundings: Surroundings | null,
  measured: MeasuredBlocks | null = null,
): Circuit {
  const meshes = (net: NetName, kind: MeshKind | null, from = 0, end = frame.nets[net].layers.length): Mesh[] =>
    meshesOf(frame, net, kind, from, end, { surroundings, measured });
  const sections: Section[] = [
    { kind: "combine", name: "combine", meshes: meshes("combine", "combiner"), activations: [] },
    { kind: "reference", name: "reference", meshes: meshes("reference", "splitter"), activations: [] },
    ...layerSections(frame, combiners, meshes),
    {
      kind: "broadcast",
      name: "broadcast",
      meshes: [...meshes("broadcast", "splitter"), ...endMeshes(frame, surroundings)],
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
    modes: frame.modes,
    inputs: frame.inputs,
    sections,
    outputs: frame.outputs,
    certificate,
    ...(surroundings === null ? {} : { placement: surroundings.placement }),
  };
}

/** The plan's claims with the places at which the network carries its signals. */
export function certify(plan: Plan, places: readonly SignalPlace[], combiners: readonly LayerRun[] = []): Certificate {
  return {
    signals: plan.signals.map((signal, i) => {
      const place = places[i]!;
      return {
        ...signal,
        section: sectionOfLayer(combiners, place.level),
        mode: place.lane,
        fieldPerUnit: place.fieldPerUnit,
      };
    }),
    cells: plan.cells,
    symbols: plan.symbols,
  };
}

/** One section a layer; the layers of a run of combiners stand in one section, as P does. */
function layerSections(
  frame: Frame,
  combiners: readonly LayerRun[],
  meshes: (net: NetName, kind: MeshKind | null, from: number, end: number) => Mesh[],
): Section[] {
  const sections: Section[] = [];
  const { layers } = frame.nets.network;
  for (let i = 0; i < layers.length; ) {
    const run = combiners.find(({ from, end }) => from === i && end > from);
    if (run !== undefined) {
      sections.push({
        kind: "combine",
        name: sectionNameOf(combiners, "network", i),
        meshes: meshes("network", "combiner", run.from, run.end),
        activations: [],
      });
      i = run.end;
      continue;
    }
    const activations = layers[i]!.activations.map(activationOf);
    const name = sectionNameOf(combiners, "network", i);
    sections.push({ kind: "layer", name, meshes: meshes("network", null, i, i + 1), activations });
    i++;
  }
  return sections;
}

/** What the devices of a circuit are beside ideal. */
interface Reality {
  readonly surroundings: Surroundings | null;
  readonly measured: MeasuredBlocks | null;
}

function activationOf({ lane: mode, ...neuron }: Neuron): Activation {
  return { ...neuron, mode };
}

/** The meshes of the layers from..end-1 of a net, with waveguides in front of the neurons. */
function meshesOf(
  frame: Frame,
  net: NetName,
  kind: MeshKind | null,
  from: number,
  end: number,
  { surroundings, measured }: Reality,
): Mesh[] {
  const { layers, modeOf } = frame.nets[net];
  return layers.slice(from, end).flatMap((layer, i) => {
    const guides = surroundings?.guides[net][from + i];
    const meshes = layer.blocks.flatMap((block, b) => {
      const drawn = blockMeshes(block, kind, modeOf);
      const ideal = measured === null ? drawn : measured.meshesOf(net, from + i, block, drawn);
      return surroundings === null ? ideal : lossyBlock(ideal, block, guides!.blocks[b]!, net, modeOf, surroundings);
    });
    const modes = layer.activations.map(({ lane }) => modeOf(lane));
    return [...meshes, ...laneMesh("neuron_lanes", modes, guides?.neurons ?? [])];
  });
}

function endMeshes({ outputs }: Frame, surroundings: Surroundings | null): Mesh[] {
  const modes = outputs.map(({ mode }) => mode);
  return laneMesh("receiver_lanes", modes, surroundings?.ends ?? []);
}

/** Waveguides side by side; no mesh where there are none. */
function laneMesh(name: string, modes: readonly number[], guides: readonly Guide[]): Mesh[] {
  const lanes = modes.flatMap((mode, i) => {
    const guide = guides[i];
    return guide === undefined || waveguideOf(0, 0, guide).length === 0 ? [] : [{ mode, guide }];
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
    const program = factors[part];
    if (program !== null) parts.push({ kind: part, devices: toDevices(program) });
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

/** The devices in a row through the meshes of a block. */
export function depthOfBlock(block: Block): Depth {
  return blockMeshes(block, null, (lane) => lane)
    .map(({ devices }) => rowsOf(devices))
    .reduce((sum, { mzis, phases }) => ({ mzis: sum.mzis + mzis, phases: sum.phases + phases }), {
      mzis: 0,
      phases: 0,
    });
}

/** The meshes of a block with losses, behind the waveguides of its lanes; every output has lost what the block's depth says. */
function lossyBlock(
  ideal: readonly Mesh[],
  block: Block,
  guides: readonly (Guide | null)[],
  net: NetName,
  modeOf: (lane: number) => number,
  { optics, depthOf }: Surroundings,
): Mesh[] {
  const depth = depthOf(net, block);
  const [only, ...more] = ideal;
  if (only === undefined) {
    // bare waveguide: no mesh stands here but the lanes' own
    return laneMesh(
      block.name,
      block.lanes.slice(0, block.cols).map(modeOf),
      guides.map((guide) => guide ?? BARE),
    );
  }
  if (more.length === 0) return [lossyMesh(only, guides, depth, optics)];
  let leads: readonly (Guide | null)[] = guides;
  return ideal.map((mesh) => {
    const lossy = lossyMesh(mesh, leads, rowsOf(mesh.devices), optics);
    leads = litBehind(
      mesh,
      leads.map((guide) => guide !== null),
    ).map((lit) => (lit ? BARE : null));
    return lossy;
  });
}

const BARE: Guide = { crossings: 0, lengthUm: 0, fieldFactor: 1 };

/** Which lanes of a mesh carry light behind it. */
function litBehind({ modes, devices, terminated }: Mesh, before: readonly boolean[]): boolean[] {
  const lit = modes.map((_, local) => before[local] ?? false);
  for (const { kind, mode } of devices) {
    if (kind !== "mzi") continue;
    const either = lit[mode]! || lit[mode + 1]!;
    lit[mode] = either;
    lit[mode + 1] = either;
  }
  const absorbed = new Set(terminated);
  return modes.map((mode, local) => lit[local]! && !absorbed.has(mode));
}
