import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { markdownRow } from "../../dev/bench/table.ts";
import { placementCases, placementRow } from "../../dev/reproduce/placement.ts";

it("the table of docs/reference/measurements.md is what `npm run reproduce -- placement` prints (its rows of four workers)", () => {
  const page = readFileSync(new URL("../../docs/reference/measurements.md", import.meta.url), "utf8");
  for (const [spec, orders] of placementCases.filter(([{ name }]) => name === "mean-4x8")) {
    for (const order of orders) expect(page).toContain(markdownRow(Object.values(placementRow(spec, order))));
  }
});
