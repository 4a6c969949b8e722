import type { DeviceErrors } from "../simulation/device-errors.ts";
import type { Simulator } from "../simulation/simulator.ts";
import type { Draw } from "./draw.ts";
import type { Crosstalk, Dac, Pitch } from "./errors.ts";
import type { Places } from "./places.ts";

/** Which heaters warm which: places of a plan's heaters, theta of step i at 2 i and phi at 2 i + 1. */
export interface ThermalCrosstalk {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly share: Float64Array;
}

/** Below this part of the share a heater does not feel another one. */
const unfelt = 1e-3;

/** Null without crosstalk. Phi of a device stands at a quarter of its column, theta at three quarters. */
export function thermalCrosstalkOf(
  { column, lane, theta, phi }: Places,
  crosstalk: Crosstalk | null,
  pitch: Pitch,
): ThermalCrosstalk | null {
  if (crosstalk === null) return null;
  const { share, distanceM, decayM } = crosstalk;
  const reachM = distanceM + decayM * Math.log(1 / unfelt);
  const heaters: { readonly at: number; readonly x: number; readonly y: number }[] = [];
  for (let step = 0; step < column.length; step++) {
    const [x, y] = [column[step]! * pitch.columnM, lane[step]! * pitch.laneM];
    if (theta[step] === 1) heaters.push({ at: 2 * step, x: x + 0.75 * pitch.columnM, y });
    if (phi[step] === 1) heaters.push({ at: 2 * step + 1, x: x + 0.25 * pitch.columnM, y });
  }
  heaters.sort((a, b) => a.x - b.x);
  const from: number[] = [];
  const to: number[] = [];
  const shares: number[] = [];
  for (const [i, a] of heaters.entries()) {
    for (let j = i + 1; j < heaters.length && heaters[j]!.x - a.x <= reachM; j++) {
      const b = heaters[j]!;
      const distance = Math.hypot(a.x - b.x, a.y - b.y);
      if (distance > reachM) continue;
      const felt = share * Math.exp(-Math.max(0, distance - distanceM) / decayM);
      from.push(a.at, b.at);
      to.push(b.at, a.at);
      shares.push(felt, felt);
    }
  }
  return { from: Int32Array.from(from), to: Int32Array.from(to), share: Float64Array.from(shares) };
}

/** What drivers and neighbouring heaters make of the phases. */
export function heat(
  { simulator, places }: { readonly simulator: Simulator; readonly places: Places },
  draw: Draw,
  dac: Dac | null,
  thermalCrosstalk: ThermalCrosstalk | null,
  devices: DeviceErrors,
): void {
  const { thetaRad, phiRad } = simulator.program;
  const heated = new Float64Array(2 * thetaRad.length);
  for (const [has, wanted, unheated, errors, side] of [
    [places.theta, thetaRad, draw.rest().thetaUnheated, devices.thetaRad, 0],
    [places.phi, phiRad, draw.rest().phiUnheated, devices.phiRad, 1],
  ] as const) {
    for (let step = 0; step < has.length; step++) {
      if (has[step] === 0) continue;
      const phase = withinTurn(wanted[step]! - unheated[step]!);
      heated[2 * step + side] = phase;
      errors[step] = errors[step]! + (drivenPhase(phase, dac) - phase);
    }
  }
  if (thermalCrosstalk === null) return;
  const { from, to, share } = thermalCrosstalk;
  for (let pair = 0; pair < from.length; pair++) {
    const errors = to[pair]! % 2 === 0 ? devices.thetaRad : devices.phiRad;
    const step = to[pair]! >> 1;
    errors[step] = errors[step]! + share[pair]! * heated[from[pair]!]!;
  }
}

/** The same phase in 0 .. 2 pi, as heaters give it. */
export function withinTurn(phaseRad: number): number {
  const turn = 2 * Math.PI;
  return phaseRad - turn * Math.floor(phaseRad / turn);
}

/** The nearest phase that the driver's voltages make; beyond the range it is the highest. Null: a driver that makes every phase. */
export function drivenPhase(phaseRad: number, dac: Dac | null): number {
  if (dac === null) return phaseRad;
  const top = 2 ** dac.bits - 1;
  const code = Math.min(top, Math.round(top * Math.sqrt(phaseRad / dac.rangeRad)));
  return dac.rangeRad * (code / top) ** 2;
}
