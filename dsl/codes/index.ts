import type { CodePages } from "../report/diagnostic.ts";
import { meaningCodes } from "./aggregate.ts";
import { networkCodes } from "./network.ts";
import { neuronCodes } from "./neuron.ts";
import { renamedCodes } from "./renamed.ts";
import { requirementCodes } from "./requirements.ts";
import { resultCodes } from "./result.ts";
import { studyCodes } from "./study.ts";
import { syntaxCodes } from "./text.ts";
import { topologyCodes } from "./topology.ts";
import { trainingCodes } from "./training.ts";

/** What `optinc explain` says about the codes of this module. An example that begins with the line `# spec.yaml` is YAML. */
export const dslCodes: CodePages = {
  ...syntaxCodes,
  ...meaningCodes,
  ...networkCodes,
  ...topologyCodes,
  ...requirementCodes,
  ...trainingCodes,
  ...neuronCodes,
  ...studyCodes,
  ...renamedCodes,
  ...resultCodes,
};
