export { packedBytes, packRows, packColumns, multiplyRows, multiplyColumns } from "./gemm";
export { packedBytes64, packRows64, packColumns64, multiplyRows64, multiplyColumns64 } from "./gemm64";
export { addBias, addBias64, maskByRelu, columnSums, lossGradient } from "./elementwise";
export { adamDirection, subtract } from "./adam";
export { newtonSchulz } from "./orthogonal";
export { jacobiRows64 } from "./jacobi";
export { applyMesh64 } from "./mesh";
export { drawIndex, writeVector, readWord } from "./sample";
export { command, compose, formTeam, serve } from "./network";
