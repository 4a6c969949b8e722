export { binaryExponent, powerOfTwo } from "./binary.ts";
export { multiply64, type ProductForm } from "./matrix.ts";
export { type KernelMemory, type Kernels, type KernelTeam, openKernels, openTeam, type TeamKernels } from "./memory.ts";
export { hypotenuse, largestOf, leastOf, norm } from "./norm.ts";
export { lift, nullReal, type Rotations } from "./nulling.ts";
export { nullComplex } from "./nulling-complex.ts";
export { finish } from "./steps.ts";
export { completeRows, numericalRank, type Svd, svd, transpose } from "./svd.ts";
