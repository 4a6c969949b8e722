import { availableParallelism } from "node:os";
import { defineConfig, type ViteUserConfig } from "vitest/config";
import { reporters } from "./tests/reporters.ts";

const config: ViteUserConfig = defineConfig({
  test: {
    reporters: reporters(),
    globalSetup: ["tests/cli/setup.ts"],
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/interop/**", "tests/exhaustive/**"],
    // Vitest would leave one core idle; tests that start processes wait for them.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

export default config;
