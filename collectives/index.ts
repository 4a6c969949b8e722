export { type Algorithm, algorithms, findAlgorithm } from "./algorithms.ts";
export { allToAll, allToAllWavelengths, type RingArc } from "./all-to-all.ts";
export { collectiveCodes } from "./codes.ts";
export {
  type CompareOptions,
  type Comparison,
  type ComparisonRow,
  compareAlgorithms,
  type Outcome,
  type Refusal,
  type Spread,
} from "./compare.ts";
export { halvingDoubling, recursiveDoubling } from "./doubling.ts";
export { type Energy, energyOf } from "./energy.ts";
export { checkAllReduce, type ExecutionReport, executeSchedule, sentBytes } from "./execute.ts";
export { exponentExchange } from "./exponents.ts";
export { astraSimAlgorithms, astraSimFiles, type ExportFile } from "./export/astra-sim.ts";
export { type ChakraNetwork, chakraCollective, chakraRanks, chakraTraces } from "./export/chakra.ts";
export { type Operation, operationsOf } from "./export/operations.ts";
export { scheduleCsv, scheduleJson } from "./export/steps.ts";
export { checkSchedule } from "./form.ts";
export { bestChunks, formulas, wrhtSteps } from "./formulas.ts";
export { hierarchicalRing, hRing, largestDivisor, torusRing } from "./grids.ts";
export { type Collective, collectiveOf, collectives, executeCollective, scatterOf } from "./halves.ts";
export { inNetworkTree, nvlinkSharp, treeLevels } from "./in-network.ts";
export {
  compareIterations,
  type IterationBlock,
  type IterationOutcome,
  type Iterations,
  type Sharding,
} from "./iteration/iteration.ts";
export { type Layer, layersOf } from "./iteration/layers.ts";
export { iterationsCsv, iterationsJson, iterationsSvg, iterationsTable } from "./iteration/print.ts";
export type { CircuitModel, LinkModel } from "./link-model.ts";
export { countTransfers, faultText, listSchedule } from "./listing.ts";
export { allReduceMean, type MeanReport, type MeanSpec, ringAllReduceMean, roundedMean } from "./mean.ts";
export { materialise, stepCount } from "./phased.ts";
export { comparisonSvg } from "./plot.ts";
export { proveAllReduce } from "./prove.ts";
export { ring, ringSchedule } from "./ring.ts";
export {
  type ArcRoute,
  chunkBounds,
  type Direction,
  type ElementRange,
  type PathRoute,
  type Phase,
  type PhasedSchedule,
  type Route,
  type Schedule,
  type ScheduleFault,
  type Step,
  type StepSequence,
  type Transfer,
  type TransferOp,
} from "./schedule.ts";
export { inOneStep } from "./shared-network.ts";
export { comparisonCsv, comparisonJson, comparisonTable, sizesTable } from "./tables.ts";
export { busBandwidth, setupsByStep, type Timing, type TimingOptions, timeSchedule } from "./timing.ts";
export { binomial, doubleBinaryTree, doubleBinaryTreeHeight } from "./trees.ts";
export { type UnitFigures, type UnitOutcome, unitOutcome, withUnit } from "./unit.ts";
export { arcLength, checkWavelengths, type LossModel, pathLossDb, type WavelengthReport } from "./wavelengths.ts";
export { type WrhtOptions, wrht, wrhtGroup, wrhtWavelengths } from "./wrht.ts";
