import type { Phase, PhasedSchedule, Transfer, TransferOp } from "../schedule/schedule.ts";
import { alongEdge, chunkStart, phase, phased, sent } from "./phased.ts";

/**
 * Recursive doubling: in step i partners at distance 2^i exchange whole buffers. Without a power of two the first
 * 2 (p - 2^k) workers fold into half as many before and unfold afterwards (Thakur, Rabenseifner and Gropp,
 * Int. J. High Perform. Comput. Appl. 19 (2005) 49).
 */
export function recursiveDoubling(workers: number, length: number): PhasedSchedule {
  const { core, depth, member, fold, unfold } = folding(workers, length);
  const exchange = phase("exchange", depth, (round) =>
    sent((send) => {
      for (let i = 0; i < core; i++) send("reduce", member(i), member(i ^ (1 << round)), 0, length);
    }),
  );
  return phased({ name: "recursive-doubling", workers, switches: 0, length, phases: [...fold, exchange, ...unfold] });
}

/**
 * Recursive halving (reduce-scatter) then doubling (all-gather), Rabenseifner's algorithm: partners halve what they
 * are responsible for. Workers beyond a power of two as in `recursiveDoubling`.
 */
export function halvingDoubling(workers: number, length: number): PhasedSchedule {
  const { core, depth, member, fold, unfold } = folding(workers, length);
  const at = (chunk: number): number => chunkStart(length, core, chunk);
  // After r rounds member i answers for the chunks whose top r bits equal those of i.
  const round = (distanceBit: number, op: TransferOp): readonly Transfer[] =>
    sent((send) => {
      const distance = 1 << distanceBit;
      for (let i = 0; i < core; i++) {
        const partner = i ^ distance;
        const owner = op === "reduce" ? partner : i;
        const first = (owner >> distanceBit) << distanceBit;
        send(op, member(i), member(partner), at(first), at(first + distance));
      }
    });
  const halving = phase("recursive halving", depth, (index) => round(depth - 1 - index, "reduce"));
  const doubling = phase("recursive doubling", depth, (index) => round(index, "copy"));
  const phases = [...fold, halving, doubling, ...unfold];
  return phased({ name: "halving-doubling", workers, switches: 0, length, phases });
}

interface Folding {
  /** Largest power of two in the workers, and its logarithm. */
  readonly core: number;
  readonly depth: number;
  /** The worker that plays member i of the power of two. */
  member(i: number): number;
  readonly fold: readonly Phase[];
  readonly unfold: readonly Phase[];
}

function folding(workers: number, length: number): Folding {
  const depth = Math.floor(Math.log2(workers));
  const core = 2 ** depth;
  const extra = workers - core;
  const member = (i: number): number => (i < extra ? 2 * i + 1 : i + extra);
  if (extra === 0) return { core, depth, member, fold: [], unfold: [] };
  const pairs = (op: TransferOp): readonly Transfer[] =>
    sent((send) => {
      for (let i = 0; i < extra; i++) alongEdge(send, op, 2 * i, 2 * i + 1, length);
    });
  const fold = [phase("fold", 1, () => pairs("reduce"), { alike: true })];
  const unfold = [phase("unfold", 1, () => pairs("copy"), { alike: true })];
  return { core, depth, member, fold, unfold };
}
