// Fields of an update task of free parameters; pointers unless said.

/** i32 */
export const count = 4;
export const parameters = 8;
export const m = 12;
export const v = 16;
export const gradient = 20;
/** `count` floats. */
export const scratch = 24;
