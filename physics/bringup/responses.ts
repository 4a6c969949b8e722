import type { Drive } from "./procedure.ts";
import type { KnobWire, LightSource, Sink, Wiring } from "./wiring.ts";

/** A field on its way to one detector, as instructions on registers: what a reading costs is what the tree in front of it costs. */
export interface DetectorProgram {
  /** [register] that each source fills, and its number. */
  readonly fills: readonly { readonly register: number; readonly source: number }[];
  readonly instructions: readonly Instruction[];
  readonly registers: number;
  readonly result: number;
}

type Instruction =
  /** Output `row` of an MZI: its two coefficients times the registers `a` and `b`, -1 for a dark one. */
  | {
      readonly kind: "mzi";
      readonly step: number;
      readonly row: 0 | 1;
      readonly a: number;
      readonly b: number;
      readonly to: number;
    }
  | { readonly kind: "scale"; readonly step: number; readonly to: number };

export function detectorProgram({ wire }: Sink): DetectorProgram {
  const fills: { register: number; source: number }[] = [];
  const instructions: Instruction[] = [];
  let registers = 0;
  const follow = (each: KnobWire): number => {
    const { from } = each;
    let to: number;
    if (from.kind === "source") {
      to = registers++;
      fills.push({ register: to, source: from.source });
    } else {
      const [a, b] = from.mzi.inputs.map((input) => (input === null ? -1 : follow(input))) as [number, number];
      to = registers++;
      instructions.push({ kind: "mzi", step: from.mzi.step, row: from.mzi.outputs[0] === each ? 0 : 1, a, b, to });
    }
    for (const step of each.steps) instructions.push({ kind: "scale", step, to });
    return to;
  };
  const result = follow(wire);
  return { fills, instructions, registers, result };
}

/** The field at the detector. `coefficients` as in `Program`; `sources`: complex fields of all sources. */
export function fieldAtDetector(
  { fills, instructions, registers, result }: DetectorProgram,
  coefficients: Float64Array,
  sources: { readonly re: Float64Array; readonly im: Float64Array },
): { readonly re: number; readonly im: number } {
  const re = new Float64Array(registers);
  const im = new Float64Array(registers);
  for (const { register, source } of fills) {
    re[register] = sources.re[source]!;
    im[register] = sources.im[source]!;
  }
  for (const instruction of instructions) {
    const at = 8 * instruction.step;
    const { to } = instruction;
    if (instruction.kind === "scale") {
      const [x, y] = [re[to]!, im[to]!];
      re[to] = coefficients[at]! * x - coefficients[at + 1]! * y;
      im[to] = coefficients[at]! * y + coefficients[at + 1]! * x;
      continue;
    }
    const { a, b } = instruction;
    const first = at + 4 * instruction.row;
    let [sumRe, sumIm] = [0, 0];
    if (a >= 0) {
      sumRe += coefficients[first]! * re[a]! - coefficients[first + 1]! * im[a]!;
      sumIm += coefficients[first]! * im[a]! + coefficients[first + 1]! * re[a]!;
    }
    if (b >= 0) {
      sumRe += coefficients[first + 2]! * re[b]! - coefficients[first + 3]! * im[b]!;
      sumIm += coefficients[first + 2]! * im[b]! + coefficients[first + 3]! * re[b]!;
    }
    re[to] = sumRe;
    im[to] = sumIm;
  }
  return { re: re[result]!, im: im[result]! };
}

/** Field that a source has in a drive, before what its knobs and errors make of it. */
export function drivenField(source: LightSource, drive: Drive): number {
  if (source.kind === "neuron") {
    const { activation, name } = source.neuron;
    if (!drive.on.includes(name)) return 0;
    return activation.kind === "saturating" ? activation.gain * activation.range : activation.gain;
  }
  const { name } = source.port;
  const level = Object.hasOwn(drive.levels, name) ? drive.levels[name]! : 0;
  return level * (source.port.kind === "worker" ? source.port.fieldPerLevel : source.port.field);
}

/** Reading of every sink for every source alone, on the circuit as it is meant: at a worker's level 1, a neuron that is on. */
export function designedResponses(wiring: Wiring, coefficients: Float64Array): Float64Array[] {
  const { sinks, sources } = wiring;
  const re = new Float64Array(sources.length);
  const im = new Float64Array(sources.length);
  return sinks.map((sink) => {
    const program = detectorProgram(sink);
    const row = new Float64Array(sources.length);
    for (const { source } of program.fills) {
      const each = sources[source]!;
      const drive: Drive =
        each.kind === "neuron" ? { levels: {}, on: [each.neuron.name] } : { levels: { [each.port.name]: 1 }, on: [] };
      re[source] = drivenField(each, drive);
      row[source] = fieldAtDetector(program, coefficients, { re, im }).re;
      re[source] = 0;
    }
    return row;
  });
}
