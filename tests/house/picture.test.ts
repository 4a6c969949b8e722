import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { house } from "../../dev/scripts/house.mjs";
import { modules, root } from "../../dev/scripts/imports.mjs";

/** Modules and folders in their order, and the arrows: what a reader takes from the picture, wherever it stands. */
function saidBy(picture: string): readonly string[] {
  const said = [...picture.matchAll(/<title>([a-z-]+ imports [a-z-]+)<\/title>|>([a-z-]+\/)<\/text>/g)];
  return said.map(([, arrow, place]) => arrow ?? place!);
}

it("docs/contributing/house.svg says what the imports say (`npm run house` draws it)", () => {
  const said = saidBy(house);
  for (const module of modules) expect(said).toContain(`${module}/`);
  expect(said).toContain("netlist imports formats");
  expect(saidBy(readFileSync(join(root, "docs/contributing/house.svg"), "utf8")).toSorted()).toEqual(said.toSorted());
});
