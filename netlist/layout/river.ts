/**
 * Lanes side by side that go to other places in the same order, each straight, then across in a column of its own, then straight: the
 * column that each takes, counted from where the lanes come from, so that none crosses another. Places ascend; ends of what goes across
 * in one column stay `apart`. O(n).
 */
export function riverColumns(from: readonly number[], to: readonly number[], apart: number): readonly number[] {
  const columns = from.map(() => 0);
  // what goes up meets the lane above it, what goes down that below
  for (let i = from.length - 2; i >= 0; i--) {
    if (to[i]! > from[i]! && to[i]! > from[i + 1]! - apart) columns[i] = columns[i + 1]! + 1;
  }
  for (let i = 1; i < from.length; i++) {
    if (to[i]! < from[i]! && to[i]! < from[i - 1]! + apart) columns[i] = columns[i - 1]! + 1;
  }
  return columns;
}
