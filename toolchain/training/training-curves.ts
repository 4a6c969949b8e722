import { type LossPoint, mostPoints, type TrainingCurve } from "../../compiler/network/training/index.ts";
import { type Checked, plainDiagnostic } from "../../dsl/index.ts";
import { csvText } from "../../formats/index.ts";

const head = "part,step,loss,wrong,vectors";
/** Networks of one training; cells have at most one for each function of a digit. */
const mostParts = 256;
/** `digit3`: what the training calls it, and nothing that a spreadsheet takes for a formula. */
const row =
  /^([A-Za-z0-9][A-Za-z0-9_.]{0,63}),(\d{1,15}),(\d+(?:\.\d+)?(?:e[-+]?\d{1,3})?),(\d{0,15}),([1-9]\d{0,14})$/;

/** How a training went, as a table: a row a point; `wrong` of so many vectors stands where they were evaluated. */
export function printCurves(curves: readonly TrainingCurve[]): string {
  const rows = curves.flatMap(({ part, vectors, points }) =>
    points.map(({ step, loss, wrong }) => [part, step, loss, wrong, vectors]),
  );
  return csvText([head.split(","), ...rows]);
}

/** Such a table back from text that anybody may have written. */
export function readCurves(text: string, name: string): Checked<readonly TrainingCurve[]> {
  const lines = text.split(/\r?\n/);
  const refused = (line: number, why: string): Checked<readonly TrainingCurve[]> => {
    const help = `an optinc of another version may have written it; the first line is \`${head}\``;
    return { value: null, diagnostics: [plainDiagnostic("OPT0653", `${name}, line ${line}: ${why}`, help)] };
  };
  if (lines[0] !== head) return refused(1, "this is not a table of a training");
  if (lines.at(-1) !== "") return refused(lines.length, "the table is cut off");
  const curves: { part: string; vectors: number; points: LossPoint[] }[] = [];
  for (const [i, line] of lines.slice(1, -1).entries()) {
    const [, part, step, loss, wrong, vectors] = row.exec(line) ?? [];
    if (part === undefined)
      return refused(i + 2, "a row is a part, a step, a loss, wrong vectors or none, and vectors");
    const point = { step: Number(step), loss: Number(loss), wrong: wrong === "" ? null : Number(wrong) };
    const own = { part, vectors: Number(vectors) };
    let curve = curves.at(-1);
    if (curve === undefined || curve.part !== part) {
      if (curves.some((other) => other.part === part)) return refused(i + 2, `${part} stands in two places`);
      if (curves.length === mostParts) return refused(i + 2, `more than ${mostParts} parts`);
      curve = { ...own, points: [] };
      curves.push(curve);
    }
    const before = curve.points.at(-1);
    if (before !== undefined && before.step >= point.step) return refused(i + 2, "steps do not ascend");
    if (curve.points.length === mostPoints) return refused(i + 2, `more than ${mostPoints} points of ${part}`);
    if (own.vectors !== curve.vectors) return refused(i + 2, `${part} has another number of vectors than above`);
    if (point.wrong !== null && point.wrong > own.vectors) return refused(i + 2, "more are wrong than there are");
    if (!Number.isFinite(point.loss)) return refused(i + 2, "the loss is no finite number");
    curve.points.push(point);
  }
  return { value: curves, diagnostics: [] };
}
