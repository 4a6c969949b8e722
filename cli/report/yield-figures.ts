import { drawYield } from "../../physics/index.ts";
import { drawing, nothing, type Shown, table, together } from "../../report/index.ts";
import { curveTitle, type YieldReport } from "../text/yield-report.ts";

/** Share of good chips over the error of every phase. */
export function yieldFigures(report: YieldReport): Shown {
  const { curve } = report;
  if (curve === null || curve.length === 0) return nothing;
  const title = "Yield against phase errors";
  const axis = "error of every phase, rad";
  const explanation = "Share of chips without a wrong word, with 95 % intervals; phase errors alone.";
  const rows = curve.map(({ size, share, low, high }) => [size, share, low, high]);
  return together(
    drawing("yield", title, explanation, drawYield(curveTitle(report), axis, curve)),
    table("yield", title, [axis, "share of good chips", "95 % from", "95 % to"], rows),
  );
}
