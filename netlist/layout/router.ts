import type { Circuit, Device, Mesh, Placement } from "../circuit/circuit.ts";
import { CONSTANT, newClocks } from "../circuit/clocks.ts";
import type { CircuitFloor } from "../placement/circuit-floor.ts";
import { isFlipped, medianOf, ranksOf } from "../placement/measure.ts";
import { type Board, type Frame, type Lane, newBoard, onChip, pass, type Row } from "./board.ts";
import { type CarrierPlace, type CarrierStorey, carrierRows, RISER_ROOM_UM } from "./carriers.ts";
import type { EdgePort } from "./drawing.ts";
import { emptyRow, gather, litLanes, settle } from "./order.ts";
import type { ChipRules } from "./rules.ts";
import type { Storeys } from "./storeys.ts";

/** A heater's two contacts, and between which places a wire to the first may leave its row; on the chip. */
export interface HeaterPlace {
  readonly name: string;
  readonly y: number;
  readonly signalX: number;
  readonly groundX: number;
  readonly fromX: number;
  readonly toX: number;
}

/** By heaters' names. */
export type Slack = ReadonlyMap<string, number>;

/** From one edge of the chip's waveguides to the other. */
export interface Edges {
  readonly leftX: number;
  readonly rightX: number;
}

/** What an earlier drawing has found: places of rows by their ids, and the edges. */
export interface DrawnBefore {
  readonly rows: ReadonlyMap<number, number>;
  readonly edges: Edges;
}

export interface OpticsDrawing {
  readonly board: Board;
  readonly heaters: readonly HeaterPlace[];
  readonly storeys: readonly CarrierStorey[];
  readonly edges: Edges;
  /** Where the circuit's ports are. */
  readonly ports: readonly EdgePort[];
  /** Of each stretch of the floor: from where it begins to the end of the device that it leads to, through heaters, couplers and crossings. */
  readonly stretchesUm: readonly number[];
  /** How far the storey of each device is drawn behind it. */
  readonly atX: ReadonlyMap<number, number>;
}

/** What a carrier's waveguide needs beside a neuron, and from one to the next. */
const CARRIER_STUB_UM = 24;
const CARRIER_PITCH_UM = 84;
/** Below the lane at which the carrier comes into a neuron's side. */
export const CARRIER_OFFSET_UM = 14;

/**
 * Draws the light's way storey by storey. So many um as `slack` says of each heater are left beside it for its metal. Delay lines are
 * drawn where rows are `known` from an earlier drawing, which their lengths depend on.
 */
export function drawOptics(
  circuit: Circuit,
  { floor, parts, modes, inputs, outputs }: CircuitFloor,
  placement: Placement,
  rules: ChipRules,
  slack: Slack,
  known: DrawnBefore | null,
  storeys: Storeys,
): OpticsDrawing {
  const board = newBoard(rules, known?.rows ?? null);
  const { heaterUm, couplerUm, radiusUm, pitchUm } = rules;
  const tapUm = tapPitch(rules);
  const heaters: HeaterPlace[] = [];
  let carriers: CarrierPlace[] = [];
  const rank = ranksOf(placement.lanes, floor.stretches.length);
  const rankOf = (lane: Lane): number => rank[lane.stretch]!;
  const laneOf = new Map<number, Lane>();
  // lengths of waveguide stand for seconds
  const clocks = newClocks();

  /** Straight on to a port at x. */
  const arrive = (lane: Lane, x: number): void => board.reach(lane, [x, board.y(lane.row)]);
  const stretchesUm = floor.stretches.map(() => 0);
  const start = (row: Row, x: number, clock: number, agedUm: number, stretch: number): Lane => {
    const lane: Lane = { row, points: [[x, board.y(row)]], clock, agedUm, stretch, walkedUm: 0, beganUm: 0, leftUm: 0 };
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
    if (known === null) return;
    const y = board.y(lane.row);
    board.place(slack.has(name) ? "heater" : "phase", x, y, name);
    board.reach(lane, [x, y]);
    board.leave(lane, [x + heaterUm, y]);
    pass(lane, heaterUm);
    if (!slack.has(name)) return;
    const at = (along: number): number => onChip(board.frame(), [along, 0])[0];
    const [fromX, toX] = [at(x), at(x + stageUm(name))].sort((a, b) => a - b);
    const chipY = board.frame().sign * y;
    heaters.push({ name, y: chipY, signalX: at(x + 5), groundX: at(x + heaterUm - 5), fromX: fromX!, toX: toX! });
  };
  /** A heater, the room beside it, and a coupler. */
  const stageUm = (name: string): number => heaterUm + couplerUm + (slack.get(name) ?? 0) + 2;

  const mzi = (upper: Row, lower: Row, first: Row, name: string): void => {
    const lit = [upper, lower].flatMap(({ lane }) => (lane === null ? [] : [lane]));
    if (lit.length === 0) return;
    wait(lit);
    const armsUm = board.y(upper) - board.y(lower);
    // every lane is counted to pass a phase shifter behind the MZI: what its bends are longer by has to compensate that
    const bendsUm = 2 * (couplerLengthUm(rules, armsUm) - couplerUm);
    const x0 = Math.max(upper.frontier, lower.frontier) + Math.max(1, heaterUm - bendsUm);
    const dark = [upper, lower].filter(({ lane }) => lane === null);
    for (const row of dark) {
      // the end of an arm that no light comes in by
      board.place("end", x0 + 11, board.y(row), "", true);
      start(row, x0 + 11, CONSTANT.clock, 0, lit[0]!.stretch);
    }
    const lanes = [upper.lane!, lower.lane!];
    const hot = first.lane!;
    const from = dark.includes(first) ? x0 + 12 : x0;
    const [phi, theta] = [`${name} phi`, `${name} theta`];
    const thetaX = from + stageUm(phi) + 1;
    const endX = thetaX + stageUm(theta);
    heat(hot, from, phi);
    for (const i of [0, 1]) {
      const x = (i === 0 ? thetaX - 1 : endX) - couplerUm;
      if (i === 1) heat(hot, thetaX, theta);
      // rows that later lanes need may come to lie between
      board.place("coupler", x, (board.y(upper) + board.y(lower)) / 2, `${name} ${i}`, false, armsUm / pitchUm);
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
    board.place("end", first - 1, y - tapUm, "", true);
    board.wire([
      [first - 1, y - tapUm],
      [first, y - tapUm],
    ]);
    arrive(lane, first);
    board.leave(lane, [first + couplerUm, y]);
    pass(lane, couplerLengthUm(rules, tapUm));
    heat(lane, first + couplerUm + 1, `${name} theta`);
    board.wire([
      [first + couplerUm, y - tapUm],
      [second, y - tapUm],
    ]);
    board.place("tap", second, y - tapUm / 2, `${name} 1`);
    arrive(lane, second);
    board.leave(lane, [second + couplerUm, y]);
    pass(lane, couplerLengthUm(rules, tapUm));
    leaveDevice(lane);
    const x = second + couplerUm + 1;
    board.place("end", x, y - tapUm, "");
    board.wire([
      [second + couplerUm, y - tapUm],
      [x, y - tapUm],
    ]);
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
    if (known === null || lanes.length < 2) return;
    const x = lanes.reduce((most, lane) => Math.max(most, lane.row.frontier), 0);
    const { waitsS } = clocks.meet(lanes.map((lane) => ({ clock: lane.clock, atS: board.agedAt(lane, x) })));
    lanes.forEach((lane, i) => {
      const { clock, atS } = clocks.settled({ clock: lane.clock, atS: lane.agedUm });
      lane.clock = clock;
      lane.agedUm = atS;
      if (rules.neuronDelayUm > 0) board.delay(lane, waitsS[i]!);
    });
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
    const first = gather(board, lanes, places, size, (lane) => rankOf(lane) < middle);
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
    const lead = (at: number, to: Row): void => {
      const frame = board.frame();
      const port = onChip(frame, [at + CARRIER_STUB_UM, board.y(to) - CARRIER_OFFSET_UM]);
      carriers.push({ x: onChip(frame, [at, 0])[0], port });
    };
    const taken = (at: number): boolean => {
      const [chipX] = onChip(board.frame(), [at, 0]);
      return carriers.some(({ x }) => Math.abs(x - chipX) < CARRIER_PITCH_UM);
    };
    const advance = (at: number): number => {
      let free = at;
      while (taken(free)) free += CARRIER_PITCH_UM / 4;
      return free;
    };
    const covered = board.clear(row, beside);
    let x = advance(freeFrom(covered));
    const detectorX = x + CARRIER_STUB_UM;
    lead(x, row);
    board.place("detector", detectorX, board.y(row), name);
    arrive(lane, detectorX);
    leaveDevice(lane);
    cover(covered, detectorX + rules.detectorUm);
    row.lane = null;
    if (output < 0) return;
    // its light starts again where the next stretch lies
    const others = litLanes(board);
    const low = others.reduce(
      (most, it) => (rankOf(it) < rank[output]! ? Math.max(most, board.rows.indexOf(it.row)) : most),
      -1,
    );
    const high = others.reduce(
      (least, it) => (rankOf(it) > rank[output]! ? Math.min(least, board.rows.indexOf(it.row)) : least),
      board.rows.length,
    );
    const at = board.rows.indexOf(row);
    const to = at > low && at < high ? row : emptyRow(board, low + 1, high - 1, at <= low);
    const next = board.clear(to, beside);
    x = advance(Math.max(freeFrom(next), detectorX + rules.detectorUm + 1));
    const modulatorX = x + CARRIER_STUB_UM;
    lead(x, to);
    board.place("modulator", modulatorX, board.y(to), name);
    cover(next, modulatorX + rules.modulatorUm);
    laneOf.set(output, start(to, to.frontier, lane.clock, lane.agedUm + rules.neuronDelayUm, output));
  };

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
  /** Where the light of a port starts and ends in a frame. */
  const edgeOf = ({ originX, sign }: Frame, isEnd: boolean): number => {
    if (known === null) return 0;
    return sign * ((isEnd === sign > 0 ? known.edges.rightX : known.edges.leftX) - originX);
  };
  const portAt = (row: Row, x: number, name: string, stretch: number): EdgePort => {
    const isEnd = floor.stretches[stretch]!.from >= 0;
    return { name, at: onChip(row.frame, [x, board.y(row)]), isRight: isEnd === row.frame.sign > 0, stretch };
  };
  const enter = (row: Row, stretch: number): Lane => {
    const port = circuit.inputs[inputs.indexOf(stretch)]!;
    const x = edgeOf(row.frame, false);
    ports.push(portAt(row, x, port.name, stretch));
    const { clock } = port.kind === "worker" ? clocks.fresh() : CONSTANT;
    const lane = start(row, x, clock, 0, stretch);
    laneOf.set(stretch, lane);
    return lane;
  };
  const ports: EdgePort[] = [];
  /** Lanes that lead to an edge, and what the storeys take along it. */
  const leaving: Lane[] = [];
  const drawn: CarrierPlace[][] = [];
  let tops: readonly Row[] = [];
  let [leastX, mostX] = [0, 0];
  const reachTo = (x: number): void => {
    const [chipX] = onChip(board.frame(), [x, 0]);
    [leastX, mostX] = [Math.min(leastX, chipX), Math.max(mostX, chipX)];
  };
  const atX = new Map<number, number>();
  const endX = (): number => board.rows.reduce((most, { frontier }) => Math.max(most, frontier), 0);
  for (const stretch of placement.left) {
    if (storeys.storeyOfPort.get(stretch) === 0) enter(board.insertRow(board.rows.length), stretch);
  }
  storeys.devices.forEach((devices, s) => {
    settle(board, litLanes(board), rankOf);
    for (const d of devices) {
      act(d);
      atX.set(d, endX());
    }
    for (const lane of litLanes(board)) {
      const { to, receiver } = floor.stretches[lane.stretch]!;
      if (to === floor.devices.length && receiver < 0) end(lane);
    }
    drawn.push(carriers);
    const spare = carrierRows(carriers.length, pitchUm);
    carriers = [];
    if (s === storeys.carried.length) {
      const rightRank = ranksOf(placement.right, floor.stretches.length);
      settle(board, litLanes(board), (lane) => rightRank[lane.stretch]!);
      reachTo(endX() + radiusUm + 1);
      leaving.push(...litLanes(board));
      tops = board.close(spare);
      return;
    }
    const isCarried = new Set(storeys.carried[s]);
    const carried = litLanes(board).filter(({ stretch }) => isCarried.has(stretch));
    // as the next storey lies above, of the lanes that turn the upper ones have the shorter way
    const topInner = board.frame().sign > 0;
    const isInner = (stretch: number): boolean =>
      carried.length > 0 && carried.every((lane) => rankOf(lane) > rank[stretch]!) === topInner;
    const out = litLanes(board).filter(({ stretch }) => !isCarried.has(stretch));
    leaving.push(...out);
    const ports = placement.left.filter((stretch) => storeys.storeyOfPort.get(stretch) === s + 1);
    board.fold({
      carried,
      leaving: out.filter(({ stretch }) => isInner(stretch)),
      entering: ports.filter(isInner).map((stretch) => enter(board.newRow(0), stretch)),
      spare,
    });
    const beside = topInner ? board.rows.length : 0;
    const outer = ports.filter((stretch) => !isInner(stretch));
    outer.forEach((stretch, i) => {
      enter(board.insertRow(beside + i), stretch);
    });
    reachTo(0);
  });
  for (const lane of leaving) {
    const x = edgeOf(lane.row.frame, true);
    arrive(lane, x);
    leaveDevice(lane);
    ports.push(portAt(lane.row, x, circuit.outputs[outputs.indexOf(lane.stretch)]!.name, lane.stretch));
  }
  return {
    board,
    heaters,
    storeys: drawn.map((it, s) => ({ carriers: it, top: tops[s]! })),
    edges: { leftX: leastX - (drawn.length > 1 ? RISER_ROOM_UM : 0), rightX: mostX },
    ports,
    stretchesUm,
    atX,
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
