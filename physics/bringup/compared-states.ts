import { type Certificate, levelsOfSymbol, resultOf } from "../../netlist/index.ts";
import { type CellStates, outputsOf, type ReachableStates, type StateTable, sumOf } from "../../verify/index.ts";
import { drivenParts } from "../light/driven-parts.ts";
import type { Drive } from "./procedure.ts";
import type { Wiring } from "./wiring.ts";

/** Light that brings a comparator as near to its threshold as words can, from below and from above. */
export interface Sides {
  readonly off: readonly Drive[];
  readonly on: readonly Drive[];
}

/** A neuron that is linear in some state, and so sends a number on. Its sides: the ends of what it uses of its linear range. */
export interface Amplifier extends Sides {
  /** What the circuit as it is meant detects at both ends together, less the threshold. */
  readonly range: number;
  /** Two states within that range, and how much more of all that it can send it sends in the second. */
  readonly slope: { readonly from: Drive; readonly to: Drive; readonly share: number };
}

export interface DrivenStates {
  /** Of each neuron that decides, by its number. */
  readonly comparators: ReadonlyMap<number, Sides>;
  /** Of each that sends a number on. */
  readonly amplifiers: ReadonlyMap<number, Amplifier>;
  /** Of each receiver, by the number of its symbol: the decision between its middle levels. */
  readonly received: ReadonlyMap<number, Sides>;
}

/** Most states that are driven on either side of a threshold; an even number. */
const STATES_A_SIDE = 16;

/** Out of so many that differ in the neurons that are on. */
const CONSIDERED = 256;

/** Fields of one value, over the neuron's range. */
const SAME_FIELD = 1e-3;

/** Parts of an amplifier's range between which its slope is read: an untrimmed offset stays away from its ends. */
const INNER = [0.05, 0.95] as const;

/** The circuit carries a certificate. */
export function drivenStates(wiring: Wiring, states: ReachableStates): DrivenStates {
  const { circuit } = wiring;
  const certificate = circuit.certificate!;
  const makers = new Map(states.cells.flatMap((each) => outputsOf(each.cell).map((id) => [id, each] as const)));
  const made: Made = { makers, amplifiersOf: new Map() };
  const comparators = new Map<number, Sides>();
  const amplifiers = new Map<number, Amplifier>();
  const numberOf = new Map(wiring.neurons.map(({ number, step }) => [step, number]));
  for (const { slice, driven } of drivenParts(circuit, states)) {
    if (driven === null) continue;
    const { before, inputs } = driven;
    const { rows } = inputs;
    const all = rowsOf(inputs);
    const ways = (row: number) =>
      states.symbols.some((table) => table === inputs) ? makings(inputs, row, made.makers) : [[]];
    const live: number[] = [];
    const neurons = slice.activations.map(({ step }) => numberOf.get(step)!);
    /** Whether the field is beyond the middle of the neuron's range. */
    const fires = (a: number, row: number): boolean => {
      const { activation } = wiring.neurons[neurons[a]!]!;
      const middle = activation.kind === "saturating" ? activation.range / 2 : 0;
      return before[a * rows + row]! >= middle;
    };
    for (const [a, neuron] of neurons.entries()) {
      if (comparators.has(neuron) || amplifiers.has(neuron)) continue;
      const driven = (row: number): Lit[] => {
        const before = neurons.slice(0, a).filter((it, b) => !live.includes(it) && fires(b, row));
        const drives = ways(row).flatMap((way) => drivesOf(wiring, certificate, made, { table: inputs, row }, way));
        return drives.map((drive) => ({
          ...drive,
          on: [...drive.on, ...before].sort(ascending),
          live: [...drive.live, ...live].sort(ascending),
        }));
      };
      const { activation } = wiring.neurons[neuron]!;
      const range = activation.kind === "saturating" ? activation.range : Number.POSITIVE_INFINITY;
      const same = range < Number.POSITIVE_INFINITY ? SAME_FIELD * range : 0;
      const field = (row: number): number => before[a * rows + row]!;
      const within = (from: number, to: number): number[] =>
        all.filter((row) => field(row) >= from * range - same && field(row) <= to * range + same);
      /** The states of largest field out of some, of least where `sign` is negative. */
      const farthest = (among: readonly number[], sign: 1 | -1) => {
        const most = among.reduce((each, row) => Math.max(each, sign * field(row)), Number.NEGATIVE_INFINITY);
        const rows = lazily(among, (row) => (sign * field(row) < most - same ? [] : driven(row)));
        return { at: sign * most, drives: chosen(wiring, rows) };
      };
      if (!all.some((row) => field(row) > 0 && field(row) < range)) {
        const side = (on: boolean): number[] => all.filter((row) => fires(a, row) === on);
        comparators.set(neuron, { off: farthest(side(false), 1).drives, on: farthest(side(true), -1).drives });
        continue;
      }
      const [low, high] = [farthest(within(0, 1), -1), farthest(within(0, 1), 1)];
      const inner = within(...INNER);
      const [from, to] = [farthest(inner, -1), farthest(inner, 1)];
      const [start, end] = to.at - from.at > same ? [from, to] : [low, high];
      const slope = { from: start.drives[0]!, to: end.drives[0]!, share: (end.at - start.at) / range };
      amplifiers.set(neuron, { off: low.drives, on: high.drives, range: low.at + high.at, slope });
      live.push(neuron);
    }
    made.amplifiersOf.set(inputs, live);
  }
  return { comparators, amplifiers, received: receivedStates(wiring, states, made) };
}

function ascending(p: number, q: number): number {
  return p - q;
}

function receivedStates(wiring: Wiring, { symbols }: ReachableStates, made: Made): ReadonlyMap<number, Sides> {
  const { circuit } = wiring;
  const certificate = circuit.certificate!;
  return new Map(
    symbols.map((table, j) => {
      const level = levelsOfSymbol(resultOf(circuit.aggregate), j) >> 1;
      const side = (value: number): Drive[] => {
        const rows = rowsOf(table).filter((row) => sumOf(certificate.symbols[j]!, table, row) === value);
        const ways = lazily(rows, (row) => makings(table, row, made.makers).map((cells) => ({ row, cells })));
        const driven = lazily(ways, ({ row, cells }) => drivesOf(wiring, certificate, made, { table, row }, cells));
        return chosen(wiring, driven);
      };
      return [j, { off: side(level - 1), on: side(level) }];
    }),
  );
}

/** The states of cells that make the analog signals of a row, each way to make them: an empty list where none is analog. */
function makings(table: StateTable, row: number, makers: ReadonlyMap<number, CellStates>): CellRow[][] {
  const wanted = new Map(table.signals.map((id, k) => [id, valueIn(table, row, k)]));
  let ways: CellRow[][] = [[]];
  for (const id of table.signals) {
    const states = makers.get(id);
    if (states?.cell.kind !== "split" || states.cell.residual !== id) continue;
    const rows = rowsOf(states.outputs).filter((at) => agrees(states.outputs, at, wanted));
    ways = ways.flatMap((way) => rows.map((at) => [...way, { states, row: at }]));
  }
  return ways;
}

function rowsOf({ rows }: StateTable): number[] {
  return Array.from({ length: rows }, (_, row) => row);
}

/** Of the signal number `k` of a table. */
function valueIn({ signals, values }: StateTable, row: number, k: number): number {
  return values[row * signals.length + k]!;
}

/** Whether a row gives what is wanted of the signals that it has. */
function agrees(table: StateTable, row: number, wanted: ReadonlyMap<number, number>): boolean {
  return table.signals.every((id, k) => (wanted.get(id) ?? valueIn(table, row, k)) === valueIn(table, row, k));
}

/**
 * At most STATES_A_SIDE of them, no two with the same neurons on, as heights are off one by one. Each with the one in which all that
 * is on is off, where there is one: then the middle of the extremes is that of all states, however few are driven.
 */
function chosen({ circuit, neurons }: Wiring, drives: Iterable<Lit>): Drive[] {
  const byOn = new Map<string, Lit>();
  for (const drive of drives) {
    if (!byOn.has(drive.on.join())) byOn.set(drive.on.join(), drive);
    if (byOn.size === CONSIDERED) break;
  }
  const all = [...new Set([...byOn.values()].flatMap(({ on }) => on))].sort(ascending);
  const pairs: (readonly Lit[])[] = [];
  const single: Lit[] = [];
  for (const [key, drive] of byOn) {
    const opposite = byOn.get(all.filter((neuron) => !drive.on.includes(neuron)).join());
    if (opposite === undefined) single.push(drive);
    else if (key < opposite.on.join() || opposite === drive)
      pairs.push(opposite === drive ? [drive] : [drive, opposite]);
  }
  const most = STATES_A_SIDE / 2;
  const evenly =
    pairs.length <= most
      ? pairs
      : Array.from({ length: most }, (_, i) => pairs[Math.floor((i * pairs.length) / most)]!);
  const names = (list: readonly number[]): string[] => list.map((neuron) => neurons[neuron]!.name);
  return [...evenly.flat(), ...single].slice(0, STATES_A_SIDE).map(({ levels, on, live }) => ({
    levels: Object.fromEntries([...levels].map(([input, level]) => [circuit.inputs[input]!.name, level])),
    on: names(on),
    ...(live.length === 0 ? {} : { live: names(live) }),
  }));
}

function* lazily<T, U>(each: Iterable<T>, make: (item: T) => readonly U[]): Generator<U> {
  for (const item of each) yield* make(item);
}

/** A row of a cell's states. */
interface CellRow {
  readonly states: CellStates;
  readonly row: number;
}

/** A drive by the numbers of ports and neurons. */
interface Lit {
  readonly levels: ReadonlyMap<number, number>;
  readonly on: readonly number[];
  readonly live: readonly number[];
}

/** What makes the signals of a circuit. */
interface Made {
  /** Of each signal that a cell makes: its states. */
  readonly makers: ReadonlyMap<number, CellStates>;
  /** By what they read: the neurons that send a number on. */
  readonly amplifiersOf: Map<StateTable, readonly number[]>;
}

/** Levels of workers and neurons that are on, which together give the signals of a row, made as `made` says; empty if not found. */
function drivesOf(
  wiring: Wiring,
  certificate: Certificate,
  { makers, amplifiersOf }: Made,
  { table, row }: { readonly table: StateTable; readonly row: number },
  made: readonly CellRow[],
): Lit[] {
  const levels = new Map<number, number>();
  const on = new Set<number>();
  const live = new Set(amplifiersOf.get(table));
  const { sources, signals, circuit } = wiring;
  const wanted = new Map<number, number>();
  const realised = new Set<CellStates>();
  const realise = (id: number, value: number): boolean => {
    const known = wanted.get(id);
    if (known !== undefined) return known === value;
    wanted.set(id, value);
    const { kind } = certificate.signals[id]!;
    const lit = signals[id]?.sources ?? [];
    if (kind === "sum") {
      let rest = value;
      for (const source of lit) {
        const each = sources[source]!;
        if (each.kind !== "port" || each.port.kind !== "worker") continue;
        const level = Math.min(rest, levelsOfSymbol(circuit.aggregate, each.port.symbol) - 1);
        levels.set(each.input, level);
        rest -= level;
      }
      return rest === 0;
    }
    if (kind === "bit") {
      const each = sources[lit[0]!]!;
      if (each.kind !== "neuron") return false;
      if (value === 1) on.add(each.neuron.number);
      return true;
    }
    const maker = makers.get(id);
    if (maker !== undefined) {
      // a state of the cell that makes all that is wanted of it; what it reads is wanted then
      const row = rowsOf(maker.outputs).find((each) => agrees(maker.outputs, each, wanted));
      return realised.has(maker) || (row !== undefined && realiseRow({ states: maker, row }));
    }
    const sum = certificate.cells.find((cell) => cell.kind === "sum" && cell.total === id);
    if (sum?.kind !== "sum") return false;
    let rest = value;
    const byWeight = [...sum.terms].sort((p, q) => q.weight - p.weight);
    return (
      byWeight.every((term) => {
        const part =
          wanted.get(term.signal) ?? Math.min(certificate.signals[term.signal]!.max, Math.floor(rest / term.weight));
        rest -= part * term.weight;
        return rest >= 0 && realise(term.signal, part);
      }) && rest === 0
    );
  };
  const realiseRow = ({ states, row }: CellRow): boolean => {
    realised.add(states);
    for (const neuron of amplifiersOf.get(states.inputs) ?? []) live.add(neuron);
    const { inputs, outputs } = states;
    outputs.signals.forEach((id, k) => {
      const value = valueIn(outputs, row, k);
      wanted.set(id, value);
      const from = signals[id]?.from;
      if (certificate.signals[id]!.kind !== "bit" || value === 0 || from?.kind !== "source") return;
      const each = sources[from.source]!;
      if (each.kind === "neuron") on.add(each.neuron.number);
    });
    return inputs.signals.every((id, k) => realise(id, valueIn(inputs, row, k)));
  };
  const all = made.every(realiseRow) && table.signals.every((id, k) => realise(id, valueIn(table, row, k)));
  if (!all) return [];
  return [{ levels, on: [...on].sort(ascending), live: [...live].sort(ascending) }];
}
