import { limits, trainingLimits } from "../../dsl/index.ts";
import { argument, flag, type Parameter, text, value } from "./parameters.ts";
import { count, quantity, share } from "./parsers.ts";

/** Parameters that several commands have alike. */
export const usual: {
  readonly path: Parameter<string>;
  readonly aggregate: Parameter<string | null>;
  readonly force: Parameter<boolean>;
  readonly quiet: Parameter<boolean>;
  readonly silent: Parameter<boolean>;
  readonly target: Parameter<number | null>;
  readonly technology: Parameter<string | null>;
  readonly symbolRate: Parameter<number | null>;
  readonly samples: Parameter<number | null>;
  readonly block: Parameter<number>;
  readonly threads: Parameter<number | null>;
  readonly writtenJson: Parameter<string | null>;
} = {
  path: argument("<path>", "build directory, circuit.json, spec file, or - for standard input"),
  aggregate: text("--aggregate <name>", "of a spec with several"),
  quiet: flag("-q, --quiet", "print no progress"),
  silent: flag("-q, --quiet", "print no report and no progress"),
  force: flag("--force", "replace files that the command did not write itself"),
  target: value("--target <share>", "share of words that a trained or imported network must get right", share),
  technology: text("--technology <name>", "a shipped one or a .yaml file (default: that of the spec or the build)"),
  symbolRate: value(
    "--symbol-rate <rate>",
    "such as 25GBd (default: that of the spec, else 25 GBd)",
    quantity("symbol rate"),
  ),
  samples: value("--samples <n>", "number of sampled vectors; implies --inputs sampled", count(1), null, {
    most: limits.sampledVectors,
  }),
  block: value("--block <n>", "gradients that share an exponent", count(1), 256, { most: trainingLimits.block }),
  threads: value(
    "--threads <n>",
    "number of threads (default: one for each core); results do not depend on it",
    count(1),
  ),
  writtenJson: text("--json <file>", "write the report as JSON; - prints it instead of the text"),
};

export const inputKinds = ["exhaustive", "proof", "sampled"] as const;

/** `samples` are of `inputs sampled`. */
export function samplesMisuse(values: {
  readonly samples: number | null;
  readonly inputs: string | null;
}): string | null {
  const { samples, inputs } = values;
  const fit = samples === null || inputs === null || inputs === "sampled";
  return fit ? null : `--samples does not go with --inputs ${inputs}`;
}
