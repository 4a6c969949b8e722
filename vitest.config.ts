import { defineConfig, type ViteUserConfig } from "vitest/config";
import { reporters } from "./tests/reporters.ts";

const config: ViteUserConfig = defineConfig({
  test: {
    reporters: reporters(),
    globalSetup: ["tests/cli/setup.ts"],
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/interop/**", "tests/exhaustive/**"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

export default config;
