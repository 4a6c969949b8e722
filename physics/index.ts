export {
  type CalibratedChip,
  type Calibration,
  calibratedChipSteps,
  calibrationSteps,
  noBringup,
  uncalibratedChip,
  untrimmed,
  untrimmedErrors,
} from "./bringup/calibrated-chips.ts";
export { AVERAGED as readingsAveraged, carryOut } from "./bringup/carry-out.ts";
export type { Extent } from "./bringup/derive.ts";
export { faultKinds, faultName, singleFaults } from "./bringup/fault.ts";
export { type FaultDictionary, type FaultFinding, faultSteps } from "./bringup/fault-dictionary.ts";
export { groundPairs } from "./bringup/ground-pairs.ts";
export { type Health, healthSteps, LARGEST_SHIFT } from "./bringup/health.ts";
export { instrumentServer } from "./bringup/instrument-server.ts";
export type { Instruments } from "./bringup/instruments.ts";
export type { Drive, Procedure, ProcedureStep, Rule } from "./bringup/procedure.ts";
export { bringupPythonTarget } from "./bringup/python-target.ts";
export type { BenchErrors, SimulatedChip } from "./bringup/simulated-chip.ts";
export { type Answer, answerOf } from "./budget/answers.ts";
export { type Availability, availabilityOf } from "./budget/availability.ts";
export {
  type Budget,
  type BudgetOptions,
  budgetSteps,
  type NoiseFigures,
  noiseAloneSteps,
  usualWordErrorRate,
  type Waterfall,
} from "./budget/budget.ts";
export {
  buildableText,
  builtChecks,
  type Check,
  checkText,
  notComputed,
  sizeText,
  slackText,
} from "./budget/checks.ts";
export { withSize } from "./budget/chip-size.ts";
export { type Coherence, coherenceOf } from "./budget/coherence.ts";
export { type CrossingCrosstalk, crosstalkSteps } from "./budget/crosstalk.ts";
export { type Bar, drawBars, drawMargins, drawWaterfall } from "./budget/drawing.ts";
export { type Drift, driftRadPerUm, driftSteps } from "./budget/drift.ts";
export { type EnergyFigures, electricalNames } from "./budget/energy.ts";
export { type Extinction, extinctionSteps } from "./budget/extinction.ts";
export type { BudgetFigures, Figure, FigurePart } from "./budget/figures.ts";
export { countHardware, type Hardware } from "./budget/hardware.ts";
export { type MatchedLight, matchedLight } from "./budget/matched.ts";
export { areaParts, type ElectricalPower } from "./budget/power.ts";
export {
  figureSteps,
  isTriedMetric,
  leastFigures,
  requirementSteps,
  specBudgetSteps,
  unbacked,
} from "./budget/requirement-figures.ts";
export { advised, type Held, judge, missesOf, type RequirementResult } from "./budget/requirements.ts";
export { type Sensitivity, sensitivitySteps } from "./budget/sensitivity.ts";
export { dispersedCircuit, MOST_SWEPT, type Sweep, type SweepRange, spectrumOf, sweepSteps } from "./budget/sweep.ts";
export { drawSweep } from "./budget/sweep-drawing.ts";
export { type StaticErrors, staticErrorSteps } from "./chips/fabrication.ts";
export { measuredChip } from "./chips/measured-chip.ts";
export { planMonteCarlo } from "./chips/monte-carlo-plan.ts";
export { type Culprit, rankingSteps } from "./chips/ranking.ts";
export { type Fabrication, type TechnologyErrors, technologyErrors } from "./chips/technology-errors.ts";
export { type ErrorSource, errorSources, type Tolerance, toleranceSteps } from "./chips/tolerance.ts";
export { triedWords } from "./chips/tried-words.ts";
export { wrongShareSteps } from "./chips/wrong-shares.ts";
export {
  type ChipResult,
  chipSteps,
  type PhaseYield,
  phaseQuestion,
  sampleSteps,
  type Yield,
  type YieldQuestion,
  type YieldSample,
  yieldOf,
  yieldSteps,
} from "./chips/yield.ts";
export { drawYield, type YieldPoint } from "./chips/yield-drawing.ts";
export { physicsCodes } from "./codes.ts";
export { tooBright } from "./light/claimed-losses.ts";
export { dbm, decibelsOfField, decibelsOfPower } from "./light/decibels.ts";
export { drivenParts } from "./light/driven-parts.ts";
export { withoutFreePhases } from "./light/free-phases.ts";
export { withoutNeurons } from "./light/neurons.ts";
export { layoutFigures, opticsOf } from "./light/optics.ts";
export { LIGHT_SPEED_M_S } from "./light/part-figures.ts";
export { unitPower } from "./noise/detections.ts";
export { qOfError } from "./noise/noise.ts";
export { type NoiseModel, noiseModelSteps } from "./noise/noise-model.ts";
export { type NoiseSample, noiseSampleSteps } from "./noise/noise-sample.ts";
export { planNoise } from "./noise/propagation.ts";
export { planWords } from "./noise/word-errors.ts";
export { drawEye } from "./rate/eye.ts";
export { lowPass, stepResponse, timeOfShare } from "./rate/poles.ts";
export { provedPeriod } from "./rate/proved-rate.ts";
export { deckFilters, type Speeds } from "./rate/speeds.ts";
export { filteredStream, receivedWords } from "./rate/stream.ts";
export { fastestRate, type RateFigures } from "./rate/symbol-rate.ts";
export { timedStages, timedWords } from "./rate/timed-circuit.ts";
export { type QuantityKey, quantities, quantityGroups, quantityKeys } from "./technology/quantities.ts";
export { readTechnology } from "./technology/reader.ts";
export { type Reading, readingOf } from "./technology/recorder.ts";
export { quantityReference } from "./technology/reference.ts";
export { type NeuronKind, neuronKinds, type SourceKind, type Technology } from "./technology/technology.ts";
export { chipDrift } from "./tracking/drifts.ts";
export type { KnobResidual, TrackedTime, Tracking, TrackOptions } from "./tracking/track.ts";
export { trackSteps } from "./tracking/track.ts";
