import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../netlist/check/json-text.ts";

describe("a JSON text", () => {
  it.each<readonly [string, unknown]>([
    ["{}", {}],
    ["[]", []],
    ["null", null],
    ['"a:b"', "a:b"],
    ['{"a": 1, "b": [1, {"a": 2}], "c": {"a": null}}', { a: 1, b: [1, { a: 2 }], c: { a: null } }],
    ['[{"a": 1}, {"a": 1}]', [{ a: 1 }, { a: 1 }]],
    ['{"a": {"b": 1}, "b": 2}', { a: { b: 1 }, b: 2 }],
    ['{"a": "a", "b": "a"}', { a: "a", b: "a" }],
    ['{"a": ["b", "a"], "b": 1}', { a: ["b", "a"], b: 1 }],
    ['{"a\\"": 1, "a\\\\": ":{", "{": "\\"a\\": 1"}', { 'a"': 1, "a\\": ":{", "{": '"a": 1' }],
    ['["a", "a", "\\\\"]', ["a", "a", "\\"]],
    ['{"a": [[], [{}]], "c": [null, 7]}', { a: [[], [{}]], c: [null, 7] }],
  ])("is its value: %s", (text, value) => {
    expect(parseJson(text)).toEqual({ kind: "value", value });
  });

  it.each(["", "{", "[1,]", "{a: 1}", "NaN", "1 2", '"', "'a'"])("is refused where it is none: %s", (text) => {
    expect(parseJson(text)).toEqual({ kind: "refused", message: "the file is not a complete JSON text", where: "" });
  });

  it.each<readonly [string, string, number]>([
    ['{"a": 1, "a": 1}', '"a"', 1],
    ['{"a": 1,\n"b": 2,\n"a": 1}', '"a"', 3],
    ['{"b": {"a": 1,\n"a": 1}}', '"a"', 2],
    ['[{"a": 1}, {"b": 1,\n\n"b": 1}]', '"b"', 3],
    ['{"a": {"b": 1}, "a": 1}', '"a"', 1],
    ['{"a": [{"c": 1}], "c": {},\n"c": []}', '"c"', 2],
    ['{"a": ["x", "y"],\n"a": 1}', '"a"', 2],
    ['{"a": [["x"], "y"], "b": "x",\n"b": 1}', '"b"', 2],
    ['{"a": "{\\"a\\"",\n"a": 1}', '"a"', 2],
    ['{"a:": 1, "b": ":",\n"a:": 1}', '"a:"', 2],
    ['{"\\u0061": 1,\n"a": 1}', '"a"', 2],
    ['{"\\\\": 1,\n"\\u005c": 1}', '"\\\\"', 2],
    ['{"x": [{"b": 1,\n"b": 1}]}', '"b"', 2],
    ['{"x": {"y": [[{"b": 1, "c": [2],\n"b": 1}]]}}', '"b"', 2],
    ['{"a": "b", "b": "a",\n"a": 1}', '"a"', 2],
    ['{"a": "a", "b": ["b", "b"],\n"b": "b"}', '"b"', 2],
    ['{"__proto__": 1,\n"__proto__": 2}', '"__proto__"', 2],
    ['{"": 1,\n"": 2}', '""', 2],
    [`{"${"x".repeat(60)}": 1,\n"${"x".repeat(60)}": 2}`, `"${"x".repeat(38)}…`, 2],
    ['{"\\u001b[2J": 1,\n"\\u001b[2J": 2}', '"\\u001b[2J"', 2],
  ])("is refused where a key occurs twice in an object: %s", (text, key, line) => {
    expect(parseJson(text)).toEqual({
      kind: "refused",
      message: `the key ${key} occurs twice in an object`,
      where: `line ${line}`,
    });
  });

  it("of any value is that value, and with one of its entries written again is refused", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseJson(text)).toEqual({ kind: "value", value: JSON.parse(text) });
        expect(parseJson(`[{"k": ${text}, "k": 0}, ${text}]`)).toMatchObject({ kind: "refused" });
        expect(parseJson(`[${text}, {"k": 0, "k": ${text}}]`)).toMatchObject({ kind: "refused" });
      }),
    );
  });
});
