export { checkAllReduce, type ExecutionReport, executeSchedule, sentBytes } from "./execute.ts";
export { checkSchedule } from "./form.ts";
export { allReduceMean, type MeanReport, type MeanSpec, ringAllReduceMean, roundedMean } from "./mean.ts";
export { materialise, stepCount } from "./phased.ts";
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
