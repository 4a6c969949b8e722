export { bitsOfSymbol, levelsOfSymbol } from "./aggregate.ts";
export type { Cell, Certificate, NonzeroCell, OnlyCell, Signal, SplitCell, Term } from "./certificate.ts";
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
export { type MziMatrix, mziMatrix } from "./convention.ts";
export { formatNumber } from "./numbers.ts";
export type { ModeFields, Program } from "./program.ts";
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
