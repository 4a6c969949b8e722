import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parseCase, printCase } from "../../dev/fuzz/material/case.ts";
import { allSubjects } from "../../dev/fuzz/subjects/index.ts";

const folder = join(dirname(fileURLToPath(import.meta.url)), "cases");
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .sort();
const subjects = allSubjects();

/** Each was a finding of the fuzzer once; `found` in the file says what happened then. */
it.each(files)("%s is read without harm", async (file) => {
  const text = readFileSync(join(folder, file), "utf8");
  const { subject, input } = parseCase(text);
  const found = subjects.find(({ name }) => name === subject);
  expect(found).toBeDefined();
  await found!.run(input);
  expect(printCase(parseCase(text))).toBe(text);
});
