export { connectedComponents, spectralNorm } from "./components.ts";
export { factorMatrix, type MatrixFactors } from "./factor.ts";
export { isometryMesh, transposedIsometryMesh } from "./isometry.ts";
export { isOutOfReach, measuredMesh, type OutOfReach } from "./measured.ts";
export { depthOf, type MeshProgram, toDevices } from "./program.ts";
export { type Depth, factorOf, type Guide, lossyMesh, rowsOf, TUNABLE, waveguideOf } from "./waveguides.ts";
