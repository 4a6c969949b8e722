import type { ChipPart } from "./parts.ts";

/** What a symbol stands for, by the name of the field. */
export type SymbolKind =
  | "MZI"
  | "phase shifter"
  | "attenuator"
  | "waveguide"
  | "neuron"
  | "saturating neuron"
  | "absorber";

const ofDevice = {
  mzi: "MZI",
  attenuator: "attenuator",
  phase: "phase shifter",
  waveguide: "waveguide",
} as const;

export function symbolOf(part: ChipPart): SymbolKind {
  if (part.kind === "device") return ofDevice[part.device.kind];
  if (part.kind === "termination") return "absorber";
  return part.activation.kind === "relu" ? "neuron" : "saturating neuron";
}

/** Parts of a symbol as the path data of SVG, around 0, 0. */
export interface SymbolPaths {
  /** Drawn as lines. */
  readonly lines: string;
  /** Filled with the colour of the lines. */
  readonly full: string;
  /** Outlined, above all else, with an inside of its own. */
  readonly outline: string;
}

/** A symbol on a lane, of an MZI between two lanes `height` apart; `size` is half of its width. */
export function symbolPaths(symbol: SymbolKind, height: number, size: number): SymbolPaths {
  /** Lengths in sizes. */
  const at = (length: number): number => Number((length * size).toFixed(2));
  const box = (high: number): string => `M${at(-0.55)} ${at(-high)}h${at(1.1)}v${at(2 * high)}h${at(-1.1)}z`;
  const ring = (x: number, y: number, radius: number): string =>
    `M${at(x - radius)} ${y}a${at(radius)} ${at(radius)} 0 1 0 ${at(2 * radius)} 0a${at(radius)} ${at(radius)} 0 1 0 ${at(-2 * radius)} 0z`;
  const nothing = { lines: "", full: "", outline: "" };
  switch (symbol) {
    case "MZI": {
      // Two couplers that join both lanes, and the phase shifter on one arm.
      const ends = [-0.85, 0.85].flatMap((x) => [ring(x, 0, 0.28), ring(x, height, 0.28)]);
      return { lines: `M${at(-0.85)} 0v${height}M${at(0.85)} 0v${height}`, full: ends.join(""), outline: box(0.42) };
    }
    case "phase shifter":
      return { ...nothing, outline: box(0.42) };
    case "attenuator":
      return { ...nothing, lines: `M${at(-0.9)} ${at(0.9)}L${at(0.9)} ${at(-0.9)}`, outline: box(0.55) };
    case "waveguide":
      return { ...nothing, lines: ring(0, at(-0.55), 0.55) };
    case "neuron":
      return { ...nothing, outline: `M${at(-0.7)} ${at(-0.8)}v${at(1.6)}L${at(0.8)} 0z` };
    case "saturating neuron":
      return {
        ...nothing,
        lines: `M${at(0.8)} ${at(-0.8)}v${at(1.6)}`,
        outline: `M${at(-0.7)} ${at(-0.8)}v${at(1.6)}L${at(0.8)} 0z`,
      };
    case "absorber":
      return { ...nothing, lines: `M${at(-0.85)} ${at(-0.6)}v${at(1.2)}` };
  }
}
