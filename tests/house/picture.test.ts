import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { root } from "../../scripts/imports.mjs";

it("docs/house.svg is what the imports say (`npm run house` draws it)", () => {
  const { status, stderr } = spawnSync(process.execPath, ["scripts/house.mjs", "--check"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
});
