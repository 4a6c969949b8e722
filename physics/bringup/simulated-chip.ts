import { group } from "d3-array";
import {
  type ChipLight,
  chipSimulator,
  type DeviceErrors,
  type Draw,
  drivenPhase,
  type ErrorDeviations,
  errorsOfChip,
  type Launch,
  levelsOfSymbol,
  namedDevices,
  resultOf,
  setDeviceErrors,
  type ThermalCrosstalk,
  withinTurn,
} from "../../netlist/index.ts";
import type { MonteCarloPlan } from "../chips/monte-carlo-plan.ts";
import { type Fault, LOST_DB } from "./fault.ts";
import type { GroundPair } from "./ground-pairs.ts";
import type { Instruments, Place } from "./instruments.ts";
import type { Drive } from "./procedure.ts";
import { drivenField, fieldAt } from "./responses.ts";
import { monitorOf, type NeuronPlace, type Wiring } from "./wiring.ts";

/** What instruments and their wires add. */
export interface BenchErrors {
  /** Standard deviation of a reading, over the largest one that words make at that detector. */
  readonly monitorNoise: number;
  /** Largest reading of a neuron's detector, over the neuron's linear range; of a receiver's over its largest one. Absent: detectors read everything. */
  readonly monitorRange?: number;
  /** Heaters that share ground lines; absent: each has its own. */
  readonly ground?: readonly GroundPair[];
}

export interface Bench extends BenchErrors {
  /** Largest reading that words make, for each detector. */
  readonly fullScale: readonly number[];
  /** Standard normal numbers for the noise. */
  readonly gaussian: () => number;
}

/** Phases that were not there when the chip was set, rad. */
export interface DriftedPhases {
  /** Of each heater, in the order of the wiring. */
  readonly heaters: Float64Array;
  /** Of the fibre in front of each of `circuit.inputs`. */
  readonly fibres: Float64Array;
  /** Of 1 um of waveguide. */
  readonly radPerUm: number;
}

export interface SimulatedChip {
  /** They refuse knobs and detectors that the chip does not have. */
  readonly instruments: Instruments;
  /** From now on every phase is off by the error that the chip was drawn with. */
  readonly drift: () => void;
  /** From now on its phases are beyond those with which it was made by that much. */
  readonly turn: (phases: DriftedPhases) => void;
  /** From now on the part fails in that way, whatever its knobs are set to. */
  readonly fail: (fault: Fault) => void;
  /** Workers whose words come a symbol late. */
  readonly late: ReadonlySet<number>;
  /** The chip as its knobs stand. */
  readonly light: () => ChipLight;
  /** Sum of the phases that its heaters give, over pi. */
  readonly heatersPi: () => number;
}

/**
 * A chip whose heaters start without heat: every phase is what fabrication made of it (`unknownPhases`), or right but for the errors.
 * Its phases, couplers, losses, offsets and gains are seen by nobody but the light.
 */
export function simulatedChip(
  plan: MonteCarloPlan,
  wiring: Wiring,
  draw: Draw,
  errors: ErrorDeviations,
  thermalCrosstalk: ThermalCrosstalk | null,
  { monitorNoise, monitorRange = Number.POSITIVE_INFINITY, ground = [], fullScale, gaussian }: Bench,
  unknownPhases: boolean,
): SimulatedChip {
  const { program } = plan.simulator;
  const { devices, launch } = errorsOfChip(
    plan,
    draw,
    unknownPhases ? { ...errors, phaseRad: 0, dac: null, crosstalk: null } : errors,
    unknownPhases ? null : thermalCrosstalk,
  );
  const steps = program.op.length;
  const values = new Float64Array(2 * steps);
  const heat = new Float64Array(2 * steps);
  if (unknownPhases) {
    const drawn = new Set(wiring.heaters.values());
    for (let step = 0; step < steps; step++) {
      // a fixed coupler has the ratio that it is drawn with, but for its error
      if (plan.places.theta[step] === 1)
        devices.thetaRad[step] = drawn.has(2 * step)
          ? draw.rest().thetaUnheated[step]! - program.thetaRad[step]!
          : errors.phaseRad * draw.theta[step]!;
      if (plan.places.phi[step] === 1) devices.phiRad[step] = draw.rest().phiUnheated[step]! - program.phiRad[step]!;
    }
  }
  const { from, to, share } = (unknownPhases ? thermalCrosstalk : null) ?? { from: [], to: [], share: [] };
  const warmed = Array.from(from, (place, pair) => ({ place, to: to[pair]!, share: share[pair]! }));
  const neighbours = group(warmed, ({ place }) => place);
  const both = ground.flatMap(({ a, b, share }) => [
    { place: a, to: b, share },
    { place: b, to: a, share },
  ]);
  const shared = group(both, ({ place }) => place);
  const { coefficients } = chipSimulator(plan.simulator, devices, launch).program;
  const refresh = (step: number): void => setDeviceErrors(coefficients, program, devices, step);

  const addHeat = (place: number, change: number): void => {
    const step = place >> 1;
    const phases = place % 2 === 0 ? devices.thetaRad : devices.phiRad;
    phases[step] = phases[step]! + change;
    refresh(step);
  };
  const giveHeat = (place: number, next: number): void => {
    const before = heat[place]!;
    const change = next - before;
    if (change === 0) return;
    heat[place] = next;
    // the heat of both goes with the square of the voltage that their currents leave of the drivers'
    for (const { to, share } of shared.get(place) ?? []) {
      const lost = 2 * share * Math.sqrt(heat[to]!) * (Math.sqrt(next) - Math.sqrt(before));
      addHeat(place, -lost);
      addHeat(to, -lost);
    }
    addHeat(place, change);
    for (const { to, share } of neighbours.get(place) ?? []) addHeat(to, share * change);
  };
  const failed = new Set<number>();
  const setHeater = (place: number, value: number): void => {
    values[place] = value;
    if (!failed.has(place)) giveHeat(place, drivenPhase(withinTurn(value), errors.dac));
  };

  const inputs = plan.simulator.circuit.inputs.length;
  const levels = new Float64Array(inputs).fill(1);
  const turns = new Float64Array(inputs);
  const receiverGains = new Float64Array(plan.simulator.circuit.outputs.length).fill(1);
  const receiverTurns = new Float64Array(plan.simulator.circuit.outputs.length);
  const gains = new Float64Array(wiring.neurons.length).fill(1);
  const neuronTurns = new Float64Array(wiring.neurons.length);
  // what a detector sees of its field, and where it stands without any
  const sees = new Float64Array(wiring.sinks.length).fill(1);
  const stands = new Float64Array(wiring.sinks.length);
  const thresholds = Float64Array.from(wiring.neurons, ({ activation }) => thresholdOf(activation));
  const { aggregate, outputs } = plan.simulator.circuit;
  // the field at which a receiver decides between its middle two levels
  const designedDecisions = Float64Array.from(
    outputs,
    ({ symbol, levelsPerField }) => ((levelsOfSymbol(resultOf(aggregate), symbol) >> 1) - 0.5) / levelsPerField,
  );
  const decisions = designedDecisions.slice();
  const sinkOf = numbersOf(wiring.sinks.map(monitorOf), ({ kind, name }) => `${kind} ${name}`);
  const input = numbersOf(plan.simulator.circuit.inputs, ({ name }) => name);
  const output = numbersOf(plan.simulator.circuit.outputs, ({ name }) => name);
  const neuron = numbersOf(wiring.neurons, ({ name }) => name);
  const knobs = new Map<string, readonly [Float64Array, Numbers]>([
    ["heater", [values, wiring.heaters]],
    ["launch-level", [levels, input]],
    ["launch-phase", [turns, input]],
    ["gain", [gains, neuron]],
    ["neuron-phase", [neuronTurns, neuron]],
    ["threshold", [thresholds, neuron]],
    ["receiver-gain", [receiverGains, output]],
    ["receiver-phase", [receiverTurns, output]],
    ["receiver-threshold", [decisions, output]],
  ]);
  const knobAt = ({ kind, name }: Place): { readonly array: Float64Array; readonly at: number } => {
    const [array, numbers] = knobs.get(kind) ?? [];
    const at = numbers?.get(name);
    if (array === undefined || at === undefined) throw new Error(`there is no knob ${kind} ${name}`);
    return { array, at };
  };
  const launchedAt = (i: number, re: number, im: number): readonly number[] =>
    rotated(re, im, turns[i]!).map((each) => levels[i]! * each);
  const turned = ({ re: x, im: y }: Omit<Launch, "dark">): Omit<Launch, "dark"> => ({
    re: x.map((re, i) => launchedAt(i, re, y[i]!)[0]!),
    im: y.map((im, i) => launchedAt(i, x[i]!, im)[1]!),
  });
  const { dark } = launch;
  const { leak } = devices;
  const sourceRe = new Float64Array(wiring.sources.length);
  const sourceIm = new Float64Array(wiring.sources.length);
  /** The field of a detector, and of all that light comes from on its way through live neurons. */
  const detected = (k: number, drive: Drive): { readonly re: number; readonly im: number } => {
    const { wire } = wiring.sinks[k]!;
    for (const source of wire.sources) {
      const each = wiring.sources[source]!;
      if (each.kind === "neuron") {
        const { step, number, name, activation } = each.neuron;
        const field = drive.live?.includes(name) ? passed(each.neuron, drive) : drivenField(each, drive);
        const carrier = gains[number]! * devices.factor[step]!;
        const unsent = leak === null ? 0 : activation.gain * leak.top[step]! - field;
        sourceRe[source] = carrier * (field + (leak?.re ?? 0) * unsent);
        sourceIm[source] = carrier * (leak?.im ?? 0) * unsent;
      } else {
        const field = drivenField(each, drive);
        const re = field * launch.re[each.input]! + (dark?.re[each.input] ?? 0);
        const im = field * launch.im[each.input]! + (dark?.im[each.input] ?? 0);
        const [launchedRe, launchedIm] = launchedAt(each.input, re, im);
        sourceRe[source] = launchedRe!;
        sourceIm[source] = launchedIm!;
      }
    }
    const { re, im } = fieldAt(wire, coefficients, { re: sourceRe, im: sourceIm });
    return { re: sees[k]! * re, im: sees[k]! * im };
  };
  const passed = ({ number, name, step, activation }: NeuronPlace, drive: Drive): number => {
    const k = sinkOf.get(`neuron ${name}`)!;
    const above = detected(k, drive).re + stands[k]! + devices.offset[step]! - thresholds[number]!;
    const range = activation.kind === "saturating" ? activation.range : Number.POSITIVE_INFINITY;
    return activation.gain * Math.min(Math.max(above, 0), range);
  };

  const limits = wiring.sinks.map((sink, k) => {
    const { activation } = sink.kind === "neuron" ? sink.neuron : { activation: null };
    return monitorRange * (activation?.kind === "saturating" ? activation.range : fullScale[k]!);
  });
  const instruments: Instruments = {
    limit: ({ kind, name }) => limits[sinkOf.get(`${kind} ${name}`)!]!,
    set: (knob, value) => {
      const { array, at } = knobAt(knob);
      if (knob.kind === "heater") return setHeater(at, value);
      if (knob.kind === "neuron-phase") {
        // it turns what its detector sees, as a phase in front of it does
        const lane = wiring.sinks[sinkOf.get(`neuron ${knob.name}`)!]!.wire.steps.at(-1)!;
        devices.commonRad[lane] = devices.commonRad[lane]! + value - array[at]!;
        refresh(lane);
      }
      array[at] = value;
    },
    setting: (knob) => knobAt(knob).array[knobAt(knob).at]!,
    read: (monitor, drive, times = 1) => {
      const k = sinkOf.get(`${monitor.kind} ${monitor.name}`);
      if (k === undefined) throw new Error(`there is no detector ${monitor.kind} ${monitor.name}`);
      const sink = wiring.sinks[k]!;
      const offset = stands[k]! + (sink.kind === "neuron" ? devices.offset[sink.neuron.step]! : 0);
      const sigma = (monitorNoise * fullScale[k]!) / Math.sqrt(times);
      const noise = sigma === 0 ? 0 : sigma * gaussian();
      const [gain, turn] =
        sink.kind === "receiver" ? [receiverGains[sink.output]!, receiverTurns[sink.output]!] : [1, 0];
      const { re, im } = detected(k, drive);
      const read = gain * (rotated(re, im, turn)[0] + offset + noise);
      return Math.min(Math.max(read, -limits[k]!), limits[k]!);
    },
  };

  const light = (): ChipLight => {
    const settled: DeviceErrors = {
      ...devices,
      thetaRad: devices.thetaRad.slice(),
      phiRad: devices.phiRad.slice(),
      factor: devices.factor.slice(),
      offset: devices.offset.slice(),
    };
    for (const { number, step, activation } of wiring.neurons) {
      settled.factor[step] = devices.factor[step]! * gains[number]!;
      settled.offset[step] = devices.offset[step]! + thresholdOf(activation) - thresholds[number]!;
    }
    const receivers = {
      re: receiverGains.map((gain, output) => gain * Math.cos(receiverTurns[output]!)),
      im: receiverGains.map((gain, output) => gain * Math.sin(receiverTurns[output]!)),
      offset: designedDecisions.map((designed, output) => designed - decisions[output]!),
    };
    for (const [k, sink] of wiring.sinks.entries()) {
      if (sink.kind === "receiver") {
        const { output } = sink;
        receivers.re[output] = sees[k]! * receivers.re[output]!;
        receivers.im[output] = sees[k]! * receivers.im[output]!;
        receivers.offset[output] = receivers.offset[output]! + receiverGains[output]! * stands[k]!;
        continue;
      }
      const lane = sink.wire.steps.at(-1)!;
      settled.factor[lane] = sees[k]! * settled.factor[lane]!;
      settled.offset[sink.neuron.step] = settled.offset[sink.neuron.step]! + stands[k]!;
    }
    const launched = { ...turned(launch), ...(dark === undefined ? {} : { dark: turned(dark) }) };
    return { devices: settled, launch: launched, receivers };
  };
  const drift = (): void => {
    for (let step = 0; step < steps; step++) {
      if (plan.places.theta[step] === 1) addHeat(2 * step, errors.phaseRad * draw.theta[step]!);
      if (plan.places.phi[step] === 1) addHeat(2 * step + 1, errors.phaseRad * draw.phi[step]!);
    }
  };
  const places = [...wiring.heaters.values()];
  const waveguides = namedDevices(plan.simulator.circuit).flatMap(({ device, step }) =>
    device.kind === "waveguide" ? [{ step, lengthUm: device.lengthUm }] : [],
  );
  let drifted: DriftedPhases = {
    heaters: new Float64Array(places.length),
    fibres: new Float64Array(inputs),
    radPerUm: 0,
  };
  const turn = ({ heaters, fibres, radPerUm }: DriftedPhases): void => {
    for (const [n, place] of places.entries()) addHeat(place, heaters[n]! - drifted.heaters[n]!);
    for (let i = 0; i < inputs; i++) turnLight(i, fibres[i]! - drifted.fibres[i]!);
    for (const { step, lengthUm } of waveguides) {
      devices.commonRad[step] = devices.commonRad[step]! + (radPerUm - drifted.radPerUm) * lengthUm;
      refresh(step);
    }
    drifted = { heaters: heaters.slice(), fibres: fibres.slice(), radPerUm };
  };
  const turnLight = (i: number, rad: number): void => {
    for (const light of dark === undefined ? [launch] : [launch, dark]) {
      [light.re[i], light.im[i]] = rotated(light.re[i]!, light.im[i]!, rad);
    }
  };
  const late = new Set<number>();
  const fail = ({ kind, at }: Fault): void => {
    switch (kind) {
      case "heater-open":
        giveHeat(at, 0);
        failed.add(at);
        return;
      case "heater-stuck":
        failed.add(at);
        return;
      case "carrier-dark":
        devices.factor[wiring.neurons[at]!.step] = 0;
        return;
      case "oscillator-dark":
      case "photodiode-plus":
      case "photodiode-minus":
        sees[at] = 0;
        stands[at] = kind === "oscillator-dark" ? 0 : fullScale[at]! * (kind === "photodiode-plus" ? -1 : 1);
        return;
      case "worker-dark":
        for (const [i, port] of plan.simulator.circuit.inputs.entries()) {
          if (port.kind !== "worker" || port.worker !== at) continue;
          for (const light of [launch, dark]) if (light !== undefined) light.re[i] = light.im[i] = 0;
        }
        return;
      case "worker-late":
        late.add(at);
        return;
      case "waveguide-loss":
        devices.factor[at] = devices.factor[at]! * 10 ** (-LOST_DB / 20);
        refresh(at);
        return;
      default:
        kind satisfies never;
    }
  };
  const heatersPi = (): number => heat.reduce((sum, phase) => sum + phase, 0) / Math.PI;
  return { instruments, drift, turn, fail, late, light, heatersPi };
}

function thresholdOf(activation: Wiring["neurons"][number]["activation"]): number {
  return activation.kind === "saturating" ? activation.threshold : 0;
}

function rotated(re: number, im: number, rad: number): readonly [number, number] {
  const [c, s] = [Math.cos(rad), Math.sin(rad)];
  return [re * c - im * s, im * c + re * s];
}

/** Places by names. */
type Numbers = ReadonlyMap<string, number>;

function numbersOf<T>(list: readonly T[], nameOf: (each: T) => string): Numbers {
  return new Map(list.map((each, i) => [nameOf(each), i]));
}
