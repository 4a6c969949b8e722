import fc from "fast-check";
import { expect, test } from "vitest";
import { specTexts, specWords } from "../../dev/fuzz/material/corpus.ts";
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

/** Half of the mutations are the fuzzer's; the other half adds the signs on which a grammar turns. */
const place = fc.noBias(fc.nat());
const addition = fc.tuple(fc.constantFrom(...'{}\n;,%"#@/x'), place, fc.nat(2));
const added = fc
  .tuple(fc.constantFrom(...texts), fc.array(addition, { minLength: 1, maxLength: 6 }))
  .map(([text, additions]) =>
    additions.reduce((now, [sign, to, over]) => {
      const at = to % (now.length + 1);
      return now.slice(0, at) + sign + now.slice(at + over);
    }, text),
  );
const mutated = fc.oneof(mutateText(texts, specWords()), added);

test("Chevrotain reads mutated specs as the parser by hand does", () => {
  const count = 12_000;
  let damaged = 0;
  fc.assert(
    fc.property(mutated, (text) => {
      demandEqual(text);
      if (oracle({ name, text }).diagnostics.length > 0) damaged++;
    }),
    { seed: 20_261, numRuns: rounds(count) },
  );
  // Both kinds are tried, texts that can be read and texts that cannot.
  expect(damaged).toBeGreaterThan(rounds(count) / 4);
  expect(damaged).toBeLessThan((rounds(count) * 9) / 10);
});
