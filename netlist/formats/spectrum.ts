import { type Finding, failure } from "../check/finding.ts";
import type { Subject } from "./scope.ts";
import type { TargetOption, TargetOptions } from "./target.ts";

/** Of formats of scattering matrices, as the next one. */
export const directionOption: TargetOption = {
  name: "direction",
  summary: "reciprocal: light may run backwards; forward: only S(out, in)",
  values: ["reciprocal", "forward"],
};

/** Who exports makes a chip of each frequency: this module knows no physics. */
export const sweepOption: TargetOption = {
  name: "sweep",
  summary: "FROM:TO:COUNT, frequencies in Hz: the phases as they were set at the technology's wavelength",
  values: ["off"],
  also: {
    what: "such as 193.3e12:193.5e12:101",
    pattern: /^\d{1,15}(\.\d+)?(e\d\d?)?:\d{1,15}(\.\d+)?(e\d\d?)?:\d{1,4}$/,
  },
};

/** Frequencies that the option asks for, ascending; null where it is off, or asks for none. */
export function sweptFrequencies(options: TargetOptions): readonly number[] | null {
  const [from = 0, to = 0, count = 0] = (options["sweep"] ?? "off").split(":").map(Number);
  if (!(from > 0 && to >= from && count >= 1)) return null;
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / Math.max(1, count - 1));
}

export function sweepFindings({ spectrum }: Subject, options: TargetOptions): readonly Finding[] {
  if (spectrum !== null || (options["sweep"] ?? "off") === "off") return [];
  const help = "name a technology, and ascending frequencies in Hz: `--option sweep=193.3e12:193.5e12:101`";
  return [failure("OPT0454", "", `a sweep over ${options["sweep"]} cannot be computed`, help)];
}
