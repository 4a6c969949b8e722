import { type Box, boxesOf, type Cell, type Drawing, mostOf, type Rectangle } from "./drawing.ts";

/** From what is drawn to the edge of the chip, where no light passes. */
export const MARGIN_UM = 60;
/** The ring of metal: from the edge, and how wide. */
const INSET_UM = 10;
const RING_UM = 10;
const VIA_UM = 2;
/** Half of what it leaves open for a fibre. */
const OPEN_UM = 32;

/**
 * The floorplan, whose edges have the facets of the edge couplers, and a seal ring of both metals inside of it, which is open where
 * light passes.
 */
export function drawFrame(chip: Drawing): readonly Rectangle[] {
  const boxes = boxesOf(chip);
  const beyond = (of: (box: Box) => number): number => mostOf(boxes, of) + MARGIN_UM;
  const facets = (turned: boolean): readonly Cell[] =>
    chip.cells.filter((it) => it.kind === "fibre" && it.turned === turned);
  const x0 = facets(false)[0]?.x ?? -beyond((it) => -it.x0);
  const x1 = facets(true)[0]?.x ?? beyond((it) => it.x1);
  const [y0, y1] = [-beyond((it) => -it.y0), beyond((it) => it.y1)];
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
  for (const turned of [false, true]) {
    let from = low;
    for (const y of [
      ...facets(turned)
        .map((it) => it.y)
        .sort((a, b) => a - b),
      high + OPEN_UM,
    ]) {
      const edge = turned ? right - RING_UM : left;
      if (y - OPEN_UM - from > 2 * RING_UM) line(edge, from, edge + RING_UM, y - OPEN_UM);
      from = Math.max(from, y + OPEN_UM);
    }
  }
  return drawn;
}
