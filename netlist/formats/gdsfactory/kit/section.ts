import {
  type CellSettings,
  CONTACT_UM,
  HEATER_UM,
  type KitFigures,
  MMI_HALF_UM,
  MMI_UM,
  PAD_PITCH_UM,
  PAD_UM,
  RADIUS_UM,
  RAIL_UM,
  ROW_UM,
} from "./kits.ts";
import type { LitLanes } from "./lanes.ts";

/** A cell of the kit, turned by `angle`, with `port` at a place. Lengths in um. */
export interface KitCell {
  readonly cell: string;
  readonly settings: CellSettings;
  readonly port: string;
  readonly x: number;
  readonly y: number;
  readonly angle: 0 | 90 | 180 | 270;
}

interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** A section on the plane. */
export interface SectionDrawing {
  readonly parts: readonly KitCell[];
  readonly labels: readonly Label[];
  readonly floorplan: readonly [x0: number, y0: number, x1: number, y1: number];
}

type Element = { readonly column: number } & (
  | { readonly kind: "heater"; readonly lane: number; readonly name: string }
  | { readonly kind: "mmi"; readonly upper: number; readonly lower: number }
);

/** Room for a heater with its contacts, and for an MMI with the bends that lead to it. */
const HEATER_ROOM_UM = HEATER_UM + 60;
const MMI_ROOM_UM = MMI_UM + 4 * RADIUS_UM;
/** On both sides, with the wire that leads to ground. */
const MARGIN_UM = 180;
const GROUND_UM = 70;

/** Even columns hold heaters, odd ones MMIs. An MZI takes four columns of all rows between its lanes. A lane without light has no heater. */
function elementsOf({ lanes, devices }: LitLanes, rowOf: readonly number[]): readonly Element[] {
  const free = rowOf.map(() => 0);
  return devices.flatMap(({ name, a, b }, d): readonly Element[] => {
    const ends = b === null ? [rowOf[a]!] : [rowOf[a]!, rowOf[b]!].sort((one, two) => one - two);
    const taken = [...free.keys()].filter((row) => row >= ends[0]! && row <= ends.at(-1)!);
    const column = 2 * Math.ceil(Math.max(...taken.map((row) => free[row]!)) / 2);
    for (const row of taken) free[row] = column + (b === null ? 1 : 4);
    const phi: Element = { kind: "heater", lane: a, column, name: `${name} phi` };
    if (b === null) return [phi];
    const [upper, lower] = rowOf[a]! < rowOf[b]! ? [a, b] : [b, a];
    const mmi = { kind: "mmi", upper, lower } as const;
    return [
      ...(!lanes[a]!.input && lanes[a]!.first === d ? [] : [phi]),
      { ...mmi, column: column + 1 },
      { kind: "heater", lane: a, column: column + 2, name: `${name} theta` },
      { ...mmi, column: column + 3 },
    ];
  });
}

/** Where every column begins, and where the last one ends; one without elements is left out. */
function columnsOf(elements: readonly Element[], isUpper: (lane: number) => boolean): number[] {
  const x = [MARGIN_UM];
  const last = Math.max(0, ...elements.map(({ column }) => column));
  for (let column = 0; column <= last; column += 1) {
    const here = elements.filter((it) => it.column === column);
    const upper = here.filter((it) => it.kind === "heater" && isUpper(it.lane)).length;
    const most = Math.max(upper, here.length - upper);
    const heaters = most === 0 ? 0 : HEATER_ROOM_UM + (most - 1) * PAD_PITCH_UM;
    x.push(x[column]! + (column % 2 === 0 ? heaters : here.length === 0 ? 0 : MMI_ROOM_UM));
  }
  return x;
}

/**
 * Rows of lanes; columns of heaters and MMIs. In a column heaters nearer to the middle lie further to the left. So each one's left contact
 * has a free way to a pad at the edge, and its right contact to the wire in the middle: one metal, and no wire crosses another.
 */
export function drawSection(kit: KitFigures, light: LitLanes, rows: readonly number[]): SectionDrawing {
  const { lanes } = light;
  const rowOf = lanes.map((_, lane) => rows.indexOf(lane));
  const half = Math.ceil(rows.length / 2);
  const y = (lane: number): number => -ROW_UM * rowOf[lane]!;
  const isUpper = (lane: number): boolean => rowOf[lane]! < half;
  const elements = elementsOf(light, rowOf);
  const columns = columnsOf(elements, isUpper);
  const endX = columns.at(-1)! + MARGIN_UM;
  const railY = -ROW_UM * (half - 0.5);
  const padsY = [ROW_UM, -ROW_UM * rows.length] as const;
  const parts: KitCell[] = [];
  const labels: Label[] = [];
  const put = (
    cell: string,
    settings: CellSettings,
    port: string,
    at: readonly [number, number],
    angle: KitCell["angle"],
  ) => parts.push({ cell, settings, port, x: um(at[0]), y: um(at[1]), angle });
  const wire = (x: number, from: number, to: number): void => {
    put("straight_metal", { length: um(Math.abs(to - from)) }, "e1", [x, from], to > from ? 90 : 270);
  };
  const pad = (x: number, to: number, text: string): void => {
    put("pad", {}, "pad", [x, to], 0);
    labels.push({ text, x: um(x), y: to });
  };
  const reach = lanes.map(() => null as number | null);
  const advance = (lane: number, to: number): void => {
    const from = reach[lane] ?? (lanes[lane]!.input ? 0 : to);
    if (reach[lane] === null && !lanes[lane]!.input) {
      const { cell, settings, angle } = kit.terminator;
      put(cell, settings, "o1", [to, y(lane)], angle === 0 ? 180 : 0);
    }
    if (to > from) put("straight", { length: um(to - from) }, "o1", [from, y(lane)], 0);
    reach[lane] = to;
  };
  /** To the right and up or down, by two bends. */
  const rise = (x: number, from: number, to: number): void => {
    const up = to > from;
    const [near, far] = up ? [from + RADIUS_UM, to - RADIUS_UM] : [from - RADIUS_UM, to + RADIUS_UM];
    put("bend_euler", { radius: RADIUS_UM }, up ? "o1" : "o2", [x, from], up ? 0 : 90);
    put("straight", { length: um(Math.abs(far - near)) }, "o1", [x + RADIUS_UM, near], up ? 90 : 270);
    put("bend_euler", { radius: RADIUS_UM }, up ? "o2" : "o1", [x + RADIUS_UM, far], up ? 180 : 270);
  };
  const ordered = elements.toSorted((one, two) => one.column - two.column);
  for (const element of ordered) {
    const left = columns[element.column]!;
    if (element.kind === "mmi") {
      const middle = (y(element.upper) + y(element.lower)) / 2;
      const [west, east] = [left + 2 * RADIUS_UM, left + 2 * RADIUS_UM + MMI_UM];
      put("mmi2x2", {}, "o1", [west, middle - MMI_HALF_UM], 0);
      for (const [lane, near] of [
        [element.upper, middle + MMI_HALF_UM],
        [element.lower, middle - MMI_HALF_UM],
      ] as const) {
        advance(lane, left);
        rise(left, y(lane), near);
        rise(east, near, y(lane));
        reach[lane] = left + MMI_ROOM_UM;
      }
      continue;
    }
    const { lane, name } = element;
    const side = ordered.filter(
      (it) => it.kind === "heater" && it.column === element.column && isUpper(it.lane) === isUpper(lane),
    );
    const outside = side.filter(
      (it) => it.kind === "heater" && Math.abs(y(it.lane) - railY) > Math.abs(y(lane) - railY),
    );
    const x = left + 30 + (side.length - 1 - outside.length) * PAD_PITCH_UM;
    advance(lane, x);
    put("straight_heater_metal", { length: HEATER_UM }, "o1", [x, y(lane)], 0);
    reach[lane] = x + HEATER_UM;
    const padY = isUpper(lane) ? padsY[0] : padsY[1];
    const out = Math.sign(padY - y(lane));
    wire(x - CONTACT_UM, y(lane) + 5 * out, padY - (PAD_UM / 2) * out);
    pad(x - CONTACT_UM, padY, name);
    wire(x + HEATER_UM + CONTACT_UM, y(lane) - 5 * out, railY);
  }
  for (const [lane, { mode, input, output }] of lanes.entries()) {
    const { coupler, terminator } = kit;
    if (input) {
      put(coupler.cell, coupler.settings, "o1", [0, y(lane)], coupler.angle === 0 ? 180 : 0);
      labels.push({ text: `in${mode}`, x: 0, y: y(lane) });
    }
    if (output) {
      advance(lane, endX);
      put(coupler.cell, coupler.settings, "o1", [endX, y(lane)], coupler.angle);
      labels.push({ text: `out${mode}`, x: endX, y: y(lane) });
    } else {
      put(terminator.cell, terminator.settings, "o1", [reach[lane] ?? 0, y(lane)], terminator.angle);
    }
  }
  const rail = [GROUND_UM, endX - GROUND_UM] as const;
  if (ordered.length > 0) {
    const length = um(rail[1] - rail[0] + RAIL_UM);
    put("straight_metal", { length, width: RAIL_UM }, "e1", [rail[0] - RAIL_UM / 2, railY], 0);
    for (const x of rail) {
      wire(x, railY, padsY[0] - PAD_UM / 2);
      pad(x, padsY[0], "ground");
    }
  }
  const beside = PAD_UM / 2 + 50;
  const { edgeUm } = kit;
  return { parts, labels, floorplan: [-edgeUm, padsY[1] - beside, endX + edgeUm, padsY[0] + beside] };
}

/** To the nanometre, which is the grid. */
function um(value: number): number {
  return Math.round(value * 1000) / 1000;
}
