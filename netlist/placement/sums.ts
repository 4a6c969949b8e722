/** Sums of the entries 0..at, each change and each sum in O(log n). */
export interface PrefixSums {
  readonly add: (at: number, by: number) => void;
  readonly upTo: (at: number) => number;
}

export function prefixSums(size: number): PrefixSums {
  const tree = new Float64Array(size + 1);
  return {
    add(at, by) {
      for (let i = at + 1; i <= size; i += i & -i) tree[i] = tree[i]! + by;
    },
    upTo(at) {
      let sum = 0;
      for (let i = at + 1; i > 0; i -= i & -i) sum += tree[i]!;
      return sum;
    },
  };
}

/** For each entry of a list of distinct whole numbers below `size`: how many before it are larger, how many behind it smaller. O(n log n). */
export function inversionsOf(list: readonly number[], size: number): { before: number[]; behind: number[] } {
  const seen = prefixSums(size);
  const before = list.map((value, i) => {
    const larger = i - seen.upTo(value);
    seen.add(value, 1);
    return larger;
  });
  // of all that are smaller, those that are not before it are behind it
  const behind = list.map((value, i) => seen.upTo(value) - 1 - (i - before[i]!));
  return { before, behind };
}
