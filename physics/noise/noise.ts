import { powerRatio } from "../light/decibels.ts";

/** Coulomb, exact by the definition of the ampere. */
export const ELEMENTARY_CHARGE_C = 1.602176634e-19;

/** One homodyne detection as its technology gives it, in SI units. What a technology has not is 0. */
export interface Detection {
  readonly responsivityAPerW: number;
  /** Of the local oscillator, on both photodiodes together. */
  readonly oscillatorPowerW: number;
  /** Power at the photodiodes of one unit of the circuit's field. */
  readonly unitPowerW: number;
  readonly bandwidthHz: number;
  /** Input-referred, A/rtHz. */
  readonly amplifierNoise: number;
  /** Of one photodiode; a balanced pair has two. */
  readonly darkCurrentA: number;
  /** Relative intensity noise of the oscillator, 1/Hz (not decibel), one-sided, which a balanced pair suppresses. */
  readonly intensityNoisePerHz: number;
  /** By how much a balanced pair suppresses what both photodiodes see, in decibel of electrical power. */
  readonly commonModeRejectionDb: number;
  /** What of it a balanced pair does not suppress, because it multiplies the signal: 1/Hz. */
  readonly signalNoisePerHz: number;
}

/** Standard deviations of the current at one detection (A), and what they are in units of the circuit's field. */
export interface DetectionNoise {
  readonly shotA: number;
  readonly darkA: number;
  readonly thermalA: number;
  readonly rinA: number;
  readonly totalA: number;
  /** Signal current of one unit of field. */
  readonly currentPerUnitA: number;
  /** Standard deviation in units of field where the field is 0, as it is at a comparator's threshold. */
  readonly sigma: number;
  /** Standard deviation that the light itself brings (its shot noise, the oscillator's intensity), over the field detected. */
  readonly relative: number;
}

/** Standard deviation (A) of the shot noise of a current: sqrt(2 q I B), the density 2 q I one-sided. */
export function shotNoise(currentA: number, bandwidthHz: number): number {
  return Math.sqrt(2 * ELEMENTARY_CHARGE_C * currentA * bandwidthHz);
}

/** Standard deviation (A) that the intensity noise of the oscillator leaves behind a balanced pair: I sqrt(RIN B) 10^(-CMRR / 20). */
export function rinNoise(currentA: number, rinPerHz: number, bandwidthHz: number, rejectionDb: number): number {
  return currentA * Math.sqrt((rinPerHz * bandwidthHz) / powerRatio(rejectionDb));
}

/** Current (A) of one unit of field at a balanced pair: 2 R sqrt(P_lo P_unit). */
export function homodyneCurrent(responsivityAPerW: number, oscillatorPowerW: number, unitPowerW: number): number {
  return 2 * responsivityAPerW * Math.sqrt(oscillatorPowerW * unitPowerW);
}

/** Standard deviation of a field over the field, of light with that intensity noise: half of that of its power. */
export function relativeFieldNoise(rinPerHz: number, bandwidthHz: number): number {
  return Math.sqrt(rinPerHz * bandwidthHz) / 2;
}

/** All noise at one detection. */
export function noiseOfHomodyne(detection: Detection): DetectionNoise {
  const { responsivityAPerW: r, oscillatorPowerW: oscillator, unitPowerW, bandwidthHz } = detection;
  const current = r * oscillator;
  const shotA = shotNoise(current, bandwidthHz);
  const darkA = shotNoise(2 * detection.darkCurrentA, bandwidthHz);
  const thermalA = detection.amplifierNoise * Math.sqrt(bandwidthHz);
  const rinA = rinNoise(current, detection.intensityNoisePerHz, bandwidthHz, detection.commonModeRejectionDb);
  const totalA = Math.hypot(shotA, darkA, thermalA, rinA);
  const currentPerUnitA = homodyneCurrent(r, oscillator, unitPowerW);
  return {
    shotA,
    darkA,
    thermalA,
    rinA,
    totalA,
    currentPerUnitA,
    sigma: totalA / currentPerUnitA,
    relative: Math.hypot(
      shotNoise(r * unitPowerW, bandwidthHz) / currentPerUnitA,
      relativeFieldNoise(detection.signalNoisePerHz, bandwidthHz),
    ),
  };
}

/** Beyond so many standard deviations the density is 0 in double precision. */
const OUT_OF_SIGHT = 40;

/** Probability that a standard normal number exceeds q: erfc(q / sqrt 2) / 2, to some 1e-15 of itself also far out. */
export function errorOfQ(q: number): number {
  if (q > OUT_OF_SIGHT) return 0;
  if (q < 0) return 1 - errorOfQ(-q);
  return q < 2 ? 0.5 - integral(q) : tail(q);
}

/** The q at which `errorOfQ` is `probability`, 0 < probability < 1; by bisection. */
export function qOfError(probability: number): number {
  let low = -40;
  let high = 40;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (errorOfQ(middle) > probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Density of the standard normal distribution. */
function density(q: number): number {
  return Math.exp((-q * q) / 2) / Math.sqrt(2 * Math.PI);
}

/** From 0 to q, by the series sum q^(2n+1) / (1 3 5 ... (2n+1)) times the density: all terms positive. */
function integral(q: number): number {
  let term = q;
  let sum = q;
  for (let n = 1; term > 1e-18 * sum; n++) {
    term *= (q * q) / (2 * n + 1);
    sum += term;
  }
  return sum * density(q);
}

/** From q >= 2 on, by Laplace's continued fraction q + 1/(q + 2/(q + 3/(q + ...))), from its far end: the farther out, the sooner it is there. */
function tail(q: number): number {
  let fraction = q;
  for (let n = Math.ceil(10 + 600 / (q * q)); n > 0; n--) fraction = q + n / fraction;
  return density(q) / fraction;
}
