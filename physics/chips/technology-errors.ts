import { type ErrorDeviations, type Pitch, plainPitch } from "../../netlist/index.ts";
import { orElse, type Reading } from "../technology/recorder.ts";

/** Variation of waveguides over a chip, and how it turns the light of a phase shifter's arm. */
export interface Fabrication {
  readonly widthSigmaM: number;
  readonly widthCorrelationM: number;
  readonly heightSigmaM: number;
  readonly heightCorrelationM: number;
  /** Of the effective index, 1/m. */
  readonly byWidth: number;
  readonly byHeight: number;
  readonly armM: number;
  readonly wavelengthM: number;
}

/** What a technology says of the errors of its chips; what it does not give is no error, and named in `notGiven`. */
export interface TechnologyErrors {
  readonly errors: ErrorDeviations;
  readonly pitch: Pitch;
  /** Null where the technology does not say how its waveguides vary. */
  readonly fabrication: Fabrication | null;
  readonly notGiven: readonly string[];
}

/** Never throws: what misses is named. */
export function technologyErrors(reading: Reading): TechnologyErrors {
  const notGiven: string[] = [];
  const either = <T>(make: () => T, otherwise: T): T => orElse(notGiven, make, otherwise);
  const { value } = reading;
  return {
    errors: {
      phaseRad: either(() => value("residual-phase"), 0),
      couplerRad: either(() => value("coupler-error"), 0),
      couplerCommonRad: either(() => value("coupler-error-common"), 0),
      offset: either(() => value("neuron-offset"), 0),
      gain: either(() => value("neuron-gain-error"), 0),
      lossDb: either(() => value("loss-spread"), 0),
      workerPhaseRad: either(() => value("worker-phase"), 0),
      fibrePhaseRad: either(() => value("fibre-phase"), 0),
      reference: either(() => value("reference-drift"), 0),
      extinction: either(() => ({ ratioDb: value("extinction"), phaseRad: value("extinction-phase") }), null),
      dac: either(() => ({ bits: value("dac-bits"), rangeRad: value("dac-range") }), null),
      crosstalk: either(
        () => ({
          share: value("heater-crosstalk"),
          distanceM: value("heater-crosstalk-distance"),
          decayM: value("heater-crosstalk-decay"),
        }),
        null,
      ),
    },
    pitch: {
      columnM: either(() => 2 * value("coupler-length") + 2 * value("heater-length"), plainPitch.columnM),
      laneM: either(() => value("lane-pitch"), plainPitch.laneM),
    },
    fabrication: either(
      () => ({
        widthSigmaM: value("width-sigma"),
        widthCorrelationM: value("width-correlation"),
        heightSigmaM: value("height-sigma"),
        heightCorrelationM: value("height-correlation"),
        byWidth: value("index-by-width"),
        byHeight: value("index-by-height"),
        armM: value("heater-length"),
        wavelengthM: value("wavelength"),
      }),
      null,
    ),
    notGiven,
  };
}
