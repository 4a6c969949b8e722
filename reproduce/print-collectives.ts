import { type ReproductionRow, reproduceCollectives } from "./collectives.ts";
import { sources } from "./published.ts";

/** Published figures of all-reduce algorithms beside ours, as a text for people. */
export function collectivesReproduction(rows: readonly ReproductionRow[] = reproduceCollectives()): string {
  const number = (value: number, unit: string): string =>
    unit === "%" ? `${value.toFixed(2)} %` : `${Number(value.toFixed(3))} x`;
  return rows
    .map(({ source, quantity, published, ours, unit, standing, how, inputs }) =>
      [
        `${source} (${sources[source]}): ${quantity}`,
        `  published ${number(published, unit)}, ours ${number(ours, unit)} (${standing})`,
        `  ${how}`,
        ...(inputs.length === 0 ? [] : [`  inputs: ${inputs.join("; ")}`]),
        "",
      ].join("\n"),
    )
    .join("\n");
}
