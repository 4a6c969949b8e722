import type { RequirementResult } from "../../physics/index.ts";

/** A row each, `latency <= 5 ns: it is 1.61 ns`, the first one with a label; empty where nothing is required. */
export function requirementRows(requirements: readonly RequirementResult[]): [label: string, text: string][] {
  return requirements.map(({ metric, required, found, met, figure }, index) => {
    const text = figure.kind === "value" ? `it is ${found}` : `not computed: ${found}`;
    const verdict = met ? text : `${figure.kind === "value" ? "MISSED" : "FAILS"}, ${text}`;
    return [index === 0 ? "requires" : "", `${metric} ${required}: ${verdict}`];
  });
}
