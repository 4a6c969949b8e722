import type { SliceActivation } from "../../netlist/index.ts";

/** A field that is nearer to a corner than this share of the largest one is at it. */
const AT_A_CORNER = 1e-9;

/** In which part of its curve a neuron works. dark and saturated: nothing of what it detects passes; linear: all of it, times the gain. */
export type Region = "dark" | "linear" | "saturated";

export interface Working {
  readonly region: Region;
  /** Distances from the corners at which the region ends, Infinity where it has none; empty at a corner itself. */
  readonly below: number;
  readonly above: number;
  /** Whether the field stands at a corner, from where half of all noise passes: counted as linear. */
  readonly atCorner: boolean;
}

/** Of a field less its threshold, whose largest absolute value is `largest`, before a neuron of that range. */
export function workingOf(field: number, range: number, largest: number): Working {
  const near = AT_A_CORNER * largest;
  if (Math.abs(field) <= near || Math.abs(field - range) <= near) {
    return { region: "linear", below: Number.POSITIVE_INFINITY, above: Number.POSITIVE_INFINITY, atCorner: true };
  }
  if (field < 0) return { region: "dark", below: Number.POSITIVE_INFINITY, above: -field, atCorner: false };
  if (field > range) {
    return { region: "saturated", below: field - range, above: Number.POSITIVE_INFINITY, atCorner: false };
  }
  return { region: "linear", below: field, above: range - field, atCorner: false };
}

/** What a neuron detects and sends in front of its gain, of a field less its threshold. */
export function fieldsAt(
  { threshold, range }: Pick<SliceActivation, "threshold" | "range">,
  field: number,
): { readonly detected: number; readonly sent: number } {
  return { detected: field + threshold, sent: Math.min(range, Math.max(0, field)) };
}
