import { escaped, fixed, label, svgDocument, theme } from "../../../formats/index.ts";
import type { Activation, Circuit, SectionKind } from "../../circuit/circuit.ts";
import { drawnCrossings } from "../../drawing/crossings.ts";
import type { ChipLayout } from "../../drawing/layout.ts";
import { type ChipPart, partsOf } from "../../drawing/parts.ts";
import { layOutPlaced } from "../../drawing/placed-layout.ts";
import { type SymbolKind, symbolOf, symbolPaths } from "../../drawing/symbol-paths.ts";
import { placementOf } from "../../placement/circuit-floor.ts";
import type { PortOrder } from "../../placement/place.ts";

/** Pixels; `SIZE` is half of the width of a symbol. */
const MARGIN = 60;
const HEADER = 64;
const COLUMN = 7;
const ROW = 16;
const SIZE = 3.4;

const colours: Readonly<Record<SectionKind, string>> = {
  combine: theme.blue,
  reference: theme.grey,
  layer: theme.green,
  broadcast: theme.brown,
};

const captions: Readonly<Record<SectionKind, string>> = {
  combine: "P: workers' symbols are summed",
  reference: "reference light for the biases",
  layer: "network",
  broadcast: "T: the result to every worker",
};

/**
 * Draws a placed circuit as SVG, left to right, with the symbols of report pages: a line is a lit waveguide, a ring a crossing, a dashed line
 * the wire of a neuron whose light continues elsewhere. A circuit without a placement is placed for the picture, with ports in that
 * order. Meant for circuits up to a few hundred MZIs.
 */
export function drawCircuit(circuit: Circuit, ports: PortOrder = "free"): string {
  const { parts, names } = partsOf(circuit);
  const layout = layOutPlaced(circuit, { parts, names }, placementOf(circuit, ports));
  const crossings = drawnCrossings(layout);
  const head = legend(circuit, parts, `${crossings.length} crossings, ${layout.wires.length} wires to other lanes`);
  const width = Math.max(layout.columns * COLUMN + 2 * MARGIN, head.right);
  const drawn = [
    head.text,
    `<g transform="translate(${MARGIN} ${HEADER})">`,
    `<g stroke="#9a9a9a" fill="none">`,
    ...linesOf(layout).map((path) => `<path d="${path}"/>`),
    "</g>",
    ...layout.wires.map(
      ({ column, fromRow, toRow }) =>
        `<path d="M${across(column)} ${down(fromRow)}V${down(toRow)}" stroke="${theme.red}" stroke-dasharray="2 2"/>`,
    ),
    ...parts.flatMap((part, step) => {
      const [row, other] = [layout.row[2 * step]!, layout.row[2 * step + 1]!];
      // What is dark is in front of the first row.
      if (row <= -1) return [];
      const colour = part.kind === "device" ? colours[part.section.kind] : theme.red;
      const at = [across(layout.column[step]! + 0.5), down(row)] as const;
      return [mark(symbolOf(part), at, ROW * (other - row), colour, `${names[step]!}${settingText(part)}`)];
    }),
    ...crossings.map(({ column, row }) => ring(across(column), down(row))),
    ...circuit.inputs.flatMap(({ name }, i) => {
      const row = layout.inputRow[i]!;
      return row < 0 ? [] : [label(-4, row * ROW + 3, name, 'text-anchor="end"')];
    }),
    ...circuit.outputs.flatMap(({ name }, o) => {
      const row = layout.outputRow[o]!;
      return row < 0 ? [] : [label(layout.columns * COLUMN + 4, row * ROW + 3, name)];
    }),
    "</g>",
  ];
  return svgDocument(width, Math.ceil(layout.rows * ROW) + HEADER, drawn, 9);
}

function across(column: number): string {
  return fixed(column * COLUMN);
}

function down(row: number): string {
  return fixed(row * ROW);
}

function linesOf({ lanes, bends }: ChipLayout): readonly string[] {
  const straight = lanes.filter(({ from, to, row }) => to > from && row > -1);
  return [
    ...straight.map(({ from, to, row }) => `M${across(from)} ${down(row)}H${across(to)}`),
    ...bends.map(({ from, fromRow, toRow }) => {
      const [x, y, to] = [across(from), down(fromRow), down(toRow)];
      return `M${x} ${y}C${across(from + 0.5)} ${y} ${across(from + 0.5)} ${to} ${across(from + 1)} ${to}`;
    }),
  ];
}

function ring(x: string, y: string): string {
  return `<circle cx="${x}" cy="${y}" r="2.5" fill="#ffffff" stroke="${theme.red}"/>`;
}

function mark(
  symbol: SymbolKind,
  [x, y]: readonly [string, string],
  height: number,
  colour: string,
  title = "",
): string {
  const { lines, full, outline } = symbolPaths(symbol, height, SIZE);
  const fill = symbol.endsWith("neuron") ? colour : "#ffffff";
  const paths = [
    ...(lines === "" ? [] : [`<path d="${lines}" fill="none"/>`]),
    ...(full === "" ? [] : [`<path d="${full}" fill="${colour}" stroke="none"/>`]),
    ...(outline === "" ? [] : [`<path d="${outline}" fill="${fill}"/>`]),
  ];
  const named = title === "" ? "" : `<title>${escaped(title)}</title>`;
  return `<g transform="translate(${x} ${y})" stroke="${colour}" stroke-width="0.9">${named}${paths.join("")}</g>`;
}

/** Names of what the picture holds, and where they end. */
function legend(
  { name, sections }: Circuit,
  parts: readonly ChipPart[],
  figures: string,
): { readonly text: string; readonly right: number } {
  let right = 0;
  const row = (y: number, entries: readonly (readonly [text: string, mark: (x: number) => string])[]): string => {
    let at = MARGIN;
    const drawn = entries.map(([text, draw]) => {
      const entry = `${draw(at)}<text x="${at + 14}" y="${y}">${text}</text>`;
      at += 26 + text.length * 4.9;
      return entry;
    });
    right = Math.max(right, at);
    return drawn.join("");
  };
  const kinds = [...new Set(sections.map(({ kind }) => kind))];
  const symbols = [...new Set(parts.map(symbolOf))];
  const title = label(MARGIN, 14, `${name}: ${figures}`, 'font-size="11" font-weight="bold"');
  const bands = row(
    30,
    kinds.map((kind) => [
      captions[kind],
      (x) => `<rect x="${x}" y="24" width="8" height="6" rx="1.5" fill="${colours[kind]}"/>`,
    ]),
  );
  const inked = (symbol: SymbolKind): string => (symbol.endsWith("neuron") ? theme.red : theme.ink);
  const drawn = (symbol: SymbolKind) => (x: number) =>
    symbol === "MZI"
      ? mark(symbol, [fixed(x + 5), "38"], 6, inked(symbol))
      : mark(symbol, [fixed(x + 5), "41"], 0, inked(symbol));
  const marks = row(44, [
    ...symbols.map((symbol) => [symbol, drawn(symbol)] as const),
    ["crossing", (x) => ring(fixed(x + 6), "41")],
  ]);
  return { text: title + bands + marks, right: Math.round(right + MARGIN) };
}

/** `: saturating, gain 1.500, from 0.100 to 0.600`, `: theta 1.5708 rad` */
function settingText(part: ChipPart): string {
  if (part.kind === "neuron") return `: ${neuronText(part.activation)}`;
  return part.kind === "device" && part.device.kind === "mzi" ? `: theta ${part.device.thetaRad.toFixed(4)} rad` : "";
}

function neuronText(neuron: Activation): string {
  const gain = `${neuron.kind}, gain ${neuron.gain.toFixed(3)}`;
  if (neuron.kind === "relu") return gain;
  return `${gain}, from ${neuron.threshold.toFixed(3)} to ${(neuron.threshold + neuron.range).toFixed(3)}`;
}
