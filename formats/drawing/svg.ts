/** What all pictures have in common; sizes in pixels. Colours are dark enough for print and differ without hue by their dashes. */
export const theme = {
  width: 860,
  ink: "#17202a",
  note: "#555555",
  frame: "#888888",
  grid: "#e0e0e0",
  blue: "#2563a8",
  paleBlue: "#a9c4e4",
  red: "#c0272d",
  green: "#1d7a4c",
  brown: "#b2651b",
  grey: "#8a8a8a",
  dashes: ["", "7 3", "2 3", "9 3 2 3", "4 4", "12 4"],
  /** Of the parts of a bar, apart in lightness too. */
  fills: ["#1b4f72", "#5dade2", "#d68910", "#943126", "#7d8c8d"],
} as const;

/** The colour of a line among others: hues by the golden angle, dark and less dark in turn. */
export function lineColour(index: number): string {
  const hue = (215 + index * 137.508) % 360;
  // Yellow, green and cyan look brighter than they are computed.
  const light = [0.36, 0.26, 0.46][index % 3]! * (hue > 40 && hue < 200 ? 0.72 : 1);
  const channels = [0, 8, 4].map((offset) => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (light - 0.75 * Math.min(light, 1 - light) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  });
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Fit for the text and the attributes of SVG and HTML; it may come out of files. Control characters and marks that turn the direction
 * of text become U+FFFD.
 */
export function escaped(text: string): string {
  return text
    .replace(/(?![\t\n\r])[\p{Cc}\p{Cf}]/gu, "\ufffd")
    .replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A coordinate, to a hundredth. */
export function fixed(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** Plain text at a place; `more` are further attributes, which are no text of files. */
export function label(x: number, y: number, text: string, more = ""): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}"${more === "" ? "" : ` ${more}`}>${escaped(text)}</text>`;
}

/** A document on white; `parts` are elements. */
export function svgDocument(width: number, height: number, parts: readonly string[], fontSize = 12): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="${fontSize}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

/** A part of a picture, as wide as the picture. */
export interface Panel {
  readonly parts: readonly string[];
  readonly height: number;
}

/** Panels below each other. */
export function picture(panels: readonly Panel[]): string {
  const parts: string[] = [];
  let top = 0;
  for (const { parts: own, height } of panels) {
    parts.push(`<g transform="translate(0 ${top})">`, ...own, "</g>");
    top += height;
  }
  return svgDocument(theme.width, top, parts);
}

/** Pictures of `picture` below each other. */
export function picturesBelowEachOther(pictures: readonly string[]): string {
  let top = 0;
  const placed = pictures.map((text) => {
    const [, height = "0"] = /^<svg [^>]*? height="(\d+)"/.exec(text) ?? [];
    const moved = text.trimEnd().replace("<svg ", `<svg y="${top}" `);
    top += Number(height);
    return moved;
  });
  return svgDocument(theme.width, top, placed);
}

/** A remark below the panels that it is about, in lines as long as the picture is wide. */
export function notePanel(text: string): Panel {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line.length + word.length > 150) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  const parts = lines.map((line, i) => label(14, 14 + 13 * i, line, `font-size="10" fill="${theme.note}"`));
  return { parts, height: 16 + 13 * lines.length };
}

/** Title of a panel, and what stands in grey below it. */
export function heading(title: string, note = ""): readonly string[] {
  const text = label(14, 24, title, 'font-size="14" font-weight="bold"');
  return note === "" ? [text] : [text, label(14, 40, note, `fill="${theme.note}"`)];
}
