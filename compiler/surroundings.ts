import {
  type FloorPlan,
  idealOptics,
  type Optics,
  type Placement,
  type PortOrder,
  placeFloor,
  ranksOf,
} from "../netlist/index.ts";
import type { Frame, FrameLosses, NetName } from "./frame.ts";
import type { Block, Onn, Rail } from "./network/onn.ts";
import type { BlockLoss, Known, LaneLosses } from "./network/weave.ts";
import {
  floorOfStages,
  type LaidNeuron,
  type LaidStation,
  layLanes,
  NOTHING,
  type Piece,
  type Source,
  type Stage,
} from "./placement/index.ts";

/** Devices in a row from any input of a block to any of its outputs. */
export interface Depth {
  /** MZIs and attenuators. */
  readonly mzis: number;
  /** Phase shifters of their own. */
  readonly phases: number;
}

/** A piece of waveguide and what light keeps in it. */
export interface Guide extends Piece {
  readonly fieldFactor: number;
}

/** What stands around the blocks and neurons of one layer of a net. */
export interface LayerGuides {
  /** For each block, in front of each lane that it reads; null where no light comes. */
  readonly blocks: readonly (readonly (Guide | null)[])[];
  /** In front of each neuron. */
  readonly neurons: readonly Guide[];
}

/** A frame in its place: every piece of waveguide that it needs. */
export interface Surroundings {
  readonly optics: Optics;
  readonly depthOf: (net: NetName, block: Block) => Depth;
  readonly guides: Readonly<Record<NetName, readonly LayerGuides[]>>;
  /** In front of each receiver. */
  readonly ends: readonly Guide[];
  /** Of the circuit's floor. */
  readonly placement: Placement;
  readonly losses: FrameLosses & { readonly network: LaneLosses };
}

const netNames: readonly NetName[] = ["combine", "reference", "network", "broadcast"];

/** Behind 200 dB nobody finds light again, and numbers lose their digits. */
const DARKEST = 1e-10;

/** What placing throws where a lane would lose more than 200 dB between two devices: no circuit can be made of this technology. */
export interface TooDark extends Error {
  readonly kind: "too dark";
}

export function isTooDark(error: unknown): error is TooDark {
  return error instanceof Error && "kind" in error && error.kind === "too dark";
}

function tooDark({ crossings, lengthUm }: Piece): TooDark {
  const length = `${(lengthUm * 1e-3).toPrecision(3)} mm`;
  const error = new Error(`a lane of ${crossings} crossings and ${length} loses more than 200 dB`);
  return Object.assign(error, { kind: "too dark" as const });
}

/** In the order of the light. */
function byNet<T>(make: (name: NetName) => T): Readonly<Record<NetName, T>> {
  return {
    combine: make("combine"),
    reference: make("reference"),
    network: make("network"),
    broadcast: make("broadcast"),
  };
}

/** Of the blocks that are woven: one lossless MZI and the phases behind it. */
export const WOVEN: Depth = { mzis: 1, phases: 1 };

/** Field factor from an input of a block to an output. */
export function factorOf({ mzis, phases }: Depth, { mziFieldFactor, phaseFieldFactor }: Optics): number {
  return mziFieldFactor ** mzis * phaseFieldFactor ** phases;
}

function delayOf({ mzis, phases }: Depth, { mziDelayS, phaseDelayS }: Optics): number {
  return mzis * mziDelayS + phases * phaseDelayS;
}

/** A frame in stages, as it is placed. */
interface FrameStages {
  readonly sources: readonly Source[];
  readonly stages: readonly Stage[];
  readonly plan: FloorPlan;
}

/** `nets`: those whose stages are placed. The reference light and rails are owners of their own, beside the workers. */
function stagesOf(
  frame: Frame,
  sources: readonly Source[],
  nets: readonly NetName[],
  optics: Optics,
  depthOf: (net: NetName, block: Block) => Depth,
): FrameStages {
  const stages = nets.flatMap((name) => {
    const { layers, modeOf } = frame.nets[name];
    return layers.map(
      ({ blocks, activations }): Stage => ({
        stations: blocks.map((block) => {
          const depth = depthOf(name, block);
          return {
            modes: block.lanes.map(modeOf),
            cols: block.cols,
            rows: block.rows,
            isBare: depth.mzis + depth.phases === 0,
            delayS: delayOf(depth, optics),
          };
        }),
        neurons: activations.map(({ lane }) => modeOf(lane)),
      }),
    );
  });
  const ends = frame.outputs.map(({ mode, worker }) => ({ mode, owner: worker }));
  return { sources, stages, plan: floorOfStages(frame.modes, sources, stages, ends) };
}

function sourcesOf({ inputs, outputs }: Frame): Source[] {
  const workers = 1 + outputs.reduce((most, { worker }) => Math.max(most, worker), 0);
  return inputs.map((port) =>
    port.kind === "worker"
      ? { mode: port.mode, constant: false, owner: port.worker }
      : { mode: port.mode, constant: true, owner: workers },
  );
}

/** For an order of which only the tree of rails is made. */
const RAILS_WORK = 1e7;

/** The rails of a frame from top to bottom, as they lie where each is an input of its own and few lanes cross. */
export function railOrder(frame: Frame, rails: readonly Rail[], ports: PortOrder): readonly number[] {
  if (rails.length < 2) return rails.map((_, i) => i);
  const own = sourcesOf(frame);
  const workers = own.filter(({ constant }) => !constant);
  const first = 1 + own.reduce((most, { owner }) => Math.max(most, owner), 0);
  const sources = [...workers, ...rails.map(({ lane }, i) => ({ mode: lane, constant: true, owner: first + i }))];
  const { plan } = stagesOf(frame, sources, ["combine", "network", "broadcast"], idealOptics, () => WOVEN);
  const rank = ranksOf(placeFloor(plan.floor, ports, RAILS_WORK).lanes);
  const rankOf = (rail: number): number => rank[plan.sources[workers.length + rail]!]!;
  return rails.map((_, i) => i).sort((a, b) => rankOf(a) - rankOf(b));
}

/** Places a frame and measures what its lanes lose. */
export function surroundingsOf(
  frame: Frame,
  optics: Optics,
  ports: PortOrder,
  depthOf: (net: NetName, block: Block) => Depth,
): Surroundings {
  const { nets } = frame;
  const { sources, stages, plan } = stagesOf(frame, sourcesOf(frame), netNames, optics, depthOf);
  const placement = placeFloor(plan.floor, ports);
  const lanes = layLanes(plan, placement, sources, stages, optics);
  const guideOf = (piece: Piece): Guide => {
    const fieldFactor = optics.crossingFieldFactor ** piece.crossings * optics.fieldFactorPerUm ** piece.lengthUm;
    if (!(fieldFactor >= DARKEST)) throw tooDark(piece);
    return { ...piece, fieldFactor };
  };
  let first = 0;
  const placed = byNet((name) => {
    first += nets[name].layers.length;
    return lanes.stages.slice(first - nets[name].layers.length, first);
  });
  const guides = byNet((name) =>
    placed[name].map(
      ({ stations, neurons }): LayerGuides => ({
        blocks: stations.map(({ inputs }) => inputs.map((piece) => (piece === null ? null : guideOf(piece)))),
        neurons: neurons.map(({ before }) => guideOf(before)),
      }),
    ),
  );
  const losses = byNet((name) =>
    lossesOf(
      placed[name],
      nets[name].layers.map(({ activations }) => activations.map(({ lane }) => lane)),
      (layer, block) => factorOf(depthOf(name, nets[name].layers[layer]!.blocks[block]!), optics),
      (piece) => guideOf(piece ?? NOTHING).fieldFactor,
    ),
  );
  const ends = lanes.ends.map(guideOf);
  const known = (name: NetName): Known => ({ losses: losses[name], shapes: nets[name].shapes });
  return {
    optics,
    depthOf,
    guides,
    ends,
    placement,
    losses: {
      combine: known("combine"),
      reference: known("reference"),
      network: losses.network,
      broadcast: known("broadcast"),
      ends: ends.map(({ fieldFactor }) => fieldFactor),
    },
  };
}

/** The placement of a net as field factors, by layer and position. */
function lossesOf(
  layers: readonly { readonly stations: readonly LaidStation[]; readonly neurons: readonly LaidNeuron[] }[],
  neuronLanes: readonly (readonly number[])[],
  blockFactor: (layer: number, block: number) => number,
  keeps: (piece: Piece | null) => number,
): LaneLosses {
  const blocks = layers.map(({ stations }, layer) =>
    stations.map(
      ({ inputs, outputs }, block): BlockLoss => ({
        inputs: inputs.map(keeps),
        factor: blockFactor(layer, block),
        outputs: outputs.map(keeps),
      }),
    ),
  );
  const neurons = layers.map(
    ({ neurons: placed }, layer) =>
      new Map(
        placed.map(({ before, after }, i) => [neuronLanes[layer]![i]!, { before: keeps(before), after: keeps(after) }]),
      ),
  );
  return {
    block: (layer, index) => blocks[layer]![index]!,
    neuron: (layer, lane) => neurons[layer]!.get(lane)!,
  };
}

/**
 * A network of meshes whose values share one field per unit keeps its matrices: in every layer all lanes are made as
 * lossy as the worst, by waveguides that lose more, rails give as much less or more, and the receivers read what is left.
 * `sumFields` are those behind P. Returns the network, what its lanes need, and the least that is left of an output.
 */
export function paddedNetwork(
  onn: Onn,
  surroundings: Surroundings,
  sumFields: readonly number[],
): { readonly onn: Onn; readonly surroundings: Surroundings; readonly left: number } {
  const { optics, depthOf, guides, losses } = surroundings;
  /** Field on a lane over that in ideal light; of rails, over what their own field will be multiplied with. */
  const left = new Float64Array(onn.lanes).fill(1);
  const waiting = new Set(onn.rails.map(({ lane }) => lane));
  const railFields = new Map(onn.rails.map(({ lane, field }) => [lane, field]));
  onn.inputs.forEach(({ lane, fieldPerUnit }, i) => {
    left[lane] = sumFields[i]! / fieldPerUnit;
  });
  const padded = onn.layers.map((layer, l): LayerGuides => {
    const placed = guides.network[l]!;
    const factors = layer.blocks.map((block) => factorOf(depthOf("network", block), optics));
    let target = Number.POSITIVE_INFINITY;
    layer.blocks.forEach((block, b) => {
      placed.blocks[b]!.forEach((guide, i) => {
        const lane = block.lanes[i]!;
        if (guide === null || waiting.has(lane)) return;
        target = Math.min(target, left[lane]! * guide.fieldFactor * factors[b]!);
      });
    });
    if (target === Number.POSITIVE_INFINITY) target = 1;
    const blocks = layer.blocks.map((block, b) => {
      const before = placed.blocks[b]!.map((guide, i): Guide | null => {
        const lane = block.lanes[i]!;
        if (guide === null) return null;
        const wanted = target / factors[b]!;
        if (!waiting.delete(lane)) return { ...guide, fieldFactor: Math.min(guide.fieldFactor, wanted / left[lane]!) };
        railFields.set(lane, (railFields.get(lane)! * wanted) / (left[lane]! * guide.fieldFactor));
        return guide;
      });
      for (const lane of block.lanes.slice(0, block.rows)) left[lane] = target;
      return before;
    });
    layer.activations.forEach(({ lane }, a) => {
      left[lane] = left[lane]! * placed.neurons[a]!.fieldFactor;
    });
    return { blocks, neurons: placed.neurons };
  });
  const outputs = onn.outputs.map((tap) => ({ ...tap, fieldPerUnit: tap.fieldPerUnit * left[tap.lane]! }));
  return {
    onn: {
      ...onn,
      inputs: onn.inputs.map((tap, i) => ({ ...tap, fieldPerUnit: sumFields[i]! })),
      rails: onn.rails.map(({ lane }) => ({ lane, field: railFields.get(lane)! })),
      outputs,
    },
    surroundings: { ...surroundings, guides: { ...guides, network: padded }, losses },
    left: onn.outputs.reduce((least, { lane }) => Math.min(least, left[lane]!), 1),
  };
}
