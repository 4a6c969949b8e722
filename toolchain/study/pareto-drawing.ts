import { linePanel, picture, theme } from "../../formats/index.ts";

/** One point of the drawing, in the units of its axes. */
export interface DrawnPoint {
  readonly x: number;
  readonly y: number;
  readonly isFront: boolean;
  /** For those who ask: plain text. */
  readonly label: string;
}

export interface DrawnAxis {
  /** Plain text. */
  readonly title: string;
  readonly better: "less" | "more";
}

/** All points by two objectives, the front among them and joined; `note` says what the drawing leaves out. Texts are plain. */
export function drawPareto(
  title: string,
  note: string,
  xAxis: DrawnAxis,
  yAxis: DrawnAxis,
  points: readonly DrawnPoint[],
): string {
  const axis = ({ title: name, better }: DrawnAxis) => ({
    title: `${name} (${better} is better)`,
    scale: "fitting" as const,
  });
  const marked = points.map(({ x, y, label, isFront }) => ({ x, y, title: label, isFront }));
  const front = marked.filter(({ isFront }) => isFront).sort((a, b) => a.x - b.x || a.y - b.y);
  const panel = linePanel({
    ...{ title, note, x: axis(xAxis), y: axis(yAxis), height: 460 },
    lines: [
      { name: "", points: marked.filter(({ isFront }) => !isFront), colour: theme.grey, marks: 2.6, isLoose: true },
      { name: "", points: front, colour: theme.blue, marks: 4 },
    ],
  });
  return picture([panel]);
}
