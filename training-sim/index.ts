export {
  type ChipMaker,
  isOfChips,
  makeAggregator,
  prepareCircuit,
  type RunKind,
  takenByRounding,
} from "./aggregation.ts";
export {
  addTotals,
  type BlockTotals,
  type GradientTable,
  gradientTable,
  loseBlock,
  noTotals,
} from "./block-aggregation.ts";
export { curvesSvg } from "./chart.ts";
export { type CircuitFunction, sumFunction, tableFunction, wordFunction } from "./circuit-function.ts";
export { type ErrorModel, injectErrors, scaledError, tableTwo } from "./errors.ts";
export { type FastAggregation, openFastAggregation } from "./fast-aggregation.ts";
export { type Dataset, type Images, imageDataset, textDataset } from "./model/data.ts";
export { type ModelSpec, makeModel } from "./model/models.ts";
export { bytesOfType, fromFloat32, fromFloat64, type NumberType, toFloat32 } from "./number-types.ts";
export { divergence, type RunResult, type TrainingOptions, trainRun } from "./run.ts";
export { componentsOf, curvesCsv, meanCurves, spreadOf, summariseRuns } from "./statistics.ts";
export { type Trained, trainingJson, trainingText } from "./tables.ts";
