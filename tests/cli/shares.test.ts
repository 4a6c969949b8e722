import { describe, expect, it } from "vitest";
import { share } from "../../cli/arguments/parsers.ts";

describe("a share on the command line", () => {
  it.each([
    ["0.99", 0.99],
    ["1", 1],
    ["100%", 1],
    [" 12.5 % ", 0.125],
    ["1e-12", 1e-12],
  ])("%s", (text, value) => {
    expect(share(text)).toBe(value);
  });

  it.each(["", "%", "0", "0%", "-1", "1.01", "101%", "5%%", "NaN", "Infinity", "x"])("%j is refused", (text) => {
    expect(() => share(text)).toThrow("such as 99% or 0.99");
  });
});
