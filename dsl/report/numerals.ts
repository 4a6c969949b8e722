/** Thousands apart by a space, as in the rest of the output. */
export function grouped(n: number): string {
  if (!Number.isInteger(n) || Math.abs(n) >= 1e15) return String(n);
  return String(n).replace(/\B(?=(\d{3})+$)/g, " ");
}

/** `1 file`, `1 200 files` */
export function counted(n: number, one: string, several: string = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : several}`;
}

/** How long one waits or waited: `8 s`, `1 min 8 s`, `2 h 5 min`, `3 days`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 2 * 86_400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} days`;
}

/** Four significant digits, without trailing zeros: `0.7071`. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

type Scaled = "s" | "B" | "J" | "Bd" | "m" | "K" | "Hz";

/** Powers of 1000 by which units are scaled, in their order; a file of half a byte there is not. */
const prefixes: Readonly<Record<Scaled, readonly string[]>> = {
  s: ["f", "p", "n", "u", "m", ""],
  B: ["", "k", "M", "G", "T", "P"],
  J: ["f", "p", "n", "u", "m", "", "k", "M"],
  Bd: ["", "k", "M", "G", "T"],
  m: ["f", "p", "n", "u", "m", ""],
  K: ["u", "m", ""],
  Hz: ["", "k", "M", "G", "T"],
};

/** A figure with its unit, so that one to three digits stand before the point: `14.52 ms`, `5.603 MB`, `25 GBd`. */
export function measured(value: number, unit: Scaled): string {
  const names = prefixes[unit];
  const plain = names.indexOf("");
  if (value === 0 || !Number.isFinite(value)) return `${value} ${unit}`;
  // Of the rounded figure, so that 999.96 us are 1 ms.
  const rounded = Math.abs(Number(value.toPrecision(4)));
  const power = Math.floor(Number(rounded.toExponential().split("e")[1]) / 3);
  const at = Math.min(Math.max(power + plain, 0), names.length - 1);
  return `${figure(value / 1000 ** (at - plain))} ${names[at]}${unit}`;
}

/** Sizes that people choose, buffers and limits: `64 KiB`, a power of 1024 that divides, or plain bytes. */
export function binaryBytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let power = 0;
  while (power + 1 < units.length && value > 0 && value % 1024 ** (power + 1) === 0) power++;
  return `${value / 1024 ** power} ${units[power]}`;
}

/** How many a second: `24 000`, `1.5`. */
export function perSecond(rate: number): string {
  return rate >= 10 ? grouped(Math.round(rate)) : String(Number(rate.toPrecision(2)));
}

/** Three digits of a small share, and as many as it takes to tell a large one from 100 %: `0.0123 %`, `98.76 %`, `99.9999 %`. */
export function percent(share: number): string {
  if (share === 1) return "100 %";
  if (share < 0.01) return `${Number((100 * share).toPrecision(3))} %`;
  for (let digits = 2; digits < 12; digits++) {
    const text = (100 * share).toFixed(digits);
    if (share > 1 || Number(text) < 100) return `${Number(text)} %`;
  }
  return `${100 * share} %`;
}
