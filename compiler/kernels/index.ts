export { type Batch64, openBatch64 } from "./batch64.ts";
export { binaryExponent, powerOfTwo } from "./binary.ts";
export { allocatedBytes, type Engine, type Kernels, openKernels, openTeam } from "./engine.ts";
export { applyMesh, jacobiRows, type MeshDevices, multiply32, multiply64, type ProductForm } from "./matrix.ts";
export { hypotenuse, largestOf, leastOf, norm } from "./norm.ts";
export { lift, nullReal, type Rotations } from "./nulling.ts";
export { nullComplex } from "./nulling-complex.ts";
export {
  type BlockPlace,
  EVALUATION_RANGE,
  type LayerShape,
  openPerceptron,
  type Perceptron,
  type PerceptronOptions,
  parameterCount,
  type RangeEvaluation,
  type Samples,
  type StepSettings,
} from "./perceptron.ts";
export { completeRows, numericalRank, type Svd, svd, transpose } from "./svd.ts";
