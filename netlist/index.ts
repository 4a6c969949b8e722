export { checkCircuit } from "./check/check.ts";
export { circuitCodes } from "./check/codes.ts";
export { type Finding, failure } from "./check/finding.ts";
export { parseJson } from "./check/json-text.ts";
export { readMeasuredChip, serializeMeasuredChip } from "./check/measured-chip-file.ts";
export { claimedStretches } from "./check/placement.ts";
export { type Draw, drawNumbers, seedOfChip } from "./chips/draw.ts";
export {
  type ChipErrors,
  type Dac,
  type DrawnErrors,
  drawnErrors,
  type ErrorDeviations,
  leaking,
  leakOf,
  noErrors,
  type Pitch,
  plainPitch,
} from "./chips/errors.ts";
export { drivenPhase, type ThermalCrosstalk, thermalCrosstalkOf, withinTurn } from "./chips/heat.ts";
export { placesOf } from "./chips/places.ts";
export { type ChipCircuit, type ChipLight, chipCircuit, chipsOf, drawnChips, errorsOfChip } from "./chips/sample.ts";
export type * from "./circuit/certificate.ts";
export type * from "./circuit/circuit.ts";
export { type Arrival, type Clocks, CONSTANT, newClocks } from "./circuit/clocks.ts";
export { couplerErrorRad, matrixOfMzi, mziMatrix, unequalMziMatrix } from "./circuit/convention.ts";
export { type CircuitStatistics, countDevices } from "./circuit/count.ts";
export { heaterCounts, heatersOf } from "./circuit/heaters.ts";
export { followLanes } from "./circuit/lanes.ts";
export {
  DARK,
  LIT,
  type Light,
  lightAtInputs,
  lightPastDevice,
  lightPastMesh,
  lightPastNeuron,
} from "./circuit/light.ts";
export { deviceName, type MeasuredChip, type MeasuredMzi, namedDevices, namedMzis } from "./circuit/measured-chip.ts";
export { curveOf, sentBy } from "./circuit/neuron.ts";
export { formatNumber } from "./circuit/numbers.ts";
export { type Delays, delayOfDevice, idealOptics, isIdeal, mziFactor, type Optics } from "./circuit/optics.ts";
export { type PhaseDifference, phaseDifference } from "./circuit/phase-difference.ts";
export { serializeAs, serializeCircuit } from "./circuit/serialize.ts";
export { circuitSteps } from "./circuit/steps.ts";
export { bitsOfSymbol, levelsOfSymbol, type ResultFormat, resultOf, type SymbolFormat } from "./circuit/symbols.ts";
export { circuitVersion, hasMeasuredCouplers, isMeasured, losesLight } from "./circuit/version.ts";
export { type ChipLayout, layOut, type SectionSpan } from "./drawing/layout.ts";
export { type ChipPart, modesOf, type Parts, partsOf, stepsOf } from "./drawing/parts.ts";
export { layOutPlaced } from "./drawing/placed-layout.ts";
export { type SymbolKind, symbolOf, symbolPaths } from "./drawing/symbol-paths.ts";
export { blockMatrix, linearBlocks } from "./formats/block.ts";
export { chipOption } from "./formats/gdsfactory/whole.ts";
export { identifierOf, legaliseNames, PYTHON_WORDS } from "./formats/identifiers.ts";
export { phasesTarget } from "./formats/phases/writer.ts";
export { findTarget, targets } from "./formats/registry.ts";
export {
  type DispersedCircuit,
  type ExportedChip,
  parseScope,
  type SpectrumPoint,
  type Subject,
  subjectOf,
} from "./formats/scope.ts";
export { sweptFrequencies } from "./formats/spectrum.ts";
export { type DeckFilters, timingOptions } from "./formats/spice/delays.ts";
export { readSpice } from "./formats/spice/reader.ts";
export { spiceTarget } from "./formats/spice/writer.ts";
export { drawCircuit } from "./formats/svg/writer.ts";
export { holdsFunction } from "./formats/table/chip.ts";
export { checkOptions, optionValue, type Target, type TargetFile, type TargetOptions } from "./formats/target.ts";
export { targetNames } from "./formats/target-names.ts";
export { borrowKernelMemory } from "./kernels/memory.ts";
export { drawChip } from "./layout/chip.ts";
export { extentOf } from "./layout/drawing.ts";
export { drawnLengths } from "./layout/lengths.ts";
export { chipPicture } from "./layout/picture.ts";
export {
  type Figures,
  GAP_UM,
  type LayerName,
  layerNames,
  layoutOf,
  reticleSlack,
  usualFigures,
  usualLayers,
  WIDTH_UM,
} from "./layout/rules.ts";
export { type CircuitFloor, floorOfCircuit, placementOf } from "./placement/circuit-floor.ts";
export { crosstalkCircuit } from "./placement/crossing-crosstalk.ts";
export { type PlacementFigures, placementFigures } from "./placement/figures.ts";
export {
  type Floor,
  type FloorPlan,
  type FloorPort,
  type FloorStage,
  type FloorStation,
  floorOf,
} from "./placement/floor.ts";
export { crossingsOf, measurePlacement, ranksOf } from "./placement/measure.ts";
export { type PortOrder, placeFloor } from "./placement/place.ts";
export {
  type AgeDifference,
  type ArrivalTimes,
  ageDifferences,
  arrivalTimes,
  later,
  type MatchedDelays,
  matchedDelays,
} from "./simulation/arrivals.ts";
export { type SymbolBatch, UNREADABLE } from "./simulation/blocks.ts";
export { chipSimulator, type DeviceErrors, noDeviceErrors, setDeviceErrors } from "./simulation/device-errors.ts";
export { indexFlow, onChip, type Position } from "./simulation/flow.ts";
export { gaussianFrom } from "./simulation/gaussian.ts";
export { interpret } from "./simulation/interpret.ts";
export type { Launch } from "./simulation/lower.ts";
export { type ModeFields, neuronSteps } from "./simulation/program.ts";
export { seededRandom, seededWords } from "./simulation/random.ts";
export {
  type ComplexMatrix,
  type OutputFields,
  readWords,
  simulate,
  simulateWords,
  transferMatrix,
} from "./simulation/simulate.ts";
export { compileSimulation, type Simulator } from "./simulation/simulator.ts";
export {
  type LinearForm,
  type ProgramSlice,
  runSlice,
  type SliceActivation,
} from "./simulation/slice.ts";
export { indexCuts, sliceProgram } from "./simulation/slice-program.ts";
export {
  type CircuitTable,
  enumeratedTuples,
  mostTableRows,
  simulateCodes,
  type TableIndex,
  tableRows,
  tabulate,
  tabulateSteps,
} from "./simulation/table.ts";
export {
  distinctVectors,
  enumeratedVectors,
  randomVectors,
  summedWorkers,
  symbolLevels,
  type VectorBatch,
} from "./simulation/vectors.ts";
