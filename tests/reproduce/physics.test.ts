import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { physicsCases, physicsRow, physicsTechnologies } from "../../reproduce/physics.ts";

const page = readFileSync(new URL("../../docs/physics.md", import.meta.url), "utf8");

it("the table of docs/physics.md is what `npm run reproduce -- physics` prints (its rows of four workers)", () => {
  for (const technology of physicsTechnologies) {
    for (const [workers, bits] of physicsCases.filter(([workers]) => workers === 4)) {
      expect(page).toContain(`\n${physicsRow(workers, bits, technology)}\n`);
    }
  }
});

it("every circuit of the table is in it under every technology", () => {
  for (const technology of physicsTechnologies) {
    for (const [workers, bits] of physicsCases) expect(page).toContain(`\n| mean-${workers}x${bits} | ${technology} |`);
  }
});
