import type { ChipPart } from "../chip/steps.ts";

/** What a symbol stands for, by the name of the field. */
export type SymbolKind = "MZI" | "phase shifter" | "attenuator" | "waveguide" | "neuron" | "absorber";

const ofDevice = {
  mzi: "MZI",
  attenuator: "attenuator",
  phase: "phase shifter",
  waveguide: "waveguide",
} as const;

export function symbolOf(part: ChipPart): SymbolKind {
  if (part.kind === "device") return ofDevice[part.device.kind];
  return part.kind === "neuron" ? "neuron" : "absorber";
}

/** Colours of one symbol as canvas takes them. */
export interface Ink {
  readonly line: string;
  readonly fill: string;
}

/** Draws a symbol on the lane at `y`, of an MZI between the lanes at `y` and `other`; `size` is half of its width. */
export function drawSymbol(
  context: CanvasRenderingContext2D,
  symbol: SymbolKind,
  [x, y, other]: readonly [x: number, y: number, other: number],
  size: number,
  { line, fill }: Ink,
): void {
  context.strokeStyle = line;
  context.lineWidth = 0.28 * size;
  const box = (high: number, inside: string): void => {
    context.fillStyle = inside;
    context.beginPath();
    context.rect(x - 0.55 * size, y - high * size, 1.1 * size, 2 * high * size);
    context.fill();
    context.stroke();
  };
  const stroke = (...points: readonly (readonly [number, number])[]): void => {
    context.beginPath();
    for (const [i, [across, down]] of points.entries()) {
      if (i % 2 === 0) context.moveTo(x + across * size, down);
      else context.lineTo(x + across * size, down);
    }
    context.stroke();
  };
  switch (symbol) {
    case "MZI": {
      // Two couplers that join both lanes, and the phase shifter on one arm.
      stroke([-0.85, y], [-0.85, other], [0.85, y], [0.85, other]);
      context.fillStyle = line;
      for (const at of [y, other]) {
        for (const side of [-0.85, 0.85]) {
          context.beginPath();
          context.arc(x + side * size, at, 0.28 * size, 0, 2 * Math.PI);
          context.fill();
        }
      }
      box(0.42, fill);
      return;
    }
    case "phase shifter":
      box(0.42, fill);
      return;
    case "attenuator":
      box(0.55, fill);
      stroke([-0.5, y + 0.5 * size], [0.5, y - 0.5 * size]);
      return;
    case "waveguide":
      context.beginPath();
      context.arc(x, y - 0.55 * size, 0.55 * size, 0, 2 * Math.PI);
      context.stroke();
      return;
    case "neuron":
      context.fillStyle = fill;
      context.beginPath();
      context.moveTo(x - 0.7 * size, y - 0.8 * size);
      context.lineTo(x - 0.7 * size, y + 0.8 * size);
      context.lineTo(x + 0.8 * size, y);
      context.closePath();
      context.fill();
      context.stroke();
      return;
    case "absorber":
      stroke([-0.85, y - 0.6 * size], [-0.85, y + 0.6 * size]);
      return;
    default:
      symbol satisfies never;
  }
}
