import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { layOutYaml, readYaml } from "../../dsl/index.ts";
import { root } from "../cli/run.ts";

/** A YAML text in pieces, untidy on purpose. */
const scalar = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9-]{0,8}( [a-z0-9]{1,5})?$/),
  fc.constantFrom("0.10", "1e3", "0x1F", "true", "~", "25 GBd", "1e-12", "007"),
  fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text)),
  fc.constantFrom("'it''s # no comment'", '"a: [b]"', "'- x'"),
);
const blanks = fc.constantFrom(" ", "  ", "     ");
const note = fc.option(fc.stringMatching(/^#![a-z:{}[\]'"-]{0,12}$/), { freq: 3 });
const flow = fc.oneof(
  fc.array(scalar, { minLength: 1, maxLength: 3 }).map((items) => `[${items.join(",  ")}]`),
  fc
    .uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 3 })
    .chain((keys) =>
      fc
        .array(scalar, { minLength: keys.length, maxLength: keys.length })
        .map((values) => `{${keys.map((key, i) => `${key}:   ${values[i]}`).join(" , ")}}`),
    ),
);

interface Entry {
  readonly above: string | null;
  readonly gap: number;
  readonly lines: (indent: number) => string;
}

function entriesOf(depth: number): fc.Arbitrary<Entry[]> {
  const inner = depth === 0 ? fc.constant<Entry[]>([]) : entriesOf(depth - 1);
  const folded = fc.array(fc.stringMatching(/^[a-z#: ]{0,8}[a-z]$/), { minLength: 1, maxLength: 3 });
  const value = fc.oneof(scalar, flow);
  const shape = { above: note, behind: note, blanks, value, folded, inner };
  const entry = fc
    .record({ ...shape, gap: fc.nat(2), kind: fc.nat(5), step: fc.integer({ min: 1, max: 5 }) })
    .map((it): Entry => {
      const rest = it.behind === null ? "" : `${it.blanks}${it.behind}`;
      return {
        above: it.above,
        gap: it.gap,
        lines: (indent) => {
          const within = " ".repeat(indent + it.step);
          if (it.kind === 0 && it.inner.length > 0) return `:${rest}\n${block(it.inner, indent + it.step)}`;
          if (it.kind === 1)
            return `:${it.blanks}>-\n${it.folded.map((line) => `${within}${line.trim()}`).join("\n")}\n`;
          if (it.kind === 2) return `:\n${within}-${it.blanks}${it.value}\n${within}-   ${it.value}${rest}\n`;
          return `:${it.blanks}${it.value}${rest}\n`;
        },
      };
    });
  return fc.array(entry, { minLength: 1, maxLength: 4 });
}

function block(items: readonly Entry[], indent: number): string {
  const pad = " ".repeat(indent);
  return items
    .map(
      ({ above, gap, lines }, i) =>
        `${"\n".repeat(gap)}${above === null ? "" : `${pad}${above}\n`}${pad}key-${i}${lines(indent)}`,
    )
    .join("");
}

function comments(text: string): string[] {
  return [...text.matchAll(/(?:^|[ \t])(#!.*)$/gm)].map(([, comment]) => comment!.trim()).sort();
}

describe("YAML laid out", () => {
  it("means the same, keeps every comment, and is the same when laid out again", () => {
    fc.assert(
      fc.property(
        entriesOf(2).map((items) => block(items, 0)),
        fc.constantFrom("\n", "\r\n"),
        (lines, end) => {
          const text = lines.replaceAll("\n", end);
          if (readYaml({ name: "t.yaml", text }).root === null) return;
          const { value, diagnostics } = layOutYaml(text);
          expect(diagnostics).toEqual([]);
          // Comments stand where people put them: nothing of this is refused.
          expect(value, text).not.toBeNull();
          expect(parse(value!)).toEqual(parse(text));
          expect(comments(value!)).toEqual(comments(text));
          expect(layOutYaml(value!).value).toBe(value);
          expect(value).not.toMatch(/[ \t]\r?\n|\n\r?\n\r?\n/);
          if (end === "\r\n") expect(value).not.toMatch(/[^\r]\n/);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("has two blanks a level, scalars as they were written, lists without and mappings with blanks inside", () => {
    const text = `# mine
technology:   x   # named


quantities:
      heater-power-pi: {value:  25.0,unit: mW , source: "a: [ b ]"}
      text: >-
          two
          lines

      emit:   [ spice,phases,  {a: 1} ]
`;
    expect(layOutYaml(text).value).toBe(`# mine
technology: x # named

quantities:
  heater-power-pi: { value: 25.0, unit: mW, source: "a: [ b ]" }
  text: >-
    two
    lines

  emit: [spice, phases, { a: 1 }]
`);
  });

  it("every YAML file of the repository is tidy", () => {
    for (const folder of ["technologies", "examples"]) {
      for (const name of readdirSync(join(root, folder)).filter((each) => /\.yaml$/.test(each))) {
        const text = readFileSync(join(root, folder, name), "utf8");
        expect(layOutYaml(text).value, name).toBe(text);
      }
    }
  });

  it.each([
    ["a: &x 1\nb: *x\n", "OPT0111"],
    ["a: [\n", "OPT01"],
    ["a: 1\n b: 2\n", "OPT01"],
    ["--- 1\n--- 2\n", "OPT01"],
  ])("%j is reported, not laid out", (text, code) => {
    const { value, diagnostics } = layOutYaml(text);
    expect(value).toBeNull();
    expect(diagnostics[0]!.code).toContain(code);
  });

  it("never throws, and never changes what a text means, whatever it holds", () => {
    const piece = fc.constantFrom(
      "a",
      "b",
      ":",
      " ",
      "  ",
      "\n",
      "-",
      "#",
      "[",
      "]",
      "{",
      "}",
      ",",
      "|",
      ">",
      "'",
      '"',
      "?",
      "\t",
      "1",
      "~",
      "\r\n",
      "é",
      "optincScalar0x",
      "%",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join("");
        const { value } = layOutYaml(text);
        if (value === null) return;
        expect(parse(value, { uniqueKeys: false })).toEqual(parse(text, { uniqueKeys: false }));
        expect(layOutYaml(value).value).toBe(value);
      }),
      { numRuns: 3000 },
    );
  });
});
