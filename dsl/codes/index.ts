import type { CodePages } from "../report/diagnostic.ts";
import { meaningCodes } from "./aggregate.ts";
import { designCodes } from "./design.ts";
import { studyCodes } from "./study.ts";
import { syntaxCodes } from "./text.ts";

/** What `optinc explain` says about the codes of this module. An example that begins with the line `# spec.yaml` is YAML. */
export const dslCodes: CodePages = { ...syntaxCodes, ...meaningCodes, ...designCodes, ...studyCodes };
