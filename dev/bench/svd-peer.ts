import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { type SvdInput, svdInput } from "./matrices.ts";
import { cpuTimed } from "./timing.ts";

// The peer of the SVD bench in a process of its own, for it does not end on every matrix: kind and size in, CPU ms
// out.
const [kind, size] = [process.argv[2] as SvdInput, Number(process.argv[3])];
const matrix = Matrix.from1DArray(size, size, svdInput(kind, size));
const { ms } = cpuTimed(() => new SingularValueDecomposition(matrix));
console.log(JSON.stringify({ ms }));
