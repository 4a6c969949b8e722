import type { Diagnostic } from "../../dsl/index.ts";
import { drawing, nothing, type Shown, table, together } from "../../report/index.ts";
import { drawCurves, readCurves } from "../../toolchain/index.ts";

/** How the network of a build was trained; `text` is the build's untrusted table, or null. */
export function trainingFigures(
  text: string | null,
  name: string,
): { readonly shown: Shown; readonly diagnostics: readonly Diagnostic[] } {
  if (text === null) return { shown: nothing, diagnostics: [] };
  const { value: curves, diagnostics } = readCurves(text, name);
  if (curves === null) {
    return { shown: nothing, diagnostics: diagnostics.map((it) => ({ ...it, severity: "warning" })) };
  }
  const rows = curves.flatMap(({ part, vectors, points }) =>
    points.map(({ step, loss, wrong }) => [part, step, loss, wrong ?? "", vectors]),
  );
  if (rows.length === 0) return { shown: nothing, diagnostics };
  const explanation = "Running mean of the loss; wrong vectors of all distinct ones where counted (single precision).";
  const shown = together(
    drawing("training", "Training", explanation, drawCurves(curves)),
    table("training", "Training", ["part", "step", "loss", "wrong vectors", "vectors"], rows),
  );
  return { shown, diagnostics };
}
