import type { Drawing, Point, Rectangle } from "./drawing.ts";

/** From what is drawn to the edge of the chip, where no light passes. */
const MARGIN_UM = 60;
/** The ring of metal: from the edge, and how wide. */
const INSET_UM = 10;
const RING_UM = 10;
const VIA_UM = 2;
/** Half of what it leaves open for a fibre. */
const OPEN_UM = 32;

/**
 * The floorplan, whose left edge has the facets of the edge couplers, and a seal ring of both metals inside of it, which is open where
 * light passes.
 */
export function drawFrame({ cells, wires, rectangles }: Drawing): readonly Rectangle[] {
  const beyond = (values: readonly number[], sign: 1 | -1): number =>
    values.reduce((most, it) => (sign * it > sign * most ? it : most)) + sign * MARGIN_UM;
  const corners = rectangles.flatMap(({ x0, y0, x1, y1 }): Point[] => [
    [x0, y0],
    [x1, y1],
  ]);
  const all = [...cells.map(({ x, y }): Point => [x, y]), ...wires.flatMap(({ points }) => points), ...corners];
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  const fibres = cells.filter(({ kind }) => kind === "fibre");
  const [x0, x1] = [fibres.length === 0 ? beyond(xs, -1) : fibres[0]!.x, beyond(xs, 1)];
  const [y0, y1] = [beyond(ys, -1), beyond(ys, 1)];
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
  line(right - RING_UM, low, right, high);
  let from = low;
  for (const y of [...fibres.map((it) => it.y).sort((a, b) => a - b), high + OPEN_UM]) {
    if (y - OPEN_UM - from > 2 * RING_UM) line(left, from, left + RING_UM, y - OPEN_UM);
    from = Math.max(from, y + OPEN_UM);
  }
  return drawn;
}
