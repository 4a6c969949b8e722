import type { Device } from "../../netlist/index.ts";

/** MZIs by column, then mode; angles in [0, 2 pi) in the convention of netlist/convention.ts. */
export interface PhaseTable {
  readonly column: Int32Array;
  readonly mode: Int32Array;
  readonly thetaRad: Float64Array;
  readonly phiRad: Float64Array;
}

/** A mesh of MZIs followed by one column of output phases, on local modes 0..modes-1. */
export interface MeshProgram {
  readonly kind: "mesh";
  readonly modes: number;
  /** Sorted by column, then by mode; an MZI acts on (mode, mode + 1) and appears before the light's next one. */
  readonly mzis: PhaseTable;
  /** Phase of each output in [0, 2 pi); 0 stands for a bare waveguide. */
  readonly outputs: Float64Array;
}

/** One column of attenuators, MZIs with one dark input and one dumped output. Modes that are not listed pass unchanged. */
export interface AttenuatorColumn {
  readonly kind: "attenuators";
  readonly modes: number;
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
export function depthOf(program: MeshProgram): number {
  const { column } = program.mzis;
  return column.length === 0 ? 0 : column[column.length - 1]! + 1;
}

/** Attenuators for fields `values[i]` on mode i; values of exactly 1 are left as waveguides. */
export function attenuatorColumn(values: Float64Array, modes: number): AttenuatorColumn {
  const mode = Int32Array.from(values.keys()).filter((i) => values[i] !== 1);
  // field = i e^{i(phi + theta/2)} sin(theta/2) is real and positive at phi = 3 pi/2 - theta/2
  const thetaRad = Float64Array.from(mode, (i) => {
    const field = values[i]!;
    return 2 * Math.atan2(field, Math.sqrt((1 - field) * (1 + field)));
  });
  const phiRad = thetaRad.map((theta) => turn(1.5 * Math.PI - theta / 2));
  return { kind: "attenuators", modes, mode, thetaRad, phiRad };
}

/** The devices in an order in which light can meet them; output phases stand in the column behind the last MZI. */
export function toDevices(program: MeshProgram | AttenuatorColumn): Device[] {
  const devices: Device[] = [];
  switch (program.kind) {
    case "mesh": {
      const { column, mode, thetaRad, phiRad } = program.mzis;
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
      program.outputs.forEach((phiRad, mode) => {
        if (phiRad !== 0) devices.push({ kind: "phase", column: last, mode, phiRad });
      });
      return devices;
    }
    case "attenuators":
      program.mode.forEach((mode, i) => {
        devices.push({
          kind: "attenuator",
          column: 0,
          mode,
          thetaRad: program.thetaRad[i]!,
          phiRad: program.phiRad[i]!,
        });
      });
      return devices;
  }
}
