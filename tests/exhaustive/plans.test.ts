import { it } from "vitest";
import { expectPlansToCompose } from "../compiler/specs.ts";

it("the arithmetic composes to the mean for every number of workers from 2 to 64, from 1 to 31 bits", () => {
  expectPlansToCompose([1, 2, 3, 7, 11, 31]);
});
