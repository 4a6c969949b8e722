import { counted, grouped, plainDiagnostic } from "../../dsl/index.ts";
import { studyPage, together } from "../../report/index.ts";
import type { ExitCode } from "../exit.ts";
import { type Outputs, writtenCode } from "../files/outputs.ts";
import { attached } from "../report/attachments.ts";
import { pageAssets } from "../report/page-assets.ts";
import { readStudy } from "../report/study-figures.ts";
import { hasErrors, refuse } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import { version } from "../version.ts";

export interface StudyReport {
  /** Where the results lie. */
  readonly path: string;
  readonly attachments: readonly string[];
  /** Options that were given and say nothing of a study: `--technology`. */
  readonly unfit: readonly string[];
}

/** `optinc report` of a folder with the results of a study. */
export async function reportOnStudy(
  terminal: Terminal,
  { path, attachments, unfit }: StudyReport,
  outputs: Outputs,
): Promise<ExitCode> {
  if (unfit.length > 0) {
    const message = `${path} is a study, and ${unfit.join(", ")} ${unfit.length === 1 ? "needs" : "need"} a circuit`;
    return refuse(terminal, plainDiagnostic("OPT0654", message, "leave it out, or name a build"));
  }
  const { value: study, diagnostics } = await readStudy(path);
  if (study === null) return refuse(terminal, ...diagnostics);
  const { shown: extra, diagnostics: unshown } = await attached(attachments);
  if (hasErrors(unshown)) return refuse(terminal, ...unshown);
  const { name, aggregate, points, objectives, states, front, shown } = study;
  const rows = states.reduce((sum, [, count]) => sum + count, 0);
  const finished = rows === points ? counted(points, "point") : `${grouped(rows)} of ${counted(points, "point")}`;
  const most = shown.tables.some((table) => table.name === "rows") ? "" : "; too many for this page: rows.csv has them";
  const facts: readonly (readonly [string, string])[] = [
    ["Circuits", `of ${aggregate}, each compiled, proved and measured`],
    [
      "Rows",
      `${finished}: ${states.map(([state, count]) => `${grouped(count)} ${state}`).join(", ") || "none"}${most}`,
    ],
    ...(objectives.length === 0 ? [] : [["Wanted", objectives.join(", ")] as const]),
    ...(objectives.length === 0 ? [] : [["Pareto front", counted(front, "circuit")] as const]),
  ];
  const page = studyPage({ name, source: path, facts, ...together(shown, extra), version }, pageAssets());
  return writtenCode(await outputs.write("page", () => [page]));
}
