// Fields of a sampler, in bytes from its start.

/** i32: `aggregation` or `table`. */
export const kind = 0;
export const aggregation = 0;
export const table = 1;
/** i32 */
export const inputs = 4;
export const outputs = 8;
/** u32 */
export const domain = 12;
export const seed = 16;
/** Of a table: pointers to domain x inputs and domain x outputs floats. */
export const tableInputs = 20;
export const tableTargets = 24;
/** Wrong vectors of the last evaluation, drawn again in the first `hardRows` rows of a batch: pointer, u32, u32. */
export const hard = 28;
export const hardCount = 32;
export const hardRows = 36;
/** u32 */
export const workers = 40;
export const roundingOffset = 44;
export const tiesToEven = 48;
/** f32: network input = (sum - centre) * scale, the same for all inputs. */
export const scale = 52;
/** u32 */
export const bitsPerSymbol = 56;
export const topLevels = 60;
/** u64 places and u32 sizes of the inputs, f32 centres: pointers. */
export const places = 64;
export const sizes = 68;
export const centres = 72;
export const BYTES = 80;
