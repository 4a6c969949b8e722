import type { Device } from "../../../netlist/index.ts";

/** Multiplication from the definitions (phase shifters, 50:50 couplers), independent of netlist/convention.ts. Fields are interleaved (re, im). */

type Complex = readonly [re: number, im: number];
type Two = readonly [Complex, Complex, Complex, Complex];

const times = (a: Complex, b: Complex): Complex => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
const plus = (a: Complex, b: Complex): Complex => [a[0] + b[0], a[1] + b[1]];
const phasor = (angle: number): Complex => [Math.cos(angle), Math.sin(angle)];

const product = (p: Two, q: Two): Two => [
  plus(times(p[0], q[0]), times(p[1], q[2])),
  plus(times(p[0], q[1]), times(p[1], q[3])),
  plus(times(p[2], q[0]), times(p[3], q[2])),
  plus(times(p[2], q[1]), times(p[3], q[3])),
];
const upperPhase = (angle: number): Two => [phasor(angle), [0, 0], [0, 0], [1, 0]];
/** sqrt 2 times the 50:50 coupler, so that its entries are exact; two of them owe a factor of 1/2. */
const coupler: Two = [
  [1, 0],
  [0, 1],
  [0, 1],
  [1, 0],
];
const halved = ([re, im]: Complex): Complex => [re / 2, im / 2];
/** Light meets phi, coupler, theta, coupler. */
const interferometer = (theta: number, phi: number): Two => {
  const [a, b, c, d] = product(coupler, product(upperPhase(theta), product(coupler, upperPhase(phi))));
  return [halved(a), halved(b), halved(c), halved(d)];
};

/** Applies the devices to `width` fields at once: rows of `fields` (modes x width, interleaved) are modes. */
export function propagate(fields: Float64Array, width: number, devices: readonly Device[]): void {
  for (const device of devices) {
    const p = 2 * width * device.mode;
    const q = p + 2 * width;
    if (device.kind === "mzi") {
      const [a, b, c, d] = interferometer(device.thetaRad, device.phiRad);
      for (let i = 0; i < 2 * width; i += 2) {
        const xr = fields[p + i]!;
        const xi = fields[p + i + 1]!;
        const yr = fields[q + i]!;
        const yi = fields[q + i + 1]!;
        fields[p + i] = a[0] * xr - a[1] * xi + b[0] * yr - b[1] * yi;
        fields[p + i + 1] = a[0] * xi + a[1] * xr + b[0] * yi + b[1] * yr;
        fields[q + i] = c[0] * xr - c[1] * xi + d[0] * yr - d[1] * yi;
        fields[q + i + 1] = c[0] * xi + c[1] * xr + d[0] * yi + d[1] * yr;
      }
    } else if (device.kind !== "waveguide") {
      const factor =
        device.kind === "phase" ? phasor(device.phiRad) : interferometer(device.thetaRad, device.phiRad)[0];
      for (let i = 0; i < 2 * width; i += 2) {
        const x: Complex = [fields[p + i]!, fields[p + i + 1]!];
        const y = times(factor, x);
        fields[p + i] = y[0];
        fields[p + i + 1] = y[1];
      }
    }
  }
}

/** modes x width identity, interleaved. */
export function unitFields(modes: number, width: number): Float64Array {
  const fields = new Float64Array(2 * modes * width);
  for (let i = 0; i < Math.min(modes, width); i++) fields[2 * (i * width + i)] = 1;
  return fields;
}

/** max |fields - wanted| over the first rows x width entries; `wanted` real row-major or interleaved complex. */
export function largestError(fields: Float64Array, wanted: Float64Array, rows: number, width: number): number {
  const complex = wanted.length === 2 * rows * width;
  let worst = 0;
  for (let i = 0; i < rows * width; i++) {
    const re = fields[2 * i]! - (complex ? wanted[2 * i]! : wanted[i]!);
    const im = fields[2 * i + 1]! - (complex ? wanted[2 * i + 1]! : 0);
    const error = Math.hypot(re, im);
    // NaN must not pass
    if (!(error <= worst)) worst = error;
  }
  return worst;
}
