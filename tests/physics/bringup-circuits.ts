import { synthesise } from "../../compiler/synthesise.ts";
import { type Circuit, type ErrorDeviations, noErrors, plainPitch } from "../../netlist/index.ts";
import {
  type Calibration,
  calibrationSteps,
  type Extent,
  untrimmedErrors,
  type YieldQuestion,
} from "../../physics/index.ts";
import { parseSpecs } from "../../toolchain/index.ts";
import { finish } from "../../verify/index.ts";

/** Circuits that a bring-up sets, and what their chips are asked. */
export function saturating(workers: number, bits: number, settings = "", topology = ""): Circuit {
  const network = `network constructed { neuron saturating; decision-margin 0.4; ${settings} }`;
  const text = `aggregate x { workers ${workers}; precision ${bits} bits; ${topology}; ${network} }`;
  return synthesise(parseSpecs({ name: "x.optinc", text }).value![0]!).circuit;
}

export function calibrationOf(circuit: Circuit, extent: Extent): Calibration {
  const made = finish(calibrationSteps(circuit, extent));
  if (typeof made === "string") throw new Error(made);
  return made;
}

/** Of chips whose neurons nobody trimmed. */
export function untrimmedQuestion(errors: Partial<ErrorDeviations>): YieldQuestion {
  return question(untrimmedErrors({ ...noErrors, ...errors }));
}

export function question(errors: Partial<ErrorDeviations>) {
  return { errors: { kind: "technology" as const, errors: { ...noErrors, ...errors }, pitch: plainPitch }, seed: 1 };
}
