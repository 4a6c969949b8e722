import { counted, figure, grouped } from "../../dsl/index.ts";
import { textTable } from "../../formats/index.ts";
import type { Check } from "../../physics/index.ts";
import type { GradientReport, VerificationReport } from "../../verify/index.ts";
import type { Terminal } from "./terminal.ts";

const words = { pass: "pass", fail: "FAIL", "not computed": "not computed" } as const;

/** The table of checks: name, state, slack, what was found and what is wanted. */
export function checkLines(checks: readonly Check[], paint: Terminal["paintOut"]): string[] {
  const rows = checks.map(({ name, state, found, wanted, slack }) => [
    name,
    words[state],
    slack === null || !Number.isFinite(slack) ? "" : slackText(slack),
    wanted === null ? found : `${found}; wanted ${wanted}`,
  ]);
  return textTable([["check", "state", "slack", "found"], ...rows], "all", paint.dim);
}

/** `+39 %`; beyond ten times the bound as a multiple of it. */
function slackText(slack: number): string {
  const percent = Math.round(100 * slack);
  const sign = slack < 0 ? "" : "+";
  return Math.abs(percent) < 1000 ? `${sign}${percent} %` : `${sign}${figure(slack)} x`;
}

/**
 * Whether the words agree with the ring all-reduce, with real gradients and with the spec. A circuit that need not be right
 * always is not held to the first two: its wrong words are reported.
 */
export function agreementChecks({
  report: { allReduce },
  gradients,
  binding,
  target,
}: {
  readonly report: Pick<VerificationReport, "allReduce">;
  readonly gradients: { readonly report: GradientReport } | null;
  readonly binding: {
    readonly file: string;
    readonly aggregate: string;
    readonly disagreements: readonly string[];
  } | null;
  /** Share of right vectors that is enough. */
  readonly target: number;
}): readonly Check[] {
  const check = (name: string, found: string, isRight: boolean, required: boolean): Check => {
    return { name, state: isRight ? "pass" : "fail", found, wanted: null, slack: null, required, mend: null };
  };
  const { differing, elements } = allReduce;
  const reduced = `${grouped(differing)} of ${counted(elements, "word")} ${differing === 1 ? "differs" : "differ"}`;
  const disagreements = binding?.disagreements ?? [];
  return [
    check("all-reduce", reduced, differing === 0, target === 1),
    ...(gradients === null
      ? []
      : [gradients.report].map(({ wrong, workers, length }) => {
          const found = `${grouped(wrong)} of ${counted(workers * length, "word")} differ from the ring's`;
          return check("gradients", found, wrong === 0, target === 1);
        })),
    ...(binding === null
      ? []
      : [
          check(
            "spec",
            disagreements.join("; ") || `${binding.aggregate} of ${binding.file}`,
            disagreements.length === 0,
            true,
          ),
        ]),
  ];
}

/** Whether every check passes that the exit code hangs on. */
export function allPass(checks: readonly Check[]): boolean {
  return checks.every(({ required, state }) => !required || state === "pass");
}
