import { promisedBits } from "../compiler/specs.ts";
import { matrixSuite } from "./matrix.ts";

matrixSuite(
  [64],
  promisedBits.filter((bits) => bits < 32),
);
