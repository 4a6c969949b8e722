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
    maxWorkers: Math.max(2, availableParallelism()) + 1,
    // Files of a worker share its process and the modules that it has loaded: importing them again for each file took as long
    // as half of the tests. A test leaves nothing behind in modules or in the process.
    isolate: false,
    // Tests leave much behind that lives shortly; with Node's small young generation, collecting it took a fifth of their time.
    execArgv: ["--max-semi-space-size=128"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});

export default config;
