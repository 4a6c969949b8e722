import {
  type Cell,
  type Certificate,
  type Circuit,
  levelsOfSymbol,
  type OutputPort,
  type ProgramSlice,
  resultOf,
  type SliceActivation,
} from "../../netlist/index.ts";
import {
  countedIn,
  outputsOf,
  reachableStates,
  type StateTable,
  type Steps,
  stateText,
  sumOf,
} from "../../verify/index.ts";
import { type DrivenPart, drivenParts } from "../light/driven-parts.ts";

/**
 * What can reach each cell, each receiver, and the fields before every neuron in every reachable state: all that noise is
 * propagated through, worked out once a circuit. Fields are in the circuit's units.
 */
export interface NoisePlan {
  readonly circuit: Circuit;
  /** In the order of light. */
  readonly stages: readonly NoiseStage[];
  readonly problems: readonly string[];
}

/** Signals that are made together: a sum, the outputs of a cell, or the receivers of an output symbol. */
export interface NoiseStage {
  readonly kind: "sum" | "cell" | "receivers";
  readonly name: string;
  readonly rows: number;
  readonly slice: ProgramSlice | null;
  /** Real field before each activation of the slice, less its threshold, [activation][row]. */
  readonly before: Float64Array;
  /** [read] of the slice. */
  readonly feeds: readonly Feed[];
  /** Which joint value of the outputs belongs to the row, and how many there are. */
  readonly keyOfRow: Int32Array;
  readonly keys: number;
  /** Values of the outputs at each key, [key][output]. */
  readonly valueOfKey: Int32Array;
  readonly outputs: number;
  /** Neurons, sums and references whose noise can be in it: numbered; 0 is the reference light. */
  readonly sources: Int32Array;
  /** Places in `sources` of the neurons of the slice. */
  readonly ownSources: Int32Array;
  /** Of a sum: the largest launch noise of a value, over the relative noise of a worker's field. */
  readonly launch: Float64Array;
  readonly receivers: readonly Receiver[];
  readonly state: (row: number) => string;
}

/** Where the noise of one read comes from: the output of an earlier stage, and which of its keys fit each row. */
interface Feed {
  readonly stage: number;
  readonly output: number;
  /** Of that stage. */
  readonly outputs: number;
  readonly sources: Int32Array;
  readonly groupOfRow: Int32Array;
  readonly groupOfKey: Int32Array;
  readonly groups: number;
}

interface Receiver {
  readonly name: string;
  /** Field at the receiver, and its distance to the two nearest decisions, Infinity where there is none, [row]. */
  readonly field: Float64Array;
  readonly below: Float64Array;
  readonly above: Float64Array;
}

/** The reference light, whose noise all bias waveguides share. */
const REFERENCE = 0;

/** Follows every cell of the certificate through its devices. The circuit must be checked and carry a certificate. */
export function* planNoise(circuit: Circuit): Steps<NoisePlan> {
  const { certificate } = circuit;
  if (certificate === null) throw new Error("a circuit without certificate has no states to try");
  const reachable = yield* countedIn("cells", reachableStates(certificate));
  if (reachable.problems.length > 0) return { circuit, stages: [], problems: reachable.problems };
  const { signals } = certificate;
  const stages: NoiseStage[] = [];
  /** Of each signal: its stage and its place among the outputs. */
  const made = new Map<number, { readonly stage: number; readonly output: number }>();
  const neuronNumber = ({ step }: SliceActivation): number => 1 + signals.length + step;
  const sourcesOf = (slice: ProgramSlice, feeds: readonly Feed[]): Pick<NoiseStage, "sources" | "ownSources"> => {
    const all = new Set<number>([REFERENCE]);
    for (const feed of feeds) for (const source of stages[feed.stage]!.sources) all.add(source);
    for (const neuron of slice.activations) all.add(neuronNumber(neuron));
    const sources = Int32Array.from([...all].sort((a, b) => a - b));
    const own = slice.activations.map((neuron) => sources.indexOf(neuronNumber(neuron)));
    return { sources, ownSources: Int32Array.from(own) };
  };
  const feedsOf = (slice: ProgramSlice, table: StateTable | null): Feed[] => {
    const groups = new Map<number, number[]>();
    for (const id of slice.reads) {
      const place = made.get(id);
      if (place === undefined) throw new Error(`${signals[id]!.name} is read before it is made`);
      groups.set(place.stage, [...(groups.get(place.stage) ?? []), id]);
    }
    return slice.reads.map((id) => {
      const { stage, output } = made.get(id)!;
      const { outputs, sources } = stages[stage]!;
      return { stage, output, outputs, sources, ...fitting(stages[stage]!, groups.get(stage)!, made, table) };
    });
  };

  for (const [id, signal] of signals.entries()) {
    if (signal.kind !== "sum") continue;
    made.set(id, { stage: stages.length, output: 0 });
    stages.push(sumStage(circuit, certificate, id));
  }
  const total = stages.length + certificate.cells.length + reachable.symbols.length;
  const madeOf = new Map<Cell, StateTable>(reachable.cells.map(({ cell, outputs }) => [cell, outputs]));
  for (const { of, slice, driven } of drivenParts(circuit, reachable)) {
    const inputs = driven?.inputs ?? null;
    const feeds = feedsOf(slice, inputs);
    const common = {
      ...{ slice, feeds, rows: inputs?.rows ?? 1, before: driven?.before ?? new Float64Array(0) },
      ...sourcesOf(slice, feeds),
      launch: new Float64Array(0),
      state: (row: number) => (inputs === null ? "" : stateText(certificate, inputs, row)),
    };
    if ("cell" in of) {
      const outputs = outputsOf(of.cell);
      const states = madeOf.get(of.cell);
      const keyed = states === undefined ? oneKey(outputs.length) : keysOf(states);
      outputs.forEach((id, output) => {
        made.set(id, { stage: stages.length, output });
      });
      const what = { kind: "cell", name: of.cell.name, outputs: outputs.length, receivers: [] } as const;
      stages.push({ ...what, ...common, ...keyed });
    } else {
      const { symbol, ports } = of;
      const receivers = driven === null ? [] : receiversOf(circuit, symbol, ports, driven);
      stages.push({ kind: "receivers", name: `symbol ${symbol}`, ...common, ...oneKey(0), outputs: 0, receivers });
    }
    yield { done: stages.length, total, unit: "cells", wrong: null };
  }
  return { circuit, stages, problems: [] };
}

/** The receivers of a symbol in all states. */
function receiversOf(
  { certificate, aggregate }: Circuit,
  symbol: number,
  ports: readonly OutputPort[],
  { inputs, fields }: NonNullable<DrivenPart["driven"]>,
): readonly Receiver[] {
  const { rows } = inputs;
  const top = levelsOfSymbol(resultOf(aggregate), symbol) - 1;
  const level = (row: number): number => sumOf(certificate!.symbols[symbol]!, inputs, row);
  return ports.map(({ name, levelsPerField }, o) => {
    const field = fields.slice(o * rows, (o + 1) * rows);
    const decision = (row: number, by: number): number => (level(row) + by) / levelsPerField;
    return {
      name,
      field,
      below: field.map((x, row) => (level(row) <= 0 ? Number.POSITIVE_INFINITY : x - decision(row, -0.5))),
      above: field.map((x, row) => (level(row) >= top ? Number.POSITIVE_INFINITY : decision(row, 0.5) - x)),
    };
  });
}

type Keyed = Pick<NoiseStage, "keyOfRow" | "keys" | "valueOfKey">;

function oneKey(outputs: number): Keyed {
  return { keyOfRow: new Int32Array(1), keys: 1, valueOfKey: new Int32Array(outputs) };
}

/** Numbers the distinct rows of a table. */
function keysOf(table: StateTable): Keyed {
  const width = table.signals.length;
  const known = new Map<string, number>();
  const values: number[] = [];
  const keyOfRow = Int32Array.from({ length: table.rows }, (_, row) => {
    const picked = table.values.subarray(row * width, (row + 1) * width);
    if (!known.has(picked.join())) values.push(...picked);
    return numberOf(known, picked.join());
  });
  return { keyOfRow, keys: known.size, valueOfKey: Int32Array.from(values) };
}

/** The keys of a stage that agree in what is read of it, and which of these groups each row of the reader has. */
function fitting(
  stage: NoiseStage,
  read: readonly number[],
  made: ReadonlyMap<number, { readonly output: number }>,
  table: StateTable | null,
): Pick<Feed, "groupOfRow" | "groupOfKey" | "groups"> {
  const rows = table?.rows ?? 1;
  // A total is one key, and a reader without states asks for the worst of all keys.
  if (table === null || stage.keys === 1) {
    return { groupOfRow: new Int32Array(rows), groupOfKey: new Int32Array(stage.keys), groups: 1 };
  }
  const known = new Map<string, number>();
  const groupOfKey = Int32Array.from({ length: stage.keys }, (_, key) =>
    numberOf(known, read.map((id) => stage.valueOfKey[key * stage.outputs + made.get(id)!.output]).join()),
  );
  const groups = known.size;
  const columns = read.map((id) => table.signals.indexOf(id));
  const groupOfRow = Int32Array.from({ length: rows }, (_, row) =>
    numberOf(known, columns.map((column) => table.values[row * table.signals.length + column]).join()),
  );
  if (known.size > groups) throw new Error("a state asks for values that nothing makes");
  return { groupOfRow, groupOfKey, groups };
}

/** The number of a text among those that are known, the next one if it is new. */
function numberOf(known: Map<string, number>, text: string): number {
  const number = known.get(text) ?? known.size;
  known.set(text, number);
  return number;
}

/**
 * A sum of the workers' symbols: its field is sum_w f t_w level_w, so that independent relative noise of the launches adds up to
 * sum_w (f t_w level_w)^2, at most f t (top - 1) times the field of the sum.
 */
function sumStage(circuit: Circuit, certificate: Certificate, id: number): NoiseStage {
  const { max, fieldPerUnit, name } = certificate.signals[id]!;
  const top = circuit.aggregate.levels - 1;
  return {
    ...{ kind: "sum", name, rows: max + 1, slice: null, before: new Float64Array(0), feeds: [], outputs: 1 },
    keyOfRow: Int32Array.from({ length: max + 1 }, (_, value) => value),
    keys: max + 1,
    valueOfKey: Int32Array.from({ length: max + 1 }, (_, value) => value),
    sources: Int32Array.of(1 + id),
    ownSources: new Int32Array(0),
    launch: Float64Array.from({ length: max + 1 }, (_, value) => Math.abs(fieldPerUnit) * Math.sqrt(top * value)),
    receivers: [],
    state: (row) => `${name}=${row}`,
  };
}
