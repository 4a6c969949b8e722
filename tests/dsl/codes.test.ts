import { expect, test } from "vitest";
import { dslCodes } from "../../dsl/index.ts";
import { nameOf, read } from "./example.ts";

function codesOf(text: string): string[] {
  return read(text, nameOf(text)).diagnostics.map(({ code }) => code);
}

const pages = Object.entries(dslCodes);

test.each(pages.filter(([, page]) => "wrong" in page))("%s is triggered by its wrong example alone", (code, page) => {
  expect(codesOf(page.wrong!)).toEqual([code]);
  expect(codesOf(page.right!)).toEqual([]);
});

test("codes without an example are those about size and about blocks that only a command needs", () => {
  const without = pages.filter(([, page]) => page.wrong === undefined).map(([code]) => code);
  expect(without).toEqual(["OPT0108", "OPT0110", "OPT0202", "OPT0221", "OPT0230", "OPT0245"]);
});

test.each(["big.optinc", "big.yaml"])("OPT0108: a text that is too long is refused, %s", (name) => {
  const { value, diagnostics } = read("# filler\n".repeat(120_000), name);
  expect(value).toBeNull();
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual(["OPT0108"]);
});

test.each(["dense.optinc", "dense.yaml"])("OPT0108: a text of more than 1e5 words is refused, %s", (name) => {
  const text = name.endsWith("yaml") ? "a: [b, c, d]\n".repeat(17_000) : "a b c d\n".repeat(30_000);
  expect(read(text, name).diagnostics.map(({ code }) => code)).toContain("OPT0108");
});

const aggregates = (count: number): string =>
  Array.from({ length: count }, (_, i) => `aggregate a${i} { workers 2; precision 1 }\n`).join("");

test("OPT0202: 256 aggregates are served, 257 are not", () => {
  expect(codesOf(aggregates(256))).toEqual([]);
  expect(codesOf(aggregates(257))).toEqual(["OPT0202"]);
});

test("OPT0110: after twenty errors the others are counted", () => {
  const { diagnostics } = read("nonsense 1\n".repeat(5000));
  expect(diagnostics).toHaveLength(21);
  expect(diagnostics.at(-1)).toMatchObject({ code: "OPT0110", severity: "note", message: "and 4 980 more errors" });
});
