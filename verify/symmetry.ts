import { type Circuit, compileSimulation, darkFields, propagateFields, summedWorkers } from "../netlist/index.ts";
import { larger } from "./comparison.ts";

/** Unit fields that pass the combiners together. */
const BLOCK = 256;

/** Differences below this share of the strongest light are what rounding leaves on any waveguide. */
const ROUNDING = 1e-14;

/**
 * How far the circuit is from seeing nothing but the sums of the workers' symbols: of every waveguide in front of the first
 * neurons whose light can reach a receiver, the largest difference between two workers of one sum, relative to the light that reaches the waveguide. Unit
 * fields are sent through the devices, so that this holds for all words. What follows sees sums alone where it is 0.
 */
export function sumDeviation(circuit: Circuit): number {
  const neurons = circuit.sections.findIndex((section) => section.activations.length > 0);
  const last = neurons < 0 ? circuit.sections.length - 1 : neurons;
  const linear = circuit.sections.slice(0, last + 1).map((section) => ({ ...section, activations: [] }));
  const simulator = compileSimulation({ ...circuit, sections: linear });
  const unitOf = new Int32Array(circuit.aggregate.workers);
  summedWorkers(circuit.aggregate).forEach(({ first, workers }, unit) => {
    unitOf.fill(unit, first, first + workers);
  });
  /** Of each sum, the field of its first worker on every mode; and the largest difference from it. */
  const firsts = new Map<number, { readonly re: Float64Array; readonly im: Float64Array }>();
  const scale = new Float64Array(circuit.modes);
  const difference = new Float64Array(circuit.modes);
  const ports = circuit.inputs.flatMap((port) => (port.kind === "worker" ? [port] : []));
  for (let start = 0; start < ports.length; start += BLOCK) {
    const block = ports.slice(start, start + BLOCK);
    const vectors = block.length;
    const fields = darkFields(circuit.modes, vectors);
    block.forEach((port, v) => {
      fields.re[port.mode * vectors + v] = port.fieldPerLevel;
    });
    const { re, im } = propagateFields(simulator, fields);
    block.forEach((port, v) => {
      const sum = unitOf[port.worker]! * circuit.aggregate.symbols + port.symbol;
      const known = firsts.get(sum);
      const own = known ?? { re: new Float64Array(circuit.modes), im: new Float64Array(circuit.modes) };
      for (let mode = 0; mode < circuit.modes; mode++) {
        const at = mode * vectors + v;
        scale[mode] = larger(scale[mode]!, Math.hypot(re[at]!, im[at]!));
        if (known === undefined) {
          own.re[mode] = re[at]!;
          own.im[mode] = im[at]!;
        } else
          difference[mode] = larger(difference[mode]!, Math.hypot(re[at]! - own.re[mode]!, im[at]! - own.im[mode]!));
      }
      if (known === undefined) firsts.set(sum, own);
    });
  }
  const strongest = scale.reduce(larger, 0);
  const seen = seenModes(circuit, last + 1);
  let worst = 0;
  for (let mode = 0; mode < circuit.modes; mode++) {
    if (seen[mode] === 0 || difference[mode]! <= ROUNDING * strongest) continue;
    worst = larger(worst, difference[mode]! / scale[mode]!);
  }
  return worst;
}

/** 1 for the modes whose light in front of section `from` can reach a receiver; what is absorbed may be anything. */
function seenModes(circuit: Circuit, from: number): Uint8Array {
  const seen = new Uint8Array(circuit.modes);
  for (const { mode } of circuit.outputs) seen[mode] = 1;
  for (let s = circuit.sections.length - 1; s >= from; s--) {
    for (const mesh of circuit.sections[s]!.meshes.toReversed()) {
      for (const mode of mesh.terminated) seen[mode] = 0;
      for (const device of mesh.devices.toReversed()) {
        if (device.kind !== "mzi") continue;
        const upper = mesh.modes[device.mode]!;
        const lower = mesh.modes[device.mode + 1]!;
        const either = seen[upper]! | seen[lower]!;
        seen[upper] = either;
        seen[lower] = either;
      }
    }
  }
  return seen;
}
