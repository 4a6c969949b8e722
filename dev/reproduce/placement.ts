import { synthesise } from "../../compiler/index.ts";
import type { Spec } from "../../dsl/index.ts";
import {
  type CircuitFloor,
  countDevices,
  floorOfCircuit,
  idealOptics,
  measurePlacement,
  placementFigures,
  seededRandom,
} from "../../netlist/index.ts";
import { meanSpec, specFrom } from "../bench/specs.ts";
import { markdownTable, type TableRow } from "../bench/table.ts";
import { tableOne } from "./published.ts";

type PortOrder = Spec["portOrder"];

const rectifying = "network constructed { neuron relu }";
const saturating = "network constructed { neuron saturating }";

/** Circuits of the table, and the port orders that are tried on each. */
export const placementCases: readonly (readonly [spec: Spec, orders: readonly PortOrder[]])[] = [
  rectifying,
  saturating,
].flatMap((network) =>
  tableOne.map(({ workers, bits }) => [meanSpec(workers, bits, network), ["free", "by-worker"]] as const),
);
/** Circuits that take minutes. */
export const largePlacementCases: typeof placementCases = [
  [meanSpec(64, 32, rectifying), ["free", "by-worker"]],
  [
    specFrom(
      "aggregate cascade-1024x8 { workers 1024; precision 8 bits; levels 4; topology cascade 4 x 4 x 4 x 4 x 4; network constructed { neuron relu } }",
    ),
    ["free"],
  ],
];

/** Crossings lose a little, so that circuits are placed; nothing else matters here. */
const crossed = { ...idealOptics, crossingFieldFactor: 0.9999 };
const RANDOM_ORDERS = 20;

/** Crossings of each circuit in several orders of its lanes, as Markdown. */
export function placementTable(cases: typeof placementCases): string {
  return markdownTable(cases.flatMap(([spec, orders]) => orders.map((order) => placementRow(spec, order))));
}

/** One row of it. */
export function placementRow(spec: Spec, portOrder: PortOrder): TableRow {
  const byWorker = portOrder === "by-worker";
  const floor = floorOfCircuit(synthesise(spec).circuit);
  const { circuit } = synthesise({ ...spec, portOrder }, { network: null }, crossed);
  const { crossings, wires, rows, columns } = placementFigures(circuit)!;
  const inModes = ordered(floor, (stretch) => floor.modes[stretch]!);
  return {
    circuit: spec.name,
    neurons: spec.network.kind === "constructed" ? spec.network.neuron : spec.network.kind,
    ports: portOrder,
    "random order": randomOrder(floor, byWorker).toFixed(0),
    "mode numbers": `${crossingsIn(floor, inModes, byWorker)}`,
    placed: `${crossings}`,
    "at least": `${byWorker ? leastByWorker(spec.workers, circuit.aggregate.symbols) : 0}`,
    "neurons wired to another lane": `${wires} of ${countDevices(circuit).activations}`,
    "rows x columns": `${rows} x ${columns}`,
  };
}

/** Stretches by a key, those of equal keys as light meets them. */
function ordered({ floor }: CircuitFloor, key: (stretch: number) => number): number[] {
  return floor.stretches.map((_, stretch) => stretch).sort((a, b) => key(a) - key(b) || a - b);
}

/** With devices in the order of the file; ports where their lanes lie, or by worker in the order of the workers. */
function crossingsIn({ floor }: CircuitFloor, lanes: readonly number[], byWorker: boolean): number {
  const { devices, stretches } = floor;
  const ports = (key: "sender" | "receiver", is: (stretch: number) => boolean): number[] => {
    const mine = lanes.filter((stretch) => stretches[stretch]![key] >= 0 && is(stretch));
    return byWorker ? mine.sort((a, b) => stretches[a]![key] - stretches[b]![key]) : mine;
  };
  return measurePlacement(floor, {
    sequence: devices.map((_, device) => device),
    lanes,
    left: ports("sender", () => true),
    right: ports("receiver", (stretch) => stretches[stretch]!.to === devices.length),
  }).totalCrossings;
}

/** The mean over orders of the modes. */
function randomOrder(circuit: CircuitFloor, byWorker: boolean): number {
  const random = seededRandom(1);
  let sum = 0;
  for (let i = 0; i < RANDOM_ORDERS; i++) {
    const key = new Map([...new Set(circuit.modes)].map((mode) => [mode, random()]));
    const lanes = ordered(circuit, (stretch) => key.get(circuit.modes[stretch]!)!);
    sum += crossingsIn(circuit, lanes, byWorker);
  }
  return sum / RANDOM_ORDERS;
}

/**
 * Crossings that no drawing of P and T avoids where ports stand by worker. Two symbols' trees both have a leaf in each worker's group. In at least
 * half of the groups, rounded up to k, the leaves stand in the same order; they alternate on the edge, and each tree parts the other's k leaves into
 * as many regions: the trees cross k - 1 times. Both in P and in T, for each two symbols. Nothing is known for free ports.
 */
function leastByWorker(workers: number, symbols: number): number {
  return symbols * (symbols - 1) * (Math.ceil(workers / 2) - 1);
}
