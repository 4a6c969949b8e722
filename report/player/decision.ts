import type { Simulator } from "../../netlist/index.ts";
import type { Trace } from "./trace.ts";

/** The light of one vector in a circuit. */
export interface Lit {
  readonly simulator: Simulator;
  readonly trace: Trace;
}

/** How far the field before a neuron is from its threshold, in the circuit's units; positive where it fires. */
export function aboveThreshold({ simulator, trace }: Lit, step: number): number {
  return trace.beforeRe[2 * step]! + simulator.program.coefficients[8 * step + 1]!;
}

/** Width of the linear part of a neuron, in the circuit's units; Infinity of a rectifier. */
export function rangeOf({ simulator }: Lit, step: number): number {
  return simulator.program.coefficients[8 * step + 2]!;
}

/** Where a neuron stands: `above` is its field less its threshold, `range` the width of its linear part, Infinity of a rectifier. */
export function neuronState(above: number, range: number): "dark" | "fires" | "saturated" {
  if (!(above > 0)) return "dark";
  return above >= range ? "saturated" : "fires";
}

/** How far the field is from where the neuron would decide otherwise: from the ends of its linear part, 0 within it; a rectifier has one end. */
export function decisionDistance(above: number, range: number): number {
  if (above <= 0 || range === Number.POSITIVE_INFINITY) return Math.abs(above);
  return Math.max(0, above - range);
}
