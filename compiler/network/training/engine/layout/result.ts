// Fields of the result of one chunk of an evaluation, in bytes from its start.

/** u32: how many vectors are wrong. */
export const wrong = 0;
/** u32 of each of them: its number in the domain. */
export const list = 4;
