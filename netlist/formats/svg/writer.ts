import type { Circuit, SectionKind } from "../../circuit/circuit.ts";
import { absorb, DARK, lightAtInputs, lightPastDevice } from "../../circuit/light.ts";

/** Pixels. */
const COLUMN = 20;
const ROW = 11;
const MARGIN = 64;
const HEADER = 46;

const colours: Readonly<Record<SectionKind, string>> = {
  combine: "#2563a8",
  reference: "#8a8a8a",
  layer: "#1d7a4c",
  broadcast: "#b2651b",
};

const captions: Readonly<Record<SectionKind, string>> = {
  combine: "P: workers' symbols are summed",
  reference: "reference light for the biases",
  layer: "network",
  broadcast: "T: the result to every worker",
};

interface Mark {
  readonly kind: "mzi" | "relu";
  readonly section: SectionKind;
  readonly column: number;
  readonly modes: readonly number[];
  readonly title: string;
}

/** The stretch of a mode that carries light, in columns. */
interface Stretch {
  readonly mode: number;
  readonly from: number;
  to: number;
  row: number;
}

/**
 * Draws a circuit as SVG: time runs to the right in MZI columns, a line is a waveguide while it carries light, a bar with
 * two boxes an MZI, a triangle a neuron. Rows are reused once their light is absorbed. Meant for circuits up to a few
 * hundred MZIs.
 */
export function drawCircuit(circuit: Circuit): string {
  const { marks, lightPaths, columns } = layOut(circuit);
  const rows = assignRows(lightPaths, marks);
  const width = 2 * MARGIN + columns * COLUMN;
  const height = HEADER + rows * ROW + 16;
  const x = (column: number): number => MARGIN + column * COLUMN;
  const y = (row: number): number => HEADER + row * ROW;
  const rowAt = rowFinder(lightPaths);
  const lines: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="9">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    legend(circuit),
  ];
  for (const { from, to, row } of lightPaths) {
    lines.push(`<path d="M${x(from) - 6} ${y(row)}H${x(to) + 6}" stroke="#c4c4c4" stroke-width="1" fill="none"/>`);
  }
  for (const mark of marks) {
    const colour = colours[mark.section];
    const cx = x(mark.column);
    const ys = mark.modes.map((mode) => y(rowAt(mode, mark.column)));
    if (mark.kind === "relu") {
      const top = ys[0]!;
      lines.push(
        `<path d="M${cx + 4} ${top - 4}v8l7 -4z" fill="#c0272d"><title>${escapeXml(mark.title)}</title></path>`,
      );
      continue;
    }
    const [a, b] = [Math.min(...ys), Math.max(...ys)];
    lines.push(
      `<g fill="${colour}"><title>${escapeXml(mark.title)}</title><path d="M${cx} ${a}V${b}" stroke="${colour}" stroke-width="1.2"/>` +
        ys.map((at) => `<rect x="${cx - 4}" y="${at - 3}" width="8" height="6" rx="1.5"/>`).join("") +
        "</g>",
    );
  }
  for (const port of circuit.inputs) {
    const row = rowAt(port.mode, 0);
    lines.push(`<text x="${MARGIN - 10}" y="${y(row) + 3}" text-anchor="end">${escapeXml(port.name)}</text>`);
  }
  for (const port of circuit.outputs) {
    const row = rowAt(port.mode, columns);
    lines.push(`<text x="${x(columns) + 10}" y="${y(row) + 3}">${escapeXml(port.name)}</text>`);
  }
  lines.push("</svg>", "");
  return lines.join("\n");
}

/** Devices in the earliest column that their light allows. */
function layOut(circuit: Circuit): { marks: Mark[]; lightPaths: Stretch[]; columns: number } {
  const marks: Mark[] = [];
  const lightPaths: Stretch[] = [];
  /** The last stretch of a mode, which goes on while there is light on it. */
  const stretches = new Map<number, Stretch>();
  const shining = lightAtInputs(circuit);
  const ready = new Int32Array(circuit.modes);
  const light = (mode: number, column: number): Stretch => {
    const known = stretches.get(mode);
    if (known !== undefined && shining[mode] !== DARK) return known;
    const fresh = { mode, from: column, to: column, row: -1 };
    lightPaths.push(fresh);
    stretches.set(mode, fresh);
    return fresh;
  };
  for (const port of circuit.inputs) light(port.mode, 0);
  for (const section of circuit.sections) {
    for (const mesh of section.meshes) {
      for (const device of mesh.devices) {
        const modes = (device.kind === "mzi" ? [0, 1] : [0]).map((i) => mesh.modes[device.mode + i]!);
        if (device.kind === "phase" || device.kind === "waveguide") {
          light(modes[0]!, ready[modes[0]!]!);
        } else {
          const column = Math.max(...modes.map((mode) => ready[mode]!)) + 1;
          const title = `${section.name}: ${mesh.name}, theta ${device.thetaRad.toFixed(4)} rad`;
          for (const mode of modes) {
            light(mode, column).to = column;
            ready[mode] = column;
          }
          marks.push({ kind: "mzi", section: section.kind, column, modes, title });
        }
        lightPastDevice(shining, mesh, device);
      }
      for (const mode of mesh.terminated) {
        const stretch = stretches.get(mode);
        if (stretch !== undefined && shining[mode] !== DARK) stretch.to = Math.max(stretch.to, ready[mode]!);
      }
      absorb(shining, mesh);
    }
    for (const { mode, gain } of section.activations) {
      const title = `${section.name}: relu, gain ${gain.toFixed(3)}`;
      marks.push({ kind: "relu", section: section.kind, column: ready[mode]!, modes: [mode], title });
    }
  }
  const columns = ready.reduce((most, column) => Math.max(most, column), 0) + 1;
  for (const port of circuit.outputs) light(port.mode, columns).to = columns;
  return { marks, lightPaths, columns };
}

/** Gives each stretch of light a free row, near the one that it is coupled to first; returns the number of rows. */
function assignRows(lightPaths: readonly Stretch[], marks: readonly Mark[]): number {
  const freeFrom: number[] = [];
  const byMode = new Map<number, Stretch[]>();
  for (const stretch of lightPaths) byMode.set(stretch.mode, [...(byMode.get(stretch.mode) ?? []), stretch]);
  const partnerRow = (stretch: Stretch): number => {
    const mark = marks.find((m) => m.column === stretch.from && m.modes.includes(stretch.mode));
    const other = mark?.modes.find((mode) => mode !== stretch.mode);
    const found = (byMode.get(other ?? -1) ?? []).find(
      (s) => s.row >= 0 && s.from <= stretch.from && s.to >= stretch.from,
    );
    return found?.row ?? freeFrom.length;
  };
  for (const stretch of [...lightPaths].sort((a, b) => a.from - b.from)) {
    const near = partnerRow(stretch);
    let best = freeFrom.length;
    freeFrom.forEach((free, row) => {
      if (free < stretch.from && Math.abs(row - near) < Math.abs(best - near)) best = row;
    });
    stretch.row = best;
    freeFrom[best] = stretch.to + 1;
  }
  return freeFrom.length;
}

function rowFinder(lightPaths: readonly Stretch[]): (mode: number, column: number) => number {
  return (mode, column) =>
    (
      lightPaths.find((s) => s.mode === mode && s.from <= column && s.to >= column) ??
      lightPaths.find((s) => s.mode === mode)!
    ).row;
}

function legend(circuit: Circuit): string {
  const kinds = [...new Set(circuit.sections.map((section) => section.kind))];
  let at = MARGIN;
  const entries = kinds.map((kind) => {
    const entry = `<rect x="${at}" y="24" width="8" height="6" rx="1.5" fill="${colours[kind]}"/><text x="${at + 12}" y="30">${captions[kind]}</text>`;
    at += 22 + captions[kind].length * 4.9;
    return entry;
  });
  const neuron = `<path d="M${at} 23v8l7 -4z" fill="#c0272d"/><text x="${at + 11}" y="30">neuron</text>`;
  const title = `<text x="${MARGIN}" y="14" font-size="11" font-weight="bold">${escapeXml(circuit.name)}</text>`;
  return title + entries.join("") + neuron;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
