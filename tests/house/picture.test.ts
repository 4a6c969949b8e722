import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { house } from "../../scripts/house.mjs";
import { root } from "../../scripts/imports.mjs";

it("docs/house.svg is what the imports say (`npm run house` draws it)", () => {
  expect(readFileSync(join(root, "docs/house.svg"), "utf8")).toBe(house);
});
