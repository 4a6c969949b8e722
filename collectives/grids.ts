import { chunkStart, phase, phased, push, requireSize } from "./phased.ts";
import type { Phase, PhasedSchedule, Transfer, TransferOp } from "./schedule.ts";

/**
 * Hierarchical ring: reduce-scatter on a ring inside each group of `group` consecutive workers, all-reduce of each
 * shard on a ring across the groups, all-gather inside the group.
 *
 * @throws RangeError unless group divides workers, both positive integers, and length >= 0 is one
 */
export function hierarchicalRing(workers: number, length: number, group: number): PhasedSchedule {
  return gridRing("hierarchical-ring", workers, length, group);
}

/**
 * Ring all-reduce on a torus of `columns` columns: reduce-scatter along the rows, all-reduce of the shards along the
 * columns, all-gather along the rows; all transfers go to neighbours (Mikami et al., arXiv 1811.05233).
 *
 * @throws RangeError unless columns divides workers, both positive integers, and length >= 0 is one
 */
export function torusRing(workers: number, length: number, columns: number): PhasedSchedule {
  return gridRing("torus", workers, length, columns);
}

/** The largest divisor of `workers` up to `most`: 1 for primes above it. */
export function largestDivisor(workers: number, most: number): number {
  for (let divisor = Math.min(most, workers); divisor > 1; divisor--) if (workers % divisor === 0) return divisor;
  return 1;
}

/** Worker row * columns + column; shard s of the buffer is finished in column s - 1. */
function gridRing(name: string, workers: number, length: number, columns: number): PhasedSchedule {
  requireSize(`a ${name}`, workers, length);
  if (!Number.isInteger(columns) || columns < 1 || workers % columns !== 0) {
    throw new RangeError(`${workers} workers in rows of ${columns}`);
  }
  const rows = workers / columns;
  const shard = (index: number): number => chunkStart(length, columns, index);

  const inRows = (firstShard: number, op: TransferOp): readonly Transfer[] => {
    const transfers: Transfer[] = [];
    for (let src = 0; src < workers; src++) {
      const column = src % columns;
      const index = modulo(column + firstShard, columns);
      push(transfers, op, src, src - column + ((column + 1) % columns), shard(index), shard(index + 1));
    }
    return transfers;
  };
  const inColumns = (firstPiece: number, op: TransferOp): readonly Transfer[] => {
    const transfers: Transfer[] = [];
    for (let src = 0; src < workers; src++) {
      const [row, column] = [Math.floor(src / columns), src % columns];
      const start = shard((column + 1) % columns);
      const size = shard(((column + 1) % columns) + 1) - start;
      const piece = modulo(row + firstPiece, rows);
      const bounds = [start + chunkStart(size, rows, piece), start + chunkStart(size, rows, piece + 1)] as const;
      push(transfers, op, src, (src + columns) % workers, ...bounds);
    }
    return transfers;
  };
  const alike = length >= workers + columns;
  const phases: readonly Phase[] = [
    phase("reduce-scatter in rows", columns - 1, (round) => inRows(-round, "reduce"), { alike }),
    phase("reduce-scatter in columns", rows - 1, (round) => inColumns(-round, "reduce"), { alike }),
    phase("all-gather in columns", rows - 1, (round) => inColumns(1 - round, "copy"), { alike }),
    phase("all-gather in rows", columns - 1, (round) => inRows(1 - round, "copy"), { alike }),
  ];
  return phased({ name, workers, switches: 0, length, phases });
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
