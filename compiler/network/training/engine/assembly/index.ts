export { drawIndex } from "./sample";
export { compose, run } from "./network";
