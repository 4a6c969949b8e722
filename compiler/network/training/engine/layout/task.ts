// Fields of an update task, in bytes from its start; pointers unless said.

/** i32: `dense` or `block`. */
export const kind = 0;
export const dense = 0;
export const block = 1;
export const BYTES = 48;
