export { binaryExponent, powerOfTwo } from "./binary.ts";
export { openKernels, openTeam } from "./memory.ts";
export { hypotenuse, largestOf, leastOf, norm } from "./norm.ts";
export { lift, nullReal, type Rotations } from "./nulling.ts";
export { nullComplex } from "./nulling-complex.ts";
export { finish } from "./steps.ts";
export { completeRows, numericalRank, svd, transpose } from "./svd.ts";
