/** What a number measures. A setting with no dimension counts things and takes a bare number. */
export type Dimension =
  | "information"
  | "ratio"
  | "time"
  | "data rate"
  | "compute rate"
  | "frequency"
  | "length"
  | "angle"
  | "power ratio"
  | "attenuation"
  | "power"
  | "energy"
  | "area"
  | "symbol rate"
  | "current"
  | "noise current"
  | "voltage"
  | "resistance"
  | "current per width"
  | "responsivity"
  | "relative noise"
  | "inverse length"
  | "dispersion"
  | "angle by wavelength"
  | "temperature"
  | "inverse temperature"
  | "failure rate"
  | "angle by time"
  | "temperature by time"
  | "frequency by time"
  | "trials";

interface UnitRow {
  readonly names: readonly string[];
  readonly dimension: Dimension;
  /**
   * Value of one unit in the base unit of its dimension: bits, 1, s, bit/s, FLOP/s, Hz, m, rad, dB, dB/m, W, J (of one bit where a bit is
   * meant), m2, Bd, A, A/rtHz, V, ohm, A/m, A/W, dB/Hz, 1/m, s/m2, rad/m, 1/K, 1/s,
   * rad/s, K/s, Hz/s. Of decibels over a power: that power.
   */
  readonly scale: number;
  /** The number is a level in dB over `scale`: 3 dBm are 2 mW. */
  readonly isLevel?: true;
}

const rows: readonly UnitRow[] = [
  { names: ["bits", "bit"], dimension: "information", scale: 1 },
  { names: ["bytes", "byte", "B"], dimension: "information", scale: 8 },
  { names: ["kB"], dimension: "information", scale: 8e3 },
  { names: ["MB"], dimension: "information", scale: 8e6 },
  { names: ["GB"], dimension: "information", scale: 8e9 },
  { names: ["KiB"], dimension: "information", scale: 8 * 2 ** 10 },
  { names: ["MiB"], dimension: "information", scale: 8 * 2 ** 20 },
  { names: ["GiB"], dimension: "information", scale: 8 * 2 ** 30 },
  { names: ["%"], dimension: "ratio", scale: 0.01 },
  { names: ["s"], dimension: "time", scale: 1 },
  { names: ["ms"], dimension: "time", scale: 1e-3 },
  { names: ["us", "\u00B5s", "\u03BCs"], dimension: "time", scale: 1e-6 },
  { names: ["ns"], dimension: "time", scale: 1e-9 },
  { names: ["ps"], dimension: "time", scale: 1e-12 },
  { names: ["fs"], dimension: "time", scale: 1e-15 },
  { names: ["min"], dimension: "time", scale: 60 },
  { names: ["h"], dimension: "time", scale: 3600 },
  { names: ["b/s"], dimension: "data rate", scale: 1 },
  { names: ["Mb/s"], dimension: "data rate", scale: 1e6 },
  { names: ["Gb/s"], dimension: "data rate", scale: 1e9 },
  { names: ["Tb/s"], dimension: "data rate", scale: 1e12 },
  { names: ["FLOP/s"], dimension: "compute rate", scale: 1 },
  { names: ["GFLOP/s"], dimension: "compute rate", scale: 1e9 },
  { names: ["TFLOP/s"], dimension: "compute rate", scale: 1e12 },
  { names: ["PFLOP/s"], dimension: "compute rate", scale: 1e15 },
  { names: ["Hz"], dimension: "frequency", scale: 1 },
  { names: ["kHz"], dimension: "frequency", scale: 1e3 },
  { names: ["MHz"], dimension: "frequency", scale: 1e6 },
  { names: ["GHz"], dimension: "frequency", scale: 1e9 },
  { names: ["THz"], dimension: "frequency", scale: 1e12 },
  { names: ["nm"], dimension: "length", scale: 1e-9 },
  { names: ["um", "\u00B5m", "\u03BCm"], dimension: "length", scale: 1e-6 },
  { names: ["mm"], dimension: "length", scale: 1e-3 },
  { names: ["m"], dimension: "length", scale: 1 },
  { names: ["km"], dimension: "length", scale: 1e3 },
  { names: ["rad"], dimension: "angle", scale: 1 },
  { names: ["mrad"], dimension: "angle", scale: 1e-3 },
  { names: ["deg"], dimension: "angle", scale: Math.PI / 180 },
  { names: ["dB"], dimension: "power ratio", scale: 1 },
  { names: ["dB/cm"], dimension: "attenuation", scale: 100 },
  { names: ["dB/mm"], dimension: "attenuation", scale: 1e3 },
  { names: ["dB/m"], dimension: "attenuation", scale: 1 },
  { names: ["W"], dimension: "power", scale: 1 },
  { names: ["mW"], dimension: "power", scale: 1e-3 },
  { names: ["uW"], dimension: "power", scale: 1e-6 },
  { names: ["nW"], dimension: "power", scale: 1e-9 },
  { names: ["dBm"], dimension: "power", scale: 1e-3, isLevel: true },
  { names: ["pJ", "pJ/bit"], dimension: "energy", scale: 1e-12 },
  { names: ["fJ", "fJ/bit"], dimension: "energy", scale: 1e-15 },
  { names: ["nJ", "nJ/bit"], dimension: "energy", scale: 1e-9 },
  { names: ["J", "J/bit"], dimension: "energy", scale: 1 },
  { names: ["mm2"], dimension: "area", scale: 1e-6 },
  { names: ["um2"], dimension: "area", scale: 1e-12 },
  { names: ["cm2"], dimension: "area", scale: 1e-4 },
  { names: ["m2"], dimension: "area", scale: 1 },
  { names: ["GBd"], dimension: "symbol rate", scale: 1e9 },
  { names: ["MBd"], dimension: "symbol rate", scale: 1e6 },
  { names: ["Bd"], dimension: "symbol rate", scale: 1 },
  { names: ["A"], dimension: "current", scale: 1 },
  { names: ["mA"], dimension: "current", scale: 1e-3 },
  { names: ["uA"], dimension: "current", scale: 1e-6 },
  { names: ["nA"], dimension: "current", scale: 1e-9 },
  { names: ["pA"], dimension: "current", scale: 1e-12 },
  { names: ["pA/rtHz"], dimension: "noise current", scale: 1e-12 },
  { names: ["nA/rtHz"], dimension: "noise current", scale: 1e-9 },
  { names: ["A/rtHz"], dimension: "noise current", scale: 1 },
  { names: ["V"], dimension: "voltage", scale: 1 },
  { names: ["mV"], dimension: "voltage", scale: 1e-3 },
  { names: ["ohm"], dimension: "resistance", scale: 1 },
  { names: ["mA/um"], dimension: "current per width", scale: 1e3 },
  { names: ["A/W"], dimension: "responsivity", scale: 1 },
  { names: ["dB/Hz"], dimension: "relative noise", scale: 1 },
  { names: ["1/nm"], dimension: "inverse length", scale: 1e9 },
  { names: ["1/um"], dimension: "inverse length", scale: 1e6 },
  { names: ["1/m"], dimension: "inverse length", scale: 1 },
  { names: ["ps/nm/km"], dimension: "dispersion", scale: 1e-6 },
  { names: ["s/m2"], dimension: "dispersion", scale: 1 },
  { names: ["rad/nm"], dimension: "angle by wavelength", scale: 1e9 },
  { names: ["rad/m"], dimension: "angle by wavelength", scale: 1 },
  { names: ["K"], dimension: "temperature", scale: 1 },
  { names: ["mK"], dimension: "temperature", scale: 1e-3 },
  { names: ["1/K"], dimension: "inverse temperature", scale: 1 },
  // one failure in 1e9 hours
  { names: ["FIT"], dimension: "failure rate", scale: 1 / 3.6e12 },
  { names: ["rad/s"], dimension: "angle by time", scale: 1 },
  { names: ["mK/s"], dimension: "temperature by time", scale: 1e-3 },
  { names: ["K/s"], dimension: "temperature by time", scale: 1 },
  { names: ["MHz/s"], dimension: "frequency by time", scale: 1e6 },
  { names: ["Hz/s"], dimension: "frequency by time", scale: 1 },
  { names: ["trials", "trial"], dimension: "trials", scale: 1 },
];

export interface ValueUnit {
  readonly dimension: Dimension;
  /** A number of this unit in the base unit of its dimension. */
  readonly toBase: (value: number) => number;
  /** The other way. */
  readonly fromBase: (value: number) => number;
}

const rowsByName: ReadonlyMap<string, UnitRow> = new Map(rows.flatMap((row) => row.names.map((name) => [name, row])));

/** Exact spelling: case tells b from B and m from M. */
export function findUnit(name: string): ValueUnit | null {
  const row = rowsByName.get(name);
  if (row === undefined) return null;
  const { dimension, scale, isLevel } = row;
  return {
    dimension,
    toBase: (value) => scale * (isLevel ? 10 ** (value / 10) : value),
    fromBase: (value) => (isLevel ? 10 * Math.log10(value / scale) : value / scale),
  };
}

/** Spellings of one dimension, the usual one first. */
export function unitNames(dimension: Dimension): readonly string[] {
  return rows.filter((row) => row.dimension === dimension).flatMap((row) => row.names);
}

/** Every spelling of every unit. */
export function allUnitNames(): readonly string[] {
  return rows.flatMap(({ names }) => names);
}

/** What a value in base units is written with, `bit` or `bits`; null where it needs nothing. */
export function baseUnit(dimension: Dimension, value: number): string | null {
  const names = rows.find((row) => row.dimension === dimension && row.scale === 1)?.names ?? [];
  return (value === 1 && dimension === "information" ? names[1] : names[0]) ?? null;
}

/** `a frequency`, for sentences. */
export function aDimension(dimension: Dimension): string {
  if (dimension === "information") return "an amount of data";
  return `${/^[aeiou]/.test(dimension) ? "an" : "a"} ${dimension}`;
}
