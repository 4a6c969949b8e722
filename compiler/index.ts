export { type Aggregation, aggregationOf } from "./aggregation/aggregation.ts";
export type { Plan, PlanSignal } from "./aggregation/plan.ts";
export { estimateConstructedBytes, estimatePerceptronBytes, type LayerSize } from "./circuit-size.ts";
export { compilerCodes } from "./codes.ts";
export type { Reached } from "./measured.ts";
export { factorMatrix, type MatrixFactors, type MeshProgram, toDevices } from "./mesh/index.ts";
export {
  approximateLayer,
  type BestApproximation,
  bestApproximation,
  certifyApproximation,
  type DiagonalTimesOrthogonal,
  type LayerApproximation,
  type OptimalityCertificate,
  polarApproximation,
} from "./network/approximation.ts";
export { type ImportedNetwork, importNetwork, type WeightsFile } from "./network/imported.ts";
export {
  type DenseLayer,
  type FactoredLayer,
  isApproximated,
  type Mlp,
  type MlpLayer,
  type TrainedNetwork,
  weightsOf,
} from "./network/mlp.ts";
export { type LayerFigures, type MlpOnn, mlpToOnn } from "./network/mlp-onn.ts";
export type { Bias, Block, Layer, NetworkNeuron, Onn, Tap } from "./network/onn.ts";
export { printNetwork } from "./network/print.ts";
export { isTooDark } from "./physical-context.ts";
export { type Resources, type Synthesis, synthesise, synthesiseMeasured } from "./synthesise.ts";
