import type { Placement } from "../../circuit/circuit.ts";
import type { Floor } from "../../placement/floor.ts";
import { gridOf } from "../../placement/grid.ts";

/** Pixels. */
const COLUMN = 26;
const ROW = 14;
/** Half the length of a device, and how far from its middle its lanes have left their rows. */
const HALF = 4;
const REACH = 12;
/** Between the outermost lanes at a device. */
const PORTS = 5;

export interface SvgPoint {
  readonly x: number;
  readonly y: number;
}

/** From left to right. */
export interface Line {
  readonly from: SvgPoint;
  readonly to: SvgPoint;
}

/** A placement as lines; the upper left corner of what is drawn is 0, 0. */
export interface Geometry {
  readonly width: number;
  readonly height: number;
  /** A stretch in its row. */
  readonly lanes: readonly Line[];
  /** Lanes on their way to and from ports and devices. */
  readonly links: readonly Line[];
  readonly devices: readonly SvgPoint[];
  /** Wires of neurons whose light continues in another row; downwards or upwards. */
  readonly wires: readonly Line[];
  /** Of each stretch with a port on that side. */
  readonly left: ReadonlyMap<number, SvgPoint>;
  readonly right: ReadonlyMap<number, SvgPoint>;
  readonly crossings: readonly SvgPoint[];
}

/** O(n^2) in the stretches. */
export function geometryOf(floor: Floor, placement: Placement): Geometry {
  const { devices, stretches } = floor;
  const grid = gridOf(floor, placement);
  const x = (column: number): number => (column + 1) * COLUMN;
  const y = (stretch: number): number => grid.rowOf[stretch]! * ROW;
  const isMesh = (device: number): boolean => devices[device]?.kind === "mesh";
  const middles = devices.map(({ kind, outputs }, d) => ({
    x: x(grid.columnOf[d]!),
    y: kind === "mesh" ? grid.deviceRow[d]! * ROW : y(outputs[0]!),
  }));
  const lanes = stretches.map(({ from, to }, stretch): Line => {
    const start = from < 0 ? x(0) : middles[from]!.x + (isMesh(from) ? REACH : HALF);
    const end = to === devices.length ? x(grid.columns) : middles[to]!.x - (isMesh(to) ? REACH : HALF);
    return { from: { x: start, y: y(stretch) }, to: { x: end, y: y(stretch) } };
  });
  const links: Line[] = [];
  devices.forEach(({ kind, inputs, outputs }, d) => {
    if (kind === "neuron") return;
    const { x: cx, y: cy } = middles[d]!;
    for (const [side, isInput] of [
      [inputs, true],
      [outputs, false],
    ] as const) {
      [...side]
        .sort((a, b) => y(a) - y(b))
        .forEach((stretch, i) => {
          const step = side.length < 2 ? 0 : PORTS / (side.length - 1);
          const port = { x: cx + (isInput ? -HALF : HALF), y: cy + (side.length < 2 ? 0 : step * i - PORTS / 2) };
          links.push(isInput ? { from: lanes[stretch]!.to, to: port } : { from: port, to: lanes[stretch]!.from });
        });
    }
  });
  const edge = (ports: readonly number[], at: (stretch: number) => SvgPoint): Map<number, SvgPoint> => {
    const rows = ports.map(y).sort((a, b) => a - b);
    return new Map(ports.map((stretch, i) => [stretch, { x: at(stretch).x, y: rows[i]! }]));
  };
  const left = edge(placement.left, () => ({ x: 0, y: 0 }));
  const right = edge(placement.right, () => ({ x: x(grid.columns) + COLUMN, y: 0 }));
  const leftLinks = [...left].map(([stretch, from]) => ({ from, to: lanes[stretch]!.from }));
  const rightLinks = [...right].map(([stretch, to]) => ({ from: lanes[stretch]!.to, to }));
  return {
    width: x(grid.columns) + COLUMN,
    height: grid.rows * ROW,
    lanes,
    links: [...links, ...leftLinks, ...rightLinks],
    devices: middles,
    wires: devices.flatMap(({ kind, inputs, outputs }, d): Line[] => {
      const { x: cx } = middles[d]!;
      if (kind === "mesh" || y(inputs[0]!) === y(outputs[0]!)) return [];
      return [{ from: { x: cx, y: y(inputs[0]!) }, to: { x: cx, y: y(outputs[0]!) } }];
    }),
    left,
    right,
    crossings: [...links.flatMap((link) => acrossLanes(link, lanes)), ...among(leftLinks), ...among(rightLinks)],
  };
}

/** Where a link crosses lanes; it starts or ends beside those at whose height it starts or ends. */
function acrossLanes({ from, to }: Line, lanes: readonly Line[]): SvgPoint[] {
  const [low, high] = [Math.min(from.y, to.y) + PORTS, Math.max(from.y, to.y) - PORTS];
  return lanes.flatMap((lane): SvgPoint[] => {
    const at = lane.from.y;
    if (at < low || at > high) return [];
    const x = from.x + ((to.x - from.x) * (at - from.y)) / (to.y - from.y);
    return x >= lane.from.x && x <= lane.to.x ? [{ x, y: at }] : [];
  });
}

/** Where links between two edges cross each other. */
function among(links: readonly Line[]): SvgPoint[] {
  return links.flatMap((a, i) =>
    links.slice(i + 1).flatMap((b): SvgPoint[] => {
      const before = a.from.y - b.from.y;
      const after = a.to.y - b.to.y;
      if (before * after >= 0) return [];
      const share = before / (before - after);
      return [{ x: a.from.x + share * (a.to.x - a.from.x), y: a.from.y + share * (a.to.y - a.from.y) }];
    }),
  );
}
