import { linePanel, picture, theme } from "../../formats/index.ts";

/** Chips at one size of an error. */
export interface YieldPoint {
  readonly size: number;
  readonly share: number;
  /** 95 % interval of the share. */
  readonly low: number;
  readonly high: number;
}

/** Share of good chips over the size of an error, on a logarithmic axis, with its intervals. `title` and `axis` are plain text. */
export function drawYield(title: string, axis: string, points: readonly YieldPoint[]): string {
  const shares = points.map(({ size, share, low, high }) => ({ x: size, y: share, spread: [low, high] as const }));
  const panel = linePanel({
    title,
    x: { title: axis, scale: "log", ticks: points.map(({ size }) => size), format: String },
    y: {
      title: "good chips",
      scale: "linear",
      include: [0, 1],
      room: 0,
      format: (share) => `${Math.round(100 * share)} %`,
    },
    lines: [{ name: "", points: shares, colour: theme.blue, marks: 2.4, spreads: "bars" }],
    height: 420,
  });
  return picture([panel]);
}
