export { distinctVectors, enumeratedVectors, randomVectors } from "../netlist/index.ts";
export {
  type CellStates,
  checkComposition,
  outputsOf,
  type ProofPlan,
  planProof,
  type ReachableStates,
  reachableStates,
  type StateTable,
  sumOf,
} from "../proof/index.ts";
export { chipIsPerfect } from "./chips.ts";
export { verifyCodes } from "./driving/codes.ts";
export { interval95, judgeShare, type ShareVerdict, upperBound95 } from "./driving/confidence.ts";
export { driveStates, stateText } from "./driving/drive-states.ts";
export { type GradientReport, gradientSteps, verifyGradients } from "./driving/gradients.ts";
export {
  type GradientArray,
  nonFiniteFinding,
  npyHeaderBytes,
  readNpyHeader,
  sizeFinding,
  writeNpy,
} from "./driving/npy.ts";
export { proofCheckerTarget } from "./driving/proof-checker.ts";
export { proofLog, prove, proveSteps } from "./driving/proof-report.ts";
export {
  aggregationError,
  blockExponent,
  blockScale,
  dequantize,
  ditherOf,
  floatMean,
  type QuantizedGradients,
  quantizeBlocks,
} from "./driving/quantize.ts";
export {
  decodeWords,
  encodeWords,
  type MeanRule,
  quantizeSums,
  referenceWords,
  symbolWidths,
  type WordFormat,
  wantedSymbols,
  wordRange,
} from "./driving/reference.ts";
export { countedIn, finish, type StepProgress, type Steps, within } from "./driving/steps.ts";
export { usualInputs } from "./driving/usual-inputs.ts";
export { passed, verifyCircuit, verifySteps } from "./driving/verify-circuit.ts";
export { throughDevices, throughTable, type WordTable } from "./driving/words-through.ts";
export { type JUnitCase, type JUnitSuite, junitXml } from "./results/junit.ts";
export type { Counterexample, Progress, ProofReport, VerificationReport, VerifyOptions } from "./results/results.ts";
export { ringWords } from "./results/ring-comparison.ts";
