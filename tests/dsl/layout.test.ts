import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layOut, parseSyntax } from "../../dsl/index.ts";
import { example } from "./example.ts";

const seed = 20_261_121;
const folder = new URL("../../examples/", import.meta.url);
const examples = readdirSync(folder).filter((name) => name.endsWith(".optinc"));

/** The syntax tree without its places: what a text says. */
function saysOf(text: string): unknown {
  const { value, diagnostics } = parseSyntax({ name: "a.optinc", text });
  expect(diagnostics).toEqual([]);
  return JSON.parse(JSON.stringify(value, (key, inner) => (key === "span" ? undefined : inner)));
}

/** A `#` in a string is none; comments of the generated texts hold a word that no string holds. */
function commentsOf(text: string): string[] {
  return [...text.matchAll(/#remark[^\r\n]*/g)].map(([comment]) => comment.trimEnd());
}

function keeps(text: string): string {
  const { value, diagnostics } = layOut(text);
  expect(diagnostics).toEqual([]);
  expect(saysOf(value!)).toEqual(saysOf(text));
  expect(commentsOf(value!)).toEqual(commentsOf(text));
  expect(layOut(value!).value).toBe(value);
  const lines = value!.split(/\r?\n/);
  expect(lines.at(-1)).toBe("");
  expect(
    lines.filter((line, i) => /\s$/.test(line) || (line === "" && [0, "", undefined].includes(lines[i - 1] ?? 0))),
  ).toEqual(value === "" ? [""] : []);
  return value!;
}

const word = fc.constantFrom(
  "a",
  "workers",
  "half-up",
  "_x",
  "pr\u00E9cision",
  "at",
  "x4",
  "a-very-long-name-of-a-setting",
);
const number = fc.constantFrom("4", "0.25", "1e6", "+3", "-2.5e-3", ".5");
const unit = fc.constantFrom("", " bits", "GBd", " %", "%", " Gb/s", "Gb/s", " dB / cm", " 1");
const value = fc.oneof(
  fc.tuple(number, unit).map(([digits, of]) => (of === " 1" ? digits : digits + of)),
  fc.constantFrom("4..6", "4 .. 6 bits", "4 x 4", "4x4x2", "4  x\t4", '"a # b { } ; \\" c"', '""', "<= 5 ns", ">=99%"),
  word,
);
const gap = fc.constantFrom(" ", "  ", "\t", "\u00A0 ", "\f");
const maybeGap = fc.oneof(gap, fc.constant(""));
const comma = fc.tuple(maybeGap, fc.constantFrom(",", ""), gap).map(([before, sign, after]) => before + sign + after);
const values = fc
  .array(fc.tuple(value, comma), { maxLength: 4 })
  .map((list) => list.map(([text, sign], i) => (i + 1 < list.length ? text + sign : text)).join(""));
const comment = fc
  .tuple(fc.constantFrom("", " ", "{", " } ;", " caf\u00E9 \uD83D\uDE00", " \t "), maybeGap)
  .map(([text, end]) => `#remark${text}${end}`);
const newline = fc.constantFrom("\n", "\r\n", "\r", "\n\n", "\n\n\n\n", "\r\n \r\n");
/** What ends a statement: a line end with or without a comment before it, or `;`. */
const ending = fc.oneof(
  fc.tuple(maybeGap, newline).map((parts) => parts.join("")),
  fc.tuple(maybeGap, comment, newline).map((parts) => parts.join("")),
  fc.tuple(maybeGap, fc.constantFrom(";", ";;", " ; \t;"), maybeGap).map((parts) => parts.join("")),
);
/** What may stand before a statement. */
const leading = fc
  .array(
    fc.oneof(
      fc.tuple(maybeGap, comment, newline).map((parts) => parts.join("")),
      newline,
      maybeGap,
    ),
    { maxLength: 3 },
  )
  .map((parts) => parts.join(""));

const { body } = fc.letrec<{ body: string; statement: string; block: string }>((tie) => ({
  statement: fc
    .tuple(word, maybeGap, values)
    .map(([name, space, list]) => (list === "" ? name : `${name} ${space}${list}`)),
  block: fc
    .tuple(word, values, maybeGap, fc.oneof(ending, maybeGap), tie("body"), leading)
    .map(([name, list, space, opened, inner, last]) => `${name} ${list}${space}{${opened}${inner}${last}}`),
  body: fc
    .array(
      fc.tuple(
        leading,
        fc.oneof({ weight: 3, arbitrary: tie("statement") }, { weight: 1, arbitrary: tie("block") }),
        ending,
      ),
      {
        maxLength: 5,
      },
    )
    .map((list) => list.flat().join("")),
}));

describe("laying out", () => {
  test("keeps what a text says and all of its comments, and does nothing the second time", () => {
    fc.assert(
      fc.property(body, leading, (text, last) => {
        keeps(text + last);
      }),
      { seed, numRuns: 1500 },
    );
  });

  test("keeps the same of any text that can be read, and says why of one that cannot", () => {
    const edit = fc.record({
      at: fc.nat(400),
      cut: fc.nat(6),
      put: fc.constantFrom("#remark", "\n", ";", "{", "}", " ", "\t", '"', ",", "x", "4", "# }\n", "a {"),
    });
    let read = 0;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let text = example;
        for (const { at, cut, put } of edits) text = text.slice(0, at) + put + text.slice(at + cut);
        const { value: ast, diagnostics } = parseSyntax({ name: "a.optinc", text });
        if (ast !== null) keeps(text);
        else expect(layOut(text)).toEqual({ value: null, diagnostics });
        if (ast !== null) read += 1;
      }),
      { seed, numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(250);
  });

  test.each(examples)("leaves %s as it is", (name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    expect(keeps(text)).toBe(text);
  });

  test("puts comments where they were meant", () => {
    const text = [
      "",
      "# top",
      "aggregate   a{ # head",
      "",
      " workers 4; precision 8bits;# both",
      "",
      "",
      "   emit spice ,phases",
      "require { latency<=5ns ; yield >=99% at phase 0.005rad,splitter 1% } # req",
      " topology cascade 4x4 } # end",
      "  #last",
    ].join("\n");
    expect(layOut(text).value).toBe(
      [
        "# top",
        "aggregate a {  # head",
        "  workers   4",
        "  precision 8 bits          # both",
        "",
        "  emit spice, phases",
        "  require { latency <= 5 ns; yield >= 99 % at phase 0.005 rad, splitter 1 % }  # req",
        "  topology cascade 4 x 4",
        "}  # end",
        "#last",
        "",
      ].join("\n"),
    );
  });

  test("keeps the line ends of the text, and opens a line that got too long", () => {
    expect(layOut("a {\r\n# b\n c 1 }").value).toBe("a {\r\n  # b\r\n  c 1\r\n}\r\n");
    const settings = Array.from({ length: 12 }, (_, i) => `setting${i} ${i}`);
    expect(layOut(`a { ${settings.slice(0, 7).join("; ")} }`).value).toBe(`a { ${settings.slice(0, 7).join("; ")} }\n`);
    expect(layOut(`a { ${settings.join("; ")} }`).value!.split("\n")).toHaveLength(15);
    expect(layOut("").value).toBe("");
    expect(layOut("a {\n}\n").value).toBe("a {}\n");
  });

  test("refuses what cannot be read, whole", () => {
    const { value, diagnostics } = layOut("aggregate a {\n  workers = 4\n");
    expect(value).toBeNull();
    expect(diagnostics.map(({ code }) => code)).toEqual(["OPT0104", "OPT0101"]);
  });

  test("takes time in proportion to the text, comments and blocks apart", () => {
    // About as much as a text may hold; a quadratic walk would not come back, a call with as many arguments would throw.
    const many = `${"a { }\n# c\n".repeat(8_000)}${"b; ".repeat(9_000)}# d\n${"#\n".repeat(30_000)}`;
    const { value, diagnostics } = layOut(many);
    expect(diagnostics).toEqual([]);
    expect(value!.length).toBeGreaterThan(100_000);
  });
});
