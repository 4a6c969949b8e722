import type { Circuit, Device } from "../circuit/circuit.ts";
import { couplerErrorRad, matrixOfMzi, mziMatrix } from "../circuit/convention.ts";
import { curveOf, sentBy } from "../circuit/neuron.ts";
import { circuitSteps } from "../circuit/steps.ts";

/** What one step of a program does to the fields: see `applyProgram`. */
export const OP_MZI = 0;
export const OP_SCALE = 1;
export const OP_DARK = 2;
export const OP_NEURON = 3;

/**
 * A circuit or a mesh flattened to one step a device, in the order in which light meets them.
 *
 * `op[i]` acts on `first[i]` (and `second[i]` for an MZI) with the coefficients from `coefficients[8 i]` on:
 * MZI the four complex entries a, b, c, d (re, im); scale one complex factor; a neuron its gain, what is added to
 * the field before it (its threshold with the sign changed), its range, Infinity for a rectifier, and what its modulator leaks: the
 * complex share that it adds of what is left to its highest field, and that field.
 * `thetaRad`, `phiRad`, `fieldFactor` and the couplers' field angles less pi/4 are what the coefficients were computed from, so that a chip's can be;
 * `thetaRad` of `phase` devices is NaN, and both phases of waveguides.
 */
export interface Program {
  readonly modes: number;
  readonly op: Uint8Array;
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly coefficients: Float64Array;
  readonly thetaRad: Float64Array;
  readonly phiRad: Float64Array;
  readonly fieldFactor: Float64Array;
  readonly firstCouplerRad: Float64Array;
  readonly secondCouplerRad: Float64Array;
}

/** Fields of a batch of vectors, structure of arrays: element [mode][vector] is at `mode * vectors + vector`. */
export interface ModeFields {
  readonly modes: number;
  readonly vectors: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** `modes` x `vectors` fields without light. */
export function darkFields(modes: number, vectors: number): ModeFields {
  return { modes, vectors, re: new Float64Array(modes * vectors), im: new Float64Array(modes * vectors) };
}

/** All sections of a checked circuit. */
export function programOfCircuit(circuit: Pick<Circuit, "modes" | "sections">): Program {
  const steps = circuitSteps(circuit);
  const program = emptyProgram(circuit.modes, steps.length);
  for (const [step, it] of steps.entries()) {
    switch (it.kind) {
      case "device":
        setDevice(program, step, it.device, it.mesh.modes);
        break;
      case "termination":
        program.op[step] = OP_DARK;
        program.first[step] = it.mode;
        break;
      case "neuron": {
        const { gain, threshold, range } = curveOf(it.activation);
        program.op[step] = OP_NEURON;
        program.first[step] = it.activation.mode;
        program.coefficients.set([gain, 0 - threshold, range], 8 * step);
      }
    }
  }
  return program;
}

/** The steps that are neurons, in the order of the circuit. */
export function neuronSteps({ op }: Program): number[] {
  return [...op.keys()].filter((step) => op[step] === OP_NEURON);
}

/** Runs steps `from` .. `to - 1` on the fields, in place. The inner loops run over the vectors, contiguously. */
export function applyProgram(program: Program, from: number, to: number, fields: ModeFields): void {
  const { op, first, second, coefficients: k } = program;
  const { vectors, re, im } = fields;
  for (let i = from; i < to; i += 1) {
    const at = first[i]! * vectors;
    const c = 8 * i;
    switch (op[i]) {
      case OP_MZI:
        applyMzi(re, im, at, second[i]! * vectors, vectors, k, c);
        break;
      case OP_SCALE:
        applyScale(re, im, at, vectors, k[c]!, k[c + 1]!);
        break;
      case OP_DARK:
        re.fill(0, at, at + vectors);
        im.fill(0, at, at + vectors);
        break;
      default:
        applyNeuron(re, im, at, vectors, k, c);
    }
  }
}

function emptyProgram(modes: number, steps: number): Program {
  return {
    modes,
    op: new Uint8Array(steps),
    first: new Int32Array(steps),
    second: new Int32Array(steps),
    coefficients: new Float64Array(8 * steps),
    thetaRad: new Float64Array(steps),
    phiRad: new Float64Array(steps),
    fieldFactor: new Float64Array(steps).fill(1),
    firstCouplerRad: new Float64Array(steps),
    secondCouplerRad: new Float64Array(steps),
  };
}

function setDevice(program: Program, step: number, device: Device, modes: readonly number[]): void {
  const { fieldFactor = 1 } = device;
  const coefficients = program.coefficients.subarray(8 * step, 8 * (step + 1));
  program.op[step] = device.kind === "mzi" ? OP_MZI : OP_SCALE;
  program.first[step] = modes[device.mode]!;
  program.fieldFactor[step] = fieldFactor;
  program.thetaRad[step] = device.kind === "mzi" || device.kind === "attenuator" ? device.thetaRad : Number.NaN;
  program.phiRad[step] = device.kind === "waveguide" ? Number.NaN : device.phiRad;
  switch (device.kind) {
    case "mzi": {
      const [first, second] = [couplerErrorRad(device.firstCrossPower), couplerErrorRad(device.secondCrossPower)];
      program.second[step] = modes[device.mode + 1]!;
      program.firstCouplerRad[step] = first;
      program.secondCouplerRad[step] = second;
      const { aRe, aIm, bRe, bIm, cRe, cIm, dRe, dIm } = matrixOfMzi(device);
      coefficients.set([aRe, aIm, bRe, bIm, cRe, cIm, dRe, dIm].map((entry) => fieldFactor * entry));
      break;
    }
    case "attenuator": {
      const { aRe, aIm } = mziMatrix(device.thetaRad, device.phiRad);
      coefficients.set([fieldFactor * aRe, fieldFactor * aIm]);
      break;
    }
    case "phase":
      coefficients.set([fieldFactor * Math.cos(device.phiRad), fieldFactor * Math.sin(device.phiRad)]);
      break;
    case "waveguide":
      coefficients[0] = fieldFactor;
      break;
    default:
      device satisfies never;
  }
}

/** One MZI on `vectors` fields from `p` and from `q` on. */
export function applyMzi(
  re: Float64Array,
  im: Float64Array,
  p: number,
  q: number,
  vectors: number,
  k: Float64Array,
  c: number,
): void {
  const aRe = k[c]!;
  const aIm = k[c + 1]!;
  const bRe = k[c + 2]!;
  const bIm = k[c + 3]!;
  const cRe = k[c + 4]!;
  const cIm = k[c + 5]!;
  const dRe = k[c + 6]!;
  const dIm = k[c + 7]!;
  for (let v = 0; v < vectors; v += 1) {
    const xRe = re[p + v]!;
    const xIm = im[p + v]!;
    const yRe = re[q + v]!;
    const yIm = im[q + v]!;
    re[p + v] = aRe * xRe - aIm * xIm + bRe * yRe - bIm * yIm;
    im[p + v] = aRe * xIm + aIm * xRe + bRe * yIm + bIm * yRe;
    re[q + v] = cRe * xRe - cIm * xIm + dRe * yRe - dIm * yIm;
    im[q + v] = cRe * xIm + cIm * xRe + dRe * yIm + dIm * yRe;
  }
}

/** One complex factor on `vectors` fields from `p` on. */
export function applyScale(
  re: Float64Array,
  im: Float64Array,
  p: number,
  vectors: number,
  fRe: number,
  fIm: number,
): void {
  for (let v = p; v < p + vectors; v += 1) {
    const xRe = re[v]!;
    const xIm = im[v]!;
    re[v] = fRe * xRe - fIm * xIm;
    im[v] = fRe * xIm + fIm * xRe;
  }
}

function applyNeuron(re: Float64Array, im: Float64Array, p: number, vectors: number, k: Float64Array, c: number): void {
  const [leakRe, leakIm, top] = [k[c + 3]!, k[c + 4]!, k[c + 5]!];
  for (let v = p; v < p + vectors; v += 1) {
    const sent = sentBy(k[c]!, k[c + 2]!, re[v]! + k[c + 1]!);
    re[v] = (1 - leakRe) * sent + leakRe * top;
    im[v] = leakIm === 0 ? 0 : leakIm * (top - sent);
  }
}
