import { availableParallelism } from "node:os";
import { defineConfig, type ViteUserConfig } from "vitest/config";
import { reporters } from "./tests/reporters.ts";
import { youngHeap } from "./vitest.config.ts";

/** Every promised spec through its devices, and all cases of what `npm test` tries on fewer: minutes, so it is a command of its own. */
const config: ViteUserConfig = defineConfig({
  test: {
    reporters: reporters(),
    globalSetup: ["tests/cli/setup.ts"],
    include: [
      "tests/exhaustive/**/*.test.ts",
      "tests/cli/atomic.test.ts",
      "tests/cli/training.test.ts",
      "tests/compiler/cascade.test.ts",
      "tests/compiler/circuit-size.test.ts",
      "tests/compiler/constructed.test.ts",
      "tests/compiler/losses.test.ts",
      "tests/docs/commands.test.ts",
      "tests/docs/tutorials.test.ts",
      "tests/dsl/completion.test.ts",
      "tests/dsl/fixes.test.ts",
      "tests/dsl/property.test.ts",
      "tests/fuzz/fuzz.test.ts",
      "tests/netlist/spice-reader.test.ts",
      "tests/physics/word-stream.test.ts",
      "tests/proof/attacker-commands.test.ts",
      "tests/proof/attacker.test.ts",
      "tests/toolchain/design.test.ts",
    ],
    env: { OPTINC_ALL_ROUNDS: "1" },
    execArgv: [...youngHeap],
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 600_000,
  },
});

export default config;
