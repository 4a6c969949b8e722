export { packedBytes, packRows, packColumns, multiplyRows, multiplyColumns } from "./gemm";
