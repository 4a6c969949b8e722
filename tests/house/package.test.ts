import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../scripts/imports.mjs";

const about: { readonly exports: Readonly<Record<string, string>>; readonly bin: Readonly<Record<string, string>> } =
  JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

it("the package holds what is used, with source maps, and nothing that measures or tests", () => {
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
  });
  const files: readonly string[] = JSON.parse(packed)[0].files.map(({ path }: { path: string }) => path);
  expect(files.filter((file) => /(^|\/)(bench|fuzz|reproduce|tests)\//.test(file))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "CHANGELOG.md", "examples/mean-4x8.optinc"]));
  for (const path of [...Object.values(about.exports), ...Object.values(about.bin)]) {
    const file = path.replace("./", "");
    expect(files, file).toEqual(expect.arrayContaining([file, file.replace(/\.js$/, ".d.ts"), `${file}.map`]));
  }
});
