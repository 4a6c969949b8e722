import type { Cell, Point, Wire } from "./drawing.ts";
import { FIBRE_UM } from "./edges.ts";
import { CARRIER_STUB_UM, type OpticsDrawing } from "./router.ts";
import type { ChipRules } from "./rules.ts";

export interface CarrierDrawing {
  readonly cells: readonly Cell[];
  readonly wires: readonly Wire[];
  /** Above it nothing is drawn yet. */
  readonly topY: number;
}

export const CARRIER_RADIUS_UM = 20;
/** From a splitter to the next level of them, and from its middle to its ports. */
const LEVEL_UM = 80;
export const SPLITTER_UM = 14;
/** Below the lane at which the carrier comes into a neuron's side. */
export const CARRIER_OFFSET_UM = 14;

const CLEARANCE_UM = 2;

interface Node {
  readonly x: number;
  readonly depth: number;
  readonly name: string;
  readonly sides: readonly [Node, Node] | null;
  readonly row: number;
}

/**
 * Light for oscillators and modulators on a waveguide layer of its own, above the lanes, which it crosses without meeting them: from
 * one port on the left through a tree of splitters, straight down to the neurons.
 */
export function drawCarriers({ board, carriers, edgeX }: OpticsDrawing, { pitchUm }: ChipRules): CarrierDrawing {
  const above = board.rows.length === 0 ? 0 : board.y(board.rows[0]!) + pitchUm;
  if (carriers.length === 0) return { cells: [], wires: [], topY: above };
  const cells: Cell[] = [];
  const wires: Wire[] = [];
  const leaves = [...carriers]
    .sort((a, b) => a.x - b.x)
    .map(({ x, name, row }): Node => ({ x, depth: 0, name, sides: null, row: board.y(row) }));
  const tree = (from: number, to: number): Node => {
    if (to - from === 1) return leaves[from]!;
    const middle = (from + to + 1) >> 1;
    const sides = [tree(from, middle), tree(middle, to)] as const;
    // a splitter lies beside the ways to the edge
    let x = Math.round((sides[0].x + sides[1].x) / 2);
    while (edgeX.some((it) => Math.abs(it - x) < SPLITTER_UM + CLEARANCE_UM)) x += 1;
    return { x, depth: 1 + Math.max(sides[0].depth, sides[1].depth), name: "", sides, row: 0 };
  };
  const root = tree(0, leaves.length);
  const levelY = (depth: number): number => above + depth * LEVEL_UM;
  const wire = (points: readonly Point[]): void => {
    wires.push({ layer: "carrier", points });
  };
  /** Down from points that lead to the right x. */
  const follow = (node: Node, lead: readonly Point[]): void => {
    if (node.sides === null) {
      const y = node.row - CARRIER_OFFSET_UM;
      wire([...lead, [node.x, y], [node.x + CARRIER_STUB_UM, y]]);
      return;
    }
    const y = levelY(node.depth);
    wire([...lead, [node.x, y + SPLITTER_UM]]);
    cells.push({
      kind: "splitter",
      x: node.x,
      y,
      rows: 1,
      turnedDeg: 0,
      name: `carrier ${count(node.sides[0])}:${count(node.sides[1])}`,
    });
    for (const [i, side] of node.sides.entries()) {
      follow(side, [
        [node.x + (i === 0 ? -SPLITTER_UM : SPLITTER_UM), y],
        [side.x, y],
      ]);
    }
  };
  const y = levelY(root.depth + 1);
  cells.push({ kind: "fibre", x: 0, y, rows: 1, turnedDeg: 0, name: "carrier" });
  follow(root, [
    [FIBRE_UM, y],
    [root.x, y],
  ]);
  return { cells, wires, topY: y + LEVEL_UM };
}

/** From the upper rows to the top of the tree. */
export function carriersUm(leaves: number): number {
  return leaves === 0 ? 0 : (3 + Math.ceil(Math.log2(leaves))) * LEVEL_UM;
}

function count({ sides }: Node): number {
  return sides === null ? 1 : count(sides[0]) + count(sides[1]);
}
