export { type Component, type Components, connectedComponents, scaledToPassive, spectralNorm } from "./components.ts";
export { factorMatrix, type MatrixFactors } from "./factor.ts";
export { isometryMesh, transposedIsometryMesh } from "./isometry.ts";
export { type AttenuatorColumn, depthOf, type MeshProgram, type MziTable, toDevices } from "./program.ts";
export { orthogonalMesh, unitaryMesh } from "./rectangular.ts";
