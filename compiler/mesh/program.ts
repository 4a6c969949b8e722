import type { Attenuator, Device } from "../../netlist/index.ts";
import { arctangent } from "./arctangent.ts";

/** A mesh of MZIs followed by one column of output phases, on local modes 0..outputs.length-1. */
export interface MeshProgram {
  /** Sorted by column, then by mode; an MZI acts on (mode, mode + 1) and appears before the light's next one. */
  readonly mzis: PhaseTable;
  /** Phase of each output in [0, 2 pi); 0 stands for a bare waveguide. */
  readonly outputs: Float64Array;
}

/** MZIs, an entry each; angles in [0, 2 pi) in the convention of netlist/convention.ts. */
export interface PhaseTable {
  readonly column: Int32Array;
  readonly mode: Int32Array;
  readonly thetaRad: Float64Array;
  readonly phiRad: Float64Array;
}

const FULL_TURN = 2 * Math.PI;
/** A phase this close to a full turn is rounding, worth no phase shifter. */
const PHASE_ROUNDING = 8 * 2 ** -52;

/** The angle in [0, 2 pi), exactly 0 within 8 units of rounding. */
export function turn(angleRad: number): number {
  const wrapped = angleRad - FULL_TURN * Math.floor(angleRad / FULL_TURN);
  return wrapped < PHASE_ROUNDING || wrapped > FULL_TURN - PHASE_ROUNDING ? 0 : wrapped;
}

/** Number of MZI columns. */
export function depthOf({ mzis }: MeshProgram): number {
  return 1 + (mzis.column.at(-1) ?? -1);
}

/** Attenuators for fields `values[i]` on mode i; values of exactly 1 are left as waveguides. */
export function attenuatorsFor(values: Float64Array): Attenuator[] {
  return [...values].flatMap((field, mode): Attenuator[] => {
    if (field === 1) return [];
    // field = i e^{i(phi + theta/2)} sin(theta/2) is real and positive at phi = 3 pi/2 - theta/2
    const thetaRad = 2 * arctangent(field / Math.sqrt((1 - field) * (1 + field)));
    return [{ kind: "attenuator", column: 0, mode, thetaRad, phiRad: turn(1.5 * Math.PI - thetaRad / 2) }];
  });
}

/** The devices in an order in which light can meet them; output phases stand in the column behind the last MZI. */
export function toDevices(program: MeshProgram): Device[] {
  const { column, mode, thetaRad, phiRad } = program.mzis;
  const devices: Device[] = [];
  for (let i = 0; i < column.length; i++) {
    devices.push({
      kind: "mzi",
      column: column[i]!,
      mode: mode[i]!,
      thetaRad: thetaRad[i]!,
      phiRad: phiRad[i]!,
    });
  }
  const last = depthOf(program);
  program.outputs.forEach((phase, output) => {
    if (phase !== 0) devices.push({ kind: "phase", column: last, mode: output, phiRad: phase });
  });
  return devices;
}
