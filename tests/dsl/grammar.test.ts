import { describe, expect, test } from "vitest";
import { type BlockRow, language, nearest } from "../../dsl/index.ts";
import { findUnit } from "../../dsl/language/units.ts";
import { tokenise } from "../../dsl/text/tokens.ts";

function kinds(text: string): string {
  return tokenise(text)
    .map((token) => `${token.kind}:${token.image}`)
    .join(" ");
}

test.each([
  ["4..6 um", "number:4 range:.. number:6 word:um"],
  ["4 x 4", "number:4 times:x number:4"],
  ["x x1 x\u00E9 x-y", "times:x word:x1 word:x\u00E9 word:x-y"],
  ["-1.5e-3 +2 .5 1e6", "number:-1.5e-3 number:+2 number:.5 number:1e6"],
  ["8bits 100 Gb/s 40%", "number:8bits number:100 word:Gb slash:/ word:s number:40 percent:%"],
  ['"a # b" # "c"', 'text:"a # b"'],
  ["a=b", "word:a stray:= word:b"],
  ["a\u2028b", "word:a stray:\u2028 word:b"],
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

function rowsOf(row: BlockRow): BlockRow[] {
  return [row, ...row.blocks.flatMap(rowsOf)];
}

test("every row of the settings table is documented and its example begins with its name", () => {
  for (const block of language.flatMap(rowsOf)) {
    for (const row of [block, ...block.settings]) {
      expect(row.doc).toMatch(/\.$/);
      expect(row.example.split(" ")[0]).toBe(row.name);
    }
  }
});
