import type { Activation, Circuit, Device, Mzi } from "../netlist/index.ts";
import { add, type Disc, multiply, ONE, scale, ZERO } from "./ball.ts";
import { factorOf, type Matrix, matrixOf } from "./devices.ts";

/** What happens to modes, in the order of light: a device, an absorbed mode, a neuron, or a signal that stands there. */
type Step =
  | { readonly kind: "device"; readonly device: Device }
  | { readonly kind: "dark" }
  | { readonly kind: "neuron"; readonly neuron: Activation }
  | { readonly kind: "signal"; readonly signal: number };

/** The circuit as steps; of each, its modes and the steps before it on them (-1: the input side). */
export interface Flow {
  readonly circuit: Circuit;
  readonly steps: readonly Step[];
  /** [step][0 or 1]; -1 where a step has one mode. */
  readonly modes: readonly number[];
  readonly before: readonly number[];
  /** Last step on each mode. */
  readonly last: Int32Array;
  /** Step of each signal of the certificate. */
  readonly stepOf: Int32Array;
  readonly portOf: ReadonlyMap<number, number>;
  readonly matrices: Map<number, Matrix>;
}

export function flowOf(circuit: Circuit): Flow {
  const signals = circuit.certificate?.signals ?? [];
  const steps: Step[] = [];
  const modes: number[] = [];
  const before: number[] = [];
  const last = new Int32Array(circuit.modes).fill(-1);
  const stepOf = new Int32Array(signals.length).fill(-1);
  const write = (step: Step, upper: number, lower = -1): void => {
    before.push(last[upper]!, lower < 0 ? -1 : last[lower]!);
    modes.push(upper, lower);
    last[upper] = steps.length;
    if (lower >= 0) last[lower] = steps.length;
    steps.push(step);
  };
  const standing: number[][] = circuit.sections.map(() => []);
  for (const [id, { section }] of signals.entries()) standing[section]?.push(id);
  circuit.sections.forEach((section, s) => {
    for (const { modes: local, devices, terminated } of section.meshes) {
      for (const device of devices) {
        const { kind, mode } = device;
        write({ kind: "device", device }, local[mode]!, kind === "mzi" ? local[mode + 1]! : -1);
      }
      for (const mode of terminated) write({ kind: "dark" }, mode);
    }
    for (const neuron of section.activations) write({ kind: "neuron", neuron }, neuron.mode);
    for (const id of standing[s]!) {
      stepOf[id] = steps.length;
      write({ kind: "signal", signal: id }, signals[id]!.mode);
    }
  });
  const portOf = new Map(circuit.inputs.map(({ mode }, port) => [mode, port]));
  return { circuit, steps, modes, before, last, stepOf, portOf, matrices: new Map() };
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
function formAt(flow: Flow, { mode, after }: Place, own: ReadonlySet<number> | null): Form {
  const { circuit, steps, modes, before, portOf } = flow;
  const weights = new Map<number, Disc>([[mode, ONE]]);
  const form: Form = { constant: ZERO, signals: new Map(), ports: new Map(), neurons: new Map() };
  const met = new Set<number>();
  const open = [after];
  const stops = (step: Step): boolean =>
    step.kind === "dark" || step.kind === "neuron" || (step.kind === "signal" && own !== null && !own.has(step.signal));
  const visit = (step: number): void => {
    if (step >= 0 && !met.has(step)) open.push(step);
  };
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    if (step < 0 || met.has(step)) continue;
    met.add(step);
    if (stops(steps[step]!)) continue;
    visit(before[2 * step]!);
    visit(before[2 * step + 1]!);
  }
  const take = (of: number): Disc => {
    const weight = weights.get(of) ?? ZERO;
    weights.delete(of);
    return weight;
  };
  for (const at of Int32Array.from(met).sort().reverse()) {
    const step = steps[at]!;
    const upper = modes[2 * at]!;
    const weight = take(upper);
    switch (step.kind) {
      case "dark":
        break;
      case "neuron":
        keep(form.neurons, at, weight);
        break;
      case "signal":
        keep(stops(step) ? form.signals : weights, stops(step) ? step.signal : upper, weight);
        break;
      case "device": {
        if (step.device.kind !== "mzi") {
          keep(weights, upper, multiply(weight, factorOf(step.device)));
          break;
        }
        const lower = modes[2 * at + 1]!;
        const [a, b, c, d] = matrixAt(flow, at, step.device);
        const other = take(lower);
        keep(weights, upper, add(multiply(weight, a), multiply(other, c)));
        keep(weights, lower, add(multiply(weight, b), multiply(other, d)));
        break;
      }
      default:
        step satisfies never;
    }
  }
  for (const [of, weight] of weights) {
    const port = portOf.get(of);
    if (port === undefined) continue;
    const input = circuit.inputs[port]!;
    if (input.kind === "worker") form.ports.set(port, scale(weight, input.fieldPerLevel));
    else form.constant = add(form.constant, scale(weight, input.field));
  }
  return form;
}

function keep(of: Map<number, Disc>, key: number, weight: Disc): void {
  if (weight.re !== 0 || weight.im !== 0 || weight.rad !== 0) of.set(key, weight);
}

function matrixAt({ matrices }: Flow, step: number, device: Mzi): Matrix {
  const matrix = matrices.get(step) ?? matrixOf(device);
  matrices.set(step, matrix);
  return matrix;
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
      const argument = formAt(flow, { mode: neuron.mode, after: flow.before[2 * step]! }, own);
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
  return { mode: flow.circuit.certificate!.signals[signal]!.mode, after: flow.before[2 * flow.stepOf[signal]!]! };
}
