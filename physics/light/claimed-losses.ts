import { type Circuit, type Device, heaterCounts, mziFactor, type Optics } from "../../netlist/index.ts";

/** Factors are products of a few doubles. */
const ROUNDING = 1e-9;

/**
 * What of a circuit loses less light than its technology's optics say, a line a kind of device with the worst of it; empty where
 * nothing does. More may be lost: lanes that meet are balanced.
 */
export function tooBright(circuit: Circuit, optics: Optics): readonly string[] {
  const worst = new Map<Device["kind"], { readonly claimed: number; readonly least: number; readonly count: number }>();
  for (const [device, heaters] of heaterCounts(circuit)) {
    const claimed = device.fieldFactor ?? 1;
    const least = factorOf(device, heaters, optics);
    if (claimed <= least * (1 + ROUNDING)) continue;
    const known = worst.get(device.kind);
    const isWorse = known === undefined || claimed / least > known.claimed / known.least;
    worst.set(device.kind, { ...(isWorse ? { claimed, least } : known), count: (known?.count ?? 0) + 1 });
  }
  return [...worst].map(
    ([kind, { claimed, least, count }]) =>
      `losses: ${count} of the devices ${kind} pass more light than in the technology: a field of ${rounded(claimed)}, not ${rounded(least)}`,
  );
}

/** Field behind a device over that before it, at most. */
function factorOf(device: Device, heaters: number, optics: Optics): number {
  switch (device.kind) {
    case "mzi":
    case "attenuator":
      return mziFactor(optics, heaters);
    case "phase":
      return optics.phaseFieldFactor;
    case "waveguide":
      return optics.crossingFieldFactor ** device.crossings * optics.fieldFactorPerUm ** device.lengthUm;
  }
}

export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
