import { circuitSteps, noDeviceErrors } from "../../netlist/index.ts";
import type { Steps } from "../../verify/index.ts";
import { chipIsGood } from "./judge.ts";
import type { MonteCarloPlan } from "./monte-carlo-plan.ts";

/** The phase of one device, and the smallest error of it alone that makes a word wrong. */
export interface Culprit {
  readonly section: string;
  readonly mesh: string;
  /** In its mesh. */
  readonly column: number;
  /** Of the circuit. */
  readonly mode: number;
  readonly phase: "theta" | "phi";
  /** rad; null where no error up to pi does. */
  readonly errorRad: number | null;
}

/** Found to this part of its size. */
const resolution = 1 / 64;

/** Where the search starts, and where it ends downwards. */
const startRad = 1e-3;
const leastRad = 1e-9;

/** Every phase alone, positive and negative errors, the most sensitive first; those that do nothing last. */
export function* rankingSteps(plan: MonteCarloPlan): Steps<readonly Culprit[]> {
  const { circuit, program, launch } = plan.simulator;
  const { theta, phi } = plan.places;
  const errors = noDeviceErrors(program.op.length);
  const good = (of: Float64Array, step: number, size: number): boolean => {
    of[step] = size;
    const is = chipIsGood(plan, { devices: errors, launch });
    of[step] = 0;
    return is;
  };
  const culprits: Culprit[] = [];
  const total = theta.reduce((sum, it, step) => sum + it + phi[step]!, 0);
  for (const [step, it] of circuitSteps(circuit).entries()) {
    if (it.kind !== "device") continue;
    const { section, mesh, device } = it;
    for (const [phase, has, of] of [
      ["theta", theta, errors.thetaRad],
      ["phi", phi, errors.phiRad],
    ] as const) {
      if (has[step] === 0) continue;
      const sizes = [1, -1].map((sign) => smallest((size) => !good(of, step, sign * size)));
      culprits.push({
        section: section.name,
        mesh: mesh.name,
        column: device.column,
        mode: mesh.modes[device.mode]!,
        phase,
        errorRad: sizes.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a)),
      });
      yield { done: culprits.length, total, unit: "phases", wrong: null };
    }
  }
  const size = ({ errorRad }: Culprit): number => errorRad ?? Number.POSITIVE_INFINITY;
  return culprits.toSorted((a, b) => size(a) - size(b) || 0);
}

/** The smallest size at which it breaks: doubled or halved until it does just so, then bisected; null where none up to pi does. */
function smallest(breaks: (size: number) => boolean): number | null {
  let high = startRad;
  while (!breaks(high)) {
    if (high >= Math.PI) return null;
    high = Math.min(2 * high, Math.PI);
  }
  let low = high / 2;
  while (breaks(low) && low > leastRad) [low, high] = [low / 2, low];
  while (high - low > resolution * high) {
    const middle = (low + high) / 2;
    if (breaks(middle)) high = middle;
    else low = middle;
  }
  return high;
}
