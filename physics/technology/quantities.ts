import type { Dimension } from "../../dsl/index.ts";

/** Everything about one quantity that a technology may give. */
export interface QuantityRow {
  /** Null: a count or a ratio that is written without a unit. */
  readonly dimension: Dimension | null;
  /** The least and the largest value that is taken, in the base unit. */
  readonly range: readonly [number, number];
  /** How its value and unit are written. */
  readonly example: readonly [number, string | null];
  readonly doc: string;
}

/** Groups of the table, in its order, by their first key. */
export const quantityGroups: readonly (readonly [title: string, first: QuantityKey])[] = [
  ["Waveguides", "wavelength"],
  ["Couplers, crossings and splitters", "coupler-loss"],
  ["Heaters and their drivers", "heater-power-pi"],
  ["Detectors", "responsivity"],
  ["Neurons and modulators", "neuron-delay"],
  ["Lasers and amplifiers", "laser-efficiency"],
  ["Variation of a wafer and drift", "width-sigma"],
  ["Failures", "heater-failures"],
  ["What is compared with", "switch-energy"],
];

const rows = {
  wavelength: { dimension: "length", range: [2e-7, 2e-5], example: [1550, "nm"], doc: "Of the light." },
  "group-index": {
    dimension: null,
    range: [1, 20],
    example: [4.3, null],
    doc: "Light takes group-index / c seconds a metre of waveguide.",
  },
  "effective-index": {
    dimension: null,
    range: [1, 20],
    example: [2.35, null],
    doc: "Of the waveguide's mode; its phase is 2 pi effective-index length / wavelength.",
  },
  dispersion: {
    dimension: "dispersion",
    range: [-1, 1],
    example: [180, "ps/nm/km"],
    doc: "By how much group-index / c changes with the wavelength.",
  },
  "propagation-loss": {
    dimension: "attenuation",
    range: [0, 1e5],
    example: [3, "dB/cm"],
    doc: "Of a straight waveguide.",
  },
  "bend-loss": { dimension: "power ratio", range: [0, 60], example: [0.05, "dB"], doc: "Of a bend of 90 degrees." },
  "bend-radius": {
    dimension: "length",
    range: [1e-7, 0.1],
    example: [5, "um"],
    doc: "The least radius that has that loss.",
  },
  "lane-pitch": {
    dimension: "length",
    range: [1e-7, 0.1],
    example: [50, "um"],
    doc: "Distance of neighbouring waveguides in a mesh, heaters included.",
  },
  "reticle-width": {
    dimension: "length",
    range: [1e-4, 1],
    example: [26, "mm"],
    doc: "One side of what an exposure takes, or of the block that a foundry sells; a larger chip is refused.",
  },
  "reticle-height": { dimension: "length", range: [1e-4, 1], example: [33, "mm"], doc: "The other side." },
  "fibre-pitch": {
    dimension: "length",
    range: [3e-5, 0.01],
    example: [127, "um"],
    doc: "From a coupler of the chip's fibre array to the next one.",
  },
  "fibre-loss": {
    dimension: "power ratio",
    range: [0, 60],
    example: [3, "dB"],
    doc: "Between fibre and waveguide, a facet or grating.",
  },
  "coupler-loss": {
    dimension: "power ratio",
    range: [0, 60],
    example: [0.1, "dB"],
    doc: "Excess loss of a 2x2 coupler, the same from each port to each port.",
  },
  "coupler-length": {
    dimension: "length",
    range: [0, 0.1],
    example: [40, "um"],
    doc: "Of a 2x2 coupler with its bends.",
  },
  "coupler-error": {
    dimension: "angle",
    range: [0, 1.6],
    example: [0.01, "rad"],
    doc: "Standard deviation of a coupler's field angle from pi/4, of each coupler alone: .01 rad are 51:49.",
  },
  "coupler-error-common": {
    dimension: "angle",
    range: [0, 1.6],
    example: [0.01, "rad"],
    doc: "Standard deviation of the part of that angle which all couplers of a chip share.",
  },
  "coupler-angle-by-wavelength": {
    dimension: "angle by wavelength",
    range: [-1e9, 1e9],
    example: [0.0034, "rad/nm"],
    doc: "Change of a coupler's field angle with the wavelength.",
  },
  "coupler-phase-by-wavelength": {
    dimension: "angle by wavelength",
    range: [-1e9, 1e9],
    example: [-0.012, "rad/nm"],
    doc: "Change of the phase between a coupler's outputs with the wavelength: of the upper against the lower one.",
  },
  "crossing-loss": {
    dimension: "power ratio",
    range: [0, 60],
    example: [0.18, "dB"],
    doc: "Of each waveguide in a crossing.",
  },
  "crossing-crosstalk": {
    dimension: "power ratio",
    range: [-200, 0],
    example: [-41, "dB"],
    doc: "Power in the crossed waveguide over that in the crossing one.",
  },
  "crossing-length": { dimension: "length", range: [0, 0.1], example: [15, "um"], doc: "Side of a crossing." },
  "splitter-loss": {
    dimension: "power ratio",
    range: [0, 60],
    example: [0.28, "dB"],
    doc: "Excess loss of a fixed 1x2 splitter, beyond its 3 dB; these feed oscillators and carriers.",
  },
  "heater-power-pi": { dimension: "power", range: [0, 100], example: [25, "mW"], doc: "For a phase of pi." },
  "heater-resistance": {
    dimension: "resistance",
    range: [0.1, 1e6],
    example: [750, "ohm"],
    doc: "Between a heater's contacts; it says which current gives a phase.",
  },
  "metal-current": {
    dimension: "current per width",
    range: [1e-3, 1e6],
    example: [6.8, "mA/um"],
    doc: "That a wire carries for years, over its width; wires are drawn as wide as that asks.",
  },
  "metal-resistance": {
    dimension: "resistance",
    range: [0, 1e3],
    example: [0.047, "ohm"],
    doc: "Of a square of a wire's metal.",
  },
  "pad-pitch": {
    dimension: "length",
    range: [7e-5, 0.01],
    example: [100, "um"],
    doc: "From a pad along the edge of the chip to the next one.",
  },
  "heater-length": { dimension: "length", range: [0, 0.1], example: [62, "um"], doc: "Of a phase shifter." },
  "heater-loss": {
    dimension: "power ratio",
    range: [0, 60],
    example: [0.23, "dB"],
    doc: "Of a phase shifter as a whole; the other arm has a dummy with the same loss.",
  },
  "heater-time": { dimension: "time", range: [0, 10], example: [10, "us"], doc: "From one phase to another." },
  "heater-crosstalk": {
    dimension: "ratio",
    range: [0, 1],
    example: [0.2, "%"],
    doc: "Share of a heater's phase that another gets at heater-crosstalk-distance d0 or nearer. Beyond, at distance d, it falls by exp(-(d - d0) / heater-crosstalk-decay).",
  },
  "heater-crosstalk-distance": {
    dimension: "length",
    range: [0, 1],
    example: [50, "um"],
    doc: "d0 of heater-crosstalk.",
  },
  "heater-crosstalk-decay": {
    dimension: "length",
    range: [1e-9, 1],
    example: [100, "um"],
    doc: "Distance over which heater-crosstalk falls by e.",
  },
  "dac-bits": {
    dimension: "information",
    range: [1, 32],
    example: [10, "bits"],
    doc: "Of a heater's driver: its voltage takes 2^dac-bits equidistant values, and the phase goes with its square.",
  },
  "dac-range": {
    dimension: "angle",
    range: [0, 100],
    example: [6.2832, "rad"],
    doc: "Phase at the driver's highest voltage.",
  },
  "driver-power": {
    dimension: "power",
    range: [0, 100],
    example: [5, "mW"],
    doc: "Of a DAC channel, beside what the heater takes.",
  },
  responsivity: { dimension: "responsivity", range: [0, 100], example: [0.8, "A/W"], doc: "Of a photodiode." },
  "dark-current": { dimension: "current", range: [0, 1], example: [100, "nA"], doc: "Of a photodiode." },
  "detector-bandwidth": { dimension: "frequency", range: [1, 1e15], example: [20, "GHz"], doc: "At -3 dB." },
  "tia-noise": {
    dimension: "noise current",
    range: [0, 1],
    example: [16.9, "pA/rtHz"],
    doc: "Input-referred, one-sided.",
  },
  "tia-bandwidth": { dimension: "frequency", range: [1, 1e15], example: [32, "GHz"], doc: "At -3 dB." },
  "tia-power": { dimension: "power", range: [0, 100], example: [47, "mW"], doc: "Of one amplifier." },
  "receiver-bandwidth-ratio": {
    dimension: null,
    range: [0.01, 100],
    example: [2, null],
    doc: "Bandwidth of a receiver's amplifier over the symbol rate, up to tia-bandwidth; its power goes with it. Without: tia-bandwidth.",
  },
  "common-mode-rejection": {
    dimension: "power ratio",
    range: [0, 200],
    example: [30, "dB"],
    doc: "Of a balanced pair: by how much the intensity noise of the oscillator is weakened, in electrical power.",
  },
  "local-oscillator-power": {
    dimension: "power",
    range: [0, 10],
    example: [1, "mW"],
    doc: "The most that a neuron or receiver may get.",
  },
  "noise-bandwidth-ratio": {
    dimension: null,
    range: [0.01, 100],
    example: [0.7, null],
    doc: "Noise bandwidth over symbol rate.",
  },
  "equaliser-bandwidth": {
    dimension: "frequency",
    range: [1, 1e15],
    example: [40, "GHz"],
    doc: "Of an equaliser behind each amplifier: its zero cancels the slowest of the bandwidths before it, its own pole stands here. It raises the noise.",
  },
  "clock-jitter": {
    dimension: "time",
    range: [0, 1e-3],
    example: [0.1, "ps"],
    doc: "Standard deviation of the moment at which a transmitter sends or a receiver reads.",
  },
  "sampling-offset": {
    dimension: "time",
    range: [0, 1e-3],
    example: [1, "ps"],
    doc: "The most that this moment is off, beside the jitter.",
  },
  "neuron-delay": { dimension: "time", range: [0, 1], example: [80, "ps"], doc: "From light to light." },
  "neuron-recovery": {
    dimension: "time",
    range: [0, 1],
    example: [5, "ps"],
    doc: "Of a comparator that saturates: it keeps its answer so long after its field left the end of its curve.",
  },
  "neuron-area": { dimension: "area", range: [0, 1], example: [0.05, "mm2"], doc: "Of a neuron on the chip." },
  "modulator-loss": {
    dimension: "power ratio",
    range: [0, 60],
    example: [1, "dB"],
    doc: "Of a neuron's modulator, fully open.",
  },
  "modulator-vpi": { dimension: "voltage", range: [1e-6, 1e4], example: [5, "V"], doc: "For a phase of pi." },
  "modulator-drive-power": {
    dimension: "power",
    range: [0, 100],
    example: [50, "mW"],
    doc: "Of the amplifier that drives a neuron's modulator.",
  },
  "modulator-bandwidth": { dimension: "frequency", range: [1, 1e15], example: [20, "GHz"], doc: "At -3 dB." },
  extinction: {
    dimension: "power ratio",
    range: [0, 200],
    example: [25, "dB"],
    doc: "Of a worker's transmitter: power at its highest level over that of what leaks at its lowest.",
  },
  "extinction-phase": {
    dimension: "angle",
    range: [-3.2, 3.2],
    example: [1.5708, "rad"],
    doc: "Of the light that leaks against the light that is sent.",
  },
  "transmitter-energy": {
    dimension: "energy",
    range: [0, 1],
    example: [0.88, "pJ/bit"],
    doc: "Of a worker's transmitter, a bit.",
  },
  "laser-efficiency": {
    dimension: "ratio",
    range: [1e-6, 1],
    example: [30, "%"],
    doc: "Light out over electrical power in.",
  },
  "laser-rin": {
    dimension: "relative noise",
    range: [-300, 0],
    example: [-135, "dB/Hz"],
    doc: "Relative intensity noise, one-sided.",
  },
  "signal-rin": {
    dimension: "relative noise",
    range: [-300, 0],
    example: [-155, "dB/Hz"],
    doc: "Relative intensity noise of workers, reference, carriers of neurons, and the oscillators they beat with. Only the part that is not common to the compared fields counts: no balanced pair suppresses it.",
  },
  "laser-power": {
    dimension: "power",
    range: [0, 1000],
    example: [100, "mW"],
    doc: "The most that one laser gives; more are taken where that is not enough.",
  },
  "laser-linewidth": {
    dimension: "frequency",
    range: [0, 1e12],
    example: [100, "kHz"],
    doc: "Of the laser whose light all workers and the chip share.",
  },
  "amplifier-gain": {
    dimension: "power ratio",
    range: [0, 100],
    example: [27, "dB"],
    doc: "Of an optical amplifier behind a laser.",
  },
  "amplifier-saturation": {
    dimension: "power",
    range: [0, 1000],
    example: [17.2, "dBm"],
    doc: "The most that it gives.",
  },
  "amplifier-noise-figure": {
    dimension: "power ratio",
    range: [0, 60],
    example: [6.5, "dB"],
    doc: "Of an optical amplifier.",
  },
  "amplifier-power": {
    dimension: "power",
    range: [0, 1000],
    example: [540, "mW"],
    doc: "That an optical amplifier takes.",
  },
  "width-sigma": {
    dimension: "length",
    range: [0, 1e-6],
    example: [1.132, "nm"],
    doc: "Standard deviation of a waveguide's width over a wafer.",
  },
  "height-sigma": {
    dimension: "length",
    range: [0, 1e-6],
    example: [0.585, "nm"],
    doc: "The same of its height.",
  },
  "width-correlation": {
    dimension: "length",
    range: [1e-9, 10],
    example: [12.2, "mm"],
    doc: "Distance at which the correlation of two widths has fallen to 1/e.",
  },
  "height-correlation": {
    dimension: "length",
    range: [1e-9, 10],
    example: [8.7, "mm"],
    doc: "The same of heights.",
  },
  "index-by-width": {
    dimension: "inverse length",
    range: [-1e9, 1e9],
    example: [0.002, "1/nm"],
    doc: "Change of the effective index with the width.",
  },
  "index-by-height": {
    dimension: "inverse length",
    range: [-1e9, 1e9],
    example: [0.004, "1/nm"],
    doc: "Change of the effective index with the height.",
  },
  "index-by-temperature": {
    dimension: "inverse temperature",
    range: [-1, 1],
    example: [0.000186, "1/K"],
    doc: "Change of the effective index with the chip's temperature.",
  },
  "residual-phase": {
    dimension: "angle",
    range: [0, 3.2],
    example: [0.005, "rad"],
    doc: "Standard deviation of every phase after the bring-up: drift and what a measurement misses, without DAC steps and crosstalk.",
  },
  "loss-spread": {
    dimension: "power ratio",
    range: [0, 60],
    example: [0.03, "dB"],
    doc: "Standard deviation of a device's loss.",
  },
  "worker-phase": {
    dimension: "angle",
    range: [0, 3.2],
    example: [0.05, "rad"],
    doc: "Standard deviation of the phase of a worker's light against the reference.",
  },
  "reference-drift": {
    dimension: "ratio",
    range: [0, 1],
    example: [1, "%"],
    doc: "Standard deviation of the reference light's field, relative.",
  },
  "neuron-offset": {
    dimension: "ratio",
    range: [0, 1],
    example: [0.1, "%"],
    doc: "Standard deviation of a neuron's threshold, of its largest input; where the neuron saturates, of its range.",
  },
  "neuron-gain-error": {
    dimension: "ratio",
    range: [0, 1],
    example: [1, "%"],
    doc: "Standard deviation of a neuron's gain, relative.",
  },
  "polarisation-extinction": {
    dimension: "power ratio",
    range: [0, 100],
    example: [20, "dB"],
    doc: "Of the fibres: power in the polarisation of the chip over power in the other one.",
  },
  "fibre-drift": {
    dimension: "angle by time",
    range: [0, 1e6],
    example: [0.5, "rad/s"],
    doc: "Standard deviation of the rate at which a fibre turns its light; each symbol of each worker has a fibre.",
  },
  "heater-walk": {
    dimension: "angle",
    range: [0, 100],
    example: [0.1, "rad"],
    doc: "Standard deviation of a heater's phase an hour after it was set; it grows with the root of the time.",
  },
  "chip-temperature-drift": {
    dimension: "temperature by time",
    range: [0, 1e3],
    example: [1, "mK/s"],
    doc: "Of the whole chip.",
  },
  "laser-frequency-drift": {
    dimension: "frequency by time",
    range: [0, 1e15],
    example: [10, "MHz/s"],
    doc: "Of the laser that gives all light.",
  },
  "heater-settling": {
    dimension: "time",
    range: [0, 1],
    example: [12.5, "us"],
    doc: "Until a heater's phase stands where its driver puts it.",
  },
  "heater-failures": {
    dimension: "failure rate",
    range: [0, 1e-3],
    example: [10, "FIT"],
    doc: "Of a heater that gives no heat any more.",
  },
  "driver-failures": {
    dimension: "failure rate",
    range: [0, 1e-3],
    example: [10, "FIT"],
    doc: "Of a heater's driver, whose phase stays as it is.",
  },
  "photodiode-failures": {
    dimension: "failure rate",
    range: [0, 1e-3],
    example: [20, "FIT"],
    doc: "Of a photodiode and its half of the amplifier.",
  },
  "feed-failures": {
    dimension: "failure rate",
    range: [0, 1e-3],
    example: [20, "FIT"],
    doc: "Of the light of one carrier or oscillator: its share of the laser, its joint.",
  },
  "transmitter-failures": {
    dimension: "failure rate",
    range: [0, 1e-3],
    example: [200, "FIT"],
    doc: "Of a worker's transmitter and fibre, all symbols.",
  },
  "retrim-time": {
    dimension: "time",
    range: [0, 1e6],
    example: [1, "s"],
    doc: "From a fault to the end of the steps that repair it, finding it included.",
  },
  "repair-time": {
    dimension: "time",
    range: [0, 1e8],
    example: [4, "h"],
    doc: "From a fault that no step repairs to a chip that works, by exchange.",
  },
  "switch-energy": {
    dimension: "energy",
    range: [0, 1],
    example: [10, "pJ/bit"],
    doc: "Of an electronic switch, a bit that passes: its SerDes, slicers and error correction too.",
  },
  "link-laser-energy": {
    dimension: "energy",
    range: [0, 1],
    example: [0.17, "pJ/bit"],
    doc: "Of the laser of an electronic switch's link, a bit and direction.",
  },
  "fec-energy": {
    dimension: "energy",
    range: [0, 1],
    example: [0.5, "pJ/bit"],
    doc: "Of error correction at a worker behind an electronic switch, a bit sent and received.",
  },
} as const;

export type QuantityKey = keyof typeof rows;

/** Everything that a technology may give, in the order of docs/reference/technology.md: what reader, printers and nearest names read. */
export const quantities: Readonly<Record<QuantityKey, QuantityRow>> = rows;

/** In the order of the table. */
export const quantityKeys: readonly QuantityKey[] = Object.keys(rows).filter(isQuantity);

export function isQuantity(name: string): name is QuantityKey {
  return Object.hasOwn(rows, name);
}
