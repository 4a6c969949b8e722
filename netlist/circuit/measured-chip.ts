import type { Circuit, Mzi } from "./circuit.ts";
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

/** An MZI of a circuit where its files and procedures name it. */
export interface NamedMzi {
  readonly name: string;
  readonly section: string;
  readonly mesh: string;
  readonly mzi: Mzi;
  /** Of the program of the circuit. */
  readonly step: number;
}

/** All MZIs in the order of light. */
export function namedMzis(circuit: Pick<Circuit, "sections">): readonly NamedMzi[] {
  return circuitSteps(circuit).flatMap((it, step) => {
    if (it.kind !== "device" || it.device.kind !== "mzi") return [];
    const [section, mesh] = [it.section.name, it.mesh.name];
    return [{ name: deviceName(section, mesh, it.index), section, mesh, mzi: it.device, step }];
  });
}

/** `device` counts the devices of the mesh in the order of the file. */
export function deviceName(section: string, mesh: string, device: number): string {
  return `${section}/${mesh}[${device}]`;
}
