import type { Circuit, Device } from "./circuit.ts";

/** How the phases of one circuit differ from those of another. */
export interface PhaseDifference {
  /** Phases of devices that stand at the same place in both: section, mesh, column, mode and kind. */
  readonly same: number;
  readonly changed: number;
  /** Phases of devices that only the newer, and only the older circuit has. */
  readonly added: number;
  readonly removed: number;
  /** Of those that changed, in rad. */
  readonly largestRad: number;
}

/** Two phases this close, in rad, are one: circuits are worked out in doubles. */
const rounding = 1e-9;

/** Null is a circuit without devices. Devices are the same where they stand at the same place; of several at one place the first is the first. */
export function phaseDifference(older: Circuit | null, newer: Circuit | null): PhaseDifference {
  const before = phasesOf(older);
  let [same, changed, added, removed, largestRad] = [0, 0, 0, 0, 0];
  for (const [place, phases] of phasesOf(newer)) {
    const earlier = before.get(place);
    if (earlier === undefined) {
      added += phases.length;
      continue;
    }
    before.delete(place);
    for (const [i, phase] of phases.entries()) {
      const change = Math.abs(phase - earlier[i]!);
      if (change <= rounding) same += 1;
      else changed += 1;
      if (change > rounding) largestRad = Math.max(largestRad, change);
    }
  }
  for (const phases of before.values()) removed += phases.length;
  return { same, changed, added, removed, largestRad };
}

function phasesOf(circuit: Circuit | null): Map<string, readonly number[]> {
  const found = new Map<string, readonly number[]>();
  for (const [s, section] of (circuit?.sections ?? []).entries()) {
    for (const [m, mesh] of section.meshes.entries()) {
      const seen = new Map<string, number>();
      for (const device of mesh.devices) {
        const phases = phasesOfDevice(device);
        if (phases.length === 0) continue;
        const place = `${device.kind} ${device.column} ${device.mode}`;
        const count = seen.get(place) ?? 0;
        seen.set(place, count + 1);
        found.set(`${s} ${section.name} ${m} ${mesh.name} ${place} ${count}`, phases);
      }
    }
  }
  return found;
}

function phasesOfDevice(device: Device): readonly number[] {
  switch (device.kind) {
    case "mzi":
    case "attenuator":
      return [device.thetaRad, device.phiRad];
    case "phase":
      return [device.phiRad];
    case "waveguide":
      return [];
  }
}
