export { addBias64 } from "./elementwise";
export { drawIndex } from "./sample";
export { compose, run } from "./network";
