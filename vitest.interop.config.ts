import { availableParallelism } from "node:os";
import { defineConfig, type ViteUserConfig } from "vitest/config";
import { reporters } from "./tests/reporters.ts";

/** Tests that need programs from outside npm; tests/interop/run.sh installs those and runs this. */
const config: ViteUserConfig = defineConfig({
  test: {
    reporters: reporters(),
    globalSetup: ["tests/cli/setup.ts"],
    include: ["tests/interop/**/*.test.ts"],
    testTimeout: 300_000,
    maxConcurrency: 2,
    maxWorkers: Math.max(2, availableParallelism()),
    hookTimeout: 300_000,
  },
});

export default config;
