import type { PhasedSchedule } from "../../collectives/index.ts";

export function stepCount({ phases }: PhasedSchedule): number {
  return phases.reduce((total, { steps }) => total + steps, 0);
}
