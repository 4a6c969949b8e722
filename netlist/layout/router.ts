import type { Circuit, Device, InputPort, Mesh, Placement } from "../circuit/circuit.ts";
import { CONSTANT, newClocks } from "../circuit/clocks.ts";
import { heatersOf } from "../circuit/heaters.ts";
import type { CircuitFloor } from "../placement/circuit-floor.ts";
import { isFlipped, medianOf, ranksOf } from "../placement/measure.ts";
import { type Board, type Lane, newBoard, pass, type Row } from "./board.ts";
import type { CellKind, Point } from "./drawing.ts";
import {
  type EdgeEntry,
  type EdgeFigures,
  type EdgePorts,
  FIBRE_PITCH_UM,
  FIBRE_UM,
  inputTrees,
  type Meeting,
  type OutputGroup,
  type PortTree,
} from "./edges.ts";
import { emptyRow, gather, litLanes, settle } from "./order.ts";
import type { ChipRules } from "./rules.ts";

/** A heater's two contacts, and between which places a wire to the first may leave its row. */
export interface HeaterPlace {
  readonly name: string;
  readonly row: Row;
  readonly signalX: number;
  readonly groundX: number;
  readonly fromX: number;
  readonly toX: number;
}

/** A port of a neuron that takes light of its own. */
export interface CarrierPlace {
  readonly name: string;
  readonly x: number;
  readonly row: Row;
}

export interface OpticsDrawing extends EdgeFigures {
  readonly board: Board;
  readonly heaters: readonly HeaterPlace[];
  readonly carriers: readonly CarrierPlace[];
  /** Of each stretch of the floor: from where it begins to the end of the device that it leads to, through heaters, couplers and crossings. */
  readonly stretchesUm: readonly number[];
  /** Where light enters or leaves by a long edge. */
  readonly edgeX: readonly number[];
}

/** What a carrier's waveguide needs beside a neuron, and from one to the next. */
export const CARRIER_STUB_UM = 24;
export const CARRIER_PITCH_UM = 84;

/**
 * Draws the light's way from left to right, from the left edge to the right one but for `entries` and `exits`. So many um as `slack` says
 * are left beside a heater of that name for its metal. Delay lines are drawn where rows are `known` from an earlier drawing, which their
 * lengths depend on.
 */
export function drawOptics(
  circuit: Circuit,
  { floor, parts, modes, inputs, outputs }: CircuitFloor,
  placement: Placement,
  rules: ChipRules,
  slack: ReadonlyMap<string, number>,
  known: ReadonlyMap<number, number> | null,
  { entries, exits, aboveUm, belowUm }: EdgePorts,
): OpticsDrawing {
  const board = newBoard(rules, known);
  const { heaterUm, couplerUm, radiusUm, pitchUm } = rules;
  const tapUm = tapPitch(rules);
  const heated = heatersOf(circuit);
  const heaters: HeaterPlace[] = [];
  const carriers: CarrierPlace[] = [];
  const rank = ranksOf(placement.lanes, floor.stretches.length);
  const rankOf = (lane: Lane): number => rank[lane.stretch]!;
  const laneOf = new Map<number, Lane>();
  const spareUm = new Map<number, number>();
  const beginX = new Map<number, number>();
  const edgeX: number[] = [];
  const trees = inputTrees(floor);
  const meetings: Meeting[] = [];
  // lengths of waveguide stand for seconds
  const clocks = newClocks();

  /** The rows above and below a stretch that is not lit yet, by the order of lanes. */
  const roomFor = (stretch: number): readonly [number, number] => {
    const { rows } = board;
    let [low, high] = [-1, rows.length];
    for (const lane of litLanes(board)) {
      if (rankOf(lane) < rank[stretch]!) low = rows.indexOf(lane.row);
      else high = Math.min(high, rows.indexOf(lane.row));
    }
    return [low, high];
  };

  /** Straight on to a port at x. */
  const arrive = (lane: Lane, x: number): void => board.reach(lane, [x, board.y(lane.row)]);
  const stretchesUm = floor.stretches.map(() => 0);
  const start = (row: Row, x: number, clock: number, agedUm: number, stretch: number): Lane => {
    const points: Point[] = [[x, board.y(row)]];
    const lane: Lane = { row, points, clock, agedUm, stretch, walkedUm: 0, beganUm: 0, leftUm: 0 };
    row.lane = lane;
    return lane;
  };
  /** Where a device ends: what is behind it belongs to the next stretch, if it is the last one. */
  const leaveDevice = (lane: Lane): void => {
    // the arm that was dark began later
    stretchesUm[lane.stretch] = Math.max(stretchesUm[lane.stretch]!, lane.walkedUm - lane.beganUm);
    lane.leftUm = lane.walkedUm;
  };
  const end = (lane: Lane): void => {
    const x = lane.row.frontier + 1;
    board.place("end", x, board.y(lane.row), "");
    arrive(lane, x);
    lane.row.frontier = x + 10;
    lane.row.lane = null;
  };
  /** A heater on a lane from x on, or a fixed phase that is as long; what follows starts 1 um behind it. */
  const heat = (lane: Lane, x: number, name: string): void => {
    const y = board.y(lane.row);
    board.place(heated.has(name) ? "heater" : "phase", x, y, name);
    board.reach(lane, [x, y]);
    board.leave(lane, [x + heaterUm, y]);
    pass(lane, heaterUm);
    if (!heated.has(name)) return;
    const signalX = x + 5;
    heaters.push({ name, row: lane.row, signalX, groundX: x + heaterUm - 5, fromX: x, toX: x + stageUm(name) });
  };
  /** A heater, the room beside it, and a coupler. */
  const stageUm = (name: string): number => heaterUm + couplerUm + (slack.get(name) ?? 0) + 2;

  /** Light of ports alone could have come by so much later. */
  const spare = (lane: Lane, byUm: number): void => {
    for (const port of trees.get(lane.stretch)?.ports ?? []) spareUm.set(port, spareUm.get(port)! + byUm);
  };

  const mzi = (upper: Row, lower: Row, first: Row, name: string): void => {
    const lit = [upper, lower].flatMap(({ lane }) => (lane === null ? [] : [lane]));
    if (lit.length === 0) return;
    wait(lit);
    const armsUm = board.y(upper) - board.y(lower);
    // every lane is counted to pass a phase shifter behind the MZI: what its bends are longer by has to make up for that
    const bendsUm = 2 * (couplerLengthUm(rules, armsUm) - couplerUm);
    const freeX = Math.max(upper.frontier, lower.frontier);
    const x0 = freeX + Math.max(1, heaterUm - bendsUm);
    for (const lane of lit) spare(lane, freeX - lane.row.frontier);
    const dark = [upper, lower].filter(({ lane }) => lane === null);
    for (const row of dark) {
      // the end of an arm that no light comes in by
      board.place("end", x0 + 11, board.y(row), "", 180);
      start(row, x0 + 11, CONSTANT.clock, 0, lit[0]!.stretch);
    }
    const lanes = [upper.lane!, lower.lane!];
    const hot = first.lane!;
    const from = dark.includes(first) ? x0 + 12 : x0;
    const thetaX = from + stageUm(`${name} phi`) + 1;
    const endX = thetaX + stageUm(`${name} theta`);
    heat(hot, from, `${name} phi`);
    for (const i of [0, 1]) {
      const x = (i === 0 ? thetaX - 1 : endX) - couplerUm;
      if (i === 1) heat(hot, thetaX, `${name} theta`);
      // rows that later lanes need may come to lie between
      board.place("coupler", x, (board.y(upper) + board.y(lower)) / 2, `${name} ${i}`, 0, armsUm / pitchUm);
      for (const lane of lanes) arrive(lane, x);
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
    for (const lane of lanes) leaveDevice(lane);
    upper.frontier = endX;
    lower.frontier = endX;
  };

  const attenuator = (row: Row, name: string): void => {
    const lane = row.lane;
    if (lane === null) return;
    const y = board.y(row);
    const base = row.frontier + 1;
    heat(lane, base, `${name} phi`);
    const first = base + stageUm(`${name} phi`) - couplerUm;
    const second = first + stageUm(`${name} theta`) + 1;
    board.place("tap", first, y - tapUm / 2, `${name} 0`);
    board.place("end", first - 1, y - tapUm, "", 180);
    board.wires.push({
      layer: "waveguide",
      points: [
        [first - 1, y - tapUm],
        [first, y - tapUm],
      ],
    });
    arrive(lane, first);
    board.leave(lane, [first + couplerUm, y]);
    pass(lane, couplerLengthUm(rules, tapUm));
    heat(lane, first + couplerUm + 1, `${name} theta`);
    board.wires.push({
      layer: "waveguide",
      points: [
        [first + couplerUm, y - tapUm],
        [second, y - tapUm],
      ],
    });
    board.place("tap", second, y - tapUm / 2, `${name} 1`);
    arrive(lane, second);
    board.leave(lane, [second + couplerUm, y]);
    pass(lane, couplerLengthUm(rules, tapUm));
    leaveDevice(lane);
    const x = second + couplerUm + 1;
    board.place("end", x, y - tapUm, "");
    board.wires.push({
      layer: "waveguide",
      points: [
        [second + couplerUm, y - tapUm],
        [x, y - tapUm],
      ],
    });
    row.frontier = x + 10;
  };

  const phase = (row: Row, name: string): void => {
    if (row.lane === null) return;
    const x = row.frontier + 1;
    heat(row.lane, x, name);
    row.frontier = x + stageUm(name);
  };

  const device = (it: Device, rowOf: (local: number) => Row, name: string): void => {
    switch (it.kind) {
      case "mzi": {
        const [a, b] = [rowOf(it.mode), rowOf(it.mode + 1)];
        const isUp = board.y(a) > board.y(b);
        mzi(isUp ? a : b, isUp ? b : a, a, name);
        break;
      }
      case "attenuator":
        attenuator(rowOf(it.mode), name);
        break;
      case "phase":
        phase(rowOf(it.mode), name);
        break;
      case "waveguide":
        break;
      default:
        it satisfies never;
    }
  };

  /** Makes light that meets equally old: transmitters send what has met nothing yet later, and constant light has no age. */
  const wait = (lanes: readonly Lane[]): void => {
    if (lanes.length < 2) return;
    const x = lanes.reduce((most, lane) => Math.max(most, lane.row.frontier), 0);
    const { waitsS } = clocks.meet(lanes.map((lane) => ({ clock: lane.clock, atS: board.agedAt(lane, x) })));
    lanes.forEach((lane, i) => {
      const { clock, atS } = clocks.settled({ clock: lane.clock, atS: lane.agedUm });
      lane.clock = clock;
      lane.agedUm = atS;
      if (known !== null && rules.neuronDelayUm > 0) board.delay(lane, waitsS[i]!);
    });
  };

  /** Whether nothing is lit above (below) some stretches but what is left out. */
  const isOutermost = (stretches: readonly number[], above: boolean, leftOut: (it: number) => boolean): boolean => {
    const ranks = stretches.map((it) => rank[it]!);
    const others = litLanes(board).filter(({ stretch }) => !leftOut(stretch));
    return others.every((it) => (above ? rankOf(it) > Math.max(...ranks) : rankOf(it) < Math.min(...ranks)));
  };
  const meet = (tree: PortTree, device: number): void => {
    const above = isOutermost(tree.ports, true, (it) => trees.has(it));
    if (!above && !isOutermost(tree.ports, false, (it) => trees.has(it))) return;
    const inwards = [...tree.ports].sort((a, b) => (above ? rank[b]! - rank[a]! : rank[a]! - rank[b]!));
    const innermost = rank[inwards[0]!]!;
    const outside = litLanes(board)
      .flatMap(({ stretch }) => trees.get(stretch)?.ports ?? [])
      .filter((it) => !tree.ports.includes(it) && (above ? rank[it]! < innermost : rank[it]! > innermost));
    meetings.push({ tree: { ...tree, ports: inwards }, device, above, outside });
  };

  const meshes = (run: readonly Mesh[], section: number, numbers: readonly number[], d: number): void => {
    const mesh = run[0]!;
    const { inputs: ins, outputs: outs } = floor.devices[d]!;
    const size = mesh.modes.length;
    const middle = medianOf([...ins, ...outs], rank);
    const flipped = isFlipped(ins, outs, rank);
    const placeOf = (local: number): number => (flipped ? size - 1 - local : local);
    const lanes = ins.map((stretch) => laneOf.get(stretch)!);
    const places = ins.map((stretch) => placeOf(mesh.modes.indexOf(modes[stretch]!)));
    if (!outs.every((it) => trees.has(it))) {
      for (const it of ins) if (trees.has(it)) meet(trees.get(it)!, d);
    }
    const rowsBefore = lanes.map(({ row }) => ({ row, frontier: row.frontier }));
    const first = gather(board, lanes, places, size, (lane) => rankOf(lane) < middle);
    lanes.forEach((lane, i) => {
      const { row, frontier } = rowsBefore[i]!;
      if (lane.row !== row) spare(lane, lane.row.frontier - board.moveUm - frontier);
    });
    const rowOf = (local: number): Row => board.rows[first + placeOf(local)]!;
    run.forEach(({ devices, terminated, modes: own }, i) => {
      devices.forEach((it, k) => {
        device(it, rowOf, `s${section}.m${numbers[i]!}.d${k}`);
      });
      for (const mode of terminated) {
        const { lane } = rowOf(own.indexOf(mode));
        if (lane !== null) end(lane);
      }
    });
    const sent = outs.map((stretch) => {
      const lane = rowOf(mesh.modes.indexOf(modes[stretch]!)).lane!;
      lane.stretch = stretch;
      lane.beganUm = lane.leftUm;
      beginX.set(stretch, lane.row.frontier);
      laneOf.set(stretch, lane);
      return lane;
    });
    settle(board, sent, rankOf);
  };

  const neuron = (input: number, output: number, name: string): void => {
    const lane = laneOf.get(input)!;
    const { row } = lane;
    const beside = (rules.neuronRows - 1) / 2;
    /** Where all rows of half a neuron are free. */
    const freeFrom = (covered: readonly Row[]): number =>
      covered.reduce((most, { frontier }) => Math.max(most, frontier), 0) + 1;
    const cover = (covered: readonly Row[], upTo: number): void => {
      for (const each of covered) each.frontier = upTo;
    };
    const taken = (at: number): boolean =>
      carriers.some((it) => Math.abs(it.x - at) < CARRIER_PITCH_UM) ||
      edgeX.some((x) => Math.abs(x - at) < CARRIER_STUB_UM);
    const advance = (at: number): number => {
      let free = at;
      while (taken(free)) free += CARRIER_PITCH_UM / 4;
      return free;
    };
    const covered = board.clear(row, beside);
    let x = advance(freeFrom(covered));
    const detectorX = x + CARRIER_STUB_UM;
    carriers.push({ name: `${name} oscillator`, x, row });
    board.place("detector", detectorX, board.y(row), name);
    arrive(lane, detectorX);
    leaveDevice(lane);
    cover(covered, detectorX + rules.detectorUm);
    row.lane = null;
    if (output < 0) return;
    // its light starts again where the next stretch lies
    const [low, high] = roomFor(output);
    const at = board.rows.indexOf(row);
    const to = at > low && at < high ? row : emptyRow(board, low + 1, high - 1, at <= low);
    const next = board.clear(to, beside);
    x = advance(Math.max(freeFrom(next), detectorX + rules.detectorUm + 1));
    const modulatorX = x + CARRIER_STUB_UM;
    carriers.push({ name: `${name} carrier`, x, row: to });
    board.place("modulator", modulatorX, board.y(to), name);
    cover(next, modulatorX + rules.modulatorUm);
    beginX.set(output, to.frontier);
    laneOf.set(output, start(to, to.frontier, lane.clock, lane.agedUm + rules.neuronDelayUm, output));
  };

  const portOf = (stretch: number): InputPort => circuit.inputs[inputs.indexOf(stretch)]!;
  const begin = (row: Row, x: number, stretch: number): Lane => {
    const { clock } = portOf(stretch).kind === "worker" ? clocks.fresh() : CONSTANT;
    const lane = start(row, x, clock, 0, stretch);
    laneOf.set(stretch, lane);
    return lane;
  };
  /** A way between a row and a long edge, across rows that are dark, from x on: where it is, and where it ends. */
  const wayToEdge = (row: Row, above: boolean, fromX: number, name: string): Point => {
    const at = board.rows.indexOf(row);
    const passed = above ? board.rows.slice(0, at + 1) : board.rows.slice(at);
    let x = passed.reduce((most, { frontier }) => Math.max(most, frontier + radiusUm + 1), fromX);
    const isTaken = (): boolean =>
      carriers.some((it) => Math.abs(it.x - x) < CARRIER_STUB_UM) ||
      edgeX.some((it) => Math.abs(it - x) < FIBRE_PITCH_UM);
    while (isTaken()) x += 1;
    edgeX.push(x);
    for (const each of passed) each.frontier = x + radiusUm + 1;
    const edgeY = above ? aboveUm : -pitchUm * ((known?.size ?? 0) - 1) - belowUm;
    board.place("fibre", x, edgeY + (above ? FIBRE_UM : -FIBRE_UM), name, above ? 270 : 90);
    return [x, edgeY];
  };
  const enter = ({ tree, above, fromX }: EdgeEntry): void => {
    tree.ports.forEach((stretch, i) => {
      const [low, high] = roomFor(stretch);
      const row = emptyRow(board, low + 1, high - 1, !above);
      const edge = wayToEdge(row, above, fromX + i * FIBRE_PITCH_UM, portOf(stretch).name);
      begin(row, edge[0], stretch).points.unshift(edge);
    });
  };
  const leaveByEdge = (lane: Lane, above: boolean): void => {
    const { name } = circuit.outputs[outputs.indexOf(lane.stretch)]!;
    const edge = wayToEdge(lane.row, above, 0, name);
    lane.points.push([edge[0], board.y(lane.row)]);
    board.reach(lane, edge);
    leaveDevice(lane);
    lane.row.lane = null;
  };
  const late = new Set(entries.flatMap(({ tree }) => tree.ports));
  for (const stretch of placement.left) {
    const row = board.insertRow(board.rows.length);
    // dark until its light enters, if not here
    if (late.has(stretch)) continue;
    board.place("fibre" satisfies CellKind, 0, board.y(row), portOf(stretch).name);
    row.frontier = FIBRE_UM;
    begin(row, FIBRE_UM, stretch);
    spareUm.set(stretch, 0);
  }
  settle(board, litLanes(board), rankOf);
  const act = (d: number): void => {
    const part = parts[d]!;
    const section = circuit.sections[part.section]!;
    const { inputs: ins, outputs: outs } = floor.devices[d]!;
    if (part.kind === "neuron") {
      neuron(ins[0]!, outs[0] ?? -1, `s${part.section}.mode${section.activations[part.activation]!.mode}`);
      return;
    }
    const run = part.meshes.map((m) => section.meshes[m]!);
    meshes(run, part.section, part.meshes, d);
  };
  const drawn = new Set(entries.flatMap(({ tree }) => tree.devices));
  /** What outputs alone need is drawn as soon as it lies outside of all that is lit. */
  const leave = ({ inputs: from, devices, ports }: OutputGroup): void => {
    const own = new Set(from);
    const above = isOutermost(ports, true, (it) => own.has(it));
    if (!above && !isOutermost(ports, false, (it) => own.has(it))) return;
    for (const d of devices) {
      drawn.add(d);
      act(d);
    }
    const inTurn = [...ports].sort((a, b) => (above ? rank[a]! - rank[b]! : rank[b]! - rank[a]!));
    for (const stretch of inTurn) leaveByEdge(laneOf.get(stretch)!, above);
  };
  const isLit = (stretch: number): boolean => laneOf.get(stretch)?.stretch === stretch;
  for (const d of placement.sequence) {
    if (drawn.has(d)) continue;
    // from the inside out
    for (const entry of entries.filter(({ device }) => device === d)) {
      enter(entry);
      entry.tree.devices.forEach(act);
    }
    act(d);
    for (const it of exits) if (!drawn.has(it.devices[0]!) && it.inputs.every(isLit)) leave(it);
  }
  const rightRank = ranksOf(placement.right, floor.stretches.length);
  for (const lane of litLanes(board)) if (rightRank[lane.stretch]! < 0) end(lane);
  settle(board, litLanes(board), (lane) => rightRank[lane.stretch]!);
  const edge = board.rows.reduce((most, row) => Math.max(most, row.frontier), 0) + radiusUm + 1;
  for (const lane of litLanes(board)) {
    arrive(lane, edge);
    leaveDevice(lane);
    board.place("fibre", edge + FIBRE_UM, board.y(lane.row), circuit.outputs[outputs.indexOf(lane.stretch)]!.name, 180);
  }
  return {
    board,
    heaters,
    carriers,
    stretchesUm,
    meetings,
    spareUm,
    beginX,
    edgeX,
    crossed: board.crossed,
    widthUm: edge + FIBRE_UM,
  };
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
