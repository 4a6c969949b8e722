import { FIBRE_UM } from "./board.ts";
import type { Drawing, Rectangle } from "./drawing.ts";

/** From what is drawn to the upper and lower edge of the chip. */
const MARGIN_UM = 60;
/** The ring of metal: from the edge, and how wide. */
const INSET_UM = 10;
const RING_UM = 10;
const VIA_UM = 2;
/** Half of what it leaves open for a fibre. */
const OPEN_UM = 32;

/**
 * The floorplan, whose left and right edges are the facets of the edge couplers, and a seal ring of both metals inside of it, which is
 * open where light passes.
 */
export function drawFrame({ cells, wires, rectangles }: Drawing): readonly Rectangle[] {
  const ys = [
    ...cells.map(({ y }) => y),
    ...wires.flatMap(({ points }) => points.map(([, y]) => y)),
    ...rectangles.flatMap(({ y0, y1 }) => [y0, y1]),
  ];
  const fibres = cells.filter(({ kind }) => kind === "fibre");
  const bound = (values: readonly number[], which: (a: number, b: number) => number): number =>
    values.reduce((a, b) => which(a, b));
  const facets = fibres.map(({ x }) => x);
  // a chip whose ports are all dark on one side still has an edge there
  const inside = wires.flatMap(({ points }) => points.map(([x]) => x));
  const [x0, x1] = [
    bound([...facets, bound(inside, Math.min) - FIBRE_UM], Math.min),
    bound([...facets, bound(inside, Math.max) + FIBRE_UM], Math.max),
  ];
  const [y0, y1] = [bound(ys, Math.min) - MARGIN_UM, bound(ys, Math.max) + MARGIN_UM];
  const drawn: Rectangle[] = [{ layer: "floorplan", x0, y0, x1, y1 }];
  const line = (left: number, low: number, right: number, high: number): void => {
    drawn.push({ layer: "metal1", x0: left, y0: low, x1: right, y1: high });
    drawn.push({ layer: "metal2", x0: left, y0: low, x1: right, y1: high });
    const by = (RING_UM - VIA_UM) / 2;
    drawn.push({ layer: "via", x0: left + by, y0: low + by, x1: right - by, y1: high - by });
  };
  const [left, low, right, high] = [x0 + INSET_UM, y0 + INSET_UM, x1 - INSET_UM, y1 - INSET_UM];
  line(left, low, right, low + RING_UM);
  line(left, high - RING_UM, right, high);
  for (const [x, facet] of [[left, x0] as const, [right - RING_UM, x1] as const]) {
    const open = fibres.filter((it) => it.x === facet).map(({ y }) => y);
    let from = low;
    for (const y of [...open.sort((a, b) => a - b), high + OPEN_UM]) {
      if (y - OPEN_UM - from > 2 * RING_UM) line(x, from, x + RING_UM, y - OPEN_UM);
      from = Math.max(from, y + OPEN_UM);
    }
  }
  return drawn;
}
