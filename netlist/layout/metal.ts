import type { Cell, Rectangle } from "./drawing.ts";
import type { HeaterPlace, OpticsDrawing } from "./router.ts";
import type { ChipRules, LayerName } from "./rules.ts";

export interface MetalDrawing {
  readonly cells: readonly Cell[];
  readonly rectangles: readonly Rectangle[];
}

const WIRE_UM = 4;
const VIA_UM = 2;
/** From the lane to the wire above it, and to the ground line below it: clear of the contacts of heaters. */
const RISE_UM = 9;
const TRUNK_UM = 20;
export const PAD_UM = 40;
const PAD_ROW_UM = 60;
/** A pad, and beside it tracks to the rows of pads beyond it. */
const SLOT_UM = 94;
const TRACKS = 7;
const FIRST_TRACK_UM = 48;
const TRACK_PITCH_UM = 8;
/** From a heater to its track at most. */
const FARTHEST_UM = 2000;
/** Beyond the ports of edge couplers. */
const MARGIN_UM = 30;

/** x of a track from the left edge: 0 leads to the first row of pads, k to row k. */
function trackUm(track: number): number {
  const [slot, which] = [Math.floor(track / TRACKS), track % TRACKS];
  return slot * SLOT_UM + (which === 0 ? PAD_UM / 2 : FIRST_TRACK_UM + (which - 1) * TRACK_PITCH_UM);
}

/** The track from `fromUm` to `toUm` nearest to a place that is free; -1 where there is none. */
function nearestTrack(
  near: number,
  fromUm: number,
  toUm: number,
  isFree: (track: number, um: number) => boolean,
): number {
  let right = Math.floor(near / SLOT_UM) * TRACKS;
  while (trackUm(right) < near) right += 1;
  for (let left = right - 1; ; ) {
    const [before, after] = [trackUm(left), trackUm(right)];
    if ((left < 0 || before < fromUm) && after > toUm) return -1;
    const isLeft = left >= 0 && before >= fromUm && (after > toUm || near - before <= after - near);
    const [track, um] = isLeft ? [left, before] : [right, after];
    if (um >= fromUm && um <= toUm && isFree(track, um)) return track;
    if (isLeft) left -= 1;
    else right += 1;
  }
}

/**
 * Metal in two layers: horizontal in the rows, vertical to the pads above and below the chip. A heater's first contact has a track of
 * its own, the second a ground line that its row shares and all rows' trunks. Names of heaters where these find no track.
 */
export function drawMetal(
  { board, heaters, edges }: OpticsDrawing,
  { pitchUm, modulatorUm, detectorUm }: ChipRules,
  topY: number,
): MetalDrawing | readonly string[] {
  const cells: Cell[] = [];
  const rectangles: Rectangle[] = [];
  const rectangle = (layer: LayerName, x0: number, y0: number, x1: number, y1: number): void => {
    rectangles.push({ layer, x0, y0, x1, y1 });
  };
  const via = (x: number, y: number): void => {
    rectangle("via", x - VIA_UM / 2, y - VIA_UM / 2, x + VIA_UM / 2, y + VIA_UM / 2);
  };
  if (heaters.length === 0) return { cells, rectangles };
  const [firstY, lastY] = [board.chipY(board.rows[0]!), board.chipY(board.rows.at(-1)!)];
  const bottomY = lastY - pitchUm;
  const middleY = (firstY + lastY) / 2;
  const { leftX, rightX } = edges;
  const lengths: Readonly<Partial<Record<string, number>>> = { detector: detectorUm, modulator: modulatorUm };
  const neurons = board.cells.flatMap(({ kind, x, y, turned }) => {
    const length = lengths[kind];
    return length === undefined ? [] : [{ y, fromX: turned ? x - length : x, toX: turned ? x : x + length }];
  });
  const taken: readonly [Map<number, HeaterPlace>, Map<number, HeaterPlace>] = [new Map(), new Map()];
  /** Pads of neurons lie in the upper metal. */
  const isFree = (x: number, y: number, up: boolean): boolean =>
    neurons.every((it) => {
      const beside = x < it.fromX - 2 * WIRE_UM || x > it.toX + 2 * WIRE_UM;
      return beside || (up ? it.y <= y : it.y >= y);
    });
  const crowded: string[] = [];
  const inTurn = [...heaters].sort((a, b) => a.toX - b.toX || a.fromX - b.fromX || b.y - a.y);
  const behind = new Map<HeaterPlace, HeaterPlace>();
  const last = new Map<number, HeaterPlace>();
  for (const it of inTurn) {
    const before = last.get(it.y);
    if (before !== undefined) behind.set(before, it);
    last.set(it.y, it);
  }
  const rowEnds = new Map<number, number>();
  for (const it of inTurn) {
    const { y } = it;
    const up = y > middleY;
    const side = taken[up ? 0 : 1];
    // in its row a wire may run from the wire of the heater before to the heater behind
    const fromX = Math.max(rowEnds.get(it.y) ?? leftX, it.fromX - FARTHEST_UM);
    const next = behind.get(it)?.fromX ?? rightX;
    const toX = Math.min(Math.max(it.toX, next), it.toX + FARTHEST_UM);
    const best = nearestTrack(
      it.signalX - leftX,
      fromX - leftX + WIRE_UM,
      toX - leftX - WIRE_UM,
      (track, um) => !side.has(track) && isFree(leftX + um, y, up),
    );
    if (best < 0) crowded.push(it.name);
    else {
      side.set(best, it);
      rowEnds.set(it.y, Math.max(it.signalX, leftX + trackUm(best)) + WIRE_UM);
    }
  }
  if (crowded.length > 0) return crowded;
  const half = WIRE_UM / 2;
  taken.forEach((side, k) => {
    const sign = k === 0 ? 1 : -1;
    const padY = k === 0 ? topY + PAD_UM : bottomY - PAD_UM;
    const slots = new Map<number, number[]>();
    for (const track of [...side.keys()].sort((a, b) => a - b)) {
      const slot = Math.floor(track / TRACKS);
      slots.set(slot, [...(slots.get(slot) ?? []), track]);
    }
    for (const [slot, tracks] of slots) {
      tracks.forEach((track, i) => {
        const it = side.get(track)!;
        const x = leftX + trackUm(track);
        const laneY = it.y;
        const y = laneY + RISE_UM;
        const padX = leftX + slot * SLOT_UM + PAD_UM / 2;
        // only what is beside the pads passes them
        const row = track % TRACKS === 0 ? 0 : i + (tracks[0]! % TRACKS === 0 ? 0 : 1);
        const at = padY + sign * PAD_ROW_UM * row;
        rectangle("metal1", it.signalX - half, laneY, it.signalX + half, y + half);
        rectangle("metal1", Math.min(x, it.signalX) - half, y - half, Math.max(x, it.signalX) + half, y + half);
        via(x, y);
        rectangle("metal2", x - half, Math.min(y, at) - half, x + half, Math.max(y, at) + half);
        if (row > 0) rectangle("metal2", padX, at - half, x + half, at + half);
        cells.push({ kind: "pad", x: padX, y: at, rows: 1, turned: false, name: it.name });
      });
    }
  });
  const trunks = [leftX - MARGIN_UM - TRUNK_UM, rightX + MARGIN_UM];
  for (const laneY of new Set(heaters.map(({ y }) => y))) {
    const y = laneY - RISE_UM;
    rectangle("metal1", trunks[0]!, y - half, trunks[1]! + TRUNK_UM, y + half);
    for (const edge of trunks) via(edge + TRUNK_UM / 2, y);
  }
  for (const { y, groundX } of heaters) {
    rectangle("metal1", groundX - half, y - RISE_UM - half, groundX + half, y);
  }
  for (const edge of trunks) {
    rectangle("metal2", edge, bottomY - PAD_UM, edge + TRUNK_UM, topY + PAD_UM);
    for (const y of [bottomY - PAD_UM, topY + PAD_UM]) {
      // away from the pads of heaters
      const x = edge === trunks[0] ? edge + TRUNK_UM - PAD_UM / 2 - MARGIN_UM : edge + PAD_UM / 2 + MARGIN_UM;
      rectangle("metal2", Math.min(x, edge), y - half, Math.max(x, edge + TRUNK_UM), y + half);
      cells.push({ kind: "pad", x, y, rows: 1, turned: false, name: "ground" });
    }
  }
  return { cells, rectangles };
}
