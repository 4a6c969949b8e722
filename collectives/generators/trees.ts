import type { PhasedSchedule, Transfer, TransferOp } from "../schedule/schedule.ts";
import { alongEdge, chunkStart, phase, phased, sent } from "./phased.ts";

/**
 * Binomial tree: reduce to worker 0 in ceil(lg p) steps, broadcast in as many, whole buffers each time.
 */
export function binomial(workers: number, length: number): PhasedSchedule {
  const depth = Math.ceil(Math.log2(workers));
  const level = (bit: number, op: TransferOp): readonly Transfer[] =>
    sent((send) => {
      const distance = 1 << bit;
      for (let parent = 0; parent + distance < workers; parent += 2 * distance) {
        alongEdge(send, op, parent + distance, parent, length);
      }
    });
  const phases = [
    phase("reduce", depth, (index) => level(index, "reduce")),
    phase("broadcast", depth, (index) => level(depth - 1 - index, "copy")),
  ];
  return phased({ name: "binomial", workers, switches: 0, length, phases });
}

/**
 * Double binary tree: two trees, each for one half of the buffer, so that every worker but one is a leaf in one of
 * them and both directions of its port are used (Sanders, Speck and Traeff, Parallel Computing 35 (2009) 581). Each
 * half is cut into `chunks` pieces that move up and down the trees as a pipeline: chunks + 2 depth - 1 steps.
 *
 * @throws RangeError unless chunks >= 1 is an integer
 */
export function doubleBinaryTree(workers: number, length: number, chunks: number): PhasedSchedule {
  if (!Number.isInteger(chunks) || chunks < 1) throw new RangeError(`a pipeline of ${chunks} chunks`);
  const parents = twoTrees(workers);
  const depths = parents.map(depthsOf);
  const height = heightOf(depths);
  const half = Math.ceil(length / 2);
  const bound = (tree: number, chunk: number): number =>
    tree === 0 ? chunkStart(half, chunks, chunk) : half + chunkStart(length - half, chunks, chunk);

  const at = (step: number): readonly Transfer[] =>
    sent((send) => {
      parents.forEach((parent, tree) => {
        const depth = depths[tree]!;
        for (let node = 0; node < workers; node++) {
          if (parent[node]! < 0) continue;
          const up = step - (height - depth[node]!);
          if (up >= 0 && up < chunks) send("reduce", node, parent[node]!, bound(tree, up), bound(tree, up + 1));
          const down = step - (height + depth[node]! - 1);
          if (down >= 0 && down < chunks) send("copy", parent[node]!, node, bound(tree, down), bound(tree, down + 1));
        }
      });
    });
  const all = workers === 1 ? 0 : chunks + 2 * height - 1;
  const fill = Math.min(all, 2 * height - 1);
  const steady = Math.max(0, all - 2 * fill);
  // With chunks of no element the steps differ in who sends.
  const alike = length >= 2 * chunks + 2;
  const phases = [
    phase("fill", fill, at),
    phase("steady", steady, (index) => at(fill + index), { alike }),
    phase("drain", all - fill - steady, (index) => at(fill + steady + index)),
  ].filter(({ steps }) => steps > 0);
  return phased({ name: "double-binary-tree", workers, switches: 0, length, phases });
}

/** Steps from the deepest leaf to the root of `doubleBinaryTree`. */
export function doubleBinaryTreeHeight(workers: number): number {
  return heightOf(twoTrees(workers).map(depthsOf));
}

function heightOf(depths: readonly (readonly number[])[]): number {
  return Math.max(0, ...depths.flat());
}

/**
 * Parents of the workers in both trees, -1 at the roots. In the first, worker i = (2j + 1) 2^b has the parent that
 * clears or keeps bit b + 1, so that odd workers are leaves; the second is its mirror image, or for odd p its shift by one.
 */
function twoTrees(workers: number): readonly (readonly number[])[] {
  const first = Array.from({ length: workers }, (_, node) => {
    if (node === 0) return -1;
    const bit = node & -node;
    const up = (node ^ bit) | (bit << 1);
    return up < workers ? up : node ^ bit;
  });
  const even = workers % 2 === 0;
  const image = (node: number): number => (even ? workers - 1 - node : (node + 1) % workers);
  const second = new Array<number>(workers).fill(-1);
  first.forEach((parent, node) => {
    second[image(node)] = parent < 0 ? -1 : image(parent);
  });
  return [first, second];
}

function depthsOf(parent: readonly number[]): readonly number[] {
  const depthOf = (node: number): number => (parent[node]! < 0 ? 0 : depthOf(parent[node]!) + 1);
  return parent.map((_, node) => depthOf(node));
}
