import { type Finding, failure } from "../check/finding.ts";
import type { Device, Mesh } from "../circuit/circuit.ts";

/** What a reader makes of a text: null and at least one error, or the value. */
export interface NetlistReading<T> {
  readonly value: T | null;
  readonly findings: readonly Finding[];
}

/** Thrown inside a reader at the first thing that it does not understand, and caught at its end. */
export class Unreadable extends Error {
  readonly where: string;
  constructor(message: string, where: string) {
    super(message);
    this.where = where;
  }
}

/** Runs a reader. */
export function reading<T>(read: () => T): NetlistReading<T> {
  try {
    return { value: read(), findings: [] };
  } catch (error) {
    if (!(error instanceof Unreadable)) {
      throw error;
    }
    const { message, where } = error;
    return { value: null, findings: [failure("OPT0440", where, message)] };
  }
}

/** Behind 2000 dB no number is left that a circuit may have. */
export const MOST_LOSS_DB = 2000;

/** A device on two ports of a block, or one. */
export interface PlacedDevice {
  readonly ports: readonly number[];
  readonly kind: "mzi" | "attenuator" | "phase" | "absorb";
  readonly thetaRad: number;
  readonly phiRad: number;
  /** Left out: 1. */
  readonly fieldFactor?: number;
  /** Of an MZI; left out: halves. */
  readonly crossPowers?: readonly [number, number];
}

/**
 * Devices in the order of the light as meshes on circuit modes: each has two or one modes of its own, so that any two
 * ports can meet. `modes[i]` is the circuit mode of port i.
 */
export function meshesOf(devices: readonly PlacedDevice[], modes: readonly number[], name: string): Mesh[] {
  return devices.map((device, d) => {
    const own = device.ports.map((port) => modes[port]!);
    const { thetaRad, phiRad, kind, fieldFactor = 1, crossPowers: [first, second] = [0.5, 0.5] } = device;
    const place = { column: 0, mode: 0, ...(fieldFactor === 1 ? {} : { fieldFactor }) };
    const couplers = {
      ...(first === 0.5 ? {} : { firstCrossPower: first }),
      ...(second === 0.5 ? {} : { secondCrossPower: second }),
    };
    const list = ((): Device[] => {
      switch (kind) {
        case "absorb":
          return [];
        case "phase":
          return [{ kind, ...place, phiRad }];
        case "mzi":
          return [{ kind, ...place, thetaRad, phiRad, ...couplers }];
        case "attenuator":
          return [{ kind, ...place, thetaRad, phiRad }];
      }
    })();
    return {
      kind: "left",
      name: `${name}_${d}`,
      modes: own,
      devices: list,
      terminated: kind === "absorb" ? own : [],
    };
  });
}
