import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { markdownRow } from "../../dev/bench/table.ts";
import { type PhysicsCase, physicsCases, physicsRow, physicsTechnologies } from "../../dev/reproduce/physics.ts";

const rowOf = (...of: Parameters<typeof physicsRow>): string => `\n${markdownRow(Object.values(physicsRow(...of)))}\n`;
const page = readFileSync(new URL("../../docs/reference/measurements.md", import.meta.url), "utf8");

it("the table of docs/reference/measurements.md is what `npm run reproduce -- physics` prints (two of its rows; docs/commands.test.ts has all in test:exhaustive)", () => {
  const [first, , , second] = physicsCases.filter(({ workers }) => workers !== 16);
  expect(page).toContain(rowOf(first!, "foundry-si"));
  expect(page).toContain(rowOf(second!, "best-published"));
});

it("every circuit of the table is in it under every technology", () => {
  for (const technology of physicsTechnologies) {
    for (const { workers, bits } of physicsCases)
      expect(page).toContain(`\n| mean-${workers}x${bits} | ${technology} |`);
  }
});

/** Launch power (dBm) that a row of the page asks for; NaN where there is none. */
function launchOf(row: string): number {
  return Number(/([-\d.]+) dBm/.exec(row.split("|")[6]!)?.[1]);
}

it("with regenerated light all four circuits close under best-published at 10 GBd, and four and eight workers under foundry-si at 3 GBd, with 5 dBm a symbol", () => {
  const amplified = page.split("\n").filter((line) => line.startsWith("| mean-") && line.includes(", regenerated"));
  const least = (name: string, technology: string): number => {
    const rows = amplified.filter((line) => line.startsWith(`| ${name},`) && line.includes(`| ${technology} |`));
    return Math.min(...rows.map(launchOf).filter((dbm) => !Number.isNaN(dbm)));
  };
  for (const name of ["mean-4x8", "mean-8x8", "mean-4x16", "mean-16x8"]) {
    expect(least(name, "best-published"), name).toBeLessThanOrEqual(5);
  }
  for (const name of ["mean-4x8", "mean-8x8"]) expect(least(name, "foundry-si"), name).toBeLessThanOrEqual(5);
  // what the page says is what the compiler makes
  const eight: PhysicsCase = { workers: 8, bits: 8, amplified: true, cascade: null };
  expect(page).toContain(rowOf(eight, "best-published"));
});
