import { type Circuit, drawChip, extentOf } from "../../netlist/index.ts";
import { opticsOf } from "../light/optics.ts";
import type { Technology } from "../technology/technology.ts";
import type { Budget } from "./budget.ts";

/** The budget with the size of the chip, which is drawn for it; constructed networks with lengths have one. */
export function withSize(budget: Budget, circuit: Circuit, technology: Technology): Budget {
  const layout = opticsOf(technology, budget.symbolRateBd).optics?.layout;
  if (layout == null || circuit.certificate === null || circuit.placement === undefined) return budget;
  const { widthUm, heightUm } = extentOf(drawChip(circuit, layout.rules));
  const [reticleWidthM, reticleHeightM] = layout.reticleUm.map((um) => 1e-6 * um) as [number, number];
  return { ...budget, size: { widthM: 1e-6 * widthUm, heightM: 1e-6 * heightUm, reticleWidthM, reticleHeightM } };
}
