import type { Circuit } from "../../netlist/index.ts";
import { powerRatio } from "../light/decibels.ts";
import { arrivalLoss, columnLength } from "../light/part-figures.ts";
import { isAmplified, type LaunchedLight, unitPower } from "../noise/detections.ts";
import { receiverBandwidth } from "../noise/filters.ts";
import type { Reading } from "../technology/recorder.ts";
import type { FigurePart } from "./figures.ts";
import type { Hardware } from "./hardware.ts";

/** Light in W, behind lasers or amplifiers and in front of all splitters and fibres. */
export interface LightPower {
  readonly workersW: number;
  readonly referenceW: number;
  readonly oscillatorsW: number;
  readonly carriersW: number;
  readonly totalW: number;
  /** What the lasers give of it. */
  readonly lasersW: number;
  readonly lasers: number;
  readonly amplifiers: number;
}

/** Electrical power in W. */
export interface ElectricalPower {
  /** As a bring-up sets them from unknown phases: each to pi in the mean. */
  readonly heatersW: number;
  readonly driversW: number;
  /** Of neurons. */
  readonly amplifiersW: number;
  readonly receiversW: number;
  readonly modulatorsW: number;
  readonly transmittersW: number;
  /** A heater and its driver for each fibre whose light meets other light, at the chip or at a receiver. */
  readonly locksW: number;
  readonly lasersW: number;
  readonly totalW: number;
}

/** Loss in dB in front of each light's modulator, port or oscillator: of `circuit.inputs`, of neurons in the order of the file, and of `circuit.outputs`. */
export interface LossAhead {
  readonly inputsDb: readonly number[];
  readonly carriersDb: readonly number[];
  readonly oscillatorsDb: readonly number[];
  readonly receiversDb: readonly number[];
}

/**
 * All light, of one seed laser. `sentFields` are the largest fields that the neurons send on, in the order of the file. Oscillators and
 * carriers come over one fibre coupling and a binary tree of fixed splitters: ceil(log2 n) of them in a row, of n oscillators and carriers.
 * The workers' light comes over such a tree too, into the transmitters and out of them.
 */
export function lightPower(
  circuit: Circuit,
  hardware: Hardware,
  reading: Reading,
  drive: LaunchedLight,
  sentFields: readonly number[],
  ahead: LossAhead | null = null,
): LightPower {
  const unitW = unitPower(circuit, reading, drive.launchPowerW);
  const fibre = powerRatio(arrivalLoss(reading));
  const modulator = powerRatio(reading.value("modulator-loss"));
  const split = (leaves: number): number =>
    powerRatio((leaves > 1 ? Math.ceil(Math.log2(leaves)) : 0) * reading.value("splitter-loss"));
  const tree = fibre * split(hardware.oscillators + hardware.carriers);
  const sent = fibre * modulator * powerRatio(reading.value("fibre-loss")) * split(hardware.transmitters);
  const before = (lossDb: number | undefined): number => powerRatio(lossDb ?? 0);
  let [workersW, referenceW] = [0, 0];
  circuit.inputs.forEach((port, p) => {
    const lost = before(ahead?.inputsDb[p]);
    if (port.kind === "worker") workersW += drive.launchPowerW * sent * lost;
    else referenceW += port.field ** 2 * unitW * fibre * lost;
  });
  const detectors = ahead === null ? null : [...ahead.oscillatorsDb, ...ahead.receiversDb];
  const oscillators = detectors?.reduce((sum, lossDb) => sum + before(lossDb), 0) ?? hardware.oscillators;
  const oscillatorsW = oscillators * drive.oscillatorPowerW * tree;
  const carriersW = sentFields.reduce(
    (sum, field, n) => sum + field ** 2 * unitW * modulator * tree * before(ahead?.carriersDb[n]),
    0,
  );
  const totalW = workersW + referenceW + oscillatorsW + carriersW;
  const parts = { workersW, referenceW, oscillatorsW, carriersW, totalW };
  const laserW = reading.value("laser-power");
  if (isAmplified(reading)) {
    const amplifiers = Math.ceil(totalW / reading.value("amplifier-saturation"));
    const lasersW = totalW * powerRatio(-reading.value("amplifier-gain")) * split(amplifiers);
    return { ...parts, lasersW, lasers: Math.ceil(lasersW / laserW), amplifiers };
  }
  const lasers = Math.ceil(totalW / laserW);
  const lockedW = reading.has("laser-injection") ? (lasers - 1) * reading.value("laser-injection") : 0;
  return { ...parts, lasersW: totalW + lockedW, lasers, amplifiers: 0 };
}

/** Everything that takes electrical power, at that symbol rate: a word a symbol period. */
export function electricalPower(
  circuit: Circuit,
  hardware: Hardware,
  reading: Reading,
  drive: LaunchedLight,
  light: LightPower,
): ElectricalPower {
  const { workers, bits } = circuit.aggregate;
  const bitsASecond = drive.symbolRateBd * workers * bits;
  const heaterW = reading.value("heater-power-pi");
  const heatersW = hardware.heaters * heaterW;
  const driversW = hardware.dacChannels * reading.value("driver-power");
  const amplifierW = reading.value("tia-power");
  const amplifiersW = hardware.neurons * amplifierW;
  const share = receiverBandwidth(reading, drive.symbolRateBd) / reading.value("tia-bandwidth");
  const receiversW = hardware.receivers * amplifierW * share;
  const modulatorsW = hardware.modulators * reading.value("modulator-drive-power");
  const transmittersW = bitsASecond * reading.value("transmitter-energy");
  const locksW = (hardware.transmitters + hardware.receivers) * (heaterW + reading.value("driver-power"));
  const optical = light.amplifiers > 0 ? light.amplifiers * reading.value("amplifier-power") : 0;
  const lasersW = light.lasersW / reading.value("laser-efficiency") + optical;
  const parts = { heatersW, driversW, amplifiersW, receiversW, modulatorsW, transmittersW, locksW, lasersW };
  return { ...parts, totalW: Object.values(parts).reduce((sum, watts) => sum + watts, 0) };
}

/**
 * Area in m2 that is covered, by what covers it: each MZI two lanes of its length, each neuron its own, each waveguide between
 * devices a lane of its length.
 */
export function areaParts(hardware: Hardware, reading: Reading): readonly FigurePart[] {
  const pitch = reading.value("lane-pitch");
  return [
    { name: "MZIs", value: hardware.mzis * 2 * pitch * columnLength(reading), of: "lane-pitch" },
    { name: "neurons", value: hardware.neurons * reading.value("neuron-area"), of: "neuron-area" },
    { name: "waveguides", value: hardware.waveguideUm * 1e-6 * pitch, of: "lane-pitch" },
  ];
}

/** The sum of `areaParts`. */
export function coveredArea(hardware: Hardware, reading: Reading): number {
  return areaParts(hardware, reading).reduce((sum, { value }) => sum + value, 0);
}
