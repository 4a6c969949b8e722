import type { Device, Mzi } from "../netlist/index.ts";
import { add, type Disc, disc, I, multiply, ROUNDING, real, scale, squareRoot } from "./ball.ts";
import { sineAndCosine } from "./trigonometry.ts";

/** out0 = a in0 + b in1, out1 = c in0 + d in1. */
export type Matrix = readonly [a: Disc, b: Disc, c: Disc, d: Disc];

function turn(angleRad: number): Disc {
  const { sin, cos } = sineAndCosine(angleRad);
  return disc(cos, sin);
}

/** The entries of docs/reference/formats.md, as discs. */
export function matrixOf(device: Mzi): Matrix {
  const { thetaRad, phiRad, firstCrossPower, secondCrossPower, fieldFactor } = device;
  const entries =
    firstCrossPower === undefined && secondCrossPower === undefined
      ? evenMatrix(thetaRad, phiRad)
      : unevenMatrix(thetaRad, phiRad, firstCrossPower ?? 0.5, secondCrossPower ?? 0.5);
  if (fieldFactor === undefined) return entries;
  const [a, b, c, d] = entries;
  return [scale(a, fieldFactor), scale(b, fieldFactor), scale(c, fieldFactor), scale(d, fieldFactor)];
}

function evenMatrix(thetaRad: number, phiRad: number): Matrix {
  const half = sineAndCosine(thetaRad / 2);
  const [sin, cos] = [real(half.sin), real(half.cos)];
  const lower = multiply(I, disc(half.cos, half.sin));
  const upper = multiply(lower, turn(phiRad));
  return [multiply(upper, sin), multiply(lower, cos), multiply(upper, cos), scale(multiply(lower, sin), -1)];
}

function unevenMatrix(thetaRad: number, phiRad: number, first: number, second: number): Matrix {
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
export function factorOf(device: Exclude<Device, Mzi>): Disc {
  const { fieldFactor = 1 } = device;
  switch (device.kind) {
    case "waveguide":
      return { re: fieldFactor, im: 0, rad: 0 };
    case "phase":
      return scale(turn(device.phiRad), fieldFactor);
    case "attenuator":
      return scale(evenMatrix(device.thetaRad, device.phiRad)[0], fieldFactor);
    default:
      return device satisfies never;
  }
}
