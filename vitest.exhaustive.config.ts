import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { ViteUserConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** Files that thin their cases out for `npm test`. */
const thinned: readonly string[] = readdirSync("tests", { recursive: true, encoding: "utf8" })
  .map((name) => `tests/${name.replaceAll("\\", "/")}`)
  .filter((path) => path.endsWith(".test.ts") && readFileSync(path, "utf8").includes('rounds.ts"'));

/** Every promised spec through its devices, and all cases of what `npm test` tries on fewer: minutes, so it is a command of its own. */
const config: ViteUserConfig = {
  test: {
    ...base.test,
    include: ["tests/exhaustive/**/*.test.ts", ...thinned],
    exclude: [],
    maxWorkers: Math.max(2, availableParallelism()),
    env: { OPTINC_ALL_ROUNDS: "1" },
    testTimeout: 600_000,
  },
};

export default config;
