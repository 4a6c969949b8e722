import { type ReproductionRow, reproduceCollectives } from "./collectives.ts";
import { iterationRows } from "./iterations.ts";
import { sources } from "./published.ts";

/** Published figures of all-reduce algorithms beside computed ones, as a text for people. */
export function collectivesReproduction(
  rows: readonly ReproductionRow[] = [...reproduceCollectives(), ...iterationRows()],
): string {
  const number = (value: number, unit: ReproductionRow["unit"]): string =>
    `${unit === "%" ? value.toFixed(2) : Number(value.toFixed(unit === "x" ? 3 : 2))} ${unit}`;
  return rows
    .map(({ source, quantity, relation, published, computed, unit, standing, how, inputs }) =>
      [
        `${source} (${sources[source]}): ${quantity}`,
        `  published ${relation === "equal" ? "" : `${relation} `}${number(published, unit)}, computed ${number(computed, unit)} (${standing})`,
        `  ${how}`,
        ...(inputs.length === 0 ? [] : [`  inputs: ${inputs.join("; ")}`]),
        "",
      ].join("\n"),
    )
    .join("\n");
}
