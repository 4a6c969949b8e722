import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Tests that need programs from outside npm; tests/interop/run.sh installs those and runs this. */
const config: ViteUserConfig = defineConfig({
  test: { include: ["tests/interop/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 300_000 },
});

export default config;
