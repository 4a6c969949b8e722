import type { Circuit, Device } from "../netlist/index.ts";
import { INFLATE, modulus, ROUNDING, TINY } from "./ball.ts";
import type { ProofChip } from "./devices.ts";

/** What happens to modes: light of a port, a device, an absorbed mode, a neuron, or a signal that stands there. */
type Event =
  | { readonly kind: "port"; readonly port: number }
  | { readonly kind: "device"; readonly device: Device; readonly number: number }
  | { readonly kind: "dark" }
  | { readonly kind: "neuron"; readonly number: number }
  | { readonly kind: "signal"; readonly signal: number };

/** The steps before it on the same modes are in `before`; -1 where a mode starts dark. */
type Step = Event & { readonly modes: readonly number[]; readonly before: readonly number[] };

/** The circuit as steps in the order of light. Devices, absorbed modes and neurons are numbered as in a `Chip`. */
export interface Flow {
  readonly circuit: Circuit;
  readonly steps: readonly Step[];
  /** Last step on each mode. */
  readonly last: Int32Array;
  /** Step of each signal of the certificate. */
  readonly stepOf: Int32Array;
}

export function flowOf(circuit: Circuit): Flow {
  const signals = circuit.certificate?.signals ?? [];
  const steps: Step[] = [];
  const last = new Int32Array(circuit.modes).fill(-1);
  const stepOf = new Int32Array(signals.length).fill(-1);
  let number = 0;
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
        write({ kind: "device", device, number: number++ }, ...local.slice(mode, mode + (kind === "mzi" ? 2 : 1)));
      }
      for (const mode of terminated) write({ kind: "dark" }, mode);
      number += terminated.length;
    }
    for (const { mode } of activations) write({ kind: "neuron", number: number++ }, mode);
    for (const id of standing[s]!) {
      stepOf[id] = steps.length;
      write({ kind: "signal", signal: id }, signals[id]!.mode);
    }
  }
  return { circuit, steps, last, stepOf };
}

/** A field as a complex linear form: the weight of source number `sources[i]` stands in slot `slots[i]`, the constant in `constant` (-1: none). */
export interface Form {
  readonly sources: readonly number[];
  readonly slots: readonly number[];
  readonly constant: number;
}

/** Everything between some fields and what their light comes from, without numbers; a chip writes them into the slots. */
export interface Slice {
  /** Sources: signals that are read, then ports of workers, then neurons in the order of light. */
  readonly signals: readonly number[];
  readonly ports: readonly number[];
  readonly neurons: readonly { readonly number: number; readonly form: Form }[];
  readonly outputs: readonly Form[];
  /** Light that enters: its slot, and its port (-1: a unit of a signal or neuron). */
  readonly loads: readonly { readonly slot: number; readonly port: number }[];
  /** Number of a device, and the slots that it acts on (the second is -1 where it has one port); COPY, from, to. */
  readonly code: Int32Array;
  /** Discs. */
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly rad: Float64Array;
}

const COPY = -1;

/** Key of the light of references; that of other sources is their step. */
const CONSTANT = -1;

/** Of a mode: the slots of what its field comes from. */
type Lane = Map<number, number>;

/**
 * Lemma 3: the devices between the ends, given by their last steps and modes, and what their light comes from: ports, neurons, absorbed
 * modes and signals that are not in `own` (null: all are passed).
 */
export function sliceOf(
  { circuit, steps }: Flow,
  ends: readonly { readonly step: number; readonly mode: number }[],
  own: ReadonlySet<number> | null,
): Slice {
  const passed = (step: Step): boolean => step.kind === "signal" && (own === null || own.has(step.signal));
  const met = new Set<number>();
  const open = ends.map(({ step }) => step);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at < 0 || met.has(at)) continue;
    met.add(at);
    const step = steps[at]!;
    if (step.kind === "device" || step.kind === "neuron" || passed(step)) open.push(...step.before);
  }
  const wanted = new Set(ends.map(({ step }) => step));
  const lanes = new Map<number, Lane>();
  const taken = new Map<number, Lane>();
  const loads: { slot: number; port: number }[] = [];
  const code: number[] = [];
  let slots = 0;
  const laneOf = (mode: number): Lane => lanes.get(mode) ?? new Map();
  const slotIn = (lane: Lane, key: number): number => {
    const slot = lane.get(key) ?? slots++;
    lane.set(key, slot);
    return slot;
  };
  const load = (mode: number, key: number, port: number): void => {
    lanes.set(mode, new Map([[key, slots]]));
    loads.push({ slot: slots++, port });
  };
  for (const at of Int32Array.from(met).sort()) {
    const step = steps[at]!;
    const [upper, lower] = step.modes as [number, number];
    const lane = laneOf(upper);
    switch (step.kind) {
      case "dark":
        lanes.delete(upper);
        break;
      case "port":
        load(upper, circuit.inputs[step.port]!.kind === "worker" ? at : CONSTANT, step.port);
        break;
      case "neuron":
        taken.set(at, lane);
        load(upper, at, -1);
        break;
      case "signal":
        if (!passed(step)) load(upper, at, -1);
        else if (wanted.has(at)) {
          const copy: Lane = new Map();
          for (const [key, slot] of lane) code.push(COPY, slot, slotIn(copy, key));
          taken.set(at, copy);
        }
        break;
      case "device": {
        if (step.device.kind !== "mzi") {
          for (const slot of lane.values()) code.push(step.number, slot, -1);
          break;
        }
        const other = laneOf(lower);
        for (const key of new Set([...lane.keys(), ...other.keys()])) {
          code.push(step.number, slotIn(lane, key), slotIn(other, key));
        }
        lanes.set(upper, lane).set(lower, other);
        break;
      }
      default:
        step satisfies never;
    }
  }
  const found = [...met].sort((a, b) => a - b).map((at) => ({ at, step: steps[at]! }));
  const [signals, ports, neurons]: [number[], number[], number[]] = [[], [], []];
  for (const { at, step } of found) {
    if (step.kind === "signal" && !passed(step)) signals.push(at);
    else if (step.kind === "port" && circuit.inputs[step.port]!.kind === "worker") ports.push(at);
    else if (step.kind === "neuron") neurons.push(at);
  }
  const sourceOf = new Map([...signals, ...ports, ...neurons].map((at, source) => [at, source]));
  const formOf = (lane: Lane): Form => {
    const all = [...lane].filter(([key]) => key !== CONSTANT).sort(([a], [b]) => sourceOf.get(a)! - sourceOf.get(b)!);
    return {
      sources: all.map(([key]) => sourceOf.get(key)!),
      slots: all.map(([, slot]) => slot),
      constant: lane.get(CONSTANT) ?? -1,
    };
  };
  const numbersOf = (of: readonly number[]): number[] =>
    of.map((at) => {
      const step = steps[at]!;
      return step.kind === "signal"
        ? step.signal
        : step.kind === "port"
          ? step.port
          : (step as { number: number }).number;
    });
  return {
    signals: numbersOf(signals),
    ports: numbersOf(ports),
    neurons: numbersOf(neurons).map((number, i) => ({ number, form: formOf(taken.get(neurons[i]!)!) })),
    outputs: ends.map(({ step, mode }) =>
      formOf((step >= 0 && passed(steps[step]!) ? taken.get(step) : null) ?? laneOf(mode)),
    ),
    loads,
    code: Int32Array.from(code),
    re: new Float64Array(slots),
    im: new Float64Array(slots),
    rad: new Float64Array(slots),
  };
}

/** Writes the weights that a chip gives the sources of a slice, with discs that hold the exact ones (lemmas 1 and 3). */
export function compose({ loads, code, re, im, rad }: Slice, { inputs }: Circuit, chip: ProofChip): void {
  const { launch, radii } = chip;
  const k = chip.program.coefficients;
  re.fill(0);
  im.fill(0);
  rad.fill(0);
  for (const { slot, port } of loads) {
    const input = port < 0 ? null : inputs[port]!;
    const field = input === null ? 1 : input.kind === "worker" ? input.fieldPerLevel : input.field;
    re[slot] = input === null ? 1 : field * launch.re[port]!;
    im[slot] = input === null ? 0 : field * launch.im[port]!;
    if (input !== null) rad[slot] = ROUNDING * modulus(re[slot]!, im[slot]!);
  }
  let device = COPY;
  const [sizes, radius] = [new Float64Array(4), new Float64Array(4)];
  for (let i = 0; i < code.length; i += 3) {
    const [step, p, q] = [code[i]!, code[i + 1]!, code[i + 2]!];
    if (step === COPY) {
      re[q] = re[p]!;
      im[q] = im[p]!;
      rad[q] = rad[p]!;
      continue;
    }
    const at = 8 * step;
    const [xRe, xIm] = [re[p]!, im[p]!];
    const [x, xRad] = [modulus(xRe, xIm), rad[p]!];
    if (step !== device) {
      for (let e = 0; e < 4; e++) {
        const rounds = 2 * ROUNDING * modulus(k[at + 2 * e]!, k[at + 2 * e + 1]!);
        radius[e] = (radii === undefined ? 0 : radii[4 * step + e]!) + rounds;
        sizes[e] = modulus(k[at + 2 * e]!, k[at + 2 * e + 1]!) + radius[e]!;
      }
      device = step;
    }
    if (q < 0) {
      re[p] = k[at]! * xRe - k[at + 1]! * xIm;
      im[p] = k[at]! * xIm + k[at + 1]! * xRe;
      rad[p] = (sizes[0]! * xRad + radius[0]! * x) * INFLATE + TINY;
      continue;
    }
    const [yRe, yIm] = [re[q]!, im[q]!];
    const [y, yRad] = [modulus(yRe, yIm), rad[q]!];
    re[p] = k[at]! * xRe - k[at + 1]! * xIm + k[at + 2]! * yRe - k[at + 3]! * yIm;
    im[p] = k[at]! * xIm + k[at + 1]! * xRe + k[at + 2]! * yIm + k[at + 3]! * yRe;
    re[q] = k[at + 4]! * xRe - k[at + 5]! * xIm + k[at + 6]! * yRe - k[at + 7]! * yIm;
    im[q] = k[at + 4]! * xIm + k[at + 5]! * xRe + k[at + 6]! * yIm + k[at + 7]! * yRe;
    rad[p] = (sizes[0]! * xRad + sizes[1]! * yRad + radius[0]! * x + radius[1]! * y) * INFLATE + TINY;
    rad[q] = (sizes[2]! * xRad + sizes[3]! * yRad + radius[2]! * x + radius[3]! * y) * INFLATE + TINY;
  }
}

/** Times re + i im, the weights of one source (null: of all, and the constant). */
export function multiplyForm(
  slice: Slice,
  { sources, slots, constant }: Form,
  source: number | null,
  re: number,
  im: number,
): void {
  const size = modulus(re, im);
  const turn = (slot: number): void => {
    const [x, y] = [slice.re[slot]!, slice.im[slot]!];
    slice.re[slot] = x * re - y * im;
    slice.im[slot] = y * re + x * im;
    slice.rad[slot] = size * (slice.rad[slot]! + 4 * ROUNDING * modulus(x, y)) * INFLATE + TINY;
  };
  for (const [i, slot] of slots.entries()) if (source === null || sources[i] === source) turn(slot);
  if (source === null && constant >= 0) turn(constant);
}
