import type { Spec } from "../dsl/index.ts";
import type { Circuit } from "../netlist/index.ts";
import { type Aggregation, aggregationOf } from "./aggregation/aggregation.ts";
import { type Plan, planAggregation } from "./aggregation/plan.ts";
import { assembleCircuit, certify } from "./assemble.ts";
import { constructNetwork } from "./network/constructed.ts";
import type { Onn } from "./network/onn.ts";

/** Everything that the stages made, in their order. */
export interface Compilation {
  readonly spec: Spec;
  readonly aggregation: Aggregation;
  readonly plan: Plan;
  readonly onn: Onn;
  readonly circuit: Circuit;
}

/** Spec -> circuit. Deterministic: the same spec gives the same circuit, bit for bit. */
export function compile(spec: Spec): Compilation {
  const aggregation = aggregationOf(spec);
  const plan = planAggregation(aggregation);
  const { onn, places } = constructNetwork(aggregation, plan, spec.network.margin);
  const circuit = assembleCircuit(spec.name, aggregation, onn, certify(plan, places));
  return { spec, aggregation, plan, onn, circuit };
}
