import type { Circuit } from "../netlist/index.ts";
import { INFLATE, modulus, ROUNDING, TINY } from "./ball.ts";
import type { ProofChip } from "./devices.ts";

/** What happens to modes: light of a port, a device, an absorbed mode, a neuron, or a signal that stands there. */
interface Step {
  readonly kind: "worker" | "reference" | "device" | "dark" | "neuron" | "signal";
  /** Of the port or the signal; of devices, absorbed modes and neurons their number in a `ProofChip`. */
  readonly number: number;
  readonly modes: readonly number[];
  /** The steps before it on the same modes; -1 where a mode starts dark. */
  readonly before: readonly number[];
}

/** The circuit as steps in the order of light. */
export interface Flow {
  readonly steps: readonly Step[];
  /** Last step on each mode. */
  readonly last: Int32Array;
  /** Step of each signal of the certificate. */
  readonly stepOf: Int32Array;
}

export function flowOf({ modes: count, inputs, sections, certificate }: Circuit): Flow {
  const signals = certificate?.signals ?? [];
  const steps: Step[] = [];
  const last = new Int32Array(count).fill(-1);
  const stepOf = new Int32Array(signals.length).fill(-1);
  let number = 0;
  const write = (kind: Step["kind"], of: number, ...modes: readonly number[]): void => {
    steps.push({ kind, number: of, modes, before: modes.map((mode) => last[mode]!) });
    for (const mode of modes) last[mode] = steps.length - 1;
  };
  const standing: number[][] = sections.map(() => []);
  for (const [id, { section }] of signals.entries()) standing[section]?.push(id);
  for (const [port, { kind, mode }] of inputs.entries()) write(kind, port, mode);
  for (const [s, { meshes, activations }] of sections.entries()) {
    for (const { modes, devices, terminated } of meshes) {
      for (const { kind, mode } of devices) {
        write("device", number++, ...modes.slice(mode, mode + (kind === "mzi" ? 2 : 1)));
      }
      for (const mode of terminated) write("dark", number++, mode);
    }
    for (const { mode } of activations) write("neuron", number++, mode);
    for (const id of standing[s]!) {
      stepOf[id] = steps.length;
      write("signal", id, signals[id]!.mode);
    }
  }
  return { steps, last, stepOf };
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
  readonly loads: readonly Load[];
  /** Number of a device, and the slots that it acts on (the second is -1 where it has one port); COPY, from, to. */
  readonly code: Int32Array;
  /** Discs. */
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly rad: Float64Array;
}

/** Light that enters a slot: number is of the port or neuron; `leaks`: what its modulator adds at every level. */
interface Load {
  readonly slot: number;
  readonly from: "worker" | "reference" | "neuron" | "signal";
  readonly number: number;
  readonly leaks: boolean;
}

const COPY = -1;

/** The source of what references send. */
const CONSTANT = -1;

/** Of a mode: the slots of what its field comes from, by source. */
type Lane = Map<number, number>;

/**
 * Lemma 3: the devices between the ends, given by their last steps and modes, and what their light comes from: ports, neurons, absorbed
 * modes and signals that are not in `own` (null: all are passed).
 */
export function sliceOf(
  { steps }: Flow,
  ends: readonly { readonly step: number; readonly mode: number }[],
  own: ReadonlySet<number> | null,
): Slice {
  const passed = ({ kind, number }: Step): boolean => kind === "signal" && (own === null || own.has(number));
  const met = new Set<number>();
  const open = ends.map(({ step }) => step);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at < 0 || met.has(at)) continue;
    met.add(at);
    const step = steps[at]!;
    if (step.kind === "device" || step.kind === "neuron" || passed(step)) open.push(...step.before);
  }
  const order = [...met].sort((a, b) => a - b);
  const sourcesOf = (kind: Step["kind"]): number[] =>
    order.filter((at) => steps[at]!.kind === kind && !passed(steps[at]!));
  const [signals, ports, neurons] = [sourcesOf("signal"), sourcesOf("worker"), sourcesOf("neuron")];
  const sourceOf = new Map([...signals, ...ports, ...neurons].map((at, source) => [at, source]));
  const wanted = new Set(ends.map(({ step }) => step));
  const lanes = new Map<number, Lane>();
  /** What stands before a neuron, and at an end that is a signal. */
  const taken = new Map<number, Lane>();
  const loads: Load[] = [];
  const code: number[] = [];
  let slots = 0;
  const laneOf = (mode: number): Lane => lanes.get(mode) ?? new Map();
  const slotIn = (lane: Lane, source: number): number => {
    const slot = lane.get(source) ?? slots++;
    lane.set(source, slot);
    return slot;
  };
  for (const at of order) {
    const { kind, number, modes } = steps[at]!;
    const [upper, lower] = modes as [number, number];
    const lane = laneOf(upper);
    if (kind === "device" && modes.length === 1) {
      for (const slot of lane.values()) code.push(number, slot, -1);
    } else if (kind === "device") {
      const other = laneOf(lower);
      for (const source of new Set([...lane.keys(), ...other.keys()])) {
        code.push(number, slotIn(lane, source), slotIn(other, source));
      }
      lanes.set(upper, lane).set(lower, other);
    } else if (kind === "dark") lanes.delete(upper);
    else if (!passed(steps[at]!)) {
      if (kind === "neuron") taken.set(at, lane);
      const lit: Lane = new Map([[sourceOf.get(at) ?? CONSTANT, slots]]);
      loads.push({ slot: slots++, from: kind, number, leaks: false });
      if (kind === "worker" || kind === "neuron")
        loads.push({ slot: slotIn(lit, CONSTANT), from: kind, number, leaks: true });
      lanes.set(upper, lit);
    } else if (wanted.has(at)) {
      const copy: Lane = new Map();
      for (const [source, slot] of lane) code.push(COPY, slot, slotIn(copy, source));
      taken.set(at, copy);
    }
  }
  const formOf = (lane: Lane): Form => {
    const sources = [...lane.keys()].filter((source) => source !== CONSTANT).sort((a, b) => a - b);
    const constant = lane.get(CONSTANT) ?? -1;
    return { sources, slots: sources.map((source) => lane.get(source)!), constant };
  };
  const numberOf = (at: number): number => steps[at]!.number;
  return {
    signals: signals.map(numberOf),
    ports: ports.map(numberOf),
    neurons: neurons.map((at) => ({ number: numberOf(at), form: formOf(taken.get(at)!) })),
    outputs: ends.map(({ step, mode }) =>
      formOf((step >= 0 && passed(steps[step]!) ? taken.get(step) : null) ?? laneOf(mode)),
    ),
    loads,
    code: Int32Array.from(code),
    ...{ re: new Float64Array(slots), im: new Float64Array(slots), rad: new Float64Array(slots) },
  };
}

/** Writes the weights that a chip gives the sources of a slice, with discs that hold the exact ones (lemmas 1 and 3). */
export function compose({ loads, code, re, im, rad }: Slice, circuit: Circuit, chip: ProofChip): void {
  const { radii } = chip;
  const k = chip.program.coefficients;
  for (const numbers of [re, im, rad]) numbers.fill(0);
  for (const load of loads) {
    const light = lightOf(load, circuit, chip);
    const [x, y] = light ?? [load.leaks ? 0 : 1, 0];
    [re[load.slot], im[load.slot]] = [x, y];
    if (light !== null) rad[load.slot] = ROUNDING * modulus(x, y);
  }
  let device = COPY;
  const [sizes, radius] = [new Float64Array(4), new Float64Array(4)];
  for (let i = 0; i < code.length; i += 3) {
    const [step, p, q] = [code[i]!, code[i + 1]!, code[i + 2]!];
    if (step === COPY) {
      for (const numbers of [re, im, rad]) numbers[q] = numbers[p]!;
      continue;
    }
    const at = 8 * step;
    if (step !== device) {
      for (let e = 0; e < 4; e++) {
        const size = modulus(k[at + 2 * e]!, k[at + 2 * e + 1]!);
        radius[e] = (radii === undefined ? 0 : radii[4 * step + e]!) + 2 * ROUNDING * size;
        sizes[e] = size + radius[e]!;
      }
      device = step;
    }
    // a device with one port has no second slot, and numbers for its first alone
    const [xRe, xIm, xRad] = [re[p]!, im[p]!, rad[p]!];
    const [yRe, yIm, yRad] = q < 0 ? [0, 0, 0] : [re[q]!, im[q]!, rad[q]!];
    const [x, y] = [modulus(xRe, xIm), modulus(yRe, yIm)];
    re[p] = k[at]! * xRe - k[at + 1]! * xIm + k[at + 2]! * yRe - k[at + 3]! * yIm;
    im[p] = k[at]! * xIm + k[at + 1]! * xRe + k[at + 2]! * yIm + k[at + 3]! * yRe;
    rad[p] = (sizes[0]! * xRad + sizes[1]! * yRad + radius[0]! * x + radius[1]! * y) * INFLATE + TINY;
    if (q < 0) continue;
    re[q] = k[at + 4]! * xRe - k[at + 5]! * xIm + k[at + 6]! * yRe - k[at + 7]! * yIm;
    im[q] = k[at + 4]! * xIm + k[at + 5]! * xRe + k[at + 6]! * yIm + k[at + 7]! * yRe;
    rad[q] = (sizes[2]! * xRad + sizes[3]! * yRad + radius[2]! * x + radius[3]! * y) * INFLATE + TINY;
  }
}

/** Up to one rounding: of a unit of what the port or neuron sends, or what it leaks. Null: exactly one unit, and no leak. */
function lightOf(
  { from, number, leaks }: Load,
  { inputs }: Circuit,
  { launch, program }: ProofChip,
): readonly [number, number] | null {
  if (from === "signal") return null;
  if (from === "neuron") {
    const k = program.coefficients;
    const [re, im, top] = [k[8 * number + 3]!, k[8 * number + 4]!, k[8 * number + 5]!];
    if (re === 0 && im === 0) return null;
    return leaks ? [re * top, im * top] : [1 - re, 0 - im];
  }
  if (leaks) return [launch.dark?.re[number] ?? 0, launch.dark?.im[number] ?? 0];
  const input = inputs[number]!;
  const field = input.kind === "worker" ? input.fieldPerLevel : input.field;
  return [field * launch.re[number]!, field * launch.im[number]!];
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
