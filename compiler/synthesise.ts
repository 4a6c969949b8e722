import type { Spec } from "../dsl/index.ts";
import type { Circuit } from "../netlist/index.ts";
import { type Aggregation, aggregationOf } from "./aggregation/aggregation.ts";
import type { Plan } from "./aggregation/plan.ts";
import { planAggregation } from "./aggregation/plan-aggregation.ts";
import { assembleCircuit, certify } from "./assemble.ts";
import { constructNetwork } from "./network/constructed.ts";
import type { Mlp } from "./network/mlp.ts";
import { type MlpOnn, mlpToOnn } from "./network/mlp-onn.ts";
import type { Onn } from "./network/onn.ts";

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
 * Spec -> circuit. Deterministic: the same spec and resources give the same circuit, bit for bit. Throws when a trained or imported
 * network is asked for and not given, and RangeError when it does not fit the aggregation: callers have checked both.
 */
export function synthesise(spec: Spec, resources: Resources = noResources): Synthesis {
  const aggregation = aggregationOf(spec);
  switch (spec.network.kind) {
    case "constructed": {
      const plan = planAggregation(aggregation);
      const { onn, places, combiners } = constructNetwork(aggregation, plan, spec.network.margin);
      const circuit = assembleCircuit(spec.name, aggregation, onn, certify(plan, places, combiners), combiners);
      return { spec, aggregation, plan, perceptron: null, onn, circuit };
    }
    case "trained":
    case "imported": {
      if (resources.network === null) throw new Error(`${spec.name}: the ${spec.network.kind} network is not given`);
      const { onn, ...perceptron } = mlpToOnn(resources.network, aggregation);
      const circuit = assembleCircuit(spec.name, aggregation, onn, null);
      return { spec, aggregation, plan: null, perceptron, onn, circuit };
    }
    default:
      return spec.network satisfies never;
  }
}
