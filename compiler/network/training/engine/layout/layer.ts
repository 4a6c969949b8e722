// Fields of a layer, in bytes from its start; pointers unless said.

/** i32 */
export const inputs = 0;
/** i32 */
export const outputs = 4;
export const weights = 8;
export const bias = 12;
/** Weights packed for the way forward and back. */
export const forward = 16;
export const backward = 20;
/** Bytes from the start of a shard: input activations, gradient of weights and of bias. */
export const activations = 24;
export const gradient = 28;
export const biasGradient = 32;
export const BYTES = 36;
