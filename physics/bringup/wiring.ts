import { type Activation, type Circuit, heatersOf, type InputPort } from "../../netlist/index.ts";
import type { Knob, Monitor } from "./procedure.ts";

/** Light that nothing else steers: a port, or what a neuron sends on. */
export type LightSource =
  | { readonly kind: "port"; readonly port: InputPort; readonly input: number }
  | { readonly kind: "neuron"; readonly neuron: NeuronPlace };

export interface NeuronPlace {
  /** Index into the neurons of the wiring, in the order of light. */
  readonly number: number;
  /** section[mode] */
  readonly name: string;
  readonly activation: Activation;
  /** Of the program of the circuit. */
  readonly step: number;
}

/** A detector: in front of a neuron, or a receiver. */
export type Sink = (
  | { readonly kind: "neuron"; readonly neuron: NeuronPlace }
  | { readonly kind: "receiver"; readonly output: number; readonly name: string }
) & { readonly wire: KnobWire };

/** The phase of its oscillator. */
export function oscillatorOf(sink: Sink): Knob {
  const { kind, name } = monitorOf(sink);
  return { kind: `${kind}-phase`, name };
}

/** A detector as a place where light is read. */
export function monitorOf(sink: Sink): Monitor {
  return sink.kind === "neuron" ? { kind: "neuron", name: sink.neuron.name } : { kind: "receiver", name: sink.name };
}

/** A lane from a source or from an output of an MZI to whatever comes next. */
export interface KnobWire {
  readonly from:
    | { readonly kind: "source"; readonly source: number }
    | { readonly kind: "mzi"; readonly mzi: Coupling };
  /** Steps of the program that act on it, phase shifters among them. */
  readonly steps: number[];
  /** Of all light that can be on it, ascending. */
  readonly sources: readonly number[];
}

/** An MZI in the light. */
export interface Coupling {
  readonly step: number;
  /** Null where the layout has no heater: of a fixed coupler, of a lane alone. */
  readonly theta: Knob | null;
  readonly phi: Knob | null;
  readonly thetaRad: number;
  readonly inputs: readonly [KnobWire | null, KnobWire | null];
  readonly outputs: readonly KnobWire[];
}

/** Who sends light to whom, through which couplings. */
export interface Wiring {
  readonly circuit: Circuit;
  readonly sources: readonly LightSource[];
  readonly neurons: readonly NeuronPlace[];
  /** In the order of light; receivers last. */
  readonly sinks: readonly Sink[];
  /** Of each heater that is drawn (`heatersOf`), by its name: twice its step in the program of the circuit, and one more for phi. */
  readonly heaters: ReadonlyMap<string, number>;
  /** The lane of each signal of the certificate; null where it is dark. */
  readonly signals: readonly (KnobWire | null)[];
}

/** Of a checked circuit; a sentence where it has devices that are no part of a tree of couplers. */
export function wiringOf(circuit: Circuit): Wiring | string {
  const sources: LightSource[] = [];
  const neurons: NeuronPlace[] = [];
  const sinks: Sink[] = [];
  const heaters = new Map<string, number>();
  const drawn = heatersOf(circuit);
  const lanes: (KnobWire | null)[] = Array.from({ length: circuit.modes }, () => null);
  const start = (source: LightSource): KnobWire => {
    sources.push(source);
    const number = sources.length - 1;
    return { from: { kind: "source", source: number }, steps: [], sources: [number] };
  };
  for (const [input, port] of circuit.inputs.entries()) lanes[port.mode] = start({ kind: "port", port, input });
  const positions = circuit.certificate?.signals ?? [];
  const signals: (KnobWire | null)[] = positions.map(() => null);
  let step = 0;
  for (const [s, section] of circuit.sections.entries()) {
    for (const [m, mesh] of section.meshes.entries()) {
      for (const [d, device] of mesh.devices.entries()) {
        const at = step + d;
        const heater = (phase: "theta" | "phi"): Knob | null => {
          const name = drawn.get(`s${s}.m${m}.d${d} ${phase}`);
          if (name === undefined) return null;
          heaters.set(name, 2 * at + (phase === "theta" ? 0 : 1));
          return { kind: "heater", name };
        };
        const mode = mesh.modes[device.mode]!;
        const wire = lanes[mode]!;
        switch (device.kind) {
          case "attenuator":
            return `${section.name}/${mesh.name} has attenuators`;
          case "phase":
          case "waveguide":
            wire?.steps.push(at);
            break;
          case "mzi": {
            const other = mesh.modes[device.mode + 1]!;
            const inputs = [wire, lanes[other]!] as const;
            if (inputs[0] === null && inputs[1] === null) break;
            const all = new Set(inputs.flatMap((each) => each?.sources ?? []));
            const sum = [...all].sort((a, b) => a - b);
            const outputs: KnobWire[] = [];
            const mzi: Coupling = {
              step: at,
              theta: heater("theta"),
              phi: heater("phi"),
              thetaRad: device.thetaRad,
              inputs,
              outputs,
            };
            for (const lane of [mode, other]) {
              const out: KnobWire = { from: { kind: "mzi", mzi }, steps: [], sources: sum };
              outputs.push(out);
              lanes[lane] = out;
            }
            break;
          }
          default:
            device satisfies never;
        }
      }
      step += mesh.devices.length + mesh.terminated.length;
      for (const mode of mesh.terminated) lanes[mode] = null;
    }
    for (const activation of section.activations) {
      const name = `${section.name}[${activation.mode}]`;
      const neuron: NeuronPlace = { number: neurons.length, name, activation, step };
      const wire = lanes[activation.mode]!;
      if (wire !== null && wire.steps.length === 0) return `no waveguide leads to the neuron ${name} alone`;
      neurons.push(neuron);
      if (wire !== null) sinks.push({ kind: "neuron", neuron, wire });
      lanes[activation.mode] = start({ kind: "neuron", neuron });
      step += 1;
    }
    for (const [id, place] of positions.entries()) if (place.section === s) signals[id] = lanes[place.mode]!;
  }
  for (const [output, { mode, name }] of circuit.outputs.entries()) {
    const wire = lanes[mode]!;
    if (wire !== null) sinks.push({ kind: "receiver", output, name, wire });
  }
  const tangled = sinks.flatMap(({ wire }) => couplingsTo(wire)).find(isTangled);
  if (tangled !== undefined) return `${tangled.phi!.name.replace(/\[.*$/, "")} mixes lanes in a mesh`;
  return { circuit, sources, neurons, sinks, heaters, signals };

  function isTangled({ inputs: [a, b] }: Coupling): boolean {
    if (a === null || b === null) return false;
    const left = new Set(a.sources);
    return b.sources.some((source) => left.has(source));
  }
}

/** The couplings that light passes on its way to the end of the wire, in the order of light. */
export function couplingsTo(wire: KnobWire): Coupling[] {
  const found = new Map<number, Coupling>();
  const walk = ({ from }: KnobWire): void => {
    if (from.kind === "source" || found.has(from.mzi.step)) return;
    found.set(from.mzi.step, from.mzi);
    for (const input of from.mzi.inputs) if (input !== null) walk(input);
  };
  walk(wire);
  return [...found.values()].sort((a, b) => a.step - b.step);
}

/** The way of one source's light to the end of the wire: couplings in the order of light, with the port that it enters and leaves by. */
export interface KnobPassage {
  readonly mzi: Coupling;
  readonly input: 0 | 1;
  readonly output: 0 | 1;
}

export function wayOf(source: number, wire: KnobWire): KnobPassage[] {
  const { from } = wire;
  if (from.kind === "source") return [];
  const { mzi } = from;
  const output = mzi.outputs[0] === wire ? 0 : 1;
  const input = mzi.inputs[0]?.sources.includes(source) ? 0 : 1;
  return [...wayOf(source, mzi.inputs[input]!), { mzi, input, output }];
}
