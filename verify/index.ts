export { distinctVectors, enumeratedVectors, randomVectors } from "../netlist/index.ts";
export {
  type CellStates,
  checkComposition,
  inputsOf,
  outputsOf,
  type ReachableStates,
  reachableStates,
  type StateTable,
  stateText,
  sumOf,
} from "../proof/index.ts";
export { type ChipPlan, planChips } from "./chip-plan.ts";
export { chipIsPerfect } from "./chip-states.ts";
export { type Finding, verifyCodes } from "./codes.ts";
export { interval95, judgeShare, type ShareVerdict, upperBound95 } from "./confidence.ts";
export { driveStates } from "./drive-states.ts";
export { type GradientReport, gradientSteps, verifyGradients } from "./gradients.ts";
export { type JUnitCase, type JUnitSuite, junitXml } from "./junit.ts";
export {
  checkWorkers,
  type GradientArray,
  type NpyReading,
  npyHeaderBytes,
  readNpy,
  readNpyHeader,
  sizeFinding,
  writeNpy,
} from "./npy.ts";
export { proofCheckerTarget } from "./proof-checker.ts";
export { proofLog, prove, proveSteps } from "./proof-report.ts";
export {
  type AggregationError,
  aggregationError,
  blockExponent,
  blockScale,
  dequantize,
  floatMean,
  type QuantizedGradients,
  quantizeBlocks,
  stepSize,
} from "./quantize.ts";
export {
  decodeSymbols,
  decodeWords,
  encodeWord,
  encodeWords,
  type MeanRule,
  quantizeSum,
  quantizeSums,
  referenceWord,
  referenceWords,
  symbolWidths,
  type WordFormat,
  wantedSymbols,
  wordRange,
} from "./reference.ts";
export type {
  AllReduceReport,
  Counterexample,
  Progress,
  ProofReport,
  VerificationReport,
  VerifyOptions,
  WordErrorCount,
} from "./results.ts";
export { countedIn, finish, type StepProgress, type Steps, within } from "./steps.ts";
export { usualInputs } from "./usual-inputs.ts";
export { passed, verifyCircuit, verifySteps } from "./verify-circuit.ts";
