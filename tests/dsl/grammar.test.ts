import { Lexer } from "chevrotain";
import { describe, expect, test } from "vitest";
import { nearest } from "../../dsl/index.ts";
import { findUnit } from "../../dsl/language/units.ts";
import { SpecParser } from "../../dsl/text/grammar.ts";
import { allTokens, tokenise } from "../../dsl/text/tokens.ts";

test("the grammar is free of ambiguities and left recursion", () => {
  expect(() => new SpecParser(false)).not.toThrow();
});

test("the definitions of the tokens pass the checks that a start skips", () => {
  const lexer = new Lexer([...allTokens], { positionTracking: "onlyOffset", deferDefinitionErrorsHandling: true });
  expect(lexer.lexerDefinitionErrors).toEqual([]);
});

function kinds(text: string): string {
  return tokenise(text)
    .map((token) => `${token.tokenType.name}:${token.image}`)
    .join(" ");
}

test.each([
  ["4..6 um", "NumberLike:4 Range:.. NumberLike:6 Word:um"],
  ["4 x 4", "NumberLike:4 Times:x NumberLike:4"],
  ["x x1 x\u00E9 x-y", "Times:x Word:x1 Word:x\u00E9 Word:x-y"],
  ["-1.5e-3 +2 .5 1e6", "NumberLike:-1.5e-3 NumberLike:+2 NumberLike:.5 NumberLike:1e6"],
  ["8bits 100 Gb/s 40%", "NumberLike:8bits NumberLike:100 Word:Gb Slash:/ Word:s NumberLike:40 Percent:%"],
  ['"a # b" # "c"', 'Text:"a # b"'],
  ["a=b", "Word:a Stray:= Word:b"],
  ["a\u2028b", "Word:a Stray:\u2028 Word:b"],
])("%j is cut into %j", (text, cut) => {
  expect(kinds(text)).toBe(cut);
});

describe("nearest name", () => {
  const names = ["workers", "precision", "levels", "rounding", "emit"];
  test.each([
    ["wokers", "workers"],
    ["wrokers", "workers"],
    ["Precision", "precision"],
    ["emti", "emit"],
    ["bandwidth", null],
    ["", null],
    ["a".repeat(1000), null],
  ])("%j is %j", (typed, meant) => {
    expect(nearest(typed, names)).toBe(meant);
  });
});

test("units tell case and dimension", () => {
  expect(findUnit("b/s")).toMatchObject({ dimension: "data rate" });
  expect(findUnit("Gb/s")?.toBase(1)).toBe(1e9);
  expect(findUnit("\u00B5s")?.toBase(1)).toBe(1e-6);
  expect(findUnit("gb/S")).toBeNull();
});
