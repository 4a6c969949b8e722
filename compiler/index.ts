export { type Aggregation, aggregationOf, distinctInputs } from "./aggregation/aggregation.ts";
export type { Plan, PlanCell, PlanSignal, PlanTerm } from "./aggregation/plan.ts";
export { type Compilation, compile } from "./compile.ts";
export type { Block, Layer, Onn, Rail, Relu, Tap } from "./network/onn.ts";
export { printNetwork } from "./network/print.ts";
