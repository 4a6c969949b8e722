import { type Dimension, findUnit } from "../../dsl/index.ts";

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

/** How value and unit are written, the least and the largest value that is taken, and what it is. The unit says what is measured. */
const rows = {
  wavelength: ["1550 nm", [2e-7, 2e-5], "Of the light."],
  "group-index": ["4.3", [1, 20], "Light takes group-index / c seconds a metre of waveguide."],
  "effective-index": [
    "2.35",
    [1, 20],
    "Of the waveguide's mode; its phase is 2 pi effective-index length / wavelength.",
  ],
  dispersion: ["180 ps/nm/km", [-1, 1], "By how much group-index / c changes with the wavelength."],
  "propagation-loss": ["3 dB/cm", [0, 1e5], "Of a straight waveguide."],
  "bend-loss": ["0.05 dB", [0, 60], "Of a bend of 90 degrees."],
  "bend-radius": ["5 um", [1e-7, 0.1], "The least radius that has that loss."],
  "lane-pitch": ["50 um", [1e-7, 0.1], "Distance of neighbouring waveguides in a mesh, heaters included."],
  "reticle-width": [
    "26 mm",
    [1e-4, 1],
    "One side of what an exposure takes, or of the block that a foundry sells; a larger chip is refused.",
  ],
  "reticle-height": ["33 mm", [1e-4, 1], "The other side."],
  "fibre-pitch": ["127 um", [3e-5, 0.01], "From a coupler of the chip's fibre array to the next one."],
  "fibre-loss": ["3 dB", [0, 60], "Between fibre and waveguide, a facet or grating."],
  "coupler-loss": ["0.1 dB", [0, 60], "Excess loss of a 2x2 coupler, the same from each port to each port."],
  "coupler-length": ["40 um", [0, 0.1], "Of a 2x2 coupler with its bends."],
  "coupler-error": [
    "0.01 rad",
    [0, 1.6],
    "Standard deviation of a coupler's field angle from pi/4, of each coupler alone: .01 rad are 51:49.",
  ],
  "coupler-error-common": [
    "0.01 rad",
    [0, 1.6],
    "Standard deviation of the part of that angle which all couplers of a chip share.",
  ],
  "coupler-angle-by-wavelength": [
    "0.0034 rad/nm",
    [-1e9, 1e9],
    "Change of a coupler's field angle with the wavelength.",
  ],
  "coupler-phase-by-wavelength": [
    "-0.012 rad/nm",
    [-1e9, 1e9],
    "Change of the phase between a coupler's outputs with the wavelength: of the upper against the lower one.",
  ],
  "crossing-loss": ["0.18 dB", [0, 60], "Of each waveguide in a crossing."],
  "crossing-crosstalk": ["-41 dB", [-200, 0], "Power in the crossed waveguide over that in the crossing one."],
  "crossing-length": ["15 um", [0, 0.1], "Side of a crossing."],
  "splitter-loss": [
    "0.28 dB",
    [0, 60],
    "Excess loss of a fixed 1x2 splitter, beyond its 3 dB; these feed oscillators and carriers.",
  ],
  "heater-power-pi": ["25 mW", [0, 100], "For a phase of pi."],
  "heater-resistance": ["750 ohm", [0.1, 1e6], "Between a heater's contacts; it says which current gives a phase."],
  "metal-current": [
    "6.8 mA/um",
    [1e-3, 1e6],
    "That a wire carries for years, over its width; wires are drawn as wide as that asks.",
  ],
  "metal-resistance": ["0.047 ohm", [0, 1e3], "Of a square of a wire's metal."],
  "pad-pitch": ["100 um", [7e-5, 0.01], "From a pad along the edge of the chip to the next one."],
  "heater-length": ["62 um", [0, 0.1], "Of a phase shifter."],
  "heater-loss": ["0.23 dB", [0, 60], "Of a phase shifter as a whole; the other arm has a dummy with the same loss."],
  "heater-time": ["10 us", [0, 10], "From one phase to another."],
  "heater-crosstalk": [
    "0.2 %",
    [0, 1],
    "Share of a heater's phase that another gets at heater-crosstalk-distance d0 or nearer. Beyond, at distance d, it falls by exp(-(d - d0) / heater-crosstalk-decay).",
  ],
  "heater-crosstalk-distance": ["50 um", [0, 1], "d0 of heater-crosstalk."],
  "heater-crosstalk-decay": ["100 um", [1e-9, 1], "Distance over which heater-crosstalk falls by e."],
  "dac-bits": [
    "10 bits",
    [1, 32],
    "Of a heater's driver: its voltage takes 2^dac-bits equidistant values, and the phase goes with its square.",
  ],
  "dac-range": ["6.2832 rad", [0, 100], "Phase at the driver's highest voltage."],
  "driver-power": ["5 mW", [0, 100], "Of a DAC channel, beside what the heater takes."],
  responsivity: ["0.8 A/W", [0, 100], "Of a photodiode."],
  "dark-current": ["100 nA", [0, 1], "Of a photodiode."],
  "detector-bandwidth": ["20 GHz", [1, 1e15], "At -3 dB."],
  "tia-noise": ["16.9 pA/rtHz", [0, 1], "Input-referred, one-sided."],
  "tia-bandwidth": ["32 GHz", [1, 1e15], "At -3 dB."],
  "tia-power": ["47 mW", [0, 100], "Of one amplifier."],
  "receiver-bandwidth-ratio": [
    "2",
    [0.01, 100],
    "Bandwidth of a receiver's amplifier over the symbol rate, up to tia-bandwidth; its power goes with it. Without: tia-bandwidth.",
  ],
  "common-mode-rejection": [
    "30 dB",
    [0, 200],
    "Of a balanced pair: by how much the intensity noise of the oscillator is weakened, in electrical power.",
  ],
  "local-oscillator-power": ["1 mW", [0, 10], "The most that a neuron or receiver may get."],
  "noise-bandwidth-ratio": ["0.7", [0.01, 100], "Noise bandwidth over symbol rate."],
  "equaliser-bandwidth": [
    "40 GHz",
    [1, 1e15],
    "Of an equaliser behind each amplifier: its zero cancels the slowest of the bandwidths before it, its own pole stands here. It raises the noise.",
  ],
  "clock-jitter": [
    "0.1 ps",
    [0, 1e-3],
    "Standard deviation of the moment at which a transmitter sends or a receiver reads.",
  ],
  "sampling-offset": ["1 ps", [0, 1e-3], "The most that this moment is off, beside the jitter."],
  "neuron-delay": ["80 ps", [0, 1], "From light to light."],
  "neuron-recovery": [
    "5 ps",
    [0, 1],
    "Of a comparator that saturates: it keeps its answer so long after its field left the end of its curve.",
  ],
  "neuron-area": ["0.05 mm2", [0, 1], "Of a neuron on the chip."],
  "modulator-loss": ["1 dB", [0, 60], "Of a neuron's modulator, fully open."],
  "modulator-vpi": ["5 V", [1e-6, 1e4], "For a phase of pi."],
  "modulator-drive-power": ["50 mW", [0, 100], "Of the amplifier that drives a neuron's modulator."],
  "modulator-bandwidth": ["20 GHz", [1, 1e15], "At -3 dB."],
  extinction: [
    "25 dB",
    [0, 200],
    "Of a transmitter or a neuron's modulator: power at its highest level over that of what leaks at its lowest.",
  ],
  "extinction-phase": ["1.5708 rad", [-3.2, 3.2], "Of the light that leaks against the light that is sent."],
  "transmitter-energy": ["0.88 pJ/bit", [0, 1], "Of a worker's transmitter, a bit."],
  "laser-efficiency": ["30 %", [1e-6, 1], "Light out over electrical power in."],
  "laser-rin": ["-135 dB/Hz", [-300, 0], "Relative intensity noise, one-sided."],
  "signal-rin": [
    "-155 dB/Hz",
    [-300, 0],
    "Relative intensity noise of workers, reference, carriers of neurons, and the oscillators they beat with. Only the part that is not common to the compared fields counts: no balanced pair suppresses it.",
  ],
  "laser-power": ["100 mW", [0, 1000], "The most that one laser gives; more are taken where that is not enough."],
  "laser-linewidth": ["100 kHz", [0, 1e12], "Of the laser whose light all workers and the chip share."],
  "laser-injection": [
    "0 mW",
    [0, 1],
    "Light that locks a further laser to the one whose light all share. Without: optical amplifiers give what one laser does not.",
  ],
  "amplifier-gain": ["6 dB", [0, 100], "Of an optical amplifier behind a laser, as it is run: at its saturation."],
  "amplifier-saturation": ["17.2 dBm", [0, 1000], "The most that it gives."],
  "amplifier-noise-figure": ["6.5 dB", [0, 60], "Of an optical amplifier."],
  "amplifier-power": ["540 mW", [0, 1000], "That an optical amplifier takes."],
  "width-sigma": ["1.132 nm", [0, 1e-6], "Standard deviation of a waveguide's width over a wafer."],
  "height-sigma": ["0.585 nm", [0, 1e-6], "The same of its height."],
  "width-correlation": ["12.2 mm", [1e-9, 10], "Distance at which the correlation of two widths has fallen to 1/e."],
  "height-correlation": ["8.7 mm", [1e-9, 10], "The same of heights."],
  "index-by-width": ["0.002 1/nm", [-1e9, 1e9], "Change of the effective index with the width."],
  "index-by-height": ["0.004 1/nm", [-1e9, 1e9], "Change of the effective index with the height."],
  "index-by-temperature": ["0.000186 1/K", [-1, 1], "Change of the effective index with the chip's temperature."],
  "residual-phase": [
    "0.005 rad",
    [0, 3.2],
    "Standard deviation of every phase after the bring-up: drift and what a measurement misses, without DAC steps and crosstalk.",
  ],
  "loss-spread": ["0.03 dB", [0, 60], "Standard deviation of a device's loss."],
  "worker-phase": ["0.05 rad", [0, 3.2], "Standard deviation of the phase of a worker's light against the reference."],
  "fibre-phase": [
    "0.008 rad",
    [0, 3.2],
    "The same of each fibre alone, one a symbol of a worker: what its lock leaves.",
  ],
  "reference-drift": ["1 %", [0, 1], "Standard deviation of the reference light's field, relative."],
  "neuron-offset": [
    "0.1 %",
    [0, 1],
    "Standard deviation of a neuron's threshold, of its largest input; where the neuron saturates, of its range.",
  ],
  "neuron-gain-error": ["1 %", [0, 1], "Standard deviation of a neuron's gain, relative."],
  "polarisation-extinction": [
    "20 dB",
    [0, 100],
    "Of the fibres: power in the polarisation of the chip over power in the other one.",
  ],
  "fibre-drift": [
    "0.5 rad/s",
    [0, 1e6],
    "Standard deviation of the rate at which a fibre turns its light; each symbol of each worker has a fibre.",
  ],
  "heater-walk": [
    "0.1 rad",
    [0, 100],
    "Standard deviation of a heater's phase an hour after it was set; it grows with the root of the time.",
  ],
  "chip-temperature-drift": ["1 mK/s", [0, 1e3], "Of the whole chip."],
  "laser-frequency-drift": ["10 MHz/s", [0, 1e15], "Of the laser that gives all light."],
  "heater-settling": ["12.5 us", [0, 1], "Until a heater's phase stands where its driver puts it."],
  "heater-failures": ["10 FIT", [0, 1e-3], "Of a heater that gives no heat any more."],
  "driver-failures": ["10 FIT", [0, 1e-3], "Of a heater's driver, whose phase stays as it is."],
  "photodiode-failures": ["20 FIT", [0, 1e-3], "Of a photodiode and its half of the amplifier."],
  "feed-failures": [
    "20 FIT",
    [0, 1e-3],
    "Of the light of one carrier or oscillator: its share of the laser, its joint.",
  ],
  "transmitter-failures": ["200 FIT", [0, 1e-3], "Of a worker's transmitter and fibre, all symbols."],
  "retrim-time": ["1 s", [0, 1e6], "From a fault to the end of the steps that repair it, finding it included."],
  "repair-time": ["4 h", [0, 1e8], "From a fault that no step repairs to a chip that works, by exchange."],
  "switch-energy": [
    "10 pJ/bit",
    [0, 1],
    "Of an electronic switch, a bit that passes: its SerDes, slicers and error correction too.",
  ],
  "link-laser-energy": ["0.17 pJ/bit", [0, 1], "Of the laser of an electronic switch's link, a bit and direction."],
  "fec-energy": [
    "0.5 pJ/bit",
    [0, 1],
    "Of error correction at a worker behind an electronic switch, a bit sent and received.",
  ],
} as const;

export type QuantityKey = keyof typeof rows;

/** Everything that a technology may give, in the order of docs/reference/technology.md: what reader, printers and nearest names read. */
export const quantities: Readonly<Record<QuantityKey, QuantityRow>> = spelledOut(rows);

type WrittenRow = readonly [written: string, range: QuantityRow["range"], doc: string];

function spelledOut<Key extends string>(rows: Readonly<Record<Key, WrittenRow>>): Readonly<Record<Key, QuantityRow>>;
function spelledOut(rows: Readonly<Record<string, WrittenRow>>): Readonly<Record<string, QuantityRow>> {
  const all = Object.entries(rows).map(([key, [written, range, doc]]): [string, QuantityRow] => {
    const [value, unit = null] = written.split(" ");
    const dimension = unit === null ? null : findUnit(unit)!.dimension;
    return [key, { dimension, range, example: [Number(value), unit], doc }];
  });
  return Object.fromEntries(all);
}

/** In the order of the table. */
export const quantityKeys: readonly QuantityKey[] = Object.keys(rows).filter(isQuantity);

export function isQuantity(name: string): name is QuantityKey {
  return Object.hasOwn(rows, name);
}
