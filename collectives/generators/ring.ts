import type { PhasedSchedule, Schedule, Transfer, TransferOp } from "../schedule/schedule.ts";
import { chunkStart, materialise, phase, phased, push, requireSize } from "./phased.ts";

/**
 * Ring all-reduce: `workers - 1` steps of reduce-scatter, after which worker i holds the whole sum of chunk i + 1,
 * then `workers - 1` steps of all-gather. Each worker sends 2 length (workers - 1) / workers elements (Patarasuk and
 * Yuan, J. Parallel Distrib. Comput. 69 (2009) 117). Empty chunks (length < workers) are not sent; the steps remain.
 *
 * @throws RangeError unless workers >= 1 and length >= 0 are integers
 */
export function ring(workers: number, length: number): PhasedSchedule {
  requireSize("a ring", workers, length);
  const ringStep = (firstChunk: number, op: TransferOp): readonly Transfer[] => {
    const transfers: Transfer[] = [];
    for (let src = 0; src < workers; src++) {
      const chunk = (((src + firstChunk) % workers) + workers) % workers;
      const [start, end] = [chunkStart(length, workers, chunk), chunkStart(length, workers, chunk + 1)];
      push(transfers, op, src, (src + 1) % workers, start, end);
    }
    return transfers;
  };
  // With empty chunks the steps differ in who sends.
  const alike = length >= workers;
  const phases = [
    phase("reduce-scatter", workers - 1, (round) => ringStep(-round, "reduce"), { alike }),
    phase("all-gather", workers - 1, (round) => ringStep(1 - round, "copy"), { alike }),
  ];
  return phased({ name: "ring", workers, switches: 0, length, phases });
}

/** `ring` with its steps in memory. */
export function ringSchedule(workers: number, length: number): Schedule {
  return materialise(ring(workers, length));
}
