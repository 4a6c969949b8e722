import type { Board, Row } from "./board.ts";
import type { Cell, EdgePort, Point, Wire } from "./drawing.ts";

export interface CarrierDrawing {
  readonly cells: readonly Cell[];
  readonly wires: readonly Wire[];
  /** Where the wire to all of them comes in; null where there are none. */
  readonly port: EdgePort | null;
  /** Above it nothing is drawn yet. */
  readonly topY: number;
}

/** A port of a neuron that takes light of its own, which comes down at x and turns to `port`; on the chip. */
export interface CarrierPlace {
  readonly x: number;
  readonly port: Point;
}

/** The ports of a storey, and the uppermost of its rows, from which on down they are led. */
export interface CarrierStorey {
  readonly carriers: readonly CarrierPlace[];
  readonly top: Row;
}

export const CARRIER_RADIUS_UM = 20;
/** From a splitter to the next level of them, and from its middle to its ports. */
const LEVEL_UM = 50;
export const SPLITTER_UM = 14;
/** Of the way along the left edge from storey to storey: how far inside, and from there to where it passes a splitter. */
const RISER_UM = 64;
const BYPASS_UM = 50;

/** Rows above a storey for the tree to so many ports of it. */
export function carrierRows(count: number, pitchUm: number): number {
  return count === 0 ? 0 : Math.ceil((Math.ceil(Math.log2(count)) * LEVEL_UM) / pitchUm) + 1;
}

/** What the way to several storeys takes along the left edge. */
export const RISER_ROOM_UM = 102;

/** A tree that is drawn, up to the piece that comes down to it at x and ends with `tail`. */
interface Tree {
  readonly x: number;
  /** Splitters one after the other. */
  readonly depth: number;
  readonly ports: number;
  readonly tail: readonly Point[];
}

/**
 * Light for oscillators and modulators on a waveguide layer of its own, which crosses the lanes without meeting them: from one port at the
 * upper left down to the storeys, in each through a tree of splitters above its rows, and straight down to the neurons.
 */
export function drawCarriers(
  board: Board,
  storeys: readonly CarrierStorey[],
  leftX: number,
  pitchUm: number,
): CarrierDrawing {
  const above = board.rows.length === 0 ? 0 : board.chipY(board.rows[0]!) + pitchUm;
  const lit = storeys.filter(({ carriers }) => carriers.length > 0);
  const cells: Cell[] = [];
  const wires: Wire[] = [];
  if (lit.length === 0) return { cells, wires, port: null, topY: above };
  /** Splitters above leaves, the first level of them at a height. */
  const grow = (leaves: readonly Tree[], baseY: number): Tree => {
    if (leaves.length === 1) return leaves[0]!;
    const middle = (leaves.length + 1) >> 1;
    const sides = [grow(leaves.slice(0, middle), baseY), grow(leaves.slice(middle), baseY)] as const;
    const depth = 1 + Math.max(sides[0].depth, sides[1].depth);
    const x = Math.round((sides[0].x + sides[1].x) / 2);
    const y = baseY + (depth - 1) * LEVEL_UM;
    const name = `carrier ${sides[0].ports}:${sides[1].ports}`;
    cells.push({ kind: "splitter", x, y, rows: 1, turned: false, name });
    for (const [sign, side] of [[-1, sides[0]] as const, [1, sides[1]] as const]) {
      const from: Point = [x + sign * SPLITTER_UM, y];
      wires.push({ layer: "carrier", points: [from, [side.x, y], ...side.tail] });
    }
    return { x, depth, ports: sides[0].ports + sides[1].ports, tail: [[x, y + SPLITTER_UM]] };
  };
  const inOrder = [...lit].sort((a, b) => board.chipY(a.top) - board.chipY(b.top));
  const x = leftX + RISER_UM;
  let below: Tree | null = null;
  let y = 0;
  for (const { carriers, top } of inOrder) {
    const leaves = [...carriers]
      .sort((a, b) => a.x - b.x)
      .map((it): Tree => ({ x: it.x, depth: 0, ports: 1, tail: [[it.x, it.port[1]], it.port] }));
    const baseY = board.chipY(top) - (carrierRows(carriers.length, pitchUm) - 1) * pitchUm;
    const root = grow(leaves, baseY);
    y = baseY + root.depth * LEVEL_UM;
    if (below === null) {
      below = { x, depth: 0, ports: root.ports, tail: [[x, y], [root.x, y], ...root.tail] };
      continue;
    }
    cells.push({ kind: "splitter", x, y, rows: 1, turned: false, name: `carrier ${below.ports}:${root.ports}` });
    const [besideX, underY] = [x - BYPASS_UM, y - BYPASS_UM];
    const bypass: Point[] = [
      [x - SPLITTER_UM, y],
      [besideX, y],
      [besideX, underY],
      [x, underY],
    ];
    wires.push({ layer: "carrier", points: [...bypass, ...below.tail] });
    wires.push({ layer: "carrier", points: [[x + SPLITTER_UM, y], [root.x, y], ...root.tail] });
    below = { x, depth: 0, ports: below.ports + root.ports, tail: [[x, y + SPLITTER_UM]] };
  }
  // of a single storey the light comes in at the height of its way
  const [first, ...rest] = below!.tail;
  const points = inOrder.length === 1 ? rest : [[x, y + LEVEL_UM] as const, first!, ...rest];
  const [, fibreY] = points[0]!;
  const at: Point = [leftX, fibreY];
  wires.push({ layer: "carrier", points: [at, ...points] });
  return {
    cells,
    wires,
    port: { name: "carrier", at, isRight: false, stretch: -1 },
    topY: Math.max(above, fibreY + LEVEL_UM),
  };
}
