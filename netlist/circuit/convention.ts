import type { Mzi } from "./circuit.ts";

/**
 * The one MZI convention: phase phi on mode 0, 50:50 coupler, phase theta on mode 0, 50:50 coupler, with the coupler
 * 1/sqrt2 [[1, i], [i, 1]]. Written out,
 *
 *   U(theta, phi) = i e^{i theta/2} [[e^{i phi} sin(theta/2), cos(theta/2)], [e^{i phi} cos(theta/2), -sin(theta/2)]].
 *
 * theta = pi is the bar state, theta = 0 the cross state. Row = output, column = input.
 */
export interface MziMatrix {
  readonly aRe: number;
  readonly aIm: number;
  readonly bRe: number;
  readonly bIm: number;
  readonly cRe: number;
  readonly cIm: number;
  readonly dRe: number;
  readonly dIm: number;
}

/** A coupler that halves the power: its field angle, rad. */
const EVEN_RAD = Math.PI / 4;

/** How far the field angle of a coupler is from pi/4 that lets this share of the power cross, rad. */
export function couplerErrorRad(crossPower: number | undefined): number {
  return crossPower === undefined ? 0 : Math.atan2(Math.sqrt(crossPower), Math.sqrt(1 - crossPower)) - EVEN_RAD;
}

type Couplers = Pick<Mzi, "thetaRad" | "phiRad" | "firstCrossPower" | "secondCrossPower">;

/** The matrix of an MZI with the couplers that it says to have. */
export function matrixOfMzi({ thetaRad, phiRad, firstCrossPower, secondCrossPower }: Couplers): MziMatrix {
  if (firstCrossPower === undefined && secondCrossPower === undefined) return mziMatrix(thetaRad, phiRad);
  return unequalMziMatrix(thetaRad, phiRad, couplerErrorRad(firstCrossPower), couplerErrorRad(secondCrossPower));
}

/** out0 = a in0 + b in1, out1 = c in0 + d in1. Angles in radians. */
export function mziMatrix(thetaRad: number, phiRad: number): MziMatrix {
  const half = thetaRad / 2;
  const s = Math.sin(half);
  const c = Math.cos(half);
  // i e^{i x} = -sin x + i cos x
  const plainRe = -s;
  const plainIm = c;
  const tiltedRe = -Math.sin(half + phiRad);
  const tiltedIm = Math.cos(half + phiRad);
  return {
    aRe: tiltedRe * s,
    aIm: tiltedIm * s,
    bRe: plainRe * c,
    bIm: plainIm * c,
    cRe: tiltedRe * c,
    cIm: tiltedIm * c,
    dRe: -plainRe * s,
    dIm: -plainIm * s,
  };
}

/**
 * The same MZI with couplers that are not 50:50: [[cos k, i sin k], [i sin k, cos k]] with a field angle k of pi/4 +
 * `firstRad` before theta and of pi/4 + `secondRad` behind it. Equal to `mziMatrix` where both are 0, up to rounding.
 */
export function unequalMziMatrix(thetaRad: number, phiRad: number, firstRad: number, secondRad: number): MziMatrix {
  const [c1, s1] = [Math.cos(EVEN_RAD + firstRad), Math.sin(EVEN_RAD + firstRad)];
  const [c2, s2] = [Math.cos(EVEN_RAD + secondRad), Math.sin(EVEN_RAD + secondRad)];
  const [thetaRe, thetaIm] = [Math.cos(thetaRad), Math.sin(thetaRad)];
  const [phiRe, phiIm] = [Math.cos(phiRad), Math.sin(phiRad)];
  const upperRe = c1 * c2 * thetaRe - s1 * s2;
  const upperIm = c1 * c2 * thetaIm;
  // i (e^{i theta} c1 s2 + s1 c2)
  const crossRe = -c1 * s2 * thetaIm;
  const crossIm = c1 * s2 * thetaRe + s1 * c2;
  return {
    aRe: upperRe * phiRe - upperIm * phiIm,
    aIm: upperRe * phiIm + upperIm * phiRe,
    bRe: -s1 * c2 * thetaIm,
    bIm: s1 * c2 * thetaRe + c1 * s2,
    cRe: crossRe * phiRe - crossIm * phiIm,
    cIm: crossRe * phiIm + crossIm * phiRe,
    dRe: c1 * c2 - s1 * s2 * thetaRe,
    dIm: -s1 * s2 * thetaIm,
  };
}
