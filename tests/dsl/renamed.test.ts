import { describe, expect, test } from "vitest";
import {
  completionsAt,
  hoverAt,
  layOut,
  mend,
  parseSpecs,
  parseStudies,
  parseTrainings,
  readTree,
} from "../../dsl/index.ts";
import { type RenamedWord, renamedWords } from "../../dsl/language/renamed.ts";

/** A value that the setting takes, or other values beside the renamed one. */
const sample: Readonly<Record<string, string>> = {
  residual: "direct",
  outputs: "direct",
  "decision-margin": "0.25",
  chips: "50",
};

function statement({ setting, old, now }: RenamedWord, isOld: boolean): readonly [name: string, value: string] {
  const word = isOld ? old : now;
  return setting === null ? [word, sample[now]!] : [setting, word];
}

/** A whole file with one word of the table, in both syntaxes. */
function texts(word: RenamedWord, isOld: boolean): readonly { readonly name: string; readonly text: string }[] {
  const [name, value] = statement(word, isOld);
  const optinc = (aggregate: string, rest: string): string =>
    `aggregate a {\n  workers 4\n  precision 8 bits\n${aggregate}}\n${rest}`;
  const yaml = (aggregate: string, rest: string): string =>
    `aggregate a:\n  workers: 4\n  precision: 8 bits\n${aggregate}${rest}`;
  const [plain, mapped] = [`${name} ${value}`, `${name}: ${value}`];
  switch (word.block) {
    case "network constructed":
      return [
        { name: "a.optinc", text: optinc(`  network constructed {\n    ${plain}\n  }\n`, "") },
        { name: "a.yaml", text: yaml(`  network constructed:\n    ${mapped}\n`, "") },
      ];
    case "vary":
      return [
        ...[`  vary ${plain}\n`, `  vary workers 2 4\n  ${plain}\n`, `  vary {\n    ${plain}\n  }\n`].map((vary) => ({
          name: "a.optinc",
          text: optinc("", `\nstudy s {\n  aggregate a\n  measure mzis\n${vary}}\n`),
        })),
        { name: "a.yaml", text: yaml("", `study s:\n  aggregate: a\n  measure: mzis\n  vary:\n    ${mapped}\n`) },
      ];
    default:
      return [
        { name: "a.optinc", text: optinc("", `\n${word.block} s {\n  ${plain}\n${needed(word.block, " ")}}\n`) },
        { name: "a.yaml", text: yaml("", `${word.block} s:\n  ${mapped}\n${needed(word.block, ": ")}`) },
      ];
  }
}

function needed(block: string, colon: string): string {
  return block === "study" ? `  aggregate${colon}a\n  measure${colon}mzis\n` : "";
}

const cases = renamedWords.flatMap((word) =>
  texts(word, true).map((old, i) => ({
    word,
    old,
    now: texts(word, false)[i]!,
    title: `${word.block} ${statement(word, true).join(" ")}`,
  })),
);

const valuesOf = (source: { name: string; text: string }) => [
  parseSpecs(source, { emitTargets: [] }).value,
  /^study/m.test(source.text) ? parseStudies(source).value : null,
  /^training/m.test(source.text) ? parseTrainings(source).value : null,
];

describe.each(cases)("$title, $old.name", ({ word, old, now }) => {
  test("means what the new word means, with one warning", () => {
    const values = valuesOf(now);
    expect(values[0]).toHaveLength(1);
    expect(values).not.toContainEqual([]);
    expect(valuesOf(old)).toEqual(values);
    const { diagnostics } = parseSpecs(old, { emitTargets: [] });
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([["OPT0246", "warning"]]);
    const [label] = diagnostics[0]!.labels;
    expect(old.text.slice(label!.span.start, label!.span.end)).toBe(word.old);
    expect(parseSpecs(now, { emitTargets: [] }).diagnostics).toEqual([]);
  });

  test("becomes the new word by check --fix and by fmt", () => {
    expect(mend(old, { emitTargets: [] })).toMatchObject({ text: now.text, made: [{ code: "OPT0246" }] });
    if (old.name.endsWith("yaml")) return;
    expect(layOut(old.text)).toEqual(layOut(now.text));
    expect(layOut(old.text).value).not.toBeNull();
  });

  test("is described as the new word, and not offered", () => {
    const [at, known] = [old.text.lastIndexOf(word.old), { targets: {}, technologies: {} }];
    const hover = hoverAt(readTree(old)!, at, known);
    expect(hover?.text).toBe(hoverAt(readTree(now)!, now.text.lastIndexOf(word.now), known)!.text);
    if (old.name.endsWith("yaml")) return;
    const { items } = completionsAt(old.text, at, known);
    expect(items.map(({ label }) => label)).toContain(word.now);
    expect(items.map(({ label }) => label)).not.toContain(word.old);
  });
});

test("fmt renames all words of a text, however many there are", () => {
  const one = (i: number): string =>
    `aggregate a${i} {\n  workers 2\n  precision 1 bits\n  network constructed {\n    rests direct\n  }\n}\n`;
  const text = Array.from({ length: 200 }, (_, i) => one(i)).join("");
  const many = text.replaceAll("    rests direct\n", "    rests direct\n".repeat(4));
  expect(layOut(many).value?.includes("rests")).toBe(false);
});

test("a word that is no setting keeps its text", () => {
  const text = "aggregate rests {\n  workers   2\n  precision 1 bits\n}\n";
  expect(layOut(text).value).toBe(text);
});
