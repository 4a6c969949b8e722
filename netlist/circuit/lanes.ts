import type { Activation, Circuit, Device, Section } from "./circuit.ts";
import { matrixOfMzi } from "./convention.ts";
import { type CircuitStep, circuitSteps } from "./steps.ts";

/** Coupling below this is none. */
const NO_COUPLING = 1e-9;

type DeviceStep = Extract<CircuitStep, { readonly kind: "device" }>;

/** What becomes of that which is followed, of which a lane carries one, or null where it is dark. */
export interface Follower<Lane> {
  /** Through a device of which so much of the field comes out, in front of losses. */
  readonly pass: (lane: Lane, device: Device, coupling: number) => Lane;
  /** Two lit lanes at the inputs of an MZI. */
  readonly meet: (above: Lane, below: Lane, at: DeviceStep) => readonly [Lane, Lane];
  /** What of both comes out of the same port. */
  readonly merge: (above: Lane, below: Lane) => Lane;
  readonly neuron: (lane: Lane | null, neuron: Activation, section: Section) => Lane | null;
}

/** What is on every mode behind all devices and neurons; `launches`: one each of `circuit.inputs`. */
export function followLanes<Lane>(
  circuit: Circuit,
  launches: readonly Lane[],
  { pass, meet, merge, neuron }: Follower<Lane>,
): readonly (Lane | null)[] {
  const lanes = new Array<Lane | null>(circuit.modes).fill(null);
  circuit.inputs.forEach(({ mode }, p) => {
    lanes[mode] = launches[p]!;
  });
  const through = (lane: Lane | null, device: Device, re: number, im: number): Lane | null => {
    const coupling = Math.hypot(re, im);
    return lane === null || coupling < NO_COUPLING ? null : pass(lane, device, coupling);
  };
  for (const step of circuitSteps(circuit)) {
    if (step.kind === "termination") lanes[step.mode] = null;
    else if (step.kind === "neuron") {
      const { mode } = step.activation;
      lanes[mode] = neuron(lanes[mode]!, step.activation, step.section);
    } else {
      const { device, mesh } = step;
      const upper = mesh.modes[device.mode]!;
      if (device.kind !== "mzi") {
        const coupling = device.kind === "attenuator" ? Math.sin(device.thetaRad / 2) : 1;
        lanes[upper] = through(lanes[upper]!, device, coupling, 0);
        continue;
      }
      const lower = mesh.modes[device.mode + 1]!;
      const lit = [lanes[upper]!, lanes[lower]!] as const;
      const [above, below] = lit[0] === null || lit[1] === null ? lit : meet(lit[0], lit[1], step);
      const { aRe, aIm, bRe, bIm, cRe, cIm, dRe, dIm } = matrixOfMzi(device);
      const both = (a: Lane | null, b: Lane | null): Lane | null => (a === null || b === null ? (a ?? b) : merge(a, b));
      lanes[upper] = both(through(above, device, aRe, aIm), through(below, device, bRe, bIm));
      lanes[lower] = both(through(above, device, cRe, cIm), through(below, device, dRe, dIm));
    }
  }
  return lanes;
}
