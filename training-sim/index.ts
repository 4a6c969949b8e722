export {
  type Aggregator,
  type ChipMaker,
  type CircuitOfRuns,
  isOfChips,
  makeAggregator,
  prepareCircuit,
  type RunKind,
  runKinds,
  takenByRounding,
  type WordTally,
} from "./aggregation.ts";
export {
  addTotals,
  aggregateBlocks,
  type BlockTotals,
  type GradientTable,
  gradientTable,
  loseBlock,
  noTotals,
} from "./block-aggregation.ts";
export { curvesSvg } from "./chart.ts";

export { type CircuitFunction, sumFunction, tableFunction, wordFunction } from "./circuit-function.ts";
export { type ErrorModel, injectErrors, scaledError, tableBits, tableTwo } from "./errors.ts";
export { type FastAggregation, openFastAggregation } from "./fast-aggregation.ts";
export { type Batch, type DataShape, type Dataset, type Images, imageDataset, textDataset } from "./model/data.ts";
export { type Model, type ModelSpec, makeModel } from "./model/models.ts";
export type { OptimizerSpec } from "./model/optimizer.ts";
export { bytesOfType, fromFloat32, fromFloat64, type NumberType, toFloat32 } from "./number-types.ts";
export { type CurvePoint, divergence, type RunResult, type TrainingOptions, trainRun } from "./run.ts";
export {
  componentsOf,
  curvesCsv,
  type MeanCurve,
  meanCurves,
  type RunSummary,
  type Spread,
  spreadOf,
  summariseRuns,
  type VarianceComponents,
} from "./statistics.ts";
export { type Trained, trainingJson, trainingText } from "./tables.ts";
