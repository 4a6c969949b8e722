import { availableParallelism } from "node:os";
import { defineConfig, type ViteUserConfig } from "vitest/config";
import { reporters } from "./tests/reporters.ts";

/** Every promised spec through its devices: minutes, so it is a command of its own. */
const config: ViteUserConfig = defineConfig({
  test: {
    reporters: reporters(),
    globalSetup: ["tests/cli/setup.ts"],
    include: ["tests/exhaustive/**/*.test.ts"],
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 600_000,
  },
});

export default config;
