import { executeSchedule } from "./execute.ts";
import { phased, push } from "./phased.ts";
import type { Phase, PhasedSchedule, Step, StepSequence } from "./schedule.ts";

/**
 * A half of an all-reduce on a buffer whose elements are renumbered so that worker w has share w of p, as interfaces of
 * collectives want it; a ring leaves it share w + 1. `scatter` is the reduce-scatter of the same algorithm and length. Null
 * where workers have no equal shares of their own.
 */
export function inRankOrder(scatter: StepSequence, schedule: PhasedSchedule): PhasedSchedule | null {
  const place = placesOf(scatter);
  if (place === null) return null;
  const phases = schedule.phases.map((old): Phase => ({ ...old, at: (index) => moved(old.at(index), place) }));
  return phased({ ...schedule, phases });
}

/** New number of each element: those that are whole at worker 0, then those of worker 1, and so on. */
function placesOf(scatter: StepSequence): Uint32Array | null {
  const { workers, length } = scatter;
  // Ones add up to the number of workers where all of them came together.
  const ones = Array.from({ length: workers }, () => new Float64Array(length).fill(1));
  const { buffers } = executeSchedule(scatter, ones);
  const place = new Uint32Array(length);
  let next = 0;
  for (const [worker, buffer] of buffers.entries()) {
    for (const [element, sum] of buffer.entries()) if (sum === workers) place[element] = next++;
    if (next !== ((worker + 1) * length) / workers) return null;
  }
  return place;
}

/** Ranges whose elements are no longer side by side become several. */
function moved({ transfers }: Step, place: Uint32Array): Step {
  const pieces: Step["transfers"][number][] = [];
  for (const { src, dst, range, op, route } of transfers) {
    let { start } = range;
    for (let end = start + 1; end <= range.end; end++) {
      if (end < range.end && place[end] === place[end - 1]! + 1) continue;
      push(pieces, op, src, dst, place[start]!, place[end - 1]! + 1, route);
      start = end;
    }
  }
  return { transfers: pieces };
}
