import { phase, phased, push, requireSize } from "./phased.ts";
import type { PhasedSchedule, Transfer } from "./schedule.ts";

/**
 * Reduction inside the network: a tree of switches with `radix` ports downward; every switch adds what its children
 * send, the root's sum travels down again. Both ways are streamed: a switch forwards the first packet before it has the
 * last. Electrical (SHARP, SwitchML) and optical (OptINC, its cascade) trees are this schedule under different link models.
 *
 * @throws RangeError unless workers >= 1, length >= 0 and radix >= 2 are integers
 */
export function inNetworkTree(name: string, workers: number, length: number, radix: number): PhasedSchedule {
  requireSize(`a ${name}`, workers, length);
  if (!Number.isInteger(radix) || radix < 2) throw new RangeError(`switches with ${radix} ports`);
  const sizes = treeLevels(workers, radix);
  const firstNode = [0, workers];
  for (const size of sizes) firstNode.push(firstNode.at(-1)! + size);
  const below = [workers, ...sizes];
  const switches = sizes.reduce((total, size) => total + size, 0);

  const level = (index: number, op: Transfer["op"]): readonly Transfer[] => {
    const transfers: Transfer[] = [];
    for (let child = 0; child < below[index]!; child++) {
      const [low, high] = [firstNode[index]! + child, firstNode[index + 1]! + Math.floor(child / radix)];
      if (op === "reduce") push(transfers, op, low, high, 0, length);
      else push(transfers, op, high, low, 0, length);
    }
    return transfers;
  };
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
