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

/** out0 = a in0 + b in1, out1 = c in0 + d in1. Angles in radians. */
export function mziMatrix(thetaRad: number, phiRad: number): MziMatrix {
  const half = thetaRad / 2;
  const s = Math.sin(half);
  const c = Math.cos(half);
  // i e^{i x} = -sin x + i cos x
  const plainRe = -Math.sin(half);
  const plainIm = Math.cos(half);
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
