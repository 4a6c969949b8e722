import type { Spec } from "../dsl/index.ts";
import { type Circuit, idealOptics, isIdeal, type MeasuredDie, type Optics } from "../netlist/index.ts";
import { type Aggregation, aggregationOf } from "./aggregation/aggregation.ts";
import type { Plan } from "./aggregation/plan.ts";
import { planAggregation } from "./aggregation/plan-aggregation.ts";
import { assembleCircuit, certify, circuitOf, depthOfBlock } from "./assemble.ts";
import { type Frame, type FrameLosses, frameOf, sumFields } from "./frame.ts";
import { measuredBlocks, measuredLosses, type Reached } from "./measured.ts";
import { type Decisions, restsOf } from "./network/comparator.ts";
import { type ConstructedNetwork, constructNetwork, type LayerRun } from "./network/constructed.ts";
import type { Mlp } from "./network/mlp.ts";
import { type MlpOnn, mlpToOnn } from "./network/mlp-onn.ts";
import type { Block, Onn } from "./network/onn.ts";
import { type LaneLosses, lossless, type SplitShapes } from "./network/weave.ts";
import { type Depth, paddedNetwork, railOrder, type Surroundings, surroundingsOf, WOVEN } from "./surroundings.ts";

/** What a spec needs beside itself; the caller trains or reads it, because that takes time, files and diagnostics. */
export interface Resources {
  /** For `network trained` (`TrainedNetwork.mlp`) and `network imported` (`importNetwork`); null for `network constructed`. */
  readonly network: Mlp | null;
}

/** Everything that the stages made, in their order. */
export interface Synthesis {
  readonly spec: Spec;
  readonly aggregation: Aggregation;
  /** The arithmetic of a constructed network; null for the others, whose circuits carry no certificate. */
  readonly plan: Plan | null;
  /** Figures of a trained or imported network; null for constructed ones. */
  readonly perceptron: Omit<MlpOnn, "onn"> | null;
  readonly onn: Onn;
  readonly circuit: Circuit;
}

const noResources: Resources = { network: null };

/**
 * Spec -> circuit. With other `optics` than ideal ones its devices lose light, its lanes cross, wait and lose, and the
 * circuit makes up for that: it computes the same words. Deterministic: the same spec, resources and optics give the same
 * circuit, bit for bit. Throws when a trained or imported
 * network is asked for and not given, TooDark (surroundings.ts) where a lane would lose more than 200 dB, and RangeError when it does not fit the aggregation: callers have checked both.
 */
export function synthesise(spec: Spec, resources: Resources = noResources, optics: Optics = idealOptics): Synthesis {
  const aggregation = aggregationOf(spec);
  switch (spec.network.kind) {
    case "constructed": {
      const { plan, design } = designOf(spec, aggregation, spec.network, optics);
      const { onn, circuit } = design;
      return { spec, aggregation, plan, perceptron: null, onn, circuit };
    }
    case "trained":
    case "imported": {
      if (resources.network === null) throw new Error(`${spec.name}: the ${spec.network.kind} network is not given`);
      const { onn, ...perceptron } = mlpToOnn(resources.network, aggregation);
      if (!isIdeal(optics))
        return { spec, aggregation, plan: null, ...paddedCircuit(spec, aggregation, onn, perceptron, optics) };
      const circuit = assembleCircuit(spec.name, aggregation, onn, null);
      return { spec, aggregation, plan: null, perceptron, onn, circuit };
    }
    default:
      return spec.network satisfies never;
  }
}

/**
 * The circuit of a constructed network again, for a fabricated chip of it: MZIs with the couplers and losses that were measured, phases, thresholds
 * and gains that make up for them. `die` was read for the circuit of the same spec and optics. A list where couplers do not reach what is needed.
 */
export function synthesiseMeasured(spec: Spec, optics: Optics, die: MeasuredDie): Synthesis | readonly Reached[] {
  if (spec.network.kind !== "constructed") throw new Error(`${spec.name}: a ${spec.network.kind} network is not woven`);
  const aggregation = aggregationOf(spec);
  const { plan, design } = designOf(spec, aggregation, spec.network, optics);
  const { frame, combiners, shapes, around } = design;
  const blocks = measuredBlocks(die, design.circuit, frame, combiners);
  const losses = measuredLosses(around?.losses ?? losslessFrame(frame), blocks, optics.mziFieldFactor);
  const { onn, places } = constructNetwork(aggregation, plan, spec.network, {
    losses: losses.network,
    shapes,
    sumFields: sumFields(aggregation, losses.combine),
  });
  const certificate = certify(plan, places, combiners);
  const real = frameOf(aggregation, onn, losses);
  const circuit = circuitOf(spec.name, aggregation, real, certificate, combiners, around, blocks);
  if (blocks.outOfReach.length > 0) return blocks.outOfReach;
  return { spec, aggregation, plan, perceptron: null, onn, circuit };
}

/** A constructed circuit with what it was made from. */
interface Design {
  readonly onn: Onn;
  readonly circuit: Circuit;
  readonly frame: Frame;
  readonly combiners: readonly LayerRun[];
  readonly shapes: SplitShapes;
  /** Null where light is ideal. */
  readonly around: Surroundings | null;
}

function designOf(
  spec: Spec,
  aggregation: Aggregation,
  decisions: Decisions,
  optics: Optics,
): { readonly plan: Plan; readonly design: Design } {
  const plan = planAggregation(aggregation, restsOf(decisions));
  const network = constructNetwork(aggregation, plan, decisions);
  const make = isIdeal(optics) ? idealDesign : lossyDesign;
  return { plan, design: make(spec, aggregation, plan, network, decisions, optics) };
}

function idealDesign(
  spec: Spec,
  aggregation: Aggregation,
  plan: Plan,
  { onn, places, combiners, shapes }: ConstructedNetwork,
): Design {
  const frame = frameOf(aggregation, onn);
  const circuit = circuitOf(spec.name, aggregation, frame, certify(plan, places, combiners), combiners, null);
  return { onn, circuit, frame, combiners, shapes, around: null };
}

/** Places the circuit of ideal light, and constructs it again with what its lanes lose. */
function lossyDesign(
  spec: Spec,
  aggregation: Aggregation,
  plan: Plan,
  { onn: first, shapes }: ConstructedNetwork,
  decisions: Decisions,
  optics: Optics,
): Design {
  // Reference light that is split in the order of its rails crosses little; Huffman's tree, which ideal light has, a lot.
  const rails = railOrder(frameOf(aggregation, first), first.rails, spec.portOrder);
  const around = surroundingsOf(frameOf(aggregation, first, null, rails), optics, spec.portOrder, () => WOVEN);
  const { onn, places, combiners } = constructNetwork(aggregation, plan, decisions, {
    losses: around.losses.network,
    shapes,
    sumFields: sumFields(aggregation, around.losses.combine),
  });
  const frame = frameOf(aggregation, onn, around.losses);
  const circuit = circuitOf(spec.name, aggregation, frame, certify(plan, places, combiners), combiners, around);
  return { onn, circuit, frame, combiners, shapes, around };
}

/** Of a frame in ideal light, which a second weaving knows. */
function losslessFrame({ nets, outputs }: Frame): FrameLosses & { readonly network: LaneLosses } {
  const known = (net: "combine" | "reference" | "broadcast") => ({ losses: lossless, shapes: nets[net].shapes });
  return {
    combine: known("combine"),
    reference: known("reference"),
    broadcast: known("broadcast"),
    ends: outputs.map(() => 1),
    network: lossless,
  };
}

/** The circuit of a perceptron whose meshes are padded, so that every lane of a layer loses the same. */
function paddedCircuit(
  spec: Spec,
  aggregation: Aggregation,
  ideal: Onn,
  perceptron: Omit<MlpOnn, "onn">,
  optics: Optics,
): Pick<Synthesis, "onn" | "perceptron" | "circuit"> {
  const depths = new Map<Block, Depth>();
  const rails = railOrder(frameOf(aggregation, ideal), ideal.rails, spec.portOrder);
  const around = surroundingsOf(frameOf(aggregation, ideal, null, rails), optics, spec.portOrder, (net, block) => {
    if (net !== "network") return WOVEN;
    const depth = depths.get(block) ?? depthOfBlock(block);
    depths.set(block, depth);
    return depth;
  });
  const { onn, surroundings, left } = paddedNetwork(ideal, around, sumFields(aggregation, around.losses.combine));
  const frame = frameOf(aggregation, onn, around.losses);
  return {
    onn,
    perceptron: { ...perceptron, gain: perceptron.gain / left },
    circuit: circuitOf(spec.name, aggregation, frame, null, [], surroundings),
  };
}
