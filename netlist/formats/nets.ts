import { type BlockStep, type LinearBlock, steps } from "./block.ts";

/** A port of an instance. */
export interface Endpoint {
  readonly instance: string;
  readonly port: string;
}

/** How a block is joined. */
export interface Joined {
  /** The waveguides between devices, from an output to an input, in the order of the light. */
  readonly joints: readonly (readonly [Endpoint, Endpoint])[];
  /** Where the ports of the block end up; both run parallel to the modes and the outputs of the block. */
  readonly ends: { readonly inputs: readonly Endpoint[]; readonly outputs: readonly Endpoint[] };
}

/** Name of the instance of a step: `m0_d12` is device 12 of mesh 0, `w3` bare waveguide on port 3. */
export function instanceName(step: Exclude<BlockStep, { kind: "absorb" }>): string {
  return step.device < 0 ? `w${step.port}` : `m${step.mesh}_d${step.device}`;
}

/** The ports of a block as formats with named ports call them: `in4` and `out4` for circuit mode 4. */
export function portNames(block: LinearBlock): { readonly inputs: string[]; readonly outputs: string[] } {
  return {
    inputs: block.modes.map((mode) => `in${mode}`),
    outputs: block.outputs.map((port) => `out${block.modes[port]!}`),
  };
}

/**
 * Instances have the ports in0, in1, out0, out1. Dark inputs and absorbed outputs are connected to nothing. `walk`: `lossySteps`
 * for formats with losses.
 */
export function connections(block: LinearBlock, walk: (block: LinearBlock) => Generator<BlockStep> = steps): Joined {
  const joints: (readonly [Endpoint, Endpoint])[] = [];
  const inputs: Endpoint[] = [];
  const tails = new Array<Endpoint | null | undefined>(block.modes.length);
  for (const step of walk(block)) {
    if (step.kind === "absorb") {
      tails[step.port] = null;
      continue;
    }
    const instance = instanceName(step);
    const ports = step.kind === "mzi" ? [step.port, step.second] : [step.port];
    for (const [i, port] of ports.entries()) {
      const end = { instance, port: `in${i}` };
      const tail = tails[port];
      if (tail === undefined) {
        inputs[port] = end;
      } else if (tail !== null) {
        joints.push([tail, end]);
      }
      tails[port] = { instance, port: `out${i}` };
    }
  }
  return { joints, ends: { inputs, outputs: block.outputs.map((port) => tails[port]!) } };
}
