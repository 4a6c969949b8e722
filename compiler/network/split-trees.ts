import { bisectLeft, bisector } from "d3-array";

/** A tree of splitters over the copies of a wire; every fork is one MZI, whose kept light goes left. */
export type SplitTree =
  | { readonly kind: "leaf"; readonly copy: number }
  | { readonly kind: "fork"; readonly coupler: number; readonly left: SplitTree; readonly right: SplitTree };

/** A tree with the power at every node, before its forks are numbered. */
type Draft =
  | { readonly kind: "leaf"; readonly power: number; readonly copy: number }
  | { readonly kind: "fork"; readonly power: number; readonly left: Draft; readonly right: Draft };

const byFallingPower = bisector(({ power }: Draft) => -power);

/** Weak copies sit deep, which keeps splitters as even as possible. `newCoupler` numbers the forks in the order of the light, left first. */
export function huffmanTree(fields: readonly number[], newCoupler: () => number): SplitTree {
  const queue: Draft[] = fields.map((field, copy) => ({ kind: "leaf", power: field ** 2, copy }));
  queue.sort((p, q) => q.power - p.power);
  while (queue.length > 1) {
    const right = queue.pop()!;
    const left = queue.pop()!;
    const power = left.power + right.power;
    // Kept sorted by insertion behind equals: sorting at every step is too slow for thousands of biases.
    queue.splice(byFallingPower.right(queue, -power), 0, { kind: "fork", power, left, right });
  }
  return numbered(queue[0]!, newCoupler);
}

/** Copies stay in `order`, without crossings. Each fork splits the power most evenly: at most two forks deeper on average than the best tree. */
export function orderedTree(fields: readonly number[], order: readonly number[], newCoupler: () => number): SplitTree {
  const upTo = [0];
  for (const copy of order) upTo.push(upTo.at(-1)! + fields[copy]! ** 2);
  const build = (from: number, end: number): SplitTree => {
    if (end - from === 1) return { kind: "leaf", copy: order[from]! };
    const half = (upTo[from]! + upTo[end]!) / 2;
    const low = bisectLeft(upTo, half, from + 1, end - 1);
    const at = low > from + 1 && half - upTo[low - 1]! < upTo[low]! - half ? low - 1 : low;
    return { kind: "fork", coupler: newCoupler(), left: build(from, at), right: build(at, end) };
  };
  return build(0, order.length);
}

function numbered(draft: Draft, newCoupler: () => number): SplitTree {
  if (draft.kind === "leaf") return { kind: "leaf", copy: draft.copy };
  const { left, right } = draft;
  return { kind: "fork", coupler: newCoupler(), left: numbered(left, newCoupler), right: numbered(right, newCoupler) };
}
