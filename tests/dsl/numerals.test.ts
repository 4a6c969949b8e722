import { expect, test } from "vitest";
import { counted } from "../../dsl/index.ts";

test("one of a thing is one, and many are grouped by thousands", () => {
  expect([0, 1, 2, 12_345].map((n) => counted(n, "file"))).toEqual(["0 files", "1 file", "2 files", "12 345 files"]);
  expect([1, 2].map((n) => counted(n, "entry", "entries"))).toEqual(["1 entry", "2 entries"]);
});
