// Fields of a shard, in bytes from its start.

/** f64 */
export const loss = 0;
/** Scratch of a product. */
export const tile = 16;
/** u32, bytes from the shard's start, the same in every shard. */
export const outputs = 192;
export const targets = 196;
export const delta = 200;
export const otherDelta = 204;
export const packed = 208;
/** Where the arrays begin. */
export const BYTES = 256;
