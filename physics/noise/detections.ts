import { type Circuit, levelsOfSymbol } from "../../netlist/index.ts";
import { powerRatio } from "../light/decibels.ts";
import { arrivalLoss, LIGHT_SPEED_M_S } from "../light/part-figures.ts";
import type { Reading } from "../technology/recorder.ts";
import type { CircuitNoise } from "./circuit-noise.ts";
import { equaliserNoise } from "./filters.ts";
import { type DetectionNoise, noiseOfHomodyne, relativeFieldNoise } from "./noise.ts";

/** J s, exact by definition. */
const PLANCK_J_S = 6.62607015e-34;

/** How a circuit is driven. */
export interface LaunchedLight {
  /** In the fibre in front of the chip, of one symbol of one worker at its highest level. */
  readonly launchPowerW: number;
  /** Of a neuron's or receiver's oscillator, in front of its coupler. */
  readonly oscillatorPowerW: number;
  readonly symbolRateBd: number;
}

/** With the technology's oscillators. */
export function launchedLight(reading: Reading, launchPowerW: number, symbolRateBd: number): LaunchedLight {
  return { launchPowerW, oscillatorPowerW: reading.value("local-oscillator-power"), symbolRateBd };
}

export interface Detections {
  /** What they are in units of the circuit's field. */
  readonly noise: CircuitNoise;
  readonly neuron: DetectionNoise;
  readonly receiver: DetectionNoise;
  /** Power on the chip of one unit of field. */
  readonly unitPowerW: number;
  /** Noise bandwidth of a neuron, the equaliser included. */
  readonly bandwidthHz: number;
}

/** Largest field that a worker launches: a symbol at its highest level. */
export function highestLaunchField(circuit: Circuit): number {
  return circuit.inputs.reduce((largest, port) => {
    if (port.kind !== "worker") return largest;
    return Math.max(largest, Math.abs(port.fieldPerLevel) * (levelsOfSymbol(circuit.aggregate, port.symbol) - 1));
  }, 0);
}

/** Power on the chip of one unit of field, P 10^(-arrival / 10) / (largest launched field)^2. */
export function unitPower(circuit: Circuit, reading: Reading, launchPowerW: number): number {
  return (launchPowerW * powerRatio(-arrivalLoss(reading))) / highestLaunchField(circuit) ** 2;
}

/** Noise of every kind of detection; a receiver stands at the worker, behind one more fibre coupling. */
export function detectionsOf(circuit: Circuit, reading: Reading, drive: LaunchedLight): Detections {
  const flatHz = reading.value("noise-bandwidth-ratio") * drive.symbolRateBd;
  const equalised = equaliserNoise(reading, drive.symbolRateBd, flatHz);
  const bandwidthHz = flatHz * equalised.neuron;
  const unitPowerW = unitPower(circuit, reading, drive.launchPowerW);
  const coupler = powerRatio(-reading.value("coupler-loss"));
  const amplified = amplifierNoise(reading);
  const signalNoisePerHz = powerRatio(reading.value("signal-rin")) + amplified;
  const common = {
    responsivityAPerW: reading.value("responsivity"),
    oscillatorPowerW: drive.oscillatorPowerW * coupler,
    bandwidthHz,
    amplifierNoise: reading.value("tia-noise"),
    darkCurrentA: reading.value("dark-current"),
    intensityNoisePerHz: powerRatio(reading.value("laser-rin")) + amplified,
    commonModeRejectionDb: reading.value("common-mode-rejection"),
    signalNoisePerHz,
  };
  const neuron = noiseOfHomodyne({ ...common, unitPowerW: unitPowerW * coupler });
  const out = powerRatio(-arrivalLoss(reading));
  const received = { bandwidthHz: flatHz * equalised.receiver, unitPowerW: unitPowerW * coupler * out };
  const receiver = noiseOfHomodyne({ ...common, ...received });
  // Light reaches neurons and receivers: the stronger equaliser counts.
  const light = relativeFieldNoise(signalNoisePerHz, Math.max(bandwidthHz, received.bandwidthHz));
  const noise = { neuron, receiver, carrierRelative: light, launchRelative: light };
  return { noise, neuron, receiver, unitPowerW, bandwidthHz };
}

/** Whether optical amplifiers give the light of one laser: further lasers are not locked to it. */
export function isAmplified(reading: Reading): boolean {
  return reading.has("amplifier-gain") && !reading.has("laser-injection");
}

/**
 * Relative intensity noise (1/Hz) that optical amplifiers add to light: its beat with the spontaneous emission, 4 S / P with
 * S = h nu F G / 2 in one polarisation.
 */
function amplifierNoise(reading: Reading): number {
  if (!isAmplified(reading)) return 0;
  const photonJ = (PLANCK_J_S * LIGHT_SPEED_M_S) / reading.value("wavelength");
  const raised = powerRatio(reading.value("amplifier-gain") + reading.value("amplifier-noise-figure"));
  return (2 * photonJ * raised) / reading.value("amplifier-saturation");
}
