import { expect, test } from "vitest";
import { specTexts, specWords } from "../../dev/fuzz/material/corpus.ts";
import { type Dice, rollDice } from "../../dev/fuzz/material/dice.ts";
import { mutateText } from "../../dev/fuzz/material/mutate.ts";
import { parseSyntax } from "../../dsl/index.ts";
import { readTree } from "../../dsl/parse.ts";
import { rounds } from "../rounds.ts";
import { example } from "./example.ts";
import { oracle } from "./oracle/parse.ts";

const name = "a.optinc";
const texts = [example, ...specTexts()];

/** Both parsers read the same tree and say the same of it: codes, messages, places, help, fixes. */
function demandEqual(text: string): void {
  const source = { name, text };
  const expected = oracle(source);
  expect(readTree(source), JSON.stringify(text)).toEqual(expected.ast);
  expect(parseSyntax(source).diagnostics, JSON.stringify(text)).toEqual(expected.diagnostics);
}

test("Chevrotain reads the corpus of the fuzzer as the parser by hand does", () => {
  for (const text of texts) demandEqual(text);
});

const words = specWords();
const odd = [...'{}\n;,%"#@/x'];

/** Half of the mutations are the fuzzer's; the other half adds the signs on which a grammar turns. */
function mutated(text: string, dice: Dice): string {
  if (dice.chance(0.5)) return mutateText(text, dice, words);
  let now = text;
  for (let changes = 1 + dice.below(6); changes > 0; changes--) {
    const at = dice.below(now.length + 1);
    now = now.slice(0, at) + dice.pick(odd) + now.slice(at + dice.below(3));
  }
  return now;
}

test("Chevrotain reads mutated specs as the parser by hand does", () => {
  const count = 12_000;
  let damaged = 0;
  for (let round = 0; round < rounds(count); round++) {
    const dice = rollDice(20_261, round);
    const text = mutated(dice.pick(texts), dice);
    demandEqual(text);
    if (oracle({ name, text }).diagnostics.length > 0) damaged++;
  }
  // Both kinds are tried, texts that can be read and texts that cannot.
  expect(damaged).toBeGreaterThan(rounds(count) / 4);
  expect(damaged).toBeLessThan((rounds(count) * 9) / 10);
});
