import type { CodePage } from "./diagnostic.ts";
import { meaningCodes } from "./meaning-codes.ts";
import { networkCodes } from "./network-codes.ts";
import { syntaxCodes } from "./syntax-codes.ts";
import { topologyCodes } from "./topology-codes.ts";
import { trainingCodes } from "./training-codes.ts";

/**
 * What `optinc explain` says about the codes of this room. An example that begins with the line `# spec.yaml` is YAML;
 * codes about the size of a file have no examples.
 */
export const dslCodes: readonly CodePage[] = [
  ...syntaxCodes,
  ...meaningCodes,
  ...networkCodes,
  ...topologyCodes,
  ...trainingCodes,
];
