import type { Activation, Circuit, Device } from "../netlist/index.ts";
import { add, type Disc, multiply, ONE, scale, ZERO } from "./ball.ts";
import { factorOf, type Matrix, matrixOf } from "./devices.ts";

/** What happens to modes: light of a port, a device, an absorbed mode, a neuron, or a signal that stands there. */
type Event =
  | { readonly kind: "port"; readonly port: number }
  | { readonly kind: "device"; readonly device: Device }
  | { readonly kind: "dark" }
  | { readonly kind: "neuron"; readonly neuron: Activation }
  | { readonly kind: "signal"; readonly signal: number };

/** The steps before it on the same modes are in `before`; -1 where a mode starts dark. */
type Step = Event & { readonly modes: readonly number[]; readonly before: readonly number[] };

/** The circuit as steps in the order of light. */
export interface Flow {
  readonly circuit: Circuit;
  readonly steps: readonly Step[];
  /** Last step on each mode. */
  readonly last: Int32Array;
  /** Step of each signal of the certificate. */
  readonly stepOf: Int32Array;
  readonly matrices: Map<number, Matrix>;
}

export function flowOf(circuit: Circuit): Flow {
  const signals = circuit.certificate?.signals ?? [];
  const steps: Step[] = [];
  const last = new Int32Array(circuit.modes).fill(-1);
  const stepOf = new Int32Array(signals.length).fill(-1);
  const write = (event: Event, ...modes: readonly number[]): void => {
    steps.push({ ...event, modes, before: modes.map((mode) => last[mode]!) });
    for (const mode of modes) last[mode] = steps.length - 1;
  };
  const standing: number[][] = circuit.sections.map(() => []);
  for (const [id, { section }] of signals.entries()) standing[section]?.push(id);
  for (const [port, { mode }] of circuit.inputs.entries()) write({ kind: "port", port }, mode);
  for (const [s, { meshes, activations }] of circuit.sections.entries()) {
    for (const { modes: local, devices, terminated } of meshes) {
      for (const device of devices) {
        const { kind, mode } = device;
        write({ kind: "device", device }, ...local.slice(mode, mode + (kind === "mzi" ? 2 : 1)));
      }
      for (const mode of terminated) write({ kind: "dark" }, mode);
    }
    for (const neuron of activations) write({ kind: "neuron", neuron }, neuron.mode);
    for (const id of standing[s]!) {
      stepOf[id] = steps.length;
      write({ kind: "signal", signal: id }, signals[id]!.mode);
    }
  }
  return { circuit, steps, last, stepOf, matrices: new Map() };
}

/** The field on `mode` right behind step `after`. */
export interface Place {
  readonly mode: number;
  readonly after: number;
}

/** A field as a complex linear form: of signals, of worker ports and of neurons (by their steps). */
export interface Form {
  constant: Disc;
  readonly signals: Map<number, Disc>;
  readonly ports: Map<number, Disc>;
  readonly neurons: Map<number, Disc>;
}

/**
 * Lemma 3: walks backwards from a place with a row vector, to ports, neurons, absorbed modes and signals that are not in `own`
 * (null: all are passed). Light on a mode goes to one next step only, so that the vector has one entry a mode.
 */
function formAt({ circuit, steps, matrices }: Flow, { mode, after }: Place, own: ReadonlySet<number> | null): Form {
  const weights = new Map<number, Disc>([[mode, ONE]]);
  const form: Form = { constant: ZERO, signals: new Map(), ports: new Map(), neurons: new Map() };
  const stops = (step: Step): boolean =>
    step.kind === "signal" ? own !== null && !own.has(step.signal) : step.kind !== "device";
  const met = new Set<number>();
  const open = [after];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at < 0 || met.has(at)) continue;
    met.add(at);
    if (!stops(steps[at]!)) open.push(...steps[at]!.before);
  }
  const take = (of: number): Disc => {
    const weight = weights.get(of) ?? ZERO;
    weights.delete(of);
    return weight;
  };
  for (const at of Int32Array.from(met).sort().reverse()) {
    const step = steps[at]!;
    const [upper, lower] = step.modes as [number, number];
    const weight = take(upper);
    switch (step.kind) {
      case "dark":
        break;
      case "port": {
        const input = circuit.inputs[step.port]!;
        if (input.kind === "worker") keep(form.ports, step.port, scale(weight, input.fieldPerLevel));
        else form.constant = add(form.constant, scale(weight, input.field));
        break;
      }
      case "neuron":
        keep(form.neurons, at, weight);
        break;
      case "signal":
        if (stops(step)) keep(form.signals, step.signal, weight);
        else keep(weights, upper, weight);
        break;
      case "device": {
        if (step.device.kind !== "mzi") {
          keep(weights, upper, multiply(weight, factorOf(step.device)));
          break;
        }
        const matrix = matrices.get(at) ?? matrixOf(step.device);
        matrices.set(at, matrix);
        const [a, b, c, d] = matrix;
        const other = take(lower);
        keep(weights, upper, add(multiply(weight, a), multiply(other, c)));
        keep(weights, lower, add(multiply(weight, b), multiply(other, d)));
        break;
      }
      default:
        step satisfies never;
    }
  }
  return form;
}

function keep(of: Map<number, Disc>, key: number, weight: Disc): void {
  if (weight.re !== 0 || weight.im !== 0 || weight.rad !== 0) of.set(key, weight);
}

/** gain min(range, max(0, Re form - threshold)), range infinite for a rectifier. */
export interface Neuron {
  readonly step: number;
  readonly gain: number;
  readonly threshold: number;
  readonly range: number;
  readonly form: Form;
}

/** Everything between places and what their light comes from. */
export interface Slice {
  /** In the order of light: each reads earlier ones only. */
  readonly neurons: readonly Neuron[];
  readonly outputs: readonly Form[];
  readonly signals: readonly number[];
  readonly ports: readonly number[];
}

export function sliceOf(flow: Flow, places: readonly Place[], own: ReadonlySet<number> | null): Slice {
  const outputs = places.map((place) => formAt(flow, place, own));
  const found = new Map<number, Neuron>();
  const open = [...outputs];
  for (let form = open.pop(); form !== undefined; form = open.pop()) {
    for (const step of form.neurons.keys()) {
      const made = flow.steps[step]!;
      if (found.has(step) || made.kind !== "neuron") continue;
      const { neuron } = made;
      const argument = formAt(flow, { mode: neuron.mode, after: made.before[0]! }, own);
      const [threshold, range] =
        neuron.kind === "relu" ? [0, Number.POSITIVE_INFINITY] : [neuron.threshold, neuron.range];
      found.set(step, { step, gain: neuron.gain, threshold, range, form: argument });
      open.push(argument);
    }
  }
  const neurons = [...found.values()].sort((a, b) => a.step - b.step);
  const forms = [...outputs, ...neurons.map(({ form }) => form)];
  const signals = [...new Set(forms.flatMap((form) => [...form.signals.keys()]))];
  const ports = [...new Set(forms.flatMap((form) => [...form.ports.keys()]))];
  return { neurons, outputs, signals, ports };
}

/** Where a signal of the certificate stands. */
export function placeOf(flow: Flow, signal: number): Place {
  const { modes, before } = flow.steps[flow.stepOf[signal]!]!;
  return { mode: modes[0]!, after: before[0]! };
}
