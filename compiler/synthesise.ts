import type { Spec } from "../dsl/index.ts";
import { type Circuit, idealOptics, isIdeal, type Optics } from "../netlist/index.ts";
import { type Aggregation, aggregationOf } from "./aggregation/aggregation.ts";
import type { Plan } from "./aggregation/plan.ts";
import { planAggregation } from "./aggregation/plan-aggregation.ts";
import { assembleCircuit, certify, circuitOf, depthOfBlock } from "./assemble.ts";
import { frameOf, sumFields } from "./frame.ts";
import { type Decisions, restsOf } from "./network/comparator.ts";
import { type ConstructedNetwork, constructNetwork } from "./network/constructed.ts";
import type { Mlp } from "./network/mlp.ts";
import { type MlpOnn, mlpToOnn } from "./network/mlp-onn.ts";
import type { Block, Onn } from "./network/onn.ts";
import { type Depth, paddedNetwork, railOrder, surroundingsOf, WOVEN } from "./surroundings.ts";

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
      const plan = planAggregation(aggregation, restsOf(spec.network));
      const network = constructNetwork(aggregation, plan, spec.network);
      const { onn, circuit } = isIdeal(optics)
        ? { onn: network.onn, circuit: idealCircuit(spec, aggregation, plan, network) }
        : lossyCircuit(spec, aggregation, plan, network, spec.network, optics);
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

function idealCircuit(
  spec: Spec,
  aggregation: Aggregation,
  plan: Plan,
  { onn, places, combiners }: ConstructedNetwork,
): Circuit {
  return assembleCircuit(spec.name, aggregation, onn, certify(plan, places, combiners), combiners);
}

/** Places the circuit of ideal light, and constructs it again with what its lanes lose. */
function lossyCircuit(
  spec: Spec,
  aggregation: Aggregation,
  plan: Plan,
  { onn: first, shapes }: ConstructedNetwork,
  decisions: Decisions,
  optics: Optics,
): { readonly onn: Onn; readonly circuit: Circuit } {
  // Reference light that is split in the order of its rails crosses little; Huffman's tree, which ideal light has, a lot.
  const rails = railOrder(frameOf(aggregation, first), first.rails, spec.portOrder);
  const around = surroundingsOf(frameOf(aggregation, first, null, rails), optics, spec.portOrder, () => WOVEN);
  const { onn, places, combiners } = constructNetwork(aggregation, plan, decisions, {
    losses: around.losses.network,
    shapes,
    sumFields: sumFields(aggregation, around.losses.combine),
  });
  const frame = frameOf(aggregation, onn, around.losses);
  const certificate = certify(plan, places, combiners);
  return { onn, circuit: circuitOf(spec.name, aggregation, frame, certificate, combiners, around) };
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
