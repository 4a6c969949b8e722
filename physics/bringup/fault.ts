import { namedDevices } from "../../netlist/index.ts";
import { couplingsTo, monitorOf, type Wiring } from "./wiring.ts";

/** How one part fails, in words. */
export const faultKinds = [
  { kind: "heater-open", text: "heater without heat" },
  { kind: "heater-stuck", text: "heater that keeps its phase" },
  { kind: "carrier-dark", text: "neuron without carrier" },
  { kind: "oscillator-dark", text: "detector without oscillator" },
  { kind: "photodiode-plus", text: "dead photodiode, reads its least" },
  { kind: "photodiode-minus", text: "dead photodiode, reads its most" },
  { kind: "worker-dark", text: "worker without light" },
  { kind: "worker-late", text: "worker a symbol late" },
  { kind: "waveguide-loss", text: "waveguide that loses 1 dB more" },
] as const;

export type FaultKind = (typeof faultKinds)[number]["kind"];

/** What such a waveguide loses more. */
export const LOST_DB = 1;

/** One part that fails in one way. */
export interface Fault {
  readonly kind: FaultKind;
  /** Of a heater or device as circuit.json has it, of a detector's port, of a neuron `section[mode]`, of a worker `w0`. */
  readonly name: string;
  /** Place of a heater, number of a neuron, detector or worker, step of a waveguide: all as the wiring has them. */
  readonly at: number;
}

/** How a fault is named on the command line and in files. */
export function faultName({ kind, name }: Fault): string {
  return `${kind}:${name}`;
}

/** Each part that light or heat passes, in each way in which it fails. */
export function singleFaults(wiring: Wiring): Fault[] {
  const { circuit, heaters, neurons, sinks } = wiring;
  const all = (kinds: readonly FaultKind[], parts: readonly (readonly [string, number])[]): Fault[] =>
    kinds.flatMap((kind) => parts.map(([name, at]) => ({ kind, name, at })));
  // the last step of each lane between two couplers that has one
  const wires = sinks.flatMap(({ wire }) => [wire, ...couplingsTo(wire).flatMap(({ inputs }) => inputs)]);
  const lanes = new Set(wires.map((wire) => wire?.steps.at(-1)));
  const waveguides = namedDevices(circuit)
    .filter(({ step }) => lanes.has(step))
    .map(({ name, step }) => [name, step] as const);
  const workers = Array.from({ length: circuit.aggregate.workers }, (_, w) => [`w${w}`, w] as const);
  return [
    ...all(["heater-open", "heater-stuck"], [...heaters]),
    ...all(
      ["carrier-dark"],
      neurons.map(({ name, number }) => [name, number]),
    ),
    ...all(
      ["oscillator-dark", "photodiode-plus", "photodiode-minus"],
      sinks.map((sink, k) => [monitorOf(sink).name, k]),
    ),
    ...all(["worker-dark", "worker-late"], workers),
    ...all(["waveguide-loss"], waveguides),
  ];
}
