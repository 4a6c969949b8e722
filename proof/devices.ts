import type { Attenuator, Circuit, Device, Mzi } from "../netlist/index.ts";
import { add, type Disc, disc, I, multiply, ROUNDING, real, scale, squareRoot } from "./ball.ts";
import { sineAndCosine } from "./trigonometry.ts";

function turn(angleRad: number): Disc {
  const { sin, cos } = sineAndCosine(angleRad);
  return disc(cos, sin);
}

/** The entries a, b, c, d of docs/reference/formats.md, as discs: out0 = a in0 + b in1, out1 = c in0 + d in1. */
function matrixOf(device: Mzi): readonly Disc[] {
  const { thetaRad, phiRad, firstCrossPower, secondCrossPower, fieldFactor } = device;
  const entries =
    firstCrossPower === undefined && secondCrossPower === undefined
      ? evenMatrix(thetaRad, phiRad)
      : unevenMatrix(thetaRad, phiRad, firstCrossPower ?? 0.5, secondCrossPower ?? 0.5);
  return fieldFactor === undefined ? entries : entries.map((entry) => scale(entry, fieldFactor));
}

function evenMatrix(thetaRad: number, phiRad: number): readonly [Disc, Disc, Disc, Disc] {
  const half = sineAndCosine(thetaRad / 2);
  const [sin, cos] = [real(half.sin), real(half.cos)];
  const lower = multiply(I, disc(half.cos, half.sin));
  const upper = multiply(lower, turn(phiRad));
  return [multiply(upper, sin), multiply(lower, cos), multiply(upper, cos), scale(multiply(lower, sin), -1)];
}

function unevenMatrix(thetaRad: number, phiRad: number, first: number, second: number): readonly Disc[] {
  const [x1, y1] = couplerOf(first);
  const [x2, y2] = couplerOf(second);
  const theta = turn(thetaRad);
  const phi = turn(phiRad);
  const a = add(multiply(theta, multiply(y1, y2)), scale(multiply(x1, x2), -1));
  const b = multiply(I, add(multiply(theta, multiply(x1, y2)), multiply(y1, x2)));
  const c = multiply(I, add(multiply(theta, multiply(y1, x2)), multiply(x1, y2)));
  const d = add(multiply(y1, y2), scale(multiply(theta, multiply(x1, x2)), -1));
  return [multiply(a, phi), b, multiply(c, phi), d];
}

/** sqrt k and sqrt(1 - k); the difference rounds, which its root feels by half as much. */
function couplerOf(crossPower: number): readonly [Disc, Disc] {
  const { mid, rad } = squareRoot(1 - crossPower);
  return [real(squareRoot(crossPower)), real({ mid, rad: rad + ROUNDING * mid })];
}

/** What a device with one port does to its field. */
function factorOf(device: Exclude<Device, Mzi>): Disc {
  const { fieldFactor = 1 } = device;
  if (device.kind === "waveguide") return { re: fieldFactor, im: 0, rad: 0 };
  if (device.kind === "phase") return scale(turn(device.phiRad), fieldFactor);
  const { thetaRad, phiRad }: Attenuator = device;
  return scale(evenMatrix(thetaRad, phiRad)[0], fieldFactor);
}

/** What devices do to fields, numbered in the order of light: `netlist`'s program, exactly or up to a radius a device. */
export interface ProofChip {
  readonly program: {
    /** 8 numbers each: of an MZI a, b, c, d (re, im); of a device with one port its factor; of a neuron gain, -threshold, range, leak (re, im), highest field. */
    readonly coefficients: Float64Array;
  };
  /** 4 numbers each, of the discs of a, b, c, d; absent: the coefficients are exact. */
  readonly radii?: Float64Array;
  /** What each input port's light is multiplied with, and what a worker's transmitter adds at every level. */
  readonly launch: Complex & { readonly dark?: Complex };
  /** What each receiver multiplies its field with, and adds to the real part of that; absent: 1 and 0. */
  readonly receivers?: Complex & { readonly offset: Float64Array };
}

interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** The circuit as a chip without errors: its numbers are those of circuit.json (lemma 2). */
export function chipOf({ sections, inputs }: Circuit): ProofChip {
  const steps = sections.flatMap(({ meshes, activations }) => [
    ...meshes.flatMap(({ devices, terminated }) => [...devices, ...terminated.map(() => null)]),
    ...activations,
  ]);
  const coefficients = new Float64Array(8 * steps.length);
  const radii = new Float64Array(4 * steps.length);
  for (const [i, step] of steps.entries()) {
    if (step === null) continue;
    if (step.kind === "relu") coefficients.set([step.gain, 0, Number.POSITIVE_INFINITY], 8 * i);
    else if (step.kind === "saturating") coefficients.set([step.gain, -step.threshold, step.range], 8 * i);
    else {
      const entries = step.kind === "mzi" ? matrixOf(step) : [factorOf(step)];
      for (const [e, { re, im, rad }] of entries.entries()) {
        coefficients.set([re, im], 8 * i + 2 * e);
        radii[4 * i + e] = rad;
      }
    }
  }
  const launch = { re: new Float64Array(inputs.length).fill(1), im: new Float64Array(inputs.length) };
  return { program: { coefficients }, radii, launch };
}
