// Fields of the result of one chunk of an evaluation, in bytes from its start.

/** i32: how many vectors are wrong. */
export const wrong = 0;
/** f32: largest |output - target|. */
export const worst = 4;
/** One entry a wrong vector. */
export const list = 16;
export const ENTRY = 16;
/** Of an entry: u32 index in the domain, f64 word got - word wanted. */
export const index = 0;
export const error = 8;
