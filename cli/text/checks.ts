import { counted, grouped } from "../../dsl/index.ts";
import { textTable } from "../../formats/index.ts";
import type { Aggregate } from "../../netlist/index.ts";
import { type Check, slackText } from "../../physics/index.ts";
import type { Terminal } from "./terminal.ts";

const words = { pass: "pass", fail: "FAIL", "not computed": "not computed" } as const;

/** The table of checks: name, state, slack, found and wanted. Checks that are neither required nor computed share a row. */
export function checkLines(checks: readonly Check[], paint: Terminal["paintOut"]): string[] {
  const isOpen = ({ state, wanted, required }: Check): boolean =>
    state === "not computed" && wanted === null && !required;
  const open = checks.filter(isOpen);
  const rows = checks.flatMap((check): string[][] => {
    const { name, state, found, wanted } = check;
    if (isOpen(check)) {
      if (check !== open[0]) return [];
      return [[open.map((each) => each.name).join(", "), words[state], "", open.map((each) => each.found).join("; ")]];
    }
    return [[name, words[state], slackText(check), wanted === null ? found : `${found}; wanted ${wanted}`]];
  });
  return textTable([["check", "state", "slack", "found"], ...rows], "all", paint.dim);
}

/** A row where there is a text for it. */
export function textRow(label: string, text: string | false): [string, string][] {
  return text === false ? [] : [[label, text]];
}

/** Whether every check passes that the exit code depends on. */
export function allPass(checks: readonly Check[]): boolean {
  return checks.every(({ required, state }) => !required || state === "pass");
}

/** `half-up of the mean of 4 workers; 8-bit signed words in 4 symbols of 4 levels` */
export function functionText(of: Omit<Aggregate, "rounding"> & { readonly rounding: string }): string {
  const { workers, bits, signed, symbols, levels, rounding, fanIn = [workers] } = of;
  const what = rounding === "none" ? "exact sum of the words" : `${rounding} of the mean`;
  const inputs = fanIn.reduce((product, factor) => product * factor, 1);
  const tree = fanIn.length === 1 ? "" : ` on a cascade of ${fanIn.join(" x ")}`;
  const dark = inputs === workers ? "" : `, ${grouped(inputs - workers)} of ${grouped(inputs)} inputs dark`;
  const word = `${bits}-bit ${signed ? "signed" : "unsigned"} words in ${counted(symbols, "symbol")} of ${levels} levels`;
  return `${what} of ${workers} workers${tree}${dark}; ${word}`;
}
