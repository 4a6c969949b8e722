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
