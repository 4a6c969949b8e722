// Fields of a sampler, in bytes from its start.

/** i32 */
export const inputs = 0;
export const outputs = 4;
/** u32 */
export const domain = 8;
export const seed = 12;
/** Wrong vectors of the last evaluation, drawn again in the first `hardRows` rows of a batch: pointer, u32, u32. */
export const hard = 16;
export const hardCount = 20;
export const hardRows = 24;
/** u32 */
export const workers = 28;
export const roundingOffset = 32;
export const tiesToEven = 36;
/** f32: network input = (sum - centre) * scale, the same for all inputs. */
export const scale = 40;
/** u32 */
export const bitsPerSymbol = 44;
export const topLevels = 48;
/** u64 places and u32 sizes of the inputs, f32 centres: pointers. */
export const places = 52;
export const sizes = 56;
export const centres = 60;
export const BYTES = 64;
