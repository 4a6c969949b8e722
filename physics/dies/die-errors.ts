import { isNotGiven, type Reading } from "../technology/recorder.ts";

/**
 * How far dies are from the circuit: standard deviations of independent Gaussian errors, and what a driver and its
 * neighbours do to a phase. All of it is what is left after the bring-up; what it corrects is in `Fabrication`.
 */
export interface DieErrors {
  /** Of every phase, rad. */
  readonly phaseRad: number;
  /** Of each coupler's field angle pi/4, rad: .01 is a power splitting of 51:49. */
  readonly couplerRad: number;
  /** Of the part of that angle which all couplers of a die share, rad. */
  readonly couplerCommonRad: number;
  /** Of a neuron's threshold, of its largest input; of its range where it saturates. */
  readonly offset: number;
  /** Of a neuron's gain, relative. */
  readonly gain: number;
  /** Of a device's loss, dB. */
  readonly lossDb: number;
  /** Of the phase of a worker's light against the reference, rad. */
  readonly workerPhaseRad: number;
  /** Of the field of the reference light, relative. */
  readonly reference: number;
  readonly dac: Dac | null;
  readonly crosstalk: Crosstalk | null;
}

/** A voltage of 2^bits equidistant values from 0; the phase goes with its square and is `rangeRad` at the highest. */
export interface Dac {
  readonly bits: number;
  readonly rangeRad: number;
}

/** A heater gets `share` of another one's phase up to `distanceM`, and share * exp(-(d - distanceM) / decayM) beyond. */
export interface Crosstalk {
  readonly share: number;
  readonly distanceM: number;
  readonly decayM: number;
}

/** Where devices are: column times `columnM`, lane times `laneM`. */
export interface Pitch {
  readonly columnM: number;
  readonly laneM: number;
}

/** Variation of waveguides over a die, and how it turns the light of a phase shifter's arm. */
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

export const noDieErrors: DieErrors = {
  phaseRad: 0,
  couplerRad: 0,
  couplerCommonRad: 0,
  offset: 0,
  gain: 0,
  lossDb: 0,
  workerPhaseRad: 0,
  reference: 0,
  dac: null,
  crosstalk: null,
};

/** What a technology says of the errors of its dies; what it does not give is no error, and named in `notGiven`. */
export interface DieTechnology {
  readonly errors: DieErrors;
  readonly pitch: Pitch;
  /** Null where the technology does not say how its waveguides vary. */
  readonly fabrication: Fabrication | null;
  readonly notGiven: readonly string[];
}

/** A die without a given placement is drawn on this one; only distances between heaters and correlations see it. */
export const plainPitch: Pitch = { columnM: 400e-6, laneM: 127e-6 };

/** Never throws: what misses is named. */
export function dieTechnology(reading: Reading): DieTechnology {
  const notGiven: string[] = [];
  const either = <T>(make: () => T, otherwise: T): T => {
    try {
      return make();
    } catch (error) {
      if (!isNotGiven(error)) throw error;
      notGiven.push(error.key);
      return otherwise;
    }
  };
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
      reference: either(() => value("reference-drift"), 0),
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
