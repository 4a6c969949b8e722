import { drawYield } from "../../physics/index.ts";
import { nothing, type Shown } from "../../report/index.ts";
import { curveTitle, type YieldReport } from "../text/yield-report.ts";

/** Share of good chips over the error of every phase. */
export function yieldFigures(report: YieldReport): Shown {
  const { curve } = report;
  if (curve === null || curve.length === 0) return nothing;
  return {
    figures: [
      {
        id: "yield",
        title: "Yield against phase errors",
        explanation: "Share of chips without a wrong word, with 95 % intervals; phase errors alone.",
        svg: drawYield(curveTitle(report), "error of every phase, rad", curve),
      },
    ],
    tables: [
      {
        name: "yield",
        caption: "Yield against phase errors",
        columns: ["error of every phase, rad", "share of good chips", "95 % from", "95 % to"],
        rows: curve.map(({ size, share, low, high }) => [size, share, low, high]),
      },
    ],
  };
}
