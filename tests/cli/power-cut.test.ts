import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { entryPath, listEntries, openCache, readEntry } from "../../cli/files/cache-entries.ts";
import { clearLeftovers } from "../../cli/files/temporary.ts";
import { seededRandom } from "../../netlist/index.ts";
import { expectWhole, unfinished, writerCut } from "./power-cut.ts";
import { scratch } from "./run.ts";

test("SIGKILL at five moments of writing leaves a whole build, a whole cache, and nothing that the next run does not clear", async () => {
  const cwd = scratch();
  const next = seededRandom(1);
  for (let i = 0; i < 5; i++) {
    // the next run begins with what this one left
    await writerCut(cwd, 40 * next());
    expectWhole(cwd, "b");
    const cache = join(cwd, "cache");
    expect(readEntry(entryPath(cache, "network", "0".repeat(64))).kind).toBe("found");
    expect(unfinished(cwd).length + unfinished(cache).length).toBeLessThanOrEqual(3);
  }
  clearLeftovers(join(cwd, "b"));
  openCache(join(cwd, "cache"));
  expect(readdirSync(cwd).sort()).toEqual(["b", "cache"]);
  expect(unfinished(join(cwd, "cache"))).toEqual([]);
  expect(listEntries(join(cwd, "cache"))).toHaveLength(1);
}, 300_000);
