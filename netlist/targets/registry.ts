import { blackbirdTarget } from "./blackbird.ts";
import { gdsfactoryTarget } from "./gdsfactory.ts";
import { kfnetlistTarget } from "./kfnetlist.ts";
import { lumericalTarget } from "./lumerical.ts";
import { lumericalDatTarget } from "./lumerical-dat.ts";
import { percevalTarget } from "./perceval.ts";
import { phasesTarget } from "./phases.ts";
import { saxTarget } from "./sax.ts";
import { spiceTarget } from "./spice.ts";
import type { Target } from "./target.ts";
import { touchstoneTarget } from "./touchstone.ts";

/** Every built-in format; a new one is one file and one line here. */
export const targets: readonly Target[] = [
  spiceTarget,
  phasesTarget,
  saxTarget,
  gdsfactoryTarget,
  kfnetlistTarget,
  touchstoneTarget,
  lumericalTarget,
  lumericalDatTarget,
  blackbirdTarget,
  percevalTarget,
];

export function findTarget(name: string): Target | null {
  return targets.find((it) => it.name === name) ?? null;
}
