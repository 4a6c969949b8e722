export { checkAllReduce, type ExecutionReport, executeSchedule, sentBytes } from "./execute.ts";
export { allReduceMean, type MeanReport, type MeanSpec, ringAllReduceMean, roundedMean } from "./mean.ts";
export { proveAllReduce } from "./prove.ts";
export { ringSchedule } from "./ring.ts";
export {
  checkSchedule,
  chunkBounds,
  type ElementRange,
  type OpticalRoute,
  type Schedule,
  type ScheduleFault,
  type Step,
  type Transfer,
  type TransferOp,
} from "./schedule.ts";
