import { CARRIER_RADIUS_UM, type CarrierDrawing } from "./carriers.ts";
import { type Cell, type EdgePort, lengthOf, type Point, type Wire } from "./drawing.ts";
import { riverColumns } from "./river.ts";
import type { OpticsDrawing } from "./router.ts";
import type { ChipRules } from "./rules.ts";

export interface FibreDrawing {
  /** An edge coupler for every port, the carriers' among them, all on the left. */
  readonly cells: readonly Cell[];
  /** All of the optics and carriers, each led on to its coupler. */
  readonly wires: readonly Wire[];
  /** Of each stretch, with what leads it to its coupler. */
  readonly stretchesUm: readonly number[];
  /** Beyond them nothing is drawn yet. */
  readonly topY: number;
  readonly bottomY: number;
}

/** Edge couplers, from the edge of the chip to their port: 100 um for the tip. */
export const FIBRE_UM = 160;

/** A way from where a port was to where its coupler is, between the two. */
interface Way {
  readonly port: EdgePort;
  readonly radiusUm: number;
  /** From the port to the left edge of the rows. */
  readonly before: readonly Point[];
  readonly y: number;
}

/**
 * Leads all ports to one fibre array on the left: those of the right edge above or below all rows, whichever is nearer, and then all side
 * by side, in the order in which they come, to the couplers' places.
 */
export function drawFibres(
  { board, edges, ports, stretchesUm }: OpticsDrawing,
  carriers: CarrierDrawing,
  { pitchUm, radiusUm, fibrePitchUm }: ChipRules,
): FibreDrawing {
  const step = 2 * radiusUm + 1;
  const { leftX, rightX } = edges;
  const down = (some: readonly EdgePort[]): EdgePort[] => [...some].sort((a, b) => b.at[1] - a.at[1]);
  const [rowsTopY, rowsBottomY] = [board.chipY(board.rows[0]!), board.chipY(board.rows.at(-1)!) - pitchUm];
  const right = down(ports.filter(({ isRight }) => isRight));
  const over = right.filter(({ at }) => 2 * at[1] > rowsTopY + rowsBottomY);
  const under = right.slice(over.length).reverse();
  const round = (port: EdgePort, i: number, edgeY: number, sign: number): Way => {
    const [x, y] = [rightX + radiusUm + 1 + i * step, edgeY + sign * (radiusUm + 1 + i * step)];
    const before: Point[] = [
      [x, port.at[1]],
      [x, y],
    ];
    return { port, radiusUm, before, y };
  };
  const straight = (port: EdgePort, radius: number): Way => ({ port, radiusUm: radius, before: [], y: port.at[1] });
  const feed = carriers.port === null ? [] : [straight(carriers.port, CARRIER_RADIUS_UM)];
  const ways = [
    ...ports.filter(({ isRight }) => !isRight).map((port) => straight(port, radiusUm)),
    ...feed,
    ...over.map((port, i) => round(port, i, carriers.topY, 1)),
    ...under.map((port, i) => round(port, i, rowsBottomY, -1)),
  ].sort((a, b) => a.y - b.y);
  const from = ways.map(({ y }) => y);
  const first = firstPlace(ways, fibrePitchUm);
  const to = ways.map((_, i) => first + i * fibrePitchUm);
  const columns = riverColumns(from, to, step);
  const roomUm = Math.max(radiusUm, feed.length === 0 ? 0 : CARRIER_RADIUS_UM) + 1;
  const couplerX = leftX - 2 * roomUm - columns.reduce((most, column) => Math.max(most, column), 0) * step;
  const cells = ways.map(({ port }, i): Cell => {
    return { kind: "fibre", x: couplerX - FIBRE_UM, y: to[i]!, rows: 1, turned: false, name: port.name };
  });
  const led = [...stretchesUm];
  const wires = [...board.wires, ...carriers.wires];
  const ends = new Map<string, number>();
  const portX = [...new Set(ways.map(({ port }) => port.at[0]))];
  const isAtPort = ([x]: Point): boolean => portX.some((at) => Math.abs(x - at) < 1e-3);
  wires.forEach(({ layer, points }, i) => {
    // a carrier may come in where a lane does
    for (const at of [points[0]!, points.at(-1)!]) if (isAtPort(at)) ends.set(layer + keyOf(at), i);
  });
  ways.forEach(({ port, radiusUm: radius, before, y }, i) => {
    const x = leftX - roomUm - columns[i]! * step;
    const across: Point[] =
      to[i] === y
        ? []
        : [
            [x, y],
            [x, to[i]!],
          ];
    const way: Point[] = [...before, ...across, [couplerX, to[i]!]];
    const at = ends.get((port.stretch < 0 ? "carrier" : "waveguide") + keyOf(port.at))!;
    const { layer, points } = wires[at]!;
    const isInput = keyOf(points[0]!) === keyOf(port.at);
    const longer = isInput ? [...way.reverse(), ...points.slice(1)] : [...points.slice(0, -1), ...way];
    wires[at] = { layer, points: longer };
    if (port.stretch >= 0) led[port.stretch]! += lengthOf(longer, radius) - lengthOf(points, radius);
  });
  return {
    cells,
    wires,
    stretchesUm: led,
    topY: Math.max(carriers.topY, ...from) + step,
    bottomY: Math.min(rowsBottomY, ...from) - step,
  };
}

/** To a nanometre, as lanes that turn between storeys are reckoned from other sides. */
function keyOf(at: Point): string {
  return at.map((um) => Math.round(um * 1e3)).join();
}

/**
 * The lowest place of an array at a pitch, so that no port has far to go: a bend goes across by nothing, or by two radii at least.
 */
function firstPlace(ways: readonly Way[], pitchUm: number): number {
  const firsts = ways.map(({ y }, i) => y - i * pitchUm);
  const middle = Math.round((Math.min(...firsts) + Math.max(...firsts)) / 2);
  const fits = (place: number): boolean =>
    firsts.every((own, i) => own === place || Math.abs(place - own) >= 2 * ways[i]!.radiusUm);
  for (let by = 0; ; by++) {
    for (const place of [middle + by, middle - by]) if (fits(place)) return place;
  }
}
