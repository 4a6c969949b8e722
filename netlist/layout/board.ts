import { type Cell, type CellKind, cornerUm, lengthOf, type Point, type Wire } from "./drawing.ts";
import type { ChipRules } from "./rules.ts";

/** Which way a storey runs on the chip: what it has at (x, y) lies at (originX + sign * x, sign * y), so turned by 180 degrees where `sign` is -1. */
export interface Frame {
  readonly originX: number;
  readonly sign: 1 | -1;
}

/** A lane's place across a storey. What is drawn on it, as its frame has it from left to right, takes x up to `frontier`. */
export interface Row {
  readonly id: number;
  readonly frame: Frame;
  frontier: number;
  lane: Lane | null;
}

/** A lit waveguide that is being drawn: from its last port on. */
export interface Lane {
  row: Row;
  points: Point[];
  /** The clock that its light keeps: a transmitter's, that of all light it has met, or -1 where it is constant. */
  clock: number;
  /** Length of waveguide that would take as long as the light up to the last port, from the start of its clock. */
  agedUm: number;
  /** The stretch of the placement that it is now. */
  stretch: number;
  /** How far its light has come up to the last port, through devices and along waveguides. */
  walkedUm: number;
  /** The same where the stretch began, and where the last device ended. */
  beganUm: number;
  leftUm: number;
}

/** Lanes at the end of a storey, from top to bottom. */
export interface Turning {
  /** What the next storey goes on with. */
  readonly carried: readonly Lane[];
  /** Inside of them: what leaves the chip between the storeys, and what comes in there. */
  readonly leaving: readonly Lane[];
  readonly entering: readonly Lane[];
  /** Rows that are left free at the upper end of the storey. */
  readonly spare: number;
}

/**
 * Rows on which cells and wires are drawn from left to right. Whatever is drawn has the rows that it covers to itself as far as it
 * reaches, but for lanes that a crossing takes through it, so that waveguides touch only where they are joined.
 */
export interface Board {
  /** Of the storey that is being drawn, from top to bottom; of the whole chip once it is closed. */
  readonly rows: Row[];
  readonly cells: Cell[];
  readonly wires: Wire[];
  /** Of the storey that is being drawn. */
  readonly frame: () => Frame;
  /** In the frame of the row. */
  readonly y: (row: Row) => number;
  readonly chipY: (row: Row) => number;
  readonly newRow: (frontier: number) => Row;
  readonly insertRow: (at: number) => Row;
  /** The rows from so many above a row to as many below it, without light but for its own: others are put in where there is some. */
  readonly clear: (row: Row, beside: number) => readonly Row[];
  readonly place: (kind: CellKind, x: number, y: number, name: string, turned?: boolean, rows?: number) => void;
  readonly wire: (points: readonly Point[]) => void;
  /** Ends the wire of a lane at a port. */
  readonly reach: (lane: Lane, at: Point) => void;
  readonly leave: (lane: Lane, at: Point) => void;
  /** How old light is that goes straight on to x. */
  readonly agedAt: (lane: Lane, x: number) => number;
  /** Leads a lane to an empty row, across all lanes between. */
  readonly move: (lane: Lane, to: Row) => void;
  /** Makes light older by a length, as far as a delay line can be so short. */
  readonly delay: (lane: Lane, byUm: number) => void;
  /** Puts rows in beside a lane, above or below, where a delay line of a length would be long without. */
  readonly widen: (lane: Lane, byUm: number, isAbove: boolean) => void;
  /** Ends a storey and begins the next one, which runs back. */
  readonly fold: (turning: Turning) => void;
  /** Ends the last storey: rows are those of the whole chip from then on. Returns of each storey the uppermost of its rows. */
  readonly close: (spare: number) => readonly Row[];
}

/** Light goes on by a length. */
export function pass(lane: Lane, byUm: number): void {
  lane.agedUm += byUm;
  lane.walkedUm += byUm;
}

/** Along its lane: a longer delay line gets rows of its own. */
const LONG_UM = 1000;
/** Of a row half between two that are neighbours. */
const CLEARANCE = 7;

interface DelayRoom {
  readonly covered: readonly Row[];
  readonly turns: number;
  /** How far it may go from the lane. */
  readonly upUm: number;
  readonly downUm: number;
}

/** Times that a delay line has to cross its room from side to side, beside going up at first and back at last. */
function leastTurns(byUm: number, upUm: number, downUm: number, corner: number): number {
  for (let turns = 0; ; turns++) {
    const last = turns % 2 === 0 ? upUm : downUm;
    if (upUm + turns * (upUm + downUm) + last - 2 * (turns + 2) * corner >= byUm) return turns;
  }
}

/** A place of a frame on the chip. */
export function onChip({ originX, sign }: Frame, [x, y]: Point): Point {
  return [originX + sign * x, sign * y];
}

/** `known` are the places of rows by their ids, where an earlier drawing has found them: that one finds rows alone, and draws nothing. Each storey lies above the one before it. */
export function newBoard(rules: ChipRules, known: ReadonlyMap<number, number> | null): Board {
  const { pitchUm, radiusUm, crossingUm } = rules;
  const rows: Row[] = [];
  const cells: Cell[] = [];
  const wires: Wire[] = [];
  /** Rows in the order in which storeys follow each other, and the uppermost of each storey. */
  const done: Row[] = [];
  const tops: Row[] = [];
  let frame: Frame = { originX: 0, sign: 1 };
  const half = Math.max(radiusUm, crossingUm / 2) + 1;
  let ids = 0;
  const y = (row: Row): number =>
    known === null ? -pitchUm * rows.indexOf(row) : -row.frame.sign * pitchUm * known.get(row.id)!;
  const place: Board["place"] = (kind, x, at, name, turned = false, span = 1) => {
    if (known === null) return;
    const [chipX, chipY] = onChip(frame, [x, at]);
    cells.push({ kind, x: chipX, y: chipY, rows: span, turned: turned !== frame.sign < 0, name });
  };
  const reach: Board["reach"] = (lane, at) => {
    const points = lane.points;
    lane.points = [];
    if (known === null) return;
    points.push(at);
    wires.push({ layer: "waveguide", points: points.map((point) => onChip(lane.row.frame, point)) });
    pass(lane, lengthOf(points, radiusUm));
  };
  const leave: Board["leave"] = (lane, at) => {
    lane.points = [at];
  };
  /** Dark rows beside a lane's that make a delay line end as far left as can be: it goes up and down in all of them. */
  const roomForDelay = (own: Row, byUm: number): DelayRoom => {
    const marginUm = pitchUm / 2 - CLEARANCE;
    const at = rows.indexOf(own);
    let [top, bottom] = [at, at];
    let best: DelayRoom | null = null;
    let bestX = Number.POSITIVE_INFINITY;
    for (;;) {
      const covered = rows.slice(top, bottom + 1);
      const upUm = y(rows[top]!) - y(own) + marginUm;
      const downUm = y(own) - y(rows[bottom]!) + marginUm;
      const turns = leastTurns(byUm, upUm, downUm, cornerUm(radiusUm));
      const x = Math.max(...covered.map(({ frontier }) => frontier)) + turns * (2 * radiusUm + 1);
      if (x < bestX) [best, bestX] = [{ covered, turns, upUm, downUm }, x];
      const next = [rows[top - 1], rows[bottom + 1]].filter((row) => row !== undefined && row.lane === null);
      if (turns === 0 || next.length === 0) return best!;
      if (next[0] === rows[top - 1] && (next.length === 1 || next[0]!.frontier <= next[1]!.frontier)) top -= 1;
      else bottom += 1;
    }
  };
  const newRow = (frontier: number): Row => {
    ids += 1;
    return { id: ids - 1, frame, frontier, lane: null };
  };
  const insertRow: Board["insertRow"] = (at) => {
    const near = [rows[at - 1], rows[at]].filter((row) => row !== undefined);
    const row = newRow(near.length === 0 ? 0 : Math.min(...near.map(({ frontier }) => frontier)));
    rows.splice(at, 0, row);
    return row;
  };
  const endStorey = (spare: number): void => {
    const free = Array.from({ length: spare }, () => newRow(0));
    const down = [...free, ...(frame.sign > 0 ? rows : rows.toReversed())];
    tops.push(down[0]!);
    done.push(...down.reverse());
  };
  return {
    rows,
    cells,
    wires,
    frame: () => frame,
    wire: (points) => {
      wires.push({ layer: "waveguide", points: points.map((point) => onChip(frame, point)) });
    },
    newRow,
    y,
    chipY: (row) => row.frame.sign * y(row),
    place,
    reach,
    leave,
    insertRow,
    clear: (row, beside) => {
      for (let k = 1; k <= beside; k++) {
        const below = rows.indexOf(row) + k;
        if (rows[below] === undefined || rows[below].lane !== null) insertRow(below);
        const above = rows.indexOf(row) - k;
        if (rows[above] === undefined || rows[above].lane !== null) insertRow(above + 1);
      }
      const at = rows.indexOf(row);
      return rows.slice(at - beside, at + beside + 1);
    },
    agedAt: (lane, x) => lane.agedUm + lengthOf([...lane.points, [x, y(lane.row)]], radiusUm),
    move: (lane, to) => {
      const [from, last] = [rows.indexOf(lane.row), rows.indexOf(to)];
      const down = last > from;
      const passed = rows.slice(Math.min(from, last), Math.max(from, last) + 1);
      if (!down) passed.reverse();
      const x = passed.reduce((most, row) => Math.max(most, row.frontier), 0) + half;
      lane.points.push([x, y(lane.row)]);
      for (const row of passed.slice(1, -1)) {
        const other = row.lane;
        if (other === null) continue;
        const middle = y(row);
        const reachUm = (down ? crossingUm : -crossingUm) / 2;
        place("crossing", x, middle, "");
        reach(lane, [x, middle + reachUm]);
        reach(other, [x - crossingUm / 2, middle]);
        pass(lane, crossingUm);
        pass(other, crossingUm);
        leave(lane, [x, middle - reachUm]);
        leave(other, [x + crossingUm / 2, middle]);
      }
      lane.points.push([x, y(to)]);
      for (const row of passed) row.frontier = x + half;
      lane.row.lane = null;
      lane.row = to;
      to.lane = lane;
    },
    delay: (lane, byUm) => {
      const corner = cornerUm(radiusUm);
      const least = 2 * radiusUm;
      if (byUm < 2 * least - 4 * corner) return;
      const step = 2 * radiusUm + 1;
      const { covered, turns, upUm, downUm } = roomForDelay(lane.row, byUm);
      const acrossUm = byUm + 2 * (turns + 2) * corner;
      const share = acrossUm / (2 * (turns + 1));
      // up, `turns` times all the way across, and back; the shorter side takes what it can
      const down = Math.min(downUm, Math.max(least, share));
      const wanted = turns % 2 === 0 ? (acrossUm - turns * down) / (turns + 2) : acrossUm / (turns + 1) - down;
      const up = Math.max(least, Math.min(upUm, wanted));
      const rest =
        turns === 0 ? down : turns % 2 === 0 ? (acrossUm - (turns + 2) * up) / turns : acrossUm / (turns + 1) - up;
      const [high, low] = [up, Math.max(least, rest)].map((um) => Math.round(um * 1e3) / 1e3);
      const turningAt = Array.from({ length: turns + 1 }, (_, turn) => (turn % 2 === 0 ? high! : -low!));
      // what rounding has left over in all turns
      const drawnUm = [...turningAt, 0].reduce((sum, at, i) => sum + Math.abs(at - (turningAt[i - 1] ?? 0)), 0);
      const restUm = Math.round((acrossUm - drawnUm) * 5e2) / 1e3;
      turningAt[turns]! += turns % 2 === 0 ? restUm : -restUm;
      const middle = y(lane.row);
      let x = Math.max(...covered.map(({ frontier }) => frontier)) + radiusUm + 1;
      let at = 0;
      for (const next of [...turningAt, 0]) {
        lane.points.push([x, middle + at], [x, middle + next]);
        at = next;
        x += step;
      }
      for (const row of covered) row.frontier = x - step + radiusUm + 1;
    },
    widen: ({ row }, byUm, isAbove) => {
      let [top, bottom] = [rows.indexOf(row), rows.indexOf(row)];
      while (rows[top - 1]?.lane === null) top -= 1;
      while (rows[bottom + 1]?.lane === null) bottom += 1;
      const acrossUm = (byUm * (2 * radiusUm + 1)) / LONG_UM;
      for (let high = bottom - top + 1; high * pitchUm < acrossUm; high++) insertRow(isAbove ? top : bottom + 1);
    },
    fold: ({ spare, ...lanes }) => {
      const topInner = frame.sign > 0;
      const fromInside = (list: readonly Lane[]): readonly Lane[] => (topInner ? list : list.toReversed());
      const [carried, leaving, entering] = [lanes.carried, lanes.leaving, lanes.entering].map(fromInside);
      const step = 2 * radiusUm + 1;
      const far = (some: readonly Row[]): number =>
        some.reduce((most, { frontier }) => Math.max(most, frontier), 0) + radiusUm + 1;
      let x = 0;
      const outX = leaving!.map(({ row }) => {
        const at = rows.indexOf(row);
        x = Math.max(x + step, far(topInner ? rows.slice(0, at + 1) : rows.slice(at)));
        return x;
      });
      const inX = Math.max(x + step, far(rows));
      const endX = inX + (entering!.length + carried!.length) * step;
      endStorey(spare);
      rows.length = 0;
      const { originX, sign } = frame;
      frame = { originX: originX + sign * endX, sign: sign > 0 ? -1 : 1 };
      /** To a row of the next storey, or one between. */
      const turn = (lane: Lane, turnX: number): Row => {
        const to = newRow(endX - turnX + radiusUm + 1);
        const led: Point[] = [...lane.points, [turnX, y(lane.row)]];
        lane.points = [...led.map(([px, py]): Point => [endX - px, -py]), [endX - turnX, y(to)]];
        lane.row.lane = null;
        lane.row = to;
        to.lane = lane;
        return to;
      };
      done.push(...leaving!.map((lane, i) => turn(lane, outX[i]!)), ...entering!.map(({ row }) => row).reverse());
      rows.push(...[...entering!, ...carried!].map((lane, i) => turn(lane, inX + i * step)));
      if (!topInner) rows.reverse();
    },
    close: (spare) => {
      endStorey(spare);
      rows.splice(0, rows.length, ...done.reverse());
      return tops;
    },
  };
}
