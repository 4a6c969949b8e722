/** What a number measures. A setting with no dimension counts things and takes a bare number. */
export type Dimension =
  | "information"
  | "ratio"
  | "time"
  | "data rate"
  | "frequency"
  | "length"
  | "angle"
  | "power ratio";

interface UnitRow {
  readonly names: readonly string[];
  readonly dimension: Dimension;
  /** Value of one unit in the base unit of its dimension: bits, 1, s, bit/s, Hz, m, rad, dB. */
  readonly scale: number;
}

const rows: readonly UnitRow[] = [
  { names: ["bits", "bit"], dimension: "information", scale: 1 },
  { names: ["bytes", "byte", "B"], dimension: "information", scale: 8 },
  { names: ["kB"], dimension: "information", scale: 8e3 },
  { names: ["MB"], dimension: "information", scale: 8e6 },
  { names: ["GB"], dimension: "information", scale: 8e9 },
  { names: ["%"], dimension: "ratio", scale: 0.01 },
  { names: ["s"], dimension: "time", scale: 1 },
  { names: ["ms"], dimension: "time", scale: 1e-3 },
  { names: ["us", "\u00B5s", "\u03BCs"], dimension: "time", scale: 1e-6 },
  { names: ["ns"], dimension: "time", scale: 1e-9 },
  { names: ["min"], dimension: "time", scale: 60 },
  { names: ["h"], dimension: "time", scale: 3600 },
  { names: ["b/s"], dimension: "data rate", scale: 1 },
  { names: ["Mb/s"], dimension: "data rate", scale: 1e6 },
  { names: ["Gb/s"], dimension: "data rate", scale: 1e9 },
  { names: ["Tb/s"], dimension: "data rate", scale: 1e12 },
  { names: ["Hz"], dimension: "frequency", scale: 1 },
  { names: ["kHz"], dimension: "frequency", scale: 1e3 },
  { names: ["MHz"], dimension: "frequency", scale: 1e6 },
  { names: ["GHz"], dimension: "frequency", scale: 1e9 },
  { names: ["THz"], dimension: "frequency", scale: 1e12 },
  { names: ["nm"], dimension: "length", scale: 1e-9 },
  { names: ["um"], dimension: "length", scale: 1e-6 },
  { names: ["mm"], dimension: "length", scale: 1e-3 },
  { names: ["m"], dimension: "length", scale: 1 },
  { names: ["km"], dimension: "length", scale: 1e3 },
  { names: ["rad"], dimension: "angle", scale: 1 },
  { names: ["dB"], dimension: "power ratio", scale: 1 },
];

export interface Unit {
  readonly dimension: Dimension;
  readonly scale: number;
}

/** Exact spelling: case tells b from B and m from M. */
export function findUnit(name: string): Unit | null {
  return rows.find((row) => row.names.includes(name)) ?? null;
}

/** Spellings of one dimension, the usual one first. */
export function unitNames(dimension: Dimension): readonly string[] {
  return rows.filter((row) => row.dimension === dimension).flatMap((row) => row.names);
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
