import { counted } from "../../dsl/index.ts";
import type { Route, ScheduleFault, StepSequence, Transfer } from "./schedule.ts";

/** Lines of a schedule for people, a transfer a line; stops after `most` transfers and says how many steps are left. */
export function* listSchedule(schedule: StepSequence, most: number): Generator<string> {
  let step = 0;
  let shown = 0;
  let hidden = 0;
  for (const { transfers } of schedule.steps) {
    step++;
    if (shown + transfers.length > most && step > 1) {
      hidden++;
      continue;
    }
    shown += transfers.length;
    yield `step ${step}\n`;
    for (const transfer of transfers) yield `  ${transferText(schedule, transfer)}\n`;
  }
  if (hidden > 0) yield `and ${counted(hidden, "more step")}\n`;
}

function transferText(schedule: StepSequence, { src, dst, range, op, route }: Transfer): string {
  const node = (number: number): string =>
    number < schedule.workers ? `${number}` : `switch ${number - schedule.workers}`;
  const where = route === null ? "" : `  ${routeText(route, node)}`;
  return `${node(src)} -> ${node(dst)}  [${range.start}, ${range.end})  ${op}${where}`;
}

function routeText(route: Route, node: (number: number) => string): string {
  switch (route.kind) {
    case "arc": {
      const last = route.firstWavelength + route.wavelengths - 1;
      const light = last === route.firstWavelength ? `${last}` : `${route.firstWavelength}..${last}`;
      return `${route.direction} on wavelength ${light}`;
    }
    case "path":
      return route.ways.map((via) => `by ${via.map(node).join(", ")}`).join(" and ");
  }
}

/** Transfers of all steps; stops counting above `most`. */
export function countTransfers(schedule: StepSequence, most: number): number {
  let count = 0;
  for (const { transfers } of schedule.steps) {
    count += transfers.length;
    if (count > most) break;
  }
  return count;
}

/** `no fault`, or the first fault and how many there are. */
export function faultText(faults: readonly ScheduleFault[]): string {
  if (faults.length === 0) return "no fault";
  return `${faults[0]!.message}${faults.length > 1 ? ` (and ${faults.length - 1} more)` : ""}`;
}
