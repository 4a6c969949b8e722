import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { algorithms } from "../../collectives/index.ts";

const text = readFileSync(new URL("../../docs/explanation/collectives.md", import.meta.url), "utf8");

it("docs/explanation/collectives.md has a section with a drawing for every algorithm", () => {
  const titles = [...text.matchAll(/^## (.+)$/gm)].flatMap(([, title]) => title!.split(" and "));
  for (const { name } of algorithms) expect(titles).toContain(name);
  for (const section of text.split(/^## /m).slice(2)) {
    const [title] = section.split("\n");
    if (algorithms.some(({ name }) => title!.split(" and ").includes(name))) expect(section, title).toContain("```\n");
  }
});
