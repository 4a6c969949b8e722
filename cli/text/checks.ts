import { figure } from "../../dsl/index.ts";
import { textTable } from "../../formats/index.ts";
import type { Check } from "../../physics/index.ts";
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
