export { bitsOfSymbol, levelsOfSymbol } from "./aggregate.ts";
export type { Cell, Certificate, NonzeroCell, OnlyCell, Signal, SplitCell, SumCell, Term } from "./certificate.ts";
export { type CheckedCircuit, checkCircuit } from "./check.ts";
export type {
  Activation,
  Aggregate,
  Attenuator,
  Circuit,
  Device,
  InputPort,
  Mesh,
  MeshKind,
  Mzi,
  OutputPort,
  PhaseShifter,
  ReferenceInput,
  Section,
  SectionKind,
  WorkerInput,
} from "./circuit.ts";
export { type CircuitCodePage, circuitCodes } from "./codes.ts";
export { type MziMatrix, mziMatrix } from "./convention.ts";
export { type CircuitStatistics, countDevices, type DeviceCounts } from "./count.ts";
export { drawCircuit } from "./draw.ts";
export type { Finding } from "./finding.ts";
export { type FlowIndex, indexFlow, type Position, withCoefficients } from "./flow.ts";
export { identifierOf, legaliseNames, nameOfIdentifier, PYTHON_WORDS } from "./legalise.ts";
export { formatNumber } from "./numbers.ts";
export { perturbPhases, perturbSimulator } from "./perturb.ts";
export type { ModeFields, Program } from "./program.ts";
export { gaussianFrom, seededRandom, seededWords } from "./random.ts";
export { readBlackbird } from "./readers/blackbird.ts";
export { type BlockFormat, readIndex } from "./readers/index-file.ts";
export type { Reading } from "./readers/reading.ts";
export { readSax } from "./readers/sax.ts";
export { readSpice } from "./readers/spice.ts";
export { serializeCircuit } from "./serialize.ts";
export {
  type ComplexMatrix,
  compileSimulation,
  darkFields,
  inputFields,
  type OutputFields,
  propagateFields,
  readWords,
  type Simulator,
  type SymbolBatch,
  sectionStates,
  simulate,
  transferMatrix,
  UNREADABLE,
} from "./simulate.ts";
export {
  composeSlice,
  type LinearForm,
  runSlice,
  type Slice,
  type SliceActivation,
  type SliceFields,
  type SliceInput,
  sliceProgram,
} from "./slice.ts";
export { type CutIndex, indexCuts, planSlice, type SlicePlan } from "./slice-plan.ts";
export { blockMatrix, type LinearBlock, linearBlocks } from "./targets/block.ts";
export { phasesTarget } from "./targets/phases.ts";
export { findTarget, targets } from "./targets/registry.ts";
export { parseScope, type Scope, type Subject, subjectOf } from "./targets/scope.ts";
export { spiceTarget } from "./targets/spice.ts";
export {
  checkOptions,
  emitText,
  optionValue,
  type Target,
  type TargetFile,
  type TargetOption,
  type TargetOptions,
} from "./targets/target.ts";
