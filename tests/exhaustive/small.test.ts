import { matrixSuite } from "./matrix.ts";

matrixSuite([2, 3, 4, 5]);
