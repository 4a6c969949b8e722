import { LIT, type Light, lightAtInputs, lightPastMesh, lightPastNeuron } from "../../../circuit/light.ts";
import { type LinearBlock, steps } from "../../block.ts";
import type { Subject } from "../../scope.ts";

/** A waveguide from where light comes on to it to where it is read or absorbed. */
export interface LitLane {
  readonly mode: number;
  /** An input of the block; otherwise it begins at its first device. */
  readonly input: boolean;
  output: boolean;
  /** First and last device. */
  first: number;
  last: number;
}

/** Phases in radians belong to heaters; `b` is null for one phase shifter. */
export interface LaneDevice {
  readonly name: string;
  readonly a: number;
  readonly b: number | null;
}

/** The light of a block: devices in order, by lanes. */
export interface LitLanes {
  readonly lanes: readonly LitLane[];
  readonly devices: readonly LaneDevice[];
}

/** What is lit in front of a block, in the circuit as it is. */
function lightBefore({ circuit, scope }: Subject, block: LinearBlock): Light {
  const light = lightAtInputs(circuit);
  for (const section of circuit.sections.slice(0, block.section ?? 0)) {
    for (const mesh of section.meshes) lightPastMesh(light, mesh);
    for (const neuron of section.activations) lightPastNeuron(light, neuron);
  }
  if (scope.kind === "mesh") {
    for (const mesh of circuit.sections[scope.section]!.meshes.slice(0, scope.mesh)) lightPastMesh(light, mesh);
  }
  return light;
}

/** Devices without light are left out. An attenuator is an MZI whose second lane begins and ends in it. */
export function lanesOf(subject: Subject, block: LinearBlock): LitLanes {
  const light = lightBefore(subject, block);
  const lanes: LitLane[] = [];
  const devices: LaneDevice[] = [];
  const begin = (mode: number, input: boolean): number =>
    lanes.push({ mode, input, output: true, first: input ? -1 : devices.length, last: -1 }) - 1;
  const on = block.modes.map((mode) => (light[mode] === LIT ? begin(mode, true) : null));
  const end = (lane: number): void => {
    lanes[lane]!.output = false;
  };
  for (const step of steps(block)) {
    if (step.kind === "absorb") {
      const lane = on[step.port]!;
      if (lane !== null) end(lane);
      on[step.port] = null;
      continue;
    }
    const second = step.kind === "mzi" ? on[step.second]! : null;
    if (step.device < 0 || (on[step.port] === null && second === null)) continue;
    const a = on[step.port] ?? begin(block.modes[step.port]!, false);
    on[step.port] = a;
    const fresh = step.kind === "mzi" ? block.modes[step.second]! : block.modes[step.port]!;
    const b = step.kind === "phase" ? null : (second ?? begin(fresh, false));
    if (step.kind === "mzi") on[step.second] = b;
    else if (b !== null) end(b);
    for (const lane of [a, b]) if (lane !== null) lanes[lane]!.last = devices.length;
    devices.push({ name: `m${step.mesh}_d${step.device}`, a, b });
  }
  return { lanes, devices };
}

/**
 * LitLanes from top to bottom, so that between the two lanes of an MZI no third one runs beside it; null where none is found. LitLanes that
 * meet for the first time bring the lanes with them that they met before.
 */
export function rowsOf({ lanes, devices }: LitLanes): readonly number[] | null {
  const groups = lanes.map((_, lane) => [lane]);
  for (const [d, { a, b }] of devices.entries()) {
    if (b === null) continue;
    const [mine, other] = [groups[a]!, groups[b]!];
    const choices = mine === other ? [mine] : [...inserted(mine, other), ...inserted(other, mine)];
    let best: number[] | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const rows of choices) {
      const far = Math.abs(rows.indexOf(a) - rows.indexOf(b));
      if (far < least && isPlanar(rows, { lanes, devices: devices.slice(0, d + 1) })) [best, least] = [rows, far];
    }
    if (best === null) return null;
    for (const lane of best) groups[lane] = best;
  }
  return [...new Set(groups)].flat();
}

function* inserted(into: readonly number[], rows: readonly number[]): Generator<number[]> {
  for (let at = 0; at <= into.length; at += 1) {
    yield [...into.slice(0, at), ...rows, ...into.slice(at)];
    yield [...into.slice(0, at), ...rows.toReversed(), ...into.slice(at)];
  }
}

function isPlanar(rows: readonly number[], { lanes, devices }: LitLanes): boolean {
  const rowOf = new Map(rows.map((lane, row) => [lane, row]));
  return devices.every(({ a, b }, d) => {
    const [one, two] = [rowOf.get(a), b === null ? undefined : rowOf.get(b)];
    if (one === undefined || two === undefined) return true;
    const between = rows.slice(Math.min(one, two) + 1, Math.max(one, two));
    return between.every((lane) => lanes[lane]!.first > d || (!lanes[lane]!.output && lanes[lane]!.last < d));
  });
}
