import {
  type FloorPlan,
  floorOf,
  idealOptics,
  isIdeal,
  type Optics,
  type Placement,
  type PortOrder,
  placeFloor,
  ranksOf,
} from "../netlist/index.ts";
import { type Depth, factorOf, type Guide } from "./mesh/index.ts";
import { type CouplerLoss, type Losses, lossless, type NeuronLoss } from "./network/light.ts";
import type { Onn } from "./network/onn.ts";
import type { LayerSchedule } from "./network/schedule.ts";
import { BARE, layLanes, type Segment, type Source, type Stage } from "./placement/lanes.ts";
import { byNet, type NetName, netNames, type Structure, withBiasOrder } from "./structure.ts";

/** What stands around a block, and what its light keeps. */
export interface BlockContext extends CouplerLoss {
  /** In front of each lane that it reads; null where no light comes. */
  readonly guides: readonly (Guide | null)[];
  readonly depth: Depth;
}

export interface NeuronContext extends NeuronLoss {
  /** In front of it. */
  readonly guide: Guide;
}

export interface LayerContext {
  readonly blocks: readonly BlockContext[];
  readonly neurons: readonly NeuronContext[];
}

/** Where a circuit lies and what its light loses there. */
export interface PhysicalContext {
  readonly optics: Optics;
  /** Null in ideal light. */
  readonly placement: Placement | null;
  /** By net and layer. */
  readonly nets: Readonly<Record<NetName, readonly LayerContext[]>>;
  /** In front of each receiver. */
  readonly receivers: readonly Guide[];
}

/** Beyond 200 dB the light is lost, and numbers lose their digits. */
const DARKEST = 1e-10;

/** What placing throws where a lane would lose more than 200 dB between two devices: no circuit can be made of this technology. */
export interface TooDark extends Error {
  readonly kind: "too dark";
}

export function isTooDark(error: unknown): error is TooDark {
  return error instanceof Error && "kind" in error && error.kind === "too dark";
}

function tooDark({ crossings, lengthUm }: Segment): TooDark {
  const length = `${(lengthUm * 1e-3).toPrecision(3)} mm`;
  const error = new Error(`a lane of ${crossings} crossings and ${length} loses more than 200 dB`);
  return Object.assign(error, { kind: "too dark" as const });
}

/** Of an adder or splitter with so many heaters (netlist/circuit/heaters.ts): one lossless MZI and the phases behind it. */
export function couplerDepth(heaters: number): Depth {
  return { mzis: 1, heaters, phases: 1 };
}
export const bareGuide: Guide = { ...BARE, fieldFactor: 1 };

function delayOf({ mzis, phases }: Depth, { mziDelayS, phaseDelayS }: Optics): number {
  return mzis * mziDelayS + phases * phaseDelayS;
}

/** Depths of the blocks of a network of meshes, by layer; null for adders and splitters. */
export type Depths = readonly (readonly Depth[])[] | null;

/** `names`: the nets that are placed. The reference light and biases are owners of their own, beside the workers. */
function stagesOf(
  structure: Structure,
  sources: readonly Source[],
  names: readonly NetName[],
  optics: Optics,
  depths: Depths,
): { readonly stages: readonly Stage[]; readonly plan: FloorPlan } {
  const stages = names.flatMap((name) => {
    const { layers, modeOf } = structure.nets[name];
    return layers.map(
      ({ blocks, activations }, layer): Stage => ({
        stations: blocks.map(({ lanes, cols, rows }, index) => {
          const depth = depthAt(structure, depths, name, layer, index);
          const modes = depth.mzis + depth.phases === 0 ? [] : lanes.map(modeOf);
          return { inputs: modes.slice(0, cols), outputs: modes.slice(0, rows), delayS: delayOf(depth, optics) };
        }),
        neurons: activations.map(({ lane }) => modeOf(lane)),
      }),
    );
  });
  const ends = structure.outputs.map(({ mode, worker }) => ({ mode, owner: worker }));
  return { stages, plan: floorOf(structure.modes, sources, stages, ends) };
}

function depthAt({ nets, combiners }: Structure, depths: Depths, name: NetName, layer: number, index: number): Depth {
  if (name !== "network") return couplerDepth(0);
  if (depths !== null) return depths[layer]![index]!;
  const { cols } = nets[name].layers[layer]!.blocks[index]!;
  const isFixed = combiners.some(({ from, end }) => from <= layer && layer < end);
  return couplerDepth(isFixed ? cols - 1 : cols);
}

function workersOf({ inputs }: Structure): Source[] {
  return inputs.map(({ mode, worker }) => ({ mode, constant: false, owner: worker }));
}

function ownerOfBiases({ outputs }: Structure): number {
  return 1 + outputs.reduce((most, { worker }) => Math.max(most, worker), 0);
}

/** For an order of which only the tree of biases is made. */
const BIAS_WORK = 1e7;

/** The biases from top to bottom, as they lie where each is an input of its own and few lanes cross. */
function biasOrder(structure: Structure, { biases }: Onn, ports: PortOrder): readonly number[] {
  if (biases.length < 2) return biases.map((_, i) => i);
  const workers = workersOf(structure);
  const first = 1 + ownerOfBiases(structure);
  const sources = [...workers, ...biases.map(({ lane }, i) => ({ mode: lane, constant: true, owner: first + i }))];
  const { plan } = stagesOf(structure, sources, ["combine", "network", "broadcast"], idealOptics, null);
  const rank = ranksOf(placeFloor(plan.floor, ports, BIAS_WORK).lanes);
  const rankOf = (bias: number): number => rank[plan.sources[workers.length + bias]!]!;
  return biases.map((_, i) => i).sort((a, b) => rankOf(a) - rankOf(b));
}

/** A structure with its biases in the order of their place, and its context; where light is ideal as it is. */
export function placeIn(
  structure: Structure,
  onn: Onn,
  optics: Optics,
  ports: PortOrder,
  depths: Depths = null,
): { readonly structure: Structure; readonly context: PhysicalContext } {
  if (isIdeal(optics)) return { structure, context: idealContext(structure) };
  const ordered = withBiasOrder(structure, onn, biasOrder(structure, onn, ports));
  const { plan } = partsOf(ordered, optics, depths);
  return { structure: ordered, context: contextOf(ordered, optics, placeFloor(plan.floor, ports), depths, null) };
}

function partsOf(
  structure: Structure,
  optics: Optics,
  depths: Depths,
): { readonly sources: readonly Source[]; readonly stages: readonly Stage[]; readonly plan: FloorPlan } {
  const { referenceMode } = structure;
  const reference =
    referenceMode === null ? [] : [{ mode: referenceMode, constant: true, owner: ownerOfBiases(structure) }];
  const sources = [...workersOf(structure), ...reference];
  return { sources, ...stagesOf(structure, sources, netNames, optics, depths) };
}

/** What the lanes of a placed circuit lose; `drawnUm`: lengths of its stretches, where it was drawn. */
export function contextOf(
  structure: Structure,
  optics: Optics,
  placement: Placement,
  depths: Depths,
  drawnUm: readonly number[] | null,
): PhysicalContext {
  const { nets } = structure;
  const { stages, plan, sources } = partsOf(structure, optics, depths);
  const segments = layLanes(plan, placement, sources, stages, optics, drawnUm);
  const guideOf = (segment: Segment): Guide => {
    const fieldFactor = optics.crossingFieldFactor ** segment.crossings * optics.fieldFactorPerUm ** segment.lengthUm;
    if (!(fieldFactor >= DARKEST)) throw tooDark(segment);
    return { ...segment, fieldFactor };
  };
  const guideAt = (stretch: number): Guide | null => (stretch < 0 ? null : guideOf(segments[stretch]!));
  const keeps = (stretch: number): number => guideAt(stretch)?.fieldFactor ?? 1;
  let first = 0;
  const placed = byNet((name) => {
    first += nets[name].layers.length;
    return plan.stages.slice(first - nets[name].layers.length, first).map(
      ({ stations, neurons }, layer): LayerContext => ({
        blocks: stations.map(({ inputs, outputs }, index) => {
          const depth = depthAt(structure, depths, name, layer, index);
          // a lane that passes no device goes on as it came
          const isBare = inputs.length === 0;
          const guides = isBare ? [bareGuide] : inputs.map(guideAt);
          const before = guides.map((guide) => guide?.fieldFactor ?? 1);
          const after = isBare ? [1] : outputs.map(keeps);
          return { guides, depth, inputs: before, factor: factorOf(depth, optics), outputs: after };
        }),
        neurons: neurons.map(({ input, output }) => {
          const guide = guideAt(input) ?? bareGuide;
          return { guide, before: guide.fieldFactor, after: keeps(output) };
        }),
      }),
    );
  });
  return { optics, placement, nets: placed, receivers: plan.ends.map((end) => guideAt(end) ?? bareGuide) };
}

/** Of a circuit in ideal light, which lies nowhere and loses nothing. */
function idealContext({ nets, outputs }: Structure): PhysicalContext {
  const block: BlockContext = { ...lossless.coupler(0), guides: [], depth: couplerDepth(0) };
  const neuron: NeuronContext = { ...lossless.neuron(0), guide: bareGuide };
  const layersOf = (name: NetName): LayerContext[] =>
    nets[name].layers.map(({ blocks, activations }) => ({
      blocks: blocks.map(() => block),
      neurons: activations.map(() => neuron),
    }));
  return { optics: idealOptics, placement: null, nets: byNet(layersOf), receivers: outputs.map(() => bareGuide) };
}

/** The context of a net's layers as losses of the graph that is scheduled in them. */
export function lossesOf(layers: readonly LayerContext[], { couplers, neurons }: LayerSchedule): Losses {
  const blocks = couplers.map(({ layer, index }) => layers[layer]!.blocks[index]!);
  const around = neurons.map(({ layer, index }) => layers[layer]!.neurons[index]!);
  return { coupler: (coupler) => blocks[coupler]!, neuron: (neuron) => around[neuron]! };
}
