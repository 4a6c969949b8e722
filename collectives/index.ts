export { type Algorithm, algorithms, findAlgorithm } from "./algorithms/algorithms.ts";
export { type Words, wordChoices } from "./algorithms/equal-words.ts";
export { type Collective, collectiveOf, collectives, executeCollective, scatterOf } from "./algorithms/halves.ts";
export { collectiveCodes } from "./codes.ts";
export {
  type CompareOptions,
  type Comparison,
  type ComparisonRow,
  compareAlgorithms,
  type Refusal,
  type TimedOutcome,
  type TimeSpread,
} from "./comparison/compare.ts";
export { comparisonSvg } from "./comparison/plot.ts";
export { reportJson } from "./comparison/report.ts";
export { comparisonCsv, comparisonJson, comparisonTable, sizesTable } from "./comparison/tables.ts";
export { astraSimAlgorithms, astraSimFiles, type ExportFile } from "./export/astra-sim.ts";
export { type ChakraNetwork, chakraCollective, chakraRanks, chakraTraces } from "./export/chakra.ts";
export { type Operation, operationsOf } from "./export/operations.ts";
export { scheduleCsv, scheduleJson } from "./export/steps.ts";
export { allToAll, allToAllWavelengths, type RingArc } from "./generators/all-to-all.ts";
export { halvingDoubling, recursiveDoubling } from "./generators/doubling.ts";
export { hierarchicalRing, hRing, largestDivisor, torusRing } from "./generators/grids.ts";
export { inNetworkTree, nvlinkSharp, treeLevels } from "./generators/in-network.ts";
export { materialise } from "./generators/phased.ts";
export { ring, ringSchedule } from "./generators/ring.ts";
export { binomial, doubleBinaryTree, doubleBinaryTreeHeight } from "./generators/trees.ts";
export { type WrhtOptions, wrht, wrhtGroup } from "./generators/wrht.ts";
export {
  compareIterations,
  type IterationBlock,
  type IterationOutcome,
  type Iterations,
  type Sharding,
} from "./iteration/iteration.ts";
export { layersOf, type ModelLayer } from "./iteration/layers.ts";
export { iterationsCsv, iterationsSvg, iterationsTable } from "./iteration/print.ts";
export { type JobRow, type SharedSwitch, shareSwitch, unitsOf } from "./jobs/jobs.ts";
export { jobsCsv, jobsTable } from "./jobs/jobs-tables.ts";
export { type Job, type JobCourse, type Served, serveJobs } from "./jobs/switch.ts";
export { allReduceMean, type MeanReport, type MeanSpec, ringAllReduceMean, roundedMean } from "./mean.ts";
export { drawRounds, type RoundOutcome, type Rounds } from "./rounds/rounds.ts";
export { roundsCsv, roundsTable } from "./rounds/rounds-tables.ts";
export { checkAllReduce, type ExecutionReport, executeSchedule } from "./schedule/execute.ts";
export { checkSchedule } from "./schedule/form.ts";
export { countTransfers, faultText, listSchedule } from "./schedule/listing.ts";
export type {
  ArcRoute,
  Direction,
  ElementRange,
  PathRoute,
  Phase,
  PhasedSchedule,
  Route,
  Schedule,
  ScheduleFault,
  Step,
  StepSequence,
  Transfer,
  TransferOp,
} from "./schedule/schedule.ts";
export { type Energy, energyOf } from "./timing/energy.ts";
export { exponentExchange } from "./timing/exponents.ts";
export type { CircuitModel, LinkModel } from "./timing/link-model.ts";
export { inOneStep } from "./timing/shared-network.ts";
export { busBandwidth, setupsByStep, type Timing, type TimingOptions, timeSchedule } from "./timing/timing.ts";
export { type UnitFigures, type UnitOutcome, unitOutcome, withUnit } from "./timing/unit.ts";
export {
  arcLength,
  checkWavelengths,
  type LossModel,
  pathLossDb,
  type WavelengthReport,
} from "./timing/wavelengths.ts";
