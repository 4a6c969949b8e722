export interface Scale {
  readonly at: (value: number) => string;
  readonly ticks: readonly { readonly value: string; readonly at: string }[];
}

/** From the least value to the largest, with room around them; in powers of ten where they span more than two, unless `linear`. */
export function scale(
  values: readonly number[],
  from: number,
  to: number,
  kind: "linear" | "fitting" = "fitting",
): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const isLog = kind === "fitting" && least > 0 && most / least > 100;
  const along = (value: number): number => (isLog ? Math.log10(value) : value);
  const span = along(most) - along(least) || Math.abs(most) || 1;
  const [low, high] = [along(least) - 0.06 * span, along(most) + 0.06 * span];
  const at = (value: number): string => (from + ((along(value) - low) / (high - low)) * (to - from)).toFixed(1);
  const step = Math.max(roundStep((high - low) / 5), isLog ? 1 : 0);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  const ticks = Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(6)));
  return { at, ticks: ticks.map((tick) => (isLog ? tickAt(10 ** tick) : tickAt(tick))) };

  function tickAt(value: number): Scale["ticks"][number] {
    return { value: `${Number(value.toPrecision(6))}`, at: at(value) };
  }
}

/** 1, 2 or 5 times a power of ten, at least as large. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((each) => each * power >= least) ?? 10);
}

/** Names come out of files. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
