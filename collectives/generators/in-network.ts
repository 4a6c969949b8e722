import type { PhasedSchedule, Transfer, TransferOp } from "../schedule/schedule.ts";
import { alongEdge, chunkStart, phase, phased, sent } from "./phased.ts";

/**
 * Reduction inside the network: a tree of switches with `radix` ports downward; every switch adds what its children
 * send, the root's sum travels down again. Both ways are streamed: a switch forwards the first packet before it has the
 * last. Electrical (SHARP, SwitchML) and optical (OptINC, its cascade) trees are this schedule under different link models.
 *
 * @throws RangeError unless radix >= 2 is an integer
 */
export function inNetworkTree(name: string, workers: number, length: number, radix: number): PhasedSchedule {
  if (!Number.isInteger(radix) || radix < 2) throw new RangeError(`switches with ${radix} ports`);
  const sizes = treeLevels(workers, radix);
  const firstNode = [0, workers];
  for (const size of sizes) firstNode.push(firstNode.at(-1)! + size);
  const below = [workers, ...sizes];
  const switches = sizes.reduce((total, size) => total + size, 0);

  const level = (index: number, op: TransferOp): readonly Transfer[] =>
    sent((send) => {
      for (let child = 0; child < below[index]!; child++) {
        const [low, high] = [firstNode[index]! + child, firstNode[index + 1]! + Math.floor(child / radix)];
        alongEdge(send, op, low, high, length);
      }
    });
  const depth = sizes.length;
  const there = (index: number): readonly Transfer[] =>
    index < depth ? level(index, "reduce") : level(2 * depth - 1 - index, "copy");
  const phases = [phase("up and down", 2 * depth, there, { streamed: true })];
  return phased({ name, workers, switches, length, phases });
}

/** Switches on each level of the tree, the one above the workers first; the last is the root. */
export function treeLevels(workers: number, radix: number): readonly number[] {
  const sizes: number[] = [];
  for (let nodes = workers; nodes > 1; ) {
    nodes = Math.ceil(nodes / radix);
    sizes.push(nodes);
  }
  return sizes;
}

/**
 * NVLink SHARP: each GPU asks the switch for the sum of its share, which the switch collects from all of them, and has
 * the switch send it to all. A GPU sends and receives a buffer and a share of one. The switch keeps no sums: what
 * collects (first node) and what sends to all (second) share nothing.
 */
export function nvlinkSharp(workers: number, length: number): PhasedSchedule {
  const [collecting, sending] = [workers, workers + 1];
  const share = (gpu: number) => [chunkStart(length, workers, gpu), chunkStart(length, workers, gpu + 1)] as const;
  // All up, share down, share up, all down.
  const step = (index: number): readonly Transfer[] =>
    sent((send) => {
      for (let gpu = 0; gpu < workers; gpu++) {
        if (index === 0) send("reduce", gpu, collecting, 0, length);
        else if (index === 1) send("copy", collecting, gpu, ...share(gpu));
        else if (index === 2) send("copy", gpu, sending, ...share(gpu));
        else send("copy", sending, gpu, 0, length);
      }
    });
  const phases = [phase("reduce and multicast", 4, step, { streamed: true })];
  return phased({ name: "nvls", workers, switches: 2, length, phases });
}
