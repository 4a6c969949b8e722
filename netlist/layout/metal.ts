import type { Cell, Rectangle } from "./drawing.ts";
import type { HeaterPlace } from "./pen.ts";
import { riverColumns } from "./river.ts";
import type { OpticsDrawing } from "./router.ts";
import { type ChipRules, type LayerName, PAD_UM } from "./rules.ts";

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
  /** Heaters of one row, by name, and the resistance that both currents pass over a heater's. */
  readonly pairs: readonly { readonly heaters: readonly [string, string]; readonly share: number }[];
}

/** At least: wider where the current asks for it. */
const WIRE_UM = 4;
const SPACE_UM = 4;
/** From the lane to the edge of the wire above it, and of the ground line below it: clear of the contacts of heaters. */
const CLEAR_UM = 7;
/** Of the two wires along the edges that join all ground lines: there is no more room beside the tips of edge couplers. */
const TRUNK_UM = 50;
/** From a row of pads to the next one, where one row has too little room. */
const PAD_ROW_UM = PAD_UM + 10;
/** Of one pad and the next beside it, in pitches, at most. */
const MOST_PITCHES = 8;
/** From the middle of a neuron to beyond its pads. */
const BESIDE_UM = 30;
/** From a heater to its track at most. */
const FARTHEST_UM = 2000;
/** Beyond the edges of the rows. */
const MARGIN_UM = 8;

/** Of a wire that carries a heater at 2 pi. */
export function wireUmOf({ heaterMa, metalMaPerUm }: ChipRules): number {
  return Math.max(WIRE_UM, 2 * Math.ceil(heaterMa / metalMaPerUm / 2));
}

/** The track from `fromUm` to `toUm` nearest to a place that is free, of those at multiples of a pitch; -1 where there is none. */
function nearestTrack(
  pitchUm: number,
  near: number,
  fromUm: number,
  toUm: number,
  isFree: (track: number, um: number) => boolean,
): number {
  const [first, last] = [Math.ceil(fromUm / pitchUm), Math.floor(toUm / pitchUm)];
  let right = Math.ceil(near / pitchUm);
  for (let left = right - 1; left >= first || right <= last; ) {
    const isLeft = left >= first && (right > last || near - left * pitchUm <= right * pitchUm - near);
    const track = isLeft ? left-- : right++;
    if (track >= first && track <= last && isFree(track, track * pitchUm)) return track;
  }
  return -1;
}

/** Slots of so many, in order, for places in order, each near to its own: where many want the same they share what they are off by. */
function slotsFor(places: readonly number[], count: number): readonly number[] {
  const runs: { sum: number; count: number }[] = [];
  places.forEach((place, i) => {
    let run = { sum: place - i, count: 1 };
    for (let before = runs.at(-1); before !== undefined; before = runs.at(-1)) {
      if (before.sum / before.count <= run.sum / run.count) break;
      runs.pop();
      run = { sum: run.sum + before.sum, count: run.count + before.count };
    }
    runs.push(run);
  });
  const wanted = runs.flatMap((it) => new Array<number>(it.count).fill(Math.round(it.sum / it.count)));
  return wanted.map((slot, i) => Math.max(0, Math.min(count - places.length, slot)) + i);
}

/**
 * Metal in two layers: horizontal in the rows, vertical to a row of pads above and one below. A heater's first contact has a track of its own,
 * the second a ground line that its row shares and all rows' trunks, which end in pads too. Names of heaters where these find no track.
 */
export function drawMetal(
  { board, heaters, edges }: OpticsDrawing,
  rules: ChipRules,
  { topY, bottomY }: { readonly topY: number; readonly bottomY: number },
): MetalDrawing | readonly string[] {
  const cells: Cell[] = [];
  const rectangles: Rectangle[] = [];
  const rectangle = (layer: LayerName, x0: number, y0: number, x1: number, y1: number): void => {
    rectangles.push({ layer, x0, y0, x1, y1 });
  };
  if (heaters.length === 0) return { cells, rectangles, ground: { ohm: 0, crosstalk: 0, maPerUm: 0, pairs: [] } };
  const { pitchUm, padPitchUm, modulatorUm, detectorUm, heaterMa, heaterOhm, metalOhm } = rules;
  const wireUm = wireUmOf(rules);
  const trackUm = wireUm + SPACE_UM;
  const half = wireUm / 2;
  const [firstY, lastY] = [board.chipY(board.rows[0]!), board.chipY(board.rows.at(-1)!)];
  const middleY = (firstY + lastY) / 2;
  const { leftX, rightX } = edges;
  const lengths: Readonly<Partial<Record<string, number>>> = { detector: detectorUm, modulator: modulatorUm };
  const neurons = board.cells.flatMap(({ kind, x, y, turned }) => {
    const length = lengths[kind];
    return length === undefined ? [] : [{ y, fromX: turned ? x - length : x, toX: turned ? x : x + length }];
  });
  const taken: readonly [Map<number, HeaterPlace>, Map<number, HeaterPlace>] = [new Map(), new Map()];
  const known = new Map<string, Uint8Array>();
  /** Tracks that no neuron covers on the way up or down from a height, as pads of neurons lie in the upper metal. */
  const freeFrom = (y: number, up: boolean): Uint8Array => {
    const before = known.get(`${y} ${up}`);
    if (before !== undefined) return before;
    const free = new Uint8Array(Math.ceil((rightX - leftX) / trackUm) + 1).fill(1);
    for (const it of neurons) {
      if (up ? it.y + BESIDE_UM <= y : it.y - BESIDE_UM >= y) continue;
      const [from, to] = [it.fromX - 2 * wireUm - leftX, it.toX + 2 * wireUm - leftX];
      free.fill(0, Math.max(0, Math.ceil(from / trackUm)), Math.max(0, Math.floor(to / trackUm) + 1));
    }
    known.set(`${y} ${up}`, free);
    return free;
  };
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
  /** Wires above those of their row, which pass other heaters: from where to where, by rows. */
  const upper = new Map<number, { readonly fromX: number; readonly toX: number }[]>();
  const isUpper = new Set<HeaterPlace>();
  for (const it of inTurn) {
    const { y } = it;
    const others = upper.get(y) ?? [];
    const sideOf = (up: boolean) => taken[up ? 0 : 1];
    const trackOn = (up: boolean, fromX: number, toX: number, isOpen: (x: number) => boolean): number => {
      const [side, opposite, free] = [sideOf(up), sideOf(!up), freeFrom(y, up)];
      const nearest = (isBeside: (um: number) => boolean): number =>
        nearestTrack(trackUm, it.signalX - leftX, fromX - leftX + wireUm, toX - leftX - wireUm, (track, um) => {
          if (free[track] === 0) return false;
          const other = opposite.get(track);
          const isClear = other === undefined || (up ? other.y < y : other.y > y);
          return isClear && !side.has(track) && isBeside(um) && isOpen(leftX + um);
        });
      // tracks that come to the edge beside each other would have to spread there to their pads
      const padOf = (um: number): number => Math.round(um / padPitchUm);
      const pads = new Set([...side.keys()].map((track) => padOf(track * trackUm)));
      const alone = nearest((um) => !pads.has(padOf(um)));
      return alone < 0 ? nearest(() => true) : alone;
    };
    const [leastX, mostX] = [Math.max(leftX, it.fromX - FARTHEST_UM), Math.min(rightX, it.toX + FARTHEST_UM)];
    // in its row a wire may run from the wire of the heater before to the heater behind
    const fromX = Math.max(rowEnds.get(y) ?? leftX, leastX);
    const toX = Math.min(Math.max(it.toX, behind.get(it)?.fromX ?? rightX), mostX);
    const isOpen = (x: number): boolean =>
      others.every((wire) => Math.max(x, it.signalX) < wire.fromX || Math.min(x, it.signalX) > wire.toX);
    const isNear = y > middleY;
    const wayOf = (isHigh: boolean, up: boolean) => {
      const track = isHigh ? trackOn(up, leastX, mostX, isOpen) : trackOn(up, fromX, toX, () => true);
      return track < 0 ? undefined : { isHigh, up, track };
    };
    const way = wayOf(false, isNear) ?? wayOf(false, !isNear) ?? wayOf(true, isNear) ?? wayOf(true, !isNear);
    rowEnds.set(y, it.signalX + wireUm);
    if (way === undefined) {
      crowded.push(it.name);
      continue;
    }
    const trackX = leftX + way.track * trackUm;
    sideOf(way.up).set(way.track, it);
    if (!way.isHigh) rowEnds.set(y, Math.max(it.signalX, trackX) + wireUm);
    else {
      isUpper.add(it);
      const ends = [Math.min(it.signalX, trackX) - trackUm, Math.max(it.signalX, trackX) + trackUm] as const;
      upper.set(y, [...others, { fromX: ends[0], toX: ends[1] }]);
    }
  }
  if (crowded.length > 0) return crowded;
  /** Of the wires along the edges, from the left one on; pads stand at multiples of their pitch from there. */
  const trunkX = leftX - MARGIN_UM - TRUNK_UM / 2;
  const most = Math.max(...taken.map(({ size }) => size));
  const roomUm = rightX + MARGIN_UM + TRUNK_UM / 2 - trunkX;
  const acrossIn = (pitches: number): number => Math.ceil(roomUm / (pitches * padPitchUm));
  // tracks to outer rows pass beside the pads of the inner ones, of which some are left out where that is too little
  const rowsIn = (pitches: number): number => 1 + Math.floor((pitches * padPitchUm - PAD_UM - SPACE_UM) / trackUm);
  let pitches = 1;
  while (rowsIn(pitches) * (acrossIn(pitches) - 1) < most && pitches < MOST_PITCHES) pitches++;
  const columnUm = pitches * padPitchUm;
  const rows = Math.min(rowsIn(pitches), Math.ceil(most / Math.max(1, acrossIn(pitches) - 1)));
  const lastPad = Math.max(acrossIn(pitches), Math.ceil(most / rows) + 1);
  const [endY, startY] = taken
    .map((side, k) => {
      const [sign, edgeY] = k === 0 ? [1, topY] : [-1, bottomY];
      const tracks = [...side.keys()].sort((a, b) => a - b);
      const from = tracks.map((track) => leftX + track * trackUm);
      const slots = slotsFor(
        from.map((x) => ((x - trunkX) / columnUm - 1) * rows),
        (lastPad - 1) * rows,
      );
      const padX = slots.map((slot) => trunkX + (1 + Math.floor(slot / rows)) * columnUm);
      const rowOf = slots.map((slot) => slot % rows);
      const besideUm = PAD_UM / 2 + SPACE_UM + half - trackUm;
      const to = padX.map((x, i) => (rowOf[i] === 0 ? x : x + besideUm + rowOf[i]! * trackUm));
      const levels = riverColumns(from, to, trackUm);
      const levelY = (level: number): number => edgeY + sign * (half + level * trackUm);
      const padY = levelY(Math.max(0, ...levels) + 1) + (sign * PAD_UM) / 2;
      tracks.forEach((track, i) => {
        const it = side.get(track)!;
        const [x, toX, laneY] = [from[i]!, to[i]!, it.y];
        const riseUm = CLEAR_UM + half + (isUpper.has(it) ? trackUm : 0);
        const [y, acrossY, ownY] = [laneY + riseUm, levelY(levels[i]!), padY + sign * rowOf[i]! * PAD_ROW_UM];
        rectangle("metal1", it.signalX - half, laneY, it.signalX + half, y + half);
        rectangle("metal1", Math.min(x, it.signalX) - half, y - half, Math.max(x, it.signalX) + half, y + half);
        rectangle("via", x - half + 1, y - half + 1, x + half - 1, y + half - 1);
        rectangle("metal2", x - half, Math.min(y, acrossY) - half, x + half, Math.max(y, acrossY) + half);
        rectangle("metal2", Math.min(x, toX) - half, acrossY - half, Math.max(x, toX) + half, acrossY + half);
        rectangle("metal2", toX - half, Math.min(ownY, acrossY) - half, toX + half, Math.max(ownY, acrossY) + half);
        if (rowOf[i]! > 0) rectangle("metal2", padX[i]!, ownY - half, toX + half, ownY + half);
        cells.push({ kind: "pad", x: padX[i]!, y: ownY, rows: 1, turned: false, name: it.name });
      });
      return padY;
    })
    .reverse() as [number, number];
  // ground lines fill the room down to the wire above the next row, as their resistance makes heaters turn each other
  const lineOf = (laneY: number): number =>
    Math.max(WIRE_UM, pitchUm - 2 * CLEAR_UM - (upper.has(laneY - pitchUm) ? 2 : 1) * trackUm);
  // all heaters at 2 pi, whose currents leave by two wires and both their ends
  const trunkMa = (heaters.length * heaterMa) / 4;
  let [ohm, rowOhm, maPerUm] = [0, 0, Math.max(heaterMa / wireUm, trunkMa / TRUNK_UM)];
  const trunks = [trunkX, trunkX + lastPad * columnUm].map((x) => x - TRUNK_UM / 2);
  const [fromX, toX] = [trunks[0]!, trunks[1]! + TRUNK_UM];
  const pairs: GroundLines["pairs"][number][] = [];
  const inParallel = (a: number, b: number): number => (a * b) / (a + b);
  for (const laneY of new Set(heaters.map(({ y }) => y))) {
    const own = heaters.filter(({ y }) => y === laneY);
    const lineUm = lineOf(laneY);
    maPerUm = Math.max(maPerUm, (own.length * heaterMa) / 2 / lineUm);
    const y = laneY - CLEAR_UM;
    rectangle("metal1", fromX, y - lineUm, toX, y);
    for (const edge of trunks) rectangle("via", edge + 1, y - lineUm + 1, edge + TRUNK_UM - 1, y - 1);
    own.forEach((a, i) => {
      for (const b of own.slice(i + 1)) {
        const [nearX, farX] = [Math.min(a.groundX, b.groundX), Math.max(a.groundX, b.groundX)];
        const sharedOhm = ((metalOhm / lineUm) * (nearX - fromX) * (toX - farX)) / (toX - fromX);
        pairs.push({ heaters: [a.name, b.name], share: sharedOhm / heaterOhm });
      }
    });
    for (const { groundX } of own) {
      rectangle("metal1", groundX - half, y - lineUm, groundX + half, laneY);
      const alongOhm = (metalOhm / lineUm) * inParallel(groundX - fromX, toX - groundX);
      rowOhm = Math.max(rowOhm, alongOhm);
      ohm = Math.max(ohm, alongOhm + (metalOhm / TRUNK_UM / 2) * inParallel(startY - y, y - endY));
    }
  }
  for (const edge of trunks) {
    rectangle("metal2", edge, endY, edge + TRUNK_UM, startY);
    for (const y of [endY, startY]) {
      cells.push({ kind: "pad", x: edge + TRUNK_UM / 2, y, rows: 1, turned: false, name: "ground" });
    }
  }
  // the heat goes with the square of what is left of the voltage
  return { cells, rectangles, ground: { ohm, crosstalk: (2 * rowOhm) / heaterOhm, maPerUm, pairs } };
}
