import type { BlockPlace } from "../../kernels/index.ts";

/**
 * Cuts an outputs x inputs matrix into square blocks as the reference system does: as many s x s blocks as fit, with
 * s = min(outputs, inputs). What is left over when the sides do not divide is cut the same way.
 */
export function squareBlocks(outputs: number, inputs: number): BlockPlace[] {
  const blocks: BlockPlace[] = [];
  let row = 0;
  let column = 0;
  while (row < outputs && column < inputs) {
    const size = Math.min(outputs - row, inputs - column);
    blocks.push({ row, column, size });
    if (outputs - row > inputs - column) row += size;
    else column += size;
  }
  return blocks;
}
