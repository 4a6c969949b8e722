import type { PhasedSchedule, Schedule } from "../schedule/schedule.ts";
import { materialise, phased, ringPhase, workersFrom } from "./phased.ts";

/**
 * Ring all-reduce: `workers - 1` steps of reduce-scatter, after which worker i holds the whole sum of chunk i + 1,
 * then `workers - 1` steps of all-gather. Each worker sends 2 length (workers - 1) / workers elements (Patarasuk and
 * Yuan, J. Parallel Distrib. Comput. 69 (2009) 117). Empty chunks (length < workers) are not sent; the steps remain.
 */
export function ring(workers: number, length: number): PhasedSchedule {
  const rings = [{ members: workersFrom(0, workers), range: { start: 0, end: length } }];
  const phases = [ringPhase("", "reduce", rings), ringPhase("", "copy", rings)];
  return phased({ name: "ring", workers, switches: 0, length, phases });
}

/** `ring` with its steps in memory. */
export function ringSchedule(workers: number, length: number): Schedule {
  return materialise(ring(workers, length));
}
