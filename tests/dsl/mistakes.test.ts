import { describe, expect, test } from "vitest";
import { type Diagnostic, parseSpecs, renderDiagnostics } from "../../dsl/index.ts";
import { example, targets } from "./example.ts";

/** Words, numbers, marks and line ends of the example, without comments; blanks stay in front of what follows them. */
const pieces: readonly string[] = example.replaceAll(/ *#.*/g, "").match(/ *(?:[A-Za-z0-9_.-]+|[{},\n])/g)!;

function diagnose(changed: readonly string[]): readonly Diagnostic[] {
  return parseSpecs({ name: "mistake.optinc", text: changed.join("") }, { emitTargets: targets }).diagnostics;
}

function describeMistake(index: number): string {
  return `${index}: ${pieces.slice(Math.max(0, index - 1), index + 2).join("·")}`;
}

function expectAtMostOne(changed: readonly string[], mistake: string): void {
  const found = diagnose(changed);
  const text = renderDiagnostics({ name: mistake, text: changed.join("") }, found);
  expect(found.length, text).toBeLessThanOrEqual(1);
}

const indices = [...pieces.keys()].map((index) => [describeMistake(index), index] as const);

describe("one mistake gives one error at most", () => {
  test.each(indices)("left out, %s", (mistake, index) => {
    expectAtMostOne(pieces.toSpliced(index, 1), mistake);
  });
  test.each(indices)("twice, %s", (mistake, index) => {
    expectAtMostOne(pieces.toSpliced(index, 0, pieces[index]!), mistake);
  });
  test.each(indices)("a stray sign before, %s", (mistake, index) => {
    for (const sign of [" @ ", " = ", " : ", "\u0000", " \u201c", " / ", " .. ", " % ", " ) "]) {
      expectAtMostOne(pieces.toSpliced(index, 0, sign), mistake);
    }
  });
});

const words = indices.filter(([, index]) => /[A-Za-z]{3}/.test(pieces[index]!) && pieces[index] !== " mean-4x8");

describe("a misspelt word is one error", () => {
  test.each(words)("%s", (mistake, index) => {
    const word = pieces[index]!;
    const at = word.search(/[A-Za-z]/) + 1;
    const swapped = word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
    for (const wrong of [word.slice(0, -1), `${word}q`, swapped, word.slice(0, at) + word.slice(at + 1)]) {
      if (wrong === word || wrong === " bit") continue;
      const changed = pieces.with(index, wrong);
      const found = diagnose(changed);
      expect(found.length, renderDiagnostics({ name: mistake, text: changed.join("") }, found)).toBe(1);
    }
  });
});
