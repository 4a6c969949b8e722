import { phasesTarget } from "./phases.ts";
import { spiceTarget } from "./spice.ts";
import type { Target } from "./target.ts";

/** Every built-in format; a new one is one file and one line here. */
export const targets: readonly Target[] = [spiceTarget, phasesTarget];

export function findTarget(name: string): Target | null {
  return targets.find((it) => it.name === name) ?? null;
}
