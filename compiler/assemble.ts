import {
  type Certificate,
  type Circuit,
  circuitVersion,
  type Device,
  type InputPort,
  type Mesh,
  type MeshKind,
  type OutputPort,
  type Section,
} from "../netlist/index.ts";
import { type Aggregation, symbolSumMax, workersOfUnits } from "./aggregation/aggregation.ts";
import { unitPrefix } from "./aggregation/builder.ts";
import type { Plan } from "./aggregation/plan.ts";
import { norm } from "./kernels/index.ts";
import { factorMatrix, toDevices } from "./mesh/index.ts";
import type { LayerRun, SignalPlace } from "./network/constructed.ts";
import type { Block, Layer, Onn, Tap } from "./network/onn.ts";
import { combineTree, splitTree, type Value, type Weaver, weaver } from "./network/weave.ts";

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

/**
 * The whole circuit around a network: P combines the workers' symbols, the reference light is split into rails, the
 * layers follow, T broadcasts the result to every worker's receivers.
 */
export function assembleCircuit(
  name: string,
  aggregation: Aggregation,
  onn: Onn,
  certificate: Certificate | null,
  combiners: readonly LayerRun[] = [],
): Circuit {
  let modes = onn.lanes;
  const freshMode = (): number => modes++;

  const combine = assembleCombine(aggregation, onn, freshMode);
  const reference = assembleReference(onn, freshMode);
  const layers = assembleLayers(onn, combiners);
  const broadcast = assembleBroadcast(aggregation, onn, freshMode);
  const sections = [combine.section, reference.section, ...layers, broadcast.section];

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
    modes,
    inputs: [...combine.ports, ...reference.ports],
    sections,
    outputs: broadcast.ports,
    certificate,
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
function assembleLayers(onn: Onn, combiners: readonly LayerRun[]): Section[] {
  const sections: Section[] = [];
  for (let i = 0; i < onn.layers.length; ) {
    const run = combiners.find(({ from, end }) => from === i && end > from);
    if (run !== undefined) {
      const meshes = meshesOf(onn.layers.slice(run.from, run.end), "combiner", (lane) => lane);
      sections.push({ kind: "combine", name: `combine${combiners.indexOf(run) + 2}`, meshes, activations: [] });
      i = run.end;
      continue;
    }
    const layer = onn.layers[i]!;
    const activations = layer.activations.map(({ lane, gain }) => ({ kind: "relu", mode: lane, gain }) as const);
    i++;
    sections.push({ kind: "layer", name: `layer${i}`, meshes: meshesOf([layer], null, (lane) => lane), activations });
  }
  return sections;
}

interface Assembled<P> {
  readonly section: Section;
  readonly ports: readonly P[];
}

/**
 * P: one tree of 50:50-like combiners a symbol and first unit; the mean leaves with 1/sqrt(N) of the summed fields.
 * Inputs of a unit beyond its workers are modes without a port.
 */
function assembleCombine(aggregation: Aggregation, onn: Onn, freshMode: () => number): Assembled<InputPort> {
  const network = weaver(0);
  const modeOf = new Map<number, number>();
  const ports: InputPort[] = [];
  const inputs = aggregation.fanIn?.[0] ?? aggregation.workers;
  workersOfUnits(aggregation).forEach((workers, unit) => {
    for (let symbol = 0; symbol < aggregation.symbols; symbol++) {
      const tap = onn.inputs[unit * aggregation.symbols + symbol]!;
      const lanes = Array.from({ length: inputs }, () => network.freshLane());
      const reach = symbolSumMax(aggregation, symbol, 1);
      const sum = combineTree(
        network,
        aggregation.fanIn === null ? `sum${symbol}` : `${unitPrefix(0, unit)}sum${symbol}`,
        lanes.map((lane) => ({ value: { lane, fieldPerUnit: 1, level: -1 }, weight: 1, reach })),
      );
      const fieldPerLevel = tap.fieldPerUnit / sum.fieldPerUnit;
      lanes.forEach((lane, i) => {
        const mode = lane === sum.lane ? tap.lane : freshMode();
        modeOf.set(lane, mode);
        if (i >= workers) return;
        const worker = unit * inputs + i;
        ports.push({ kind: "worker", name: `w${worker}_s${symbol}`, mode, worker, symbol, fieldPerLevel });
      });
    }
  });
  const meshes = meshesOf(network.layers, "combiner", (lane) => modeOf.get(lane)!);
  return { section: { kind: "combine", name: "combine", meshes, activations: [] }, ports };
}

/** One reference input, split into a rail for every bias. */
function assembleReference(onn: Onn, freshMode: () => number): Assembled<InputPort> {
  const section = (meshes: readonly Mesh[]): Section => ({
    kind: "reference",
    name: "reference",
    meshes,
    activations: [],
  });
  if (onn.rails.length === 0) return { section: section([]), ports: [] };
  const fields = onn.rails.map((rail) => rail.field);
  const network = weaver(1);
  const root = { lane: 0, fieldPerUnit: 1, level: -1 };
  const modeOf = new Map<number, number>();
  splitTree(network, "rail", root, fields).forEach((value, i) => {
    modeOf.set(value.lane, onn.rails[i]!.lane);
  });
  const mode = (lane: number): number => known(modeOf, lane, freshMode);
  const meshes = meshesOf(network.layers, "splitter", mode);
  return {
    section: section(meshes),
    ports: [{ kind: "reference", name: "reference", mode: mode(0), field: norm(fields) }],
  };
}

/** T: every output symbol to every worker, then the receivers. */
function assembleBroadcast(aggregation: Aggregation, onn: Onn, freshMode: () => number): Assembled<OutputPort> {
  const network: Weaver = weaver(aggregation.symbols);
  const modeOf = new Map<number, number>(onn.outputs.map((tap, symbol) => [symbol, tap.lane]));
  const mode = (lane: number): number => known(modeOf, lane, freshMode);
  const ports: OutputPort[] = [];
  onn.outputs.forEach((tap: Tap, symbol) => {
    const value: Value = { lane: symbol, fieldPerUnit: tap.fieldPerUnit, level: -1 };
    copiesForWorkers(network, `copy${symbol}`, value, aggregation).forEach((copy, worker) => {
      const levelsPerField = 1 / copy.fieldPerUnit;
      ports.push({ name: `o${worker}_s${symbol}`, mode: mode(copy.lane), worker, symbol, levelsPerField });
    });
  });
  const meshes = meshesOf(network.layers, "splitter", mode);
  return { section: { kind: "broadcast", name: "broadcast", meshes, activations: [] }, ports };
}

/** Equal copies for all workers; in a cascade every unit splits what it gets among the units or workers below it. */
function copiesForWorkers(network: Weaver, name: string, root: Value, { workers, fanIn }: Aggregation): Value[] {
  const divide = (value: Value, count: number, level: number, at: string): Value[] => {
    const capacity = (fanIn ?? [workers]).slice(0, level).reduce((product, inputs) => product * inputs, 1);
    const counts = Array.from({ length: Math.ceil(count / capacity) }, (_, i) =>
      Math.min(capacity, count - i * capacity),
    );
    const copies = splitTree(network, at, value, counts.map(Math.sqrt));
    return level === 0 ? copies : copies.flatMap((copy, i) => divide(copy, counts[i]!, level - 1, `${at}_${i + 1}`));
  };
  return divide(root, workers, fanIn === null ? 0 : fanIn.length - 1, name);
}

function known(modeOf: Map<number, number>, lane: number, freshMode: () => number): number {
  const mode = modeOf.get(lane) ?? freshMode();
  modeOf.set(lane, mode);
  return mode;
}

function meshesOf(layers: readonly Layer[], kind: MeshKind | null, modeOf: (lane: number) => number): Mesh[] {
  return layers.flatMap((layer) => layer.blocks.flatMap((block) => blockMeshes(block, kind, modeOf)));
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
