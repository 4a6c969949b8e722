import type { ClusterInput } from "../dsl/index.ts";

export const width = 860;

/** A part of a picture, as wide as the picture. */
export interface Panel {
  readonly text: readonly string[];
  readonly height: number;
}

/** Panels below each other, and below them what they hang on. */
export function picture(panels: readonly Panel[], inputs: readonly ClusterInput[]): string {
  const parts: string[] = [];
  let top = 0;
  for (const { text, height } of panels) {
    parts.push(`<g transform="translate(0 ${top})">`, ...text, "</g>");
    top += height;
  }
  const lines = wrap(`Inputs: ${inputs.map(({ path, value }) => `${path} ${value}`).join(", ")}.`, 150);
  lines.forEach((line, i) => {
    parts.push(`<text x="14" y="${top + 14 + 13 * i}" font-size="10" fill="#444">${escaped(line)}</text>`);
  });
  const height = top + 13 * lines.length + 16;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

/** Pictures of `picture` in one. */
export function picturesBelowEachOther(pictures: readonly string[]): string {
  let top = 0;
  const placed = pictures.map((text) => {
    const [, height = "0"] = /^<svg [^>]*? height="(\d+)"/.exec(text) ?? [];
    const moved = text.trimEnd().replace("<svg ", `<svg y="${top}" `);
    top += Number(height);
    return moved;
  });
  const size = `width="${width}" height="${top}" viewBox="0 0 ${width} ${top}"`;
  return [`<svg xmlns="http://www.w3.org/2000/svg" ${size}>`, ...placed, "</svg>", ""].join("\n");
}

/** So many colours, each another one: hues by the golden angle, dark and less dark in turn; for lines on white. */
export function distinctColours(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => {
    const hue = (i * 137.508) % 360;
    // Yellow, green and cyan look brighter than they are computed.
    const light = [0.26, 0.36, 0.46][i % 3]! * (hue > 40 && hue < 200 ? 0.72 : 1);
    const channel = (offset: number): string => {
      const k = (offset + hue / 30) % 12;
      const value = light - 0.75 * Math.min(light, 1 - light) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
      return Math.round(255 * value)
        .toString(16)
        .padStart(2, "0");
    };
    return `#${channel(0)}${channel(8)}${channel(4)}`;
  });
}

function wrap(text: string, most: number): string[] {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line.length + word.length + 1 > most) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

/** Between the base lines of two labels. */
const labelSpacing = 13;

/** Heights of labels near the wanted ones, in the same order, at least a line apart. */
export function apart(wanted: readonly number[], top: number, bottom: number): readonly number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = new Array<number>(wanted.length).fill(0);
  let last = top - labelSpacing;
  for (const i of order) {
    last = Math.max(wanted[i]!, last + labelSpacing);
    placed[i] = last;
  }
  let next = bottom + labelSpacing;
  for (const i of order.toReversed()) {
    next = Math.min(placed[i]!, next - labelSpacing);
    placed[i] = next;
  }
  return placed;
}

/** A coordinate, to a hundredth. */
export function fixed(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** Text between two tags. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
