export {
  type Aggregator,
  type CircuitOfRuns,
  makeAggregator,
  prepareCircuit,
  type RunKind,
  runKinds,
  type WordTally,
} from "./aggregation.ts";
export { curvesSvg } from "./chart.ts";

export { type CircuitFunction, sumFunction, wordFunction } from "./circuit-function.ts";
export { type ErrorModel, injectErrors, scaledError, tableBits, tableTwo } from "./errors.ts";
export { type Batch, type DataShape, type Dataset, type Images, imageDataset, textDataset } from "./model/data.ts";
export { type Model, type ModelSpec, makeModel } from "./model/models.ts";
export type { OptimizerSpec } from "./model/optimizer.ts";
export { type CurvePoint, divergence, type RunResult, type TrainingOptions, trainRun } from "./run.ts";
export {
  curvesCsv,
  type MeanCurve,
  meanCurves,
  type RunSummary,
  type Spread,
  spreadOf,
  summariseRuns,
} from "./statistics.ts";
export { type Trained, trainingJson, trainingText } from "./tables.ts";
