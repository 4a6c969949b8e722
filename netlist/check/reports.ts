import type { Finding } from "./finding.ts";

/** Findings beyond this many are counted, not listed. */
const LISTED = 50;

/** Collects findings. */
export interface Reports {
  readonly report: (finding: Finding) => void;
  readonly findings: () => readonly Finding[];
  readonly errors: () => number;
}

export function newReports(): Reports {
  const listed: Finding[] = [];
  let total = 0;
  let errors = 0;
  return {
    report: (finding) => {
      total += 1;
      errors += finding.severity === "error" ? 1 : 0;
      if (listed.length < LISTED) {
        listed.push(finding);
      }
    },
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
