import { type MziMatrix, unequalMziMatrix } from "../circuit/convention.ts";
import type { Launch } from "./lower.ts";
import { OP_MZI, OP_NEURON, OP_SCALE, type Program } from "./program.ts";
import { exactReceivers, type Receivers, type Simulator } from "./simulator.ts";

/**
 * Errors of a chip, one number a step of the program of its circuit; only those that the step can have are read. Without
 * errors the factors are 1 and all else is 0.
 */
export interface DeviceErrors {
  /** Added to the phases, rad. */
  readonly thetaRad: Float64Array;
  readonly phiRad: Float64Array;
  /** Phase that the light of both arms has gained, rad. */
  readonly commonRad: Float64Array;
  /** Phase that the light of the upper output has gained against the lower one, rad. */
  readonly outputRad: Float64Array;
  /** Added to the field angle of the coupler before theta and of the one behind it, rad. */
  readonly firstCouplerRad: Float64Array;
  readonly secondCouplerRad: Float64Array;
  /** Of the field that passes a device; of a neuron's gain. */
  readonly factor: Float64Array;
  /** Added to the field before a neuron, in the units of the circuit's fields. */
  readonly offset: Float64Array;
  /** Of all neurons; `top` is what the curve of one makes at most, over its gain. */
  readonly leak: (Leak & { readonly top: Float64Array }) | null;
}

/** Complex share of its highest field that a modulator sends where it should send no light, and less the more it sends. */
export interface Leak {
  readonly re: number;
  readonly im: number;
}

export function noDeviceErrors(steps: number): DeviceErrors {
  const zeros = (): Float64Array => new Float64Array(steps);
  return {
    thetaRad: zeros(),
    phiRad: zeros(),
    commonRad: zeros(),
    outputRad: zeros(),
    firstCouplerRad: zeros(),
    secondCouplerRad: zeros(),
    factor: zeros().fill(1),
    offset: zeros(),
    leak: null,
  };
}

/** The circuit of `simulator` as that chip has it: a neuron gives factor times what its curve makes of field + offset. */
export function chipSimulator(
  simulator: Simulator,
  errors: DeviceErrors,
  launch: Launch,
  receivers: Receivers = exactReceivers(simulator.circuit),
): Simulator {
  const { program } = simulator;
  const coefficients = program.coefficients.slice();
  for (let step = 0; step < program.op.length; step += 1) setDeviceErrors(coefficients, program, errors, step);
  return { circuit: simulator.circuit, program: { ...program, coefficients }, launch, receivers };
}

export function setDeviceErrors(
  coefficients: Float64Array,
  program: Program,
  errors: DeviceErrors,
  step: number,
): void {
  const at = 8 * step;
  const factor = errors.factor[step]!;
  switch (program.op[step]) {
    case OP_MZI:
    case OP_SCALE:
      break;
    case OP_NEURON:
      coefficients[at] = coefficients[at]! * factor;
      coefficients[at + 1] = coefficients[at + 1]! + errors.offset[step]!;
      if (errors.leak !== null) {
        const { re, im, top } = errors.leak;
        coefficients.set([re, im, coefficients[at]! * top[step]!], at + 3);
      }
      return;
    default:
      return;
  }
  const common = errors.commonRad[step]!;
  const size = program.fieldFactor[step]! * factor;
  const turned = (rad: number) => [size * Math.cos(rad), size * Math.sin(rad)] as const;
  const lower = turned(common);
  const apart = errors.outputRad[step]!;
  const upper = apart === 0 ? lower : turned(common + apart);
  const entries = program.op[step] === OP_MZI ? ENTRIES : FIRST_ENTRY;
  const m = matrixOf(program, errors, step);
  for (const [e, [ofRe, ofIm]] of entries.entries()) {
    const [re, im] = e < 2 ? upper : lower;
    coefficients[at + 2 * e] = re * m[ofRe] - im * m[ofIm];
    coefficients[at + 2 * e + 1] = re * m[ofIm] + im * m[ofRe];
  }
}

const ENTRIES = [
  ["aRe", "aIm"],
  ["bRe", "bIm"],
  ["cRe", "cIm"],
  ["dRe", "dIm"],
] as const;
const FIRST_ENTRY = [ENTRIES[0]] as const;

/** Of a waveguide or phase shifter only the first entry has a meaning. */
function matrixOf(program: Program, errors: DeviceErrors, step: number): MziMatrix {
  const [theta, phi] = [program.thetaRad[step]!, program.phiRad[step]!];
  if (!Number.isNaN(theta)) {
    return unequalMziMatrix(
      theta + errors.thetaRad[step]!,
      phi + errors.phiRad[step]!,
      program.firstCouplerRad[step]! + errors.firstCouplerRad[step]!,
      program.secondCouplerRad[step]! + errors.secondCouplerRad[step]!,
    );
  }
  const turn = Number.isNaN(phi) ? 0 : phi + errors.phiRad[step]!;
  return { aRe: Math.cos(turn), aIm: Math.sin(turn), bRe: 0, bIm: 0, cRe: 0, cIm: 0, dRe: 0, dIm: 0 };
}
