import { describe, expect, test } from "vitest";
import {
  buildSarif,
  type Diagnostic,
  diagnosticsToJson,
  dslCodes,
  parseSpecs,
  renderDiagnostics,
  type SourceFile,
} from "../../dsl/index.ts";
import { nameOf, targets } from "./example.ts";

function render(source: SourceFile): string {
  return renderDiagnostics(source, parseSpecs(source, { emitTargets: targets }).diagnostics);
}

const wrongs = Object.entries(dslCodes).flatMap(([code, { wrong }]) => (wrong === undefined ? [] : [{ code, wrong }]));

test.each(wrongs)("$code looks as it always did", async ({ code, wrong }) => {
  const name = nameOf(wrong).replace("spec", "examples/wrong");
  await expect(render({ name, text: wrong })).toMatchFileSnapshot(`golden/${code}.txt`);
});

/** A diagnostic about pieces of a text, each given by its first occurrence; the first is the primary one. */
function about(text: string, ...pieces: readonly (readonly [string, string])[]): Diagnostic {
  const labels = pieces.map(([piece, label], index) => {
    const start = text.indexOf(piece);
    return { span: { start, end: start + piece.length }, text: label, primary: index === 0 };
  });
  return { code: "OPT0000", severity: "error", message: "message", labels, help: null };
}

/** The report without its first line. */
function body(text: string, ...pieces: readonly (readonly [string, string])[]): string {
  return renderDiagnostics({ name: "f", text }, [about(text, ...pieces)]).replace(/^.*\n/, "");
}

describe("places in the text", () => {
  test("two labels on one line have a row each, in the order of the text", () => {
    expect(body("one two three\n", ["three", "second"], ["one", "first"])).toBe(
      "  --> f:1:9\n   |\n 1 | one two three\n   | --- first\n   |         ^^^^^ second\n",
    );
  });
  test("tabs reach the next stop of four, and count one column", () => {
    expect(body("\ta\tb\n", ["b", "here"])).toBe("  --> f:1:4\n   |\n 1 |     a   b\n   |         ^ here\n");
  });
  test("wide characters take two cells and one column, marks none", () => {
    expect(body("\u5149\u{1F600}e\u0301 b", ["b", "here"])).toBe(
      "  --> f:1:6\n   |\n 1 | \u5149\u{1F600}e\u0301 b\n   |       ^ here\n",
    );
    expect(body("a \u5149\u5149 b", ["\u5149\u5149", "here"])).toContain("\n   |   ^^^^ here\n");
  });
  test("control and direction characters become visible", () => {
    expect(body("a\u0000b\u001B[31m\u202Ec", ["c", "here"])).toBe(
      "  --> f:1:10\n   |\n 1 | a\u2400b\u241B[31m\uFFFDc\n   |          ^ here\n",
    );
  });
  test("lines in between are shown when there is one and left out when there are more", () => {
    expect(body("a\nb\nc\n", ["a", "x"], ["c", "y"])).toBe(
      "  --> f:1:1\n   |\n 1 | a\n   | ^ x\n 2 | b\n 3 | c\n   | - y\n",
    );
    expect(body("a\nb\nB\nc\n", ["a", "x"], ["c", "y"])).toContain("\n ...\n 4 | c\n");
  });
  test("a span over several lines is marked where it begins and where it ends", () => {
    expect(body("x {\n  a\n  b\n  c }\n", ["{\n  a\n  b\n  c }", "this"])).toBe(
      "  --> f:1:3\n   |\n 1 | x {\n   |   ^ from here\n ...\n 4 |   c }\n   |   ^^^ this\n",
    );
  });
  test("of a very long line the part around the place is shown", () => {
    const shown = body(`${"a".repeat(5000)}!${"b".repeat(5000)}`, ["!", "here"]);
    expect(shown).toContain(`${"a".repeat(40)}!${"b".repeat(40)}`);
    const [, , line, marks] = shown.split("\n");
    expect(line!.length).toBeLessThan(180);
    expect(marks!.indexOf("^")).toBe(line!.indexOf("!"));
  });
  test("an empty span at the end of a text without a last line end gets one sign", () => {
    const end: Diagnostic = { ...about("ab"), labels: [{ span: { start: 2, end: 2 }, text: "", primary: true }] };
    expect(renderDiagnostics({ name: "f", text: "ab" }, [end])).toContain("  --> f:1:3\n   |\n 1 | ab\n   |   ^\n");
  });
  test("without labels the message stands alone", () => {
    expect(renderDiagnostics({ name: "f", text: "" }, [about("")])).toBe("error[OPT0000]: message\n");
  });
});

test("colour wraps pieces and changes no letter", () => {
  const source = { name: "f.optinc", text: "aggregate a { workers 2; precision 3; levels 16 }" };
  const { diagnostics } = parseSpecs(source, { emitTargets: targets });
  const painted = renderDiagnostics(source, diagnostics, { paint: (role, text) => `\u00AB${role}:${text}\u00BB` });
  expect(painted).toContain(
    "\u00ABerror:error[OPT0203]\u00BB\u00ABmessage:: 16 levels do not fit in 3-bit words\u00BB",
  );
  expect(painted).toContain("\u00ABprimary:^^ needs 4 bits\u00BB");
  expect(painted).toContain("\u00ABsecondary:- allows 8 levels\u00BB");
  expect(painted.replace(/\u00AB\w+:|\u00BB/g, "")).toBe(renderDiagnostics(source, diagnostics));
});

const source = {
  name: "dir with blank\\pair.optinc",
  text: "aggregate a {\n workers 2\n precision 3\n levels 16\n}\n",
};

test("as JSON, places are lines, columns and offsets", async () => {
  const { diagnostics } = parseSpecs(source, { emitTargets: targets });
  await expect(`${JSON.stringify(diagnosticsToJson(source, diagnostics), null, 2)}\n`).toMatchFileSnapshot(
    "golden/levels.json",
  );
});

test("as SARIF, the primary place is the location and the others are related", async () => {
  const { diagnostics } = parseSpecs(source, { emitTargets: targets });
  const log = JSON.parse(JSON.stringify(buildSarif("1.2.3", [{ source, diagnostics }], dslCodes)));
  expect(log.version).toBe("2.1.0");
  const [run] = log.runs;
  expect(run.tool.driver).toMatchObject({ name: "optinc", version: "1.2.3" });
  expect(run.results).toHaveLength(1);
  const [result] = run.results;
  expect(run.tool.driver.rules[result.ruleIndex].id).toBe("OPT0203");
  await expect(`${JSON.stringify(result, null, 2)}\n`).toMatchFileSnapshot("golden/levels.sarif.json");
});
