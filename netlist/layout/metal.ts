import type { Cell, Rectangle } from "./drawing.ts";
import type { HeaterPlace, OpticsDrawing } from "./router.ts";
import type { ChipRules, LayerName } from "./rules.ts";

export interface MetalDrawing {
  readonly cells: readonly Cell[];
  readonly rectangles: readonly Rectangle[];
  readonly ground: GroundLines;
}

/** What the ground lines do to the heaters that share them. */
export interface GroundLines {
  /** From a heater to the ground pads at most. */
  readonly ohm: number;
  /** Share of its phase that a heater loses at most while another one of its row is at 2 pi. */
  readonly crosstalk: number;
  /** Largest current over the width of a wire, all heaters at 2 pi. */
  readonly maPerUm: number;
}

/** At least: wider where the current asks for it. */
const WIRE_UM = 4;
const SPACE_UM = 4;
/** From the lane to the edge of the wire above it, and of the ground line below it: clear of the contacts of heaters. */
const CLEAR_UM = 7;
/** Of the two wires along the edges that join all ground lines: there is no more room beside the tips of edge couplers. */
const TRUNK_UM = 50;
export const PAD_UM = 40;
const PAD_ROW_UM = 60;
/** A pad, and beside it tracks to the rows of pads beyond it. */
const TRACKS = 7;
/** From a heater to its track at most. */
const FARTHEST_UM = 2000;
/** Beyond the ports of edge couplers. */
const MARGIN_UM = 8;
/** From the outer pads to the wires along the edges. */
const PAD_APART_UM = 30;

interface Tracks {
  readonly wireUm: number;
  readonly slotUm: number;
  /** x of a track from the left edge: 0 leads to the first row of pads, k to row k. */
  readonly trackUm: (track: number) => number;
}

function tracksOf(wireUm: number): Tracks {
  const [first, pitch] = [PAD_UM + SPACE_UM + wireUm, wireUm + SPACE_UM];
  const slotUm = first + (TRACKS - 2) * pitch + wireUm / 2 + SPACE_UM;
  return {
    wireUm,
    slotUm,
    trackUm: (track) => {
      const [slot, which] = [Math.floor(track / TRACKS), track % TRACKS];
      return slot * slotUm + (which === 0 ? PAD_UM / 2 : first + (which - 1) * pitch);
    },
  };
}

/** The track from `fromUm` to `toUm` nearest to a place that is free; -1 where there is none. */
function nearestTrack(
  { slotUm, trackUm }: Tracks,
  near: number,
  fromUm: number,
  toUm: number,
  isFree: (track: number, um: number) => boolean,
): number {
  let right = Math.floor(near / slotUm) * TRACKS;
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
  rules: ChipRules,
  topY: number,
): MetalDrawing | readonly string[] {
  const cells: Cell[] = [];
  const rectangles: Rectangle[] = [];
  const rectangle = (layer: LayerName, x0: number, y0: number, x1: number, y1: number): void => {
    rectangles.push({ layer, x0, y0, x1, y1 });
  };
  if (heaters.length === 0) return { cells, rectangles, ground: { ohm: 0, crosstalk: 0, maPerUm: 0 } };
  const { pitchUm, modulatorUm, detectorUm, heaterMa, heaterOhm, metalOhm } = rules;
  const tracksOfChip = tracksOf(Math.max(WIRE_UM, 2 * Math.ceil(heaterMa / rules.metalMaPerUm / 2)));
  const { wireUm, slotUm, trackUm } = tracksOfChip;
  const half = wireUm / 2;
  const riseUm = CLEAR_UM + half;
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
      const beside = x < it.fromX - 2 * wireUm || x > it.toX + 2 * wireUm;
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
      tracksOfChip,
      it.signalX - leftX,
      fromX - leftX + wireUm,
      toX - leftX - wireUm,
      (track, um) => !side.has(track) && isFree(leftX + um, y, up),
    );
    if (best < 0) crowded.push(it.name);
    else {
      side.set(best, it);
      rowEnds.set(it.y, Math.max(it.signalX, leftX + trackUm(best)) + wireUm);
    }
  }
  if (crowded.length > 0) return crowded;
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
        const y = laneY + riseUm;
        const padX = leftX + slot * slotUm + PAD_UM / 2;
        // only what is beside the pads passes them
        const row = track % TRACKS === 0 ? 0 : i + (tracks[0]! % TRACKS === 0 ? 0 : 1);
        const at = padY + sign * PAD_ROW_UM * row;
        rectangle("metal1", it.signalX - half, laneY, it.signalX + half, y + half);
        rectangle("metal1", Math.min(x, it.signalX) - half, y - half, Math.max(x, it.signalX) + half, y + half);
        rectangle("via", x - half + 1, y - half + 1, x + half - 1, y + half - 1);
        rectangle("metal2", x - half, Math.min(y, at) - half, x + half, Math.max(y, at) + half);
        if (row > 0) rectangle("metal2", padX, at - half, x + half, at + half);
        cells.push({ kind: "pad", x: padX, y: at, rows: 1, turned: false, name: it.name });
      });
    }
  });
  // ground lines fill the room down to the wire above the next row, as their resistance makes heaters turn each other
  const lineUm = Math.max(WIRE_UM, pitchUm - 2 * CLEAR_UM - wireUm - SPACE_UM);
  // all heaters at 2 pi, whose currents leave by two wires and both their ends
  const trunkMa = (heaters.length * heaterMa) / 4;
  let [ohm, rowOhm, maPerUm] = [0, 0, Math.max(heaterMa / wireUm, trunkMa / TRUNK_UM)];
  const trunks = [leftX - MARGIN_UM - TRUNK_UM, rightX + MARGIN_UM];
  const [endY, startY] = [bottomY - PAD_UM, topY + PAD_UM];
  const inParallel = (a: number, b: number): number => (a * b) / (a + b);
  for (const laneY of new Set(heaters.map(({ y }) => y))) {
    const own = heaters.filter(({ y }) => y === laneY);
    maPerUm = Math.max(maPerUm, (own.length * heaterMa) / 2 / lineUm);
    const y = laneY - CLEAR_UM;
    rectangle("metal1", trunks[0]!, y - lineUm, trunks[1]! + TRUNK_UM, y);
    for (const edge of trunks) rectangle("via", edge + 1, y - lineUm + 1, edge + TRUNK_UM - 1, y - 1);
    for (const { groundX } of own) {
      rectangle("metal1", groundX - half, y - lineUm, groundX + half, laneY);
      const alongOhm = (metalOhm / lineUm) * inParallel(groundX - trunks[0]!, trunks[1]! + TRUNK_UM - groundX);
      rowOhm = Math.max(rowOhm, alongOhm);
      ohm = Math.max(ohm, alongOhm + (metalOhm / TRUNK_UM / 2) * inParallel(startY - y, y - endY));
    }
  }
  for (const edge of trunks) {
    rectangle("metal2", edge, endY, edge + TRUNK_UM, startY);
    for (const y of [endY, startY]) {
      // away from the pads of heaters
      const x = edge === trunks[0] ? edge + TRUNK_UM - PAD_UM / 2 - PAD_APART_UM : edge + PAD_UM / 2 + PAD_APART_UM;
      rectangle("metal2", Math.min(x, edge), y - half, Math.max(x, edge + TRUNK_UM), y + half);
      cells.push({ kind: "pad", x, y, rows: 1, turned: false, name: "ground" });
    }
  }
  // the heat goes with the square of what is left of the voltage
  return { cells, rectangles, ground: { ohm, crosstalk: (2 * rowOhm) / heaterOhm, maPerUm } };
}
