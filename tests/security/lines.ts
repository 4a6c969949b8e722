import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { root } from "../cli/run.ts";

/** The promises of SECURITY.md: the entries of its lists. */
export const promises: readonly string[] = readFileSync(join(root, "SECURITY.md"), "utf8")
  .split("\n")
  .flatMap((line) => (line.startsWith("- ") ? [line.slice(2)] : []));

const tested = new Set<string>();

/** A test that is called as the promise that begins with `start`. */
export function holds(start: string, check: () => void | Promise<void>): void {
  const found = promises.filter((promise) => promise.startsWith(start));
  if (found.length !== 1) throw new Error(`${found.length} lines of SECURITY.md begin with: ${start}`);
  tested.add(found[0]!);
  // Dozens of processes: on a busy machine they take their time.
  test(found[0]!, { timeout: 600_000 }, check);
}

/** Promises without a test so far. */
export function untested(): readonly string[] {
  return promises.filter((promise) => !tested.has(promise));
}
