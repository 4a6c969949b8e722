import { escaped, scale } from "../axis.ts";

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

const width = 640;
const height = 420;
const margin = { left: 84, right: 24, top: 46, bottom: 56 } as const;
const [right, bottom] = [width - margin.right, height - margin.bottom];
const [blue, grey] = ["#2563a8", "#9aa0a6"];

/** All points by two objectives, the front among them and joined; `note` says what the drawing leaves out. Texts are plain. */
export function drawPareto(
  title: string,
  note: string,
  xAxis: DrawnAxis,
  yAxis: DrawnAxis,
  points: readonly DrawnPoint[],
): string {
  const x = scale(
    points.map((point) => point.x),
    margin.left,
    right,
  );
  const y = scale(
    points.map((point) => point.y),
    bottom,
    margin.top,
  );
  const front = points.filter(({ isFront }) => isFront).sort((a, b) => a.x - b.x || a.y - b.y);
  const circles = [...points.filter(({ isFront }) => !isFront), ...front].map((point) => {
    const [size, colour] = point.isFront ? [4, blue] : [2.6, grey];
    const at = `cx="${x.at(point.x)}" cy="${y.at(point.y)}" r="${size}" fill="${colour}"`;
    return `<circle ${at}><title>${escaped(point.label)}</title></circle>`;
  });
  const better = (axis: DrawnAxis): string => `${axis.title} (${axis.better} is better)`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${margin.left}" y="20" font-size="13" font-weight="bold">${escaped(title)}</text>`,
    `<text x="${margin.left}" y="36" fill="#555555">${escaped(note)}</text>`,
    ...x.ticks.flatMap(({ value, at }) => [
      `<path d="M${at} ${margin.top}V${bottom}" stroke="#e4e4e4"/>`,
      `<text x="${at}" y="${bottom + 18}" text-anchor="middle">${value}</text>`,
    ]),
    ...y.ticks.flatMap(({ value, at }) => [
      `<path d="M${margin.left} ${at}H${right}" stroke="#e4e4e4"/>`,
      `<text x="${margin.left - 8}" y="${Number(at) + 4}" text-anchor="end">${value}</text>`,
    ]),
    `<polyline points="${front.map((point) => `${x.at(point.x)},${y.at(point.y)}`).join(" ")}" fill="none" stroke="${blue}" stroke-width="1.4"/>`,
    ...circles,
    `<text x="${(margin.left + right) / 2}" y="${height - 14}" text-anchor="middle">${escaped(better(xAxis))}</text>`,
    `<text transform="translate(18 ${(margin.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(better(yAxis))}</text>`,
    "</svg>\n",
  ].join("\n");
}
