import { matrixSuite } from "./matrix.ts";

matrixSuite([16]);
