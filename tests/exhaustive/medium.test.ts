import { matrixSuite } from "./matrix.ts";

matrixSuite([7, 8, 12]);
