import type { Circuit, Device, Mzi } from "./circuit.ts";
import { circuitSteps } from "./steps.ts";

/** Measurements of an MZI of a fabricated chip; null: as designed. */
export interface MeasuredMzi {
  /** Share of the power that crosses the coupler before theta, and the one behind it; more than 0, less than 1. */
  readonly crossPower: readonly [number, number] | null;
  /** From either input to both outputs together, dB of power; at least 0. */
  readonly lossDb: number | null;
}

/** A fabricated chip of a circuit: its MZIs by name. Those that are not listed are as they were designed. */
export interface MeasuredChip {
  readonly format: "optinc.measured-chip";
  readonly version: 1;
  /** Of the circuit. */
  readonly circuit: string;
  readonly mzis: ReadonlyMap<string, MeasuredMzi>;
}

/** A device of a circuit where its files and procedures name it. */
interface NamedDevice {
  readonly name: string;
  readonly section: string;
  readonly mesh: string;
  readonly device: Device;
  /** Of the program of the circuit. */
  readonly step: number;
}

export interface NamedMzi extends Omit<NamedDevice, "device"> {
  readonly mzi: Mzi;
}

/** All devices in the order of light. */
export function namedDevices(circuit: Pick<Circuit, "sections">): readonly NamedDevice[] {
  return circuitSteps(circuit).flatMap((it, step) => {
    if (it.kind !== "device") return [];
    const [section, mesh] = [it.section.name, it.mesh.name];
    return [{ name: deviceName(section, mesh, it.index), section, mesh, device: it.device, step }];
  });
}

export function namedMzis(circuit: Pick<Circuit, "sections">): readonly NamedMzi[] {
  return namedDevices(circuit).flatMap(({ device, ...it }) => (device.kind === "mzi" ? [{ ...it, mzi: device }] : []));
}

/** `device` counts the devices of the mesh in the order of the file. */
export function deviceName(section: string, mesh: string, device: number): string {
  return `${section}/${mesh}[${device}]`;
}
