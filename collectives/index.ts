export { type Algorithm, algorithms, findAlgorithm } from "./algorithms/algorithms.ts";
export { wordChoices } from "./algorithms/equal-words.ts";
export {
  type Collective,
  collectiveOf,
  collectives,
  executeCollective,
  executeOnWords,
  scatterOf,
} from "./algorithms/halves.ts";
export { collectiveCodes } from "./codes.ts";
export { type Comparison, compareAlgorithms, type TimedOutcome } from "./comparison/compare.ts";
export { comparisonSvg } from "./comparison/plot.ts";
export { reportJson } from "./comparison/report.ts";
export { comparisonCsv, comparisonJson, comparisonTable, sizesTable } from "./comparison/tables.ts";
export { astraSimAlgorithms, astraSimFiles } from "./export/astra-sim.ts";
export { chakraCollective, chakraRanks, chakraTraces } from "./export/chakra.ts";
export { scheduleCsv, scheduleJson } from "./export/steps.ts";
export { allToAll, allToAllWavelengths } from "./generators/all-to-all.ts";
export { inNetworkTree } from "./generators/in-network.ts";
export { materialise } from "./generators/phased.ts";
export { ring, ringSchedule } from "./generators/ring.ts";
export { wrht, wrhtGroup } from "./generators/wrht.ts";
export { compareIterations, type IterationOutcome, type Iterations, type Sharding } from "./iteration/iteration.ts";
export { layersOf } from "./iteration/layers.ts";
export { iterationsCsv, iterationsSvg, iterationsTable } from "./iteration/print.ts";
export { type JobRow, leastMtbf, type SharedSwitch, shareSwitch, unitsOf } from "./jobs/jobs.ts";
export { jobsCsv, jobsTable } from "./jobs/jobs-tables.ts";
export { serveJobs } from "./jobs/switch.ts";
export { allReduceMean, type MeanReport, type MeanSpec, ringAllReduceMean, roundedMean } from "./mean.ts";
export { drawRounds, type RoundOutcome, type Rounds } from "./rounds/rounds.ts";
export { roundsCsv, roundsTable } from "./rounds/rounds-tables.ts";
export { checkAllReduce, executeSchedule } from "./schedule/execute.ts";
export { checkSchedule } from "./schedule/form.ts";
export { countTransfers, faultText, listSchedule } from "./schedule/listing.ts";
export type { PhasedSchedule, Schedule, ScheduleFault, Step, StepSequence, Transfer } from "./schedule/schedule.ts";
export { fastestExchange } from "./timing/exponents.ts";
export type { LinkModel } from "./timing/link-model.ts";
export { busBandwidth, setupsByStep, type Timing, timeSchedule } from "./timing/timing.ts";
export type { UnitFigures } from "./timing/unit.ts";
export { checkWavelengths, pathLossDb } from "./timing/wavelengths.ts";
