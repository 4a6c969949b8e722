import type { Device } from "../circuit/circuit.ts";
import { CONSTANT } from "../circuit/clocks.ts";
import { type Lane, onChip, pass, type Row } from "./board.ts";
import { arrive, leaveDevice, type Pen, start, wait } from "./pen.ts";
import type { ChipRules } from "./rules.ts";

/** A heater on a lane from x on, or a fixed phase that is as long; what follows starts 1 um behind it. */
function heat(pen: Pen, lane: Lane, x: number, name: string): void {
  const { board, rules, slack, known, heaters } = pen;
  if (known === null) return;
  const y = board.y(lane.row);
  board.place(slack.has(name) ? "heater" : "phase", x, y, name);
  board.reach(lane, [x, y]);
  board.leave(lane, [x + rules.heaterUm, y]);
  pass(lane, rules.heaterUm);
  if (!slack.has(name)) return;
  const at = (along: number): number => onChip(board.frame(), [along, 0])[0];
  const [fromX, toX] = [at(x), at(x + stageUm(pen, name))].sort((a, b) => a - b);
  const chipY = board.frame().sign * y;
  heaters.push({ name, y: chipY, signalX: at(x + 5), groundX: at(x + rules.heaterUm - 5), fromX: fromX!, toX: toX! });
}

/** A heater, the room beside it, and a coupler. */
function stageUm({ rules, slack }: Pen, name: string): number {
  return rules.heaterUm + rules.couplerUm + (slack.get(name) ?? 0) + 2;
}

function mzi(pen: Pen, upper: Row, lower: Row, first: Row, name: string): void {
  const { board, rules } = pen;
  const { heaterUm, couplerUm, pitchUm } = rules;
  const lit = [upper, lower].flatMap(({ lane }) => (lane === null ? [] : [lane]));
  if (lit.length === 0) return;
  wait(pen, lit);
  const armsUm = board.y(upper) - board.y(lower);
  // every lane is counted to pass a phase shifter behind the MZI: what its bends are longer by has to compensate that
  const bendsUm = 2 * (couplerLengthUm(rules, armsUm) - couplerUm);
  const x0 = Math.max(upper.frontier, lower.frontier) + Math.max(1, heaterUm - bendsUm);
  const dark = [upper, lower].filter(({ lane }) => lane === null);
  for (const row of dark) {
    // the end of an arm that no light comes in by
    board.place("end", x0 + 11, board.y(row), "", true);
    start(pen, row, x0 + 11, CONSTANT.clock, 0, lit[0]!.stretch);
  }
  const lanes = [upper.lane!, lower.lane!];
  const hot = first.lane!;
  const from = dark.includes(first) ? x0 + 12 : x0;
  const [phi, theta] = [`${name} phi`, `${name} theta`];
  const thetaX = from + stageUm(pen, phi) + 1;
  const endX = thetaX + stageUm(pen, theta);
  heat(pen, hot, from, phi);
  for (const i of [0, 1]) {
    const x = (i === 0 ? thetaX - 1 : endX) - couplerUm;
    if (i === 1) heat(pen, hot, thetaX, theta);
    // rows that later lanes need may come to lie between
    board.place("coupler", x, (board.y(upper) + board.y(lower)) / 2, `${name} ${i}`, false, armsUm / pitchUm);
    for (const lane of lanes) arrive(pen, lane, x);
    // light of both arms is as old as the older one: a coupler's arms are equally long
    const moving = lanes.filter(({ clock }) => clock >= 0);
    const { clock } = moving[0] ?? CONSTANT;
    const from = moving.length === 0 ? lanes : moving;
    const aged = Math.max(...from.map((lane) => lane.agedUm)) + couplerLengthUm(rules, armsUm);
    for (const lane of lanes) {
      board.leave(lane, [x + couplerUm, board.y(lane.row)]);
      lane.walkedUm += couplerLengthUm(rules, armsUm);
      lane.clock = clock;
      lane.agedUm = aged;
    }
  }
  for (const lane of lanes) leaveDevice(pen, lane);
  upper.frontier = endX;
  lower.frontier = endX;
}

function attenuator(pen: Pen, row: Row, name: string): void {
  const { board, rules } = pen;
  const lane = row.lane;
  if (lane === null) return;
  const [y, tapUm, { couplerUm }] = [board.y(row), tapPitch(rules), rules];
  const arm = (x: number, toX: number): void => board.wire([x, toX].map((at) => [at, y - tapUm]));
  const tap = (x: number): void => {
    arrive(pen, lane, x);
    board.leave(lane, [x + couplerUm, y]);
    pass(lane, couplerLengthUm(rules, tapUm));
  };
  const base = row.frontier + 1;
  heat(pen, lane, base, `${name} phi`);
  const first = base + stageUm(pen, `${name} phi`) - couplerUm;
  const second = first + stageUm(pen, `${name} theta`) + 1;
  board.place("tap", first, y - tapUm / 2, `${name} 0`);
  board.place("end", first - 1, y - tapUm, "", true);
  arm(first - 1, first);
  tap(first);
  heat(pen, lane, first + couplerUm + 1, `${name} theta`);
  arm(first + couplerUm, second);
  board.place("tap", second, y - tapUm / 2, `${name} 1`);
  tap(second);
  leaveDevice(pen, lane);
  const x = second + couplerUm + 1;
  board.place("end", x, y - tapUm, "");
  arm(second + couplerUm, x);
  row.frontier = x + 10;
}

function phase(pen: Pen, row: Row, name: string): void {
  if (row.lane === null) return;
  const x = row.frontier + 1;
  heat(pen, row.lane, x, name);
  row.frontier = x + stageUm(pen, name);
}

export function device(pen: Pen, it: Device, rowOf: (local: number) => Row, name: string): void {
  switch (it.kind) {
    case "mzi": {
      const [a, b] = [rowOf(it.mode), rowOf(it.mode + 1)];
      const isUp = pen.board.y(a) > pen.board.y(b);
      mzi(pen, isUp ? a : b, isUp ? b : a, a, name);
      break;
    }
    case "attenuator":
      attenuator(pen, rowOf(it.mode), name);
      break;
    case "phase":
      phase(pen, rowOf(it.mode), name);
      break;
    case "waveguide":
      break;
    default:
      it satisfies never;
  }
}

/** Between the arms of an attenuator, which stays within its row. */
export function tapPitch({ radiusUm }: ChipRules): number {
  return 4 * radiusUm + 2;
}

/** Along one arm of a coupler: four arcs, two vertical pieces, straight for the rest. */
export function couplerLengthUm({ couplerUm, radiusUm }: ChipRules, pitchUm: number): number {
  return couplerUm + pitchUm - COUPLER_MIDDLE_UM - 4 * (2 - Math.PI / 2) * radiusUm;
}

/** From the middle of one arm to that of the other where they couple: 0.45 um wide, 0.2 um apart. */
export const COUPLER_MIDDLE_UM = 0.65;
