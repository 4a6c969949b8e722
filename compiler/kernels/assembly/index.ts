export { adamDirection, subtract } from "./adam";
export { addBias, columnSums, lossGradient, maskByRelu } from "./elementwise";
export { multiplyColumns, multiplyRows, packColumns, packedBytes, packRows } from "./gemm";
export { command, compose, formTeam, serve } from "./network";
export { newtonSchulz } from "./orthogonal";
export { drawIndex, readWord, writeVector } from "./sample";
