import { promisedBits } from "../compiler/specs.ts";
import { matrixSuite } from "./matrix.ts";

// A file of its own, so that two cores share what takes longest.
matrixSuite(
  [64],
  promisedBits.filter((bits) => bits >= 32),
);
