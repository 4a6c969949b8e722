// Fields of an update task of a block diag(d) U; pointers unless said.

/** i32 */
export const size = 4;
export const u = 8;
export const d = 12;
export const mU = 16;
export const vU = 20;
export const mD = 24;
export const vD = 28;
/** Place in the layer's weights, and its row length in floats. */
export const w = 32;
export const ld = 36;
/** Place in the first shard's gradient. */
export const gradient = 40;
/** 3 size^2 + 8 size + 64 floats and a packed size x size matrix. */
export const scratch = 44;
