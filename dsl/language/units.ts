/**
 * Units by what they measure, the usual one first and spellings of one unit beside each other: value of one in the base unit, which is
 * bits, 1, s, bit/s, FLOP/s, Hz, m, rad, dB, dB/m, W, J (of one bit where a bit is meant), m2, Bd, A, A/rtHz, V, ohm, A/m, A/W, dB/Hz,
 * 1/m, s/m2, rad/m, K, 1/K, 1/s, rad/s, K/s, Hz/s. Of decibels over a power: that power.
 */
const units = {
  information: {
    bits: 1,
    bit: 1,
    bytes: 8,
    byte: 8,
    B: 8,
    kB: 8e3,
    MB: 8e6,
    GB: 8e9,
    KiB: 8192,
    MiB: 8_388_608,
    GiB: 8_589_934_592,
  },
  ratio: { "%": 0.01 },
  time: {
    s: 1,
    ms: 1e-3,
    us: 1e-6,
    "\u00B5s": 1e-6,
    "\u03BCs": 1e-6,
    ns: 1e-9,
    ps: 1e-12,
    fs: 1e-15,
    min: 60,
    h: 3600,
  },
  "data rate": { "b/s": 1, "Mb/s": 1e6, "Gb/s": 1e9, "Tb/s": 1e12 },
  "compute rate": { "FLOP/s": 1, "GFLOP/s": 1e9, "TFLOP/s": 1e12, "PFLOP/s": 1e15 },
  frequency: { Hz: 1, kHz: 1e3, MHz: 1e6, GHz: 1e9, THz: 1e12 },
  length: { nm: 1e-9, um: 1e-6, "\u00B5m": 1e-6, "\u03BCm": 1e-6, mm: 1e-3, m: 1, km: 1e3 },
  angle: { rad: 1, mrad: 1e-3, deg: 0.017453292519943295 },
  "power ratio": { dB: 1 },
  attenuation: { "dB/cm": 100, "dB/mm": 1e3, "dB/m": 1 },
  power: { W: 1, mW: 1e-3, uW: 1e-6, nW: 1e-9, dBm: 1e-3 },
  energy: { pJ: 1e-12, "pJ/bit": 1e-12, fJ: 1e-15, "fJ/bit": 1e-15, nJ: 1e-9, "nJ/bit": 1e-9, J: 1, "J/bit": 1 },
  area: { mm2: 1e-6, um2: 1e-12, cm2: 1e-4, m2: 1 },
  "symbol rate": { GBd: 1e9, MBd: 1e6, Bd: 1 },
  current: { A: 1, mA: 1e-3, uA: 1e-6, nA: 1e-9, pA: 1e-12 },
  "noise current": { "pA/rtHz": 1e-12, "nA/rtHz": 1e-9, "A/rtHz": 1 },
  voltage: { V: 1, mV: 1e-3 },
  resistance: { ohm: 1 },
  "current per width": { "mA/um": 1e3 },
  responsivity: { "A/W": 1 },
  "relative noise": { "dB/Hz": 1 },
  "inverse length": { "1/nm": 1e9, "1/um": 1e6, "1/m": 1 },
  dispersion: { "ps/nm/km": 1e-6, "s/m2": 1 },
  "angle by wavelength": { "rad/nm": 1e9, "rad/m": 1 },
  temperature: { K: 1, mK: 1e-3 },
  "inverse temperature": { "1/K": 1 },
  // one failure in 1e9 hours
  "failure rate": { FIT: 2.777777777777778e-13 },
  "angle by time": { "rad/s": 1 },
  "temperature by time": { "mK/s": 1e-3, "K/s": 1 },
  "frequency by time": { "MHz/s": 1e6, "Hz/s": 1 },
  trials: { trials: 1, trial: 1 },
} as const;

/** What a number measures. A setting with no dimension counts things and takes a bare number. */
export type Dimension = keyof typeof units;

/** A number of these is a level in dB over the scale: 3 dBm are 2 mW. */
const levels = ["dBm"];

export interface ValueUnit {
  readonly dimension: Dimension;
  /** A number of this unit in the base unit of its dimension. */
  readonly toBase: (value: number) => number;
  /** The other way. */
  readonly fromBase: (value: number) => number;
}

const unitsByName: ReadonlyMap<string, readonly [Dimension, number]> = new Map(
  Object.keys(units)
    .filter((name): name is Dimension => Object.hasOwn(units, name))
    .flatMap((dimension) =>
      Object.entries(units[dimension]).map(([name, scale]) => [name, [dimension, scale]] as const),
    ),
);

/** Exact spelling: case tells b from B and m from M. */
export function findUnit(name: string): ValueUnit | null {
  const unit = unitsByName.get(name);
  if (unit === undefined) return null;
  const [dimension, scale] = unit;
  const isLevel = levels.includes(name);
  return {
    dimension,
    toBase: (value) => scale * (isLevel ? 10 ** (value / 10) : value),
    fromBase: (value) => (isLevel ? 10 * Math.log10(value / scale) : value / scale),
  };
}

/** Spellings of one dimension, the usual one first. */
export function unitNames(dimension: Dimension): readonly string[] {
  return Object.keys(units[dimension]);
}

/** Every spelling of every unit. */
export function allUnitNames(): readonly string[] {
  return [...unitsByName.keys()];
}

/** What a value in base units is written with, `bit` or `bits`; null where it needs nothing. */
export function baseUnit(dimension: Dimension, value: number): string | null {
  const names = Object.entries(units[dimension]).flatMap(([name, scale]) => (scale === 1 ? [name] : []));
  return (value === 1 && dimension === "information" ? names[1] : names[0]) ?? null;
}

/** `a frequency`, for sentences. */
export function aDimension(dimension: Dimension): string {
  if (dimension === "information") return "an amount of data";
  return `${/^[aeiou]/.test(dimension) ? "an" : "a"} ${dimension}`;
}
