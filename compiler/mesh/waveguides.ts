import { type Device, type Mesh, mziFactor, type Optics, type Waveguide } from "../../netlist/index.ts";

/** A piece of waveguide, and what light keeps in it. */
export interface Guide {
  readonly crossings: number;
  readonly lengthUm: number;
  readonly fieldFactor: number;
}

/** Devices in a row from any input to any output. */
export interface Depth {
  /** MZIs and attenuators. */
  readonly mzis: number;
  /** In each of them. */
  readonly heaters: number;
  /** Phases of their own, without heaters. */
  readonly phases: number;
}

/** The devices of a layer that stand in a row: columns of MZIs and attenuators, and whether phases stand behind them. */
export function rowsOf(devices: readonly Device[]): Depth {
  let mzis = 0;
  let phases = 0;
  for (const { kind, column } of devices) {
    if (kind === "phase") phases = 1;
    else mzis = Math.max(mzis, column + 1);
  }
  return { mzis, heaters: TUNABLE, phases };
}

/** Heaters of an MZI in which two lit lanes meet, in a layer; attenuators have a dummy more. */
export const TUNABLE = 2;

/** Field behind so many devices over that before them. */
export function factorOf({ mzis, heaters, phases }: Depth, optics: Optics): number {
  return mziFactor(optics, heaters) ** mzis * optics.phaseFieldFactor ** phases;
}

/**
 * A mesh of ideal devices with the losses of `optics`, behind its leads (null where no light comes), all of whose outputs
 * lose the same: where a lit lane passes no device of a column, a waveguide loses as much and takes as long. `rows` are at least those
 * of the devices. Lanes that are absorbed behind the mesh end where they are.
 */
export function lossyMesh(mesh: Mesh, leads: readonly (Guide | null)[], rows: Depth, optics: Optics): Mesh {
  const lit = mesh.modes.map((_, i) => (leads[i] ?? null) !== null);
  const passed = new Int32Array(mesh.modes.length);
  const phased = new Uint8Array(mesh.modes.length);
  const devices: Device[] = leads.flatMap((lead, i) => (lead === null ? [] : waveguideOf(i, 0, lead)));
  const pad = (mode: number, column: number, mzis: number, phases: number): void => {
    const missing = { mzis: mzis - passed[mode]!, heaters: rows.heaters, phases };
    if (lit[mode] && (missing.mzis > 0 || missing.phases > 0)) {
      devices.push(...waveguideOf(mode, column, padOf(missing, optics)));
    }
    passed[mode] = mzis;
  };
  let last = 0;
  for (const device of mesh.devices) {
    const { mode, column } = device;
    last = Math.max(last, column);
    switch (device.kind) {
      case "mzi":
      case "attenuator":
        for (const local of device.kind === "mzi" ? [mode, mode + 1] : [mode]) {
          pad(local, column, column, 0);
          passed[local] = column + 1;
        }
        if (device.kind === "mzi") {
          const either = lit[mode]! || lit[mode + 1]!;
          lit[mode] = either;
          lit[mode + 1] = either;
        }
        devices.push(withFactor(device, mziFactor(optics, rows.heaters)));
        break;
      case "phase":
        pad(mode, column, rows.mzis, 0);
        phased[mode] = 1;
        devices.push(withFactor(device, optics.phaseFieldFactor));
        break;
      case "waveguide":
        devices.push(device);
        break;
      default:
        device satisfies never;
    }
  }
  const absorbed = new Set(mesh.terminated);
  mesh.modes.forEach((mode, local) => {
    if (!absorbed.has(mode)) pad(local, last, rows.mzis, rows.phases - phased[local]!);
  });
  return { ...mesh, devices };
}

/** The waveguide of a lead; empty for one without length, loss or crossings. */
export function waveguideOf(mode: number, column: number, { crossings, lengthUm, fieldFactor }: Guide): Waveguide[] {
  if (crossings === 0 && lengthUm === 0 && fieldFactor === 1) return [];
  return [{ kind: "waveguide", column, mode, crossings, lengthUm, fieldFactor }];
}

function padOf(depth: Depth, optics: Optics): Guide {
  const { mzis, phases } = depth;
  const { mziDelayS, phaseDelayS, delaySPerUm, matchDelays } = optics;
  const lengthUm = matchDelays && delaySPerUm > 0 ? (mzis * mziDelayS + phases * phaseDelayS) / delaySPerUm : 0;
  return { crossings: 0, lengthUm, fieldFactor: factorOf(depth, optics) };
}

/** What was measured of a device stands. */
function withFactor<D extends Exclude<Device, Waveguide>>(device: D, fieldFactor: number): D {
  return fieldFactor === 1 || device.fieldFactor !== undefined ? device : { ...device, fieldFactor };
}
