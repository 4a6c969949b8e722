import { boxesOf, type Cell, type Drawing, mostOf, type Point, type Rectangle, type Wire } from "./drawing.ts";
import { FIBRE_UM } from "./fibres.ts";
import { MARGIN_UM } from "./frame.ts";
import { wireUmOf } from "./metal.ts";
import { type ChipRules, PAD_UM } from "./rules.ts";

/** From what is drawn, and between couplers and the first part. */
const CLEAR_UM = 40;
/** Of the straight waveguide, there and back, and of the delay line. */
const STRAIGHT_UM = 250;
const MEANDERS = 12;
/** From a heater's lane to its wire, as in the rows. */
const RISE_UM = 9;

/** What is drawn, with x from the couplers' pins, which lie at 0, and y from the first coupler down. */
interface Sketch {
  readonly cells: Cell[];
  readonly wires: Wire[];
  readonly rectangles: Rectangle[];
}

/**
 * A straight waveguide, a delay line, a coupler, an MZI with a heater and a crossing, each with edge couplers of its own on the right: by
 * them a chip says what the process made of the circuit's parts. Above or below on the right, wherever the chip grows less.
 */
export function withTestStructures(drawn: Drawing, rules: ChipRules): Drawing {
  const { sketch, heightUm } = sketchOf(rules);
  const boxes = boxesOf(drawn);
  const [topY, bottomY] = [mostOf(boxes, ({ y1 }) => y1), -mostOf(boxes, ({ y0 }) => -y0)];
  const left = -mostOf(boxesOf(sketch), ({ x0 }) => -x0);
  const places = [topY, bottomY + heightUm].map((y): Point => {
    const beside = boxes.filter(({ y0, y1 }) => y1 > y - heightUm - CLEAR_UM && y0 < y + CLEAR_UM);
    return [
      Math.max(mostOf(boxes, ({ x1 }) => x1) + MARGIN_UM - FIBRE_UM, mostOf(beside, ({ x1 }) => x1) + CLEAR_UM - left),
      y,
    ];
  });
  const [x, y] = places[0]![0] <= places[1]![0] ? places[0]! : places[1]!;
  const cells = sketch.cells.map((it) => ({ ...it, x: x + it.x, y: y + it.y }));
  const wires = sketch.wires.map((it) => ({ ...it, points: it.points.map(([px, py]): Point => [x + px, y + py]) }));
  const moved = ({ layer, x0, y0, x1, y1 }: Rectangle) => ({ layer, x0: x + x0, y0: y + y0, x1: x + x1, y1: y + y1 });
  return {
    cells: [...drawn.cells, ...cells],
    wires: [...drawn.wires, ...wires],
    rectangles: [...drawn.rectangles, ...sketch.rectangles.map(moved)],
  };
}

function sketchOf(rules: ChipRules): { readonly sketch: Sketch; readonly heightUm: number } {
  const { couplerUm, crossingUm, fibrePitchUm, heaterUm, pitchUm, radiusUm } = rules;
  const sketch: Sketch = { cells: [], wires: [], rectangles: [] };
  const turn = radiusUm + 1;
  /** Between couplers: two bends, and a coupler's other arm with two bends. */
  const stepUm = fibrePitchUm * Math.ceil((pitchUm + 2 * turn) / fibrePitchUm);
  let y = stepUm;
  const place = (kind: Cell["kind"], x: number, at: number, name: string, turned = false): void => {
    sketch.cells.push({ kind, x, y: at, rows: 1, turned, name });
  };
  const wire = (...points: readonly Point[]): void => void sketch.wires.push({ layer: "waveguide", points });
  /** From a place to the left, across and back to a coupler. */
  const back = ([x, at]: Point, turnX: number, toY: number): void => wire([x, at], [turnX, at], [turnX, toY], [0, toY]);
  const ports = (name: string, ...ends: readonly string[]): void => {
    for (const end of ends) {
      y -= stepUm;
      place("fibre", FIBRE_UM, y, `test ${name} ${end}`, true);
    }
  };
  /** A coupler whose upper arm lies at a height: from its right end on left, to where its arms end. */
  const couple = (right: number, at: number, name: string): number => {
    place("coupler", right - couplerUm, at - pitchUm / 2, name);
    return right - couplerUm;
  };
  /** Light from the second port comes to the upper arm at x; the lower one is dark. */
  const enter = (x: number, at: number, name: string): number => {
    wire([0, at], [x, at]);
    wire([x, at - pitchUm], [x + 1, at - pitchUm]);
    place("end", x + 1, at - pitchUm, "");
    return couple(x, at, name);
  };
  const leave = (x: number, at: number): void => {
    back([x, at], x - turn, at + stepUm);
    back([x, at - pitchUm], x - turn, at - stepUm);
  };
  ports("straight", "in", "out");
  back([0, y + stepUm], -STRAIGHT_UM, y);
  ports("delay", "in", "out");
  const down = y + 2 * turn;
  const line: Point[] = [[0, y + stepUm]];
  for (let i = 0, x = -CLEAR_UM; i < MEANDERS; i++, x -= 4 * radiusUm + 2) {
    line.push([x, y + stepUm], [x, down], [x - 2 * radiusUm - 1, down], [x - 2 * radiusUm - 1, y + stepUm]);
  }
  const [endX] = line.at(-1)!;
  wire(...line, [endX - 2 * turn, y + stepUm], [endX - 2 * turn, y], [0, y]);
  ports("coupler", "bar", "in", "cross");
  leave(enter(-CLEAR_UM, y + stepUm, "test coupler"), y + stepUm);
  ports("mzi", "bar", "in", "cross");
  const mziY = y + stepUm;
  const first = enter(-CLEAR_UM, mziY, "test mzi 0");
  const hotX = first - 1 - heaterUm;
  wire([first, mziY], [first - 1, mziY]);
  place("heater", hotX, mziY, "test mzi theta");
  wire([hotX, mziY], [hotX - 1, mziY]);
  wire([first, mziY - pitchUm], [hotX - 1, mziY - pitchUm]);
  const last = couple(hotX - 1, mziY, "test mzi 1");
  leave(last, mziY);
  const half = wireUmOf(rules) / 2;
  const padX = last - turn - CLEAR_UM - PAD_UM;
  for (const [x, name, sign] of [[hotX + 5, "signal", 1] as const, [hotX + heaterUm - 5, "ground", -1] as const]) {
    const [wireY, padY] = [mziY + sign * RISE_UM, mziY + (sign * PAD_UM * 2) / 3];
    const metal = (layer: Rectangle["layer"], x0: number, y0: number, x1: number, y1: number): void =>
      void sketch.rectangles.push({ layer, x0, y0, x1, y1 });
    metal("metal1", x - half, Math.min(mziY, wireY - half), x + half, Math.max(mziY, wireY + half));
    metal("metal1", padX - half, wireY - half, x + half, wireY + half);
    metal("via", padX - half + 1, wireY - half + 1, padX + half - 1, wireY + half - 1);
    metal("metal2", padX - half, Math.min(padY, wireY - half), padX + half, Math.max(padY, wireY + half));
    place("pad", padX, padY, `test mzi ${name}`);
  }
  ports("crossing", "across", "in", "through");
  const [x, at, arm] = [-2 * CLEAR_UM, y + stepUm, crossingUm / 2];
  place("crossing", x, at, "test crossing");
  wire([0, at], [x + arm, at]);
  wire([x, at + arm], [x, y + 2 * stepUm], [0, y + 2 * stepUm]);
  back([x - arm, at], x - arm - turn, y);
  wire([x, at - arm], [x, at - arm - turn], [x + turn, at - arm - turn]);
  place("end", x + turn, at - arm - turn, "");
  return { sketch, heightUm: -y };
}
