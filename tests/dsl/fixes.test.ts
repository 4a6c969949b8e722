import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Diagnostic, dslCodes, type Fix, mend, parseSpecs, type SourceFile } from "../../dsl/index.ts";
import { rounds } from "../rounds.ts";
import { example, exampleYaml, nameOf, targets } from "./example.ts";

function diagnosed(source: SourceFile): readonly Diagnostic[] {
  return parseSpecs(source, { emitTargets: targets }).diagnostics;
}

function codesOf(source: SourceFile): readonly string[] {
  return diagnosed(source).map(({ code }) => code);
}

function fixesIn({ fixes = [] }: Diagnostic): readonly Fix[] {
  return fixes;
}

function applied(text: string, { edits }: Fix): string {
  const last = edits.toSorted((a, b) => b.span.start - a.span.start);
  return last.reduce((all, { span, text: put }) => all.slice(0, span.start) + put + all.slice(span.end), text);
}

/** Every fix of every diagnostic, with what it makes of the text. */
function fixedTexts(
  source: SourceFile,
): readonly { readonly code: string; readonly title: string; readonly text: string }[] {
  return diagnosed(source).flatMap((found) =>
    fixesIn(found).map((fix) => ({ code: found.code, title: fix.title, text: applied(source.text, fix) })),
  );
}

const pages = Object.entries(dslCodes).flatMap(([code, { wrong: text }]) =>
  text === undefined ? [] : [{ code, source: { name: nameOf(text), text } }],
);

describe("what the help says can be applied", () => {
  test.each(pages)("$code: what is applied to its wrong example mends it", ({ code, source }) => {
    for (const { text } of fixedTexts(source)) expect(codesOf({ ...source, text })).not.toContain(code);
  });

  test("to the wrong examples of all codes but those whose help leaves more than a choice", () => {
    const without = pages.filter(({ source }) => fixedTexts(source).length === 0).map(({ code }) => code);
    expect(without).toEqual([
      ...["OPT0102", "OPT0106", "OPT0107", "OPT0109", "OPT0111"],
      ...["OPT0201", "OPT0209", "OPT0214", "OPT0215", "OPT0222", "OPT0240", "OPT0241", "OPT0242", "OPT0244"],
    ]);
  });

  test("in YAML too", () => {
    const source = { name: "a.yaml", text: "aggregate a:\n  levles: 4\n  precision: 2 bits\n" };
    expect(fixedTexts(source).map(({ text }) => text)).toContain("aggregate a:\n  levels: 4\n  precision: 2 bits\n");
    const lacking = { name: "a.yaml", text: "aggregate a:\n  precision: 2 bits\n" };
    expect(fixedTexts(lacking).map(({ text }) => text)).toEqual(["aggregate a:\n  workers: 4\n  precision: 2 bits\n"]);
    const flag = { name: "a.yaml", text: "aggregate a:\n  workers: 2\n  precision: 2\n  signed: no\n" };
    expect(fixedTexts(flag).map(({ text }) => codesOf({ ...flag, text }))).toEqual([[]]);
  });

  test("a bound without a sign in YAML too, where it stands in quotes", () => {
    const head = "aggregate a:\n  workers: 2\n  precision: 2\n  require:\n    latency: ";
    const texts = fixedTexts({ name: "a.yaml", text: `${head}5 ns\n` }).map(({ text }) => text);
    expect(texts).toContain(`${head}"<= 5 ns"\n`);
  });

  test("what is mended leaves fewer diagnostics and shows no new one, whatever the text", () => {
    const words = [...'=:*\u2013",\n;{}_.', "//", " workers 4", " signed no", "no"];
    const edit = fc.record({
      at: fc.nat(2000),
      cut: fc.nat(3),
      put: fc.oneof(fc.constant(""), fc.constantFrom(...words), fc.string({ maxLength: 2 })),
    });
    const said = ({ code, message }: Diagnostic): string => `${code} ${message}`;
    let mended = 0;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.boolean(), (edits, yaml) => {
        let text = yaml ? exampleYaml : example;
        for (const { at, cut, put } of edits) {
          const start = at % text.length;
          text = text.slice(0, start) + put + text.slice(start + cut);
        }
        const source = { name: yaml ? "a.yaml" : "a.optinc", text };
        const result = mend(source, { emitTargets: targets });
        const left = diagnosed(source).map(said);
        const after = diagnosed({ ...source, text: result.text }).map(said);
        if (result.made.length === 0) expect(result.text).toBe(text);
        else mended++;
        for (const each of after) {
          expect(left, `${text}\n${JSON.stringify(result.made)}`).toContain(each);
          left.splice(left.indexOf(each), 1);
        }
        expect(left.length).toBeGreaterThanOrEqual(result.made.length);
        expect(mend({ ...source, text: result.text }, { emitTargets: targets }).made).toEqual([]);
      }),
      { seed: 3, numRuns: rounds(2000) },
    );
    expect(mended).toBeGreaterThan(rounds(300));
  });

  test("each safe one by itself, in a text that is right but for it", () => {
    for (const [right, mistake] of [
      ["workers   4", "workers = 4"],
      ["workers   4", "workers: 4"],
      ["workers   4", "workers 4."],
      ["workers   4", "wrokers 4"],
      ["workers   4\n  precision 8 bits", "workers 4 precision 8 bits"],
      ["levels    4", "levels 4\n  levels 4"],
      ["8 bits", "8 Bits"],
      ["half-up", "half_up"],
      ["emit spice, phases", "emit [spice, phases]"],
      ["emit spice, phases", "emit spice,, phases"],
      ["emit spice, phases", "emit spice, phases, spice"],
      ["emit spice, phases", "emit spice, phases\n  signed no"],
      ["emit spice, phases", "emit spice, phases // both"],
      ["network constructed {\n", "network constructed\n"],
      ["0.25\n  }\n", "0.25\n"],
    ] as const) {
      expect(example).toContain(right);
      const text = example.replace(right, mistake);
      const [found, ...others] = diagnosed({ name: "a.optinc", text });
      expect(others, mistake).toEqual([]);
      const [fix] = fixesIn(found!).filter(({ safe }) => safe);
      expect(codesOf({ name: "a.optinc", text: applied(text, fix!) }), mistake).toEqual([]);
      const again = mend({ name: "a.optinc", text }, { emitTargets: targets });
      expect(again.made.map(({ code, title }) => [code, title])).toEqual([[found!.code, fix!.title]]);
      expect(again.text).toBe(applied(text, fix!));
    }
  });

  test("of two that overlap the first is made, the other when the text is read again", () => {
    const text = "aggregate a {\n  workers 2\n  precision 2\n  verify {\n    against ring\n";
    const { text: after, made } = mend({ name: "a.optinc", text }, { emitTargets: targets });
    expect(made.map(({ title }) => title)).toEqual(["Write }", "Write }"]);
    expect(codesOf({ name: "a.optinc", text: after })).toEqual([]);
  });

  test("edits lie in the text, apart from each other, whatever the text", () => {
    const edit = fc.record({ at: fc.nat(400), cut: fc.nat(12), put: fc.string({ maxLength: 9 }) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.boolean(), (edits, yaml) => {
        let text = yaml ? exampleYaml : example;
        for (const { at, cut, put } of edits) text = text.slice(0, at) + put + text.slice(at + cut);
        const source = { name: yaml ? "a.yaml" : "a.optinc", text };
        for (const found of diagnosed(source)) {
          for (const fix of fixesIn(found)) {
            let end = 0;
            for (const { span } of fix.edits) {
              expect(span.start).toBeGreaterThanOrEqual(end);
              end = span.end;
              expect(span.end).toBeGreaterThanOrEqual(span.start);
            }
            expect(end).toBeLessThanOrEqual(text.length);
            diagnosed({ ...source, text: applied(text, fix) });
          }
        }
      }),
      { seed: 7, numRuns: rounds(500) },
    );
  });
});
