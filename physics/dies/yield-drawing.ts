/** Dies at one size of an error. */
export interface YieldPoint {
  readonly size: number;
  readonly share: number;
  /** 95 % interval of the share. */
  readonly low: number;
  readonly high: number;
}

const width = 640;
const height = 400;
const margin = { left: 60, right: 20, top: 46, bottom: 50 } as const;
const [right, bottom] = [width - margin.right, height - margin.bottom];

/** Share of good dies over the size of an error, on a logarithmic axis, with its intervals. `title` and `axis` are plain text. */
export function drawYield(title: string, axis: string, points: readonly YieldPoint[]): string {
  const logs = points.map(({ size }) => Math.log10(size));
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  const x = (size: number): string =>
    (margin.left + ((Math.log10(size) - least) / Math.max(most - least, 1e-9)) * (right - margin.left)).toFixed(1);
  const y = (share: number): string => (bottom - share * (bottom - margin.top)).toFixed(1);
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    `<path d="M${margin.left} ${y(share)}H${right}" stroke="#dddddd"/>`,
    `<text x="${margin.left - 8}" y="${Number(y(share)) + 4}" text-anchor="end">${100 * share} %</text>`,
  ]);
  const ticks = points.map(({ size }) => `<text x="${x(size)}" y="${bottom + 18}" text-anchor="middle">${size}</text>`);
  const bars = points.map(({ size, low, high }) => `<path d="M${x(size)} ${y(low)}V${y(high)}" stroke="#2563a8"/>`);
  const line = points.map(({ size, share }) => `${x(size)},${y(share)}`).join(" ");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${margin.left}" y="24" font-size="13" font-weight="bold">${escaped(title)}</text>`,
    ...grid,
    ...ticks,
    ...bars,
    `<polyline points="${line}" fill="none" stroke="#2563a8" stroke-width="1.6"/>`,
    ...points.map(({ size, share }) => `<circle cx="${x(size)}" cy="${y(share)}" r="2.4" fill="#2563a8"/>`),
    `<text x="${(margin.left + right) / 2}" y="${height - 10}" text-anchor="middle">${escaped(axis)}</text>`,
    "</svg>\n",
  ].join("\n");
}

/** Names come out of files. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
