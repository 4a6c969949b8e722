import { chunkBounds, type Schedule, type Step, type Transfer, type TransferOp } from "./schedule.ts";

/**
 * Ring all-reduce: `workers - 1` steps of reduce-scatter, after which worker i holds the whole sum of chunk i + 1,
 * then `workers - 1` steps of all-gather. Each worker sends 2 length (workers - 1) / workers elements (Patarasuk and
 * Yuan, J. Parallel Distrib. Comput. 69 (2009) 117). Empty chunks (length < workers) are not sent; the steps remain.
 *
 * @throws RangeError unless workers >= 1 and length >= 0 are integers
 */
export function ringSchedule(workers: number, length: number): Schedule {
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`a ring of ${workers} workers`);
  if (!Number.isInteger(length) || length < 0) throw new RangeError(`a buffer of ${length} elements`);
  const bounds = chunkBounds(length, workers);

  const ringStep = (firstChunk: number, op: TransferOp): Step => {
    const transfers: Transfer[] = [];
    for (let src = 0; src < workers; src++) {
      const chunk = (((src + firstChunk) % workers) + workers) % workers;
      const range = { start: bounds[chunk]!, end: bounds[chunk + 1]! };
      if (range.start < range.end) transfers.push({ src, dst: (src + 1) % workers, range, op, route: null });
    }
    return { transfers };
  };

  const rounds = Array.from({ length: workers - 1 }, (_, round) => round);
  const reduceScatter = rounds.map((round) => ringStep(-round, "reduce"));
  const allGather = rounds.map((round) => ringStep(1 - round, "copy"));
  return { name: "ring", workers, length, steps: [...reduceScatter, ...allGather] };
}
