import { test } from "vitest";
import { expectCloses } from "../toolchain/designs.ts";

// The last one takes half a minute.
test.each([
  [4, 8],
  [4, 16],
  [8, 8],
  [16, 8],
])("a spec of %d workers and %d bits closes by itself at 5 dBm and 10 GBd", expectCloses);
