import { caution, type Finding, failure } from "./finding.ts";

/** Findings beyond this many are counted, not listed. */
const LISTED = 50;

/** Collects findings. */
export interface Reports {
  /** Of an error: what `failure` takes. */
  readonly fail: (...finding: Parameters<typeof failure>) => void;
  /** Of a warning. */
  readonly warn: (...finding: Parameters<typeof caution>) => void;
  readonly findings: () => readonly Finding[];
  readonly errors: () => number;
}

export function newReports(): Reports {
  const listed: Finding[] = [];
  let total = 0;
  let errors = 0;
  const keep = (finding: Finding): void => {
    total += 1;
    errors += finding.severity === "error" ? 1 : 0;
    if (listed.length < LISTED) listed.push(finding);
  };
  return {
    fail: (...finding) => keep(failure(...finding)),
    warn: (...finding) => keep(caution(...finding)),
    findings: () =>
      total === listed.length
        ? listed
        : [
            ...listed,
            {
              code: "OPT0414",
              severity: errors > 0 ? "error" : "warning",
              message: `${total - listed.length} more findings are not listed`,
              where: "",
              help: null,
            },
          ],
    errors: () => errors,
  };
}
