export { binaryExponent, powerOfTwo } from "./binary.ts";
export { openKernels, openTeam } from "./memory.ts";
export { hypotenuse, lift, norm } from "./norm.ts";
export { nullReal, type Rotations } from "./nulling.ts";
export { orthogonalised, polarFactor } from "./orthogonal.ts";
export { finish } from "./steps.ts";
export { numericalRank, powerOfTwoScale, svd, transpose } from "./svd.ts";
