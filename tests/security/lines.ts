import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../cli/run.ts";

/** The promises of SECURITY.md: the entries of its lists, by their sections. */
const promises = new Map<string, string[]>();
let section = "";
for (const line of readFileSync(join(root, "SECURITY.md"), "utf8").split("\n")) {
  if (line.startsWith("#")) section = line.replace(/^#+ /, "");
  if (line.startsWith("- ")) promises.set(section, [...(promises.get(section) ?? []), line.slice(2)]);
}

/** The file that tests a section. Each looks whether all of these are there, so that a new section has to have one. */
const files: Readonly<Record<string, string>> = {
  "What is not trusted": "trust.test.ts",
  "What no command does": "effects.test.ts",
  Limits: "limits.test.ts",
};

interface Promises {
  /** A test that is called as the promise that begins with `start`. */
  holds(start: string, check: () => void | Promise<void>): void;
  /** The last test of the file: no promise of the section is without one. */
  allAreTested(): void;
}

export function promisesOf(name: string): Promises {
  const own = promises.get(name) ?? [];
  const tested = new Set<string>();
  return {
    holds(start, check) {
      const found = own.filter((promise) => promise.startsWith(start));
      if (found.length !== 1) throw new Error(`${found.length} lines of "${name}" in SECURITY.md begin with: ${start}`);
      tested.add(found[0]!);
      // Dozens of commands: on a busy machine they take their time.
      test(found[0]!, { timeout: 600_000 }, check);
    },
    allAreTested() {
      test(`every line of "${name}" in SECURITY.md has its test, and every section its file`, () => {
        expect(own.filter((promise) => !tested.has(promise))).toEqual([]);
        expect(Object.keys(files)).toEqual([...promises.keys()]);
        for (const [title, file] of Object.entries(files)) {
          const path = join(root, "tests/security", file);
          expect(existsSync(path) && readFileSync(path, "utf8")).toContain(`promisesOf("${title}")`);
        }
      });
    },
  };
}
