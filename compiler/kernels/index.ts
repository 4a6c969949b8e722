export { nullReal, type Rotations } from "./nulling.ts";
export { nullComplex } from "./nulling-complex.ts";
export { completeRows, numericalRank, type Svd, svd, transpose } from "./svd.ts";
