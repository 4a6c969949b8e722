import fc from "fast-check";
import { expect, test } from "vitest";
import { specTexts } from "../../dev/fuzz/material/corpus.ts";
import { mutateText } from "../../dev/fuzz/material/mutate.ts";
import { completionsAt } from "../../dsl/index.ts";
import { rounds } from "../rounds.ts";

const known = { targets: { spice: "", phases: "" }, technologies: { "foundry-si": "" } };

/** At the bar in a text. */
function offered(marked: string): readonly string[] {
  const offset = marked.indexOf("|");
  const { items } = completionsAt(marked.replace("|", ""), offset, known);
  return items.map(({ label }) => label);
}

test.each([
  ["aggregate a {\n  precision 8 |\n}\n", "bits"],
  ["aggregate a {\n  precision 8 b|\n}\n", "bits"],
  ["aggregate a {\n  verify {\n    against ring\n  lev|\n}\n", "levels"],
  ["aggregate a {\n  verify { against ring }\n  |\n}\n", "levels"],
  ["aggregate a {\n  emit spice, |\n}\n", "phases"],
  ["aggregate a {\n  require { path-loss | }\n}\n", "<="],
])("what the grammar expects at the bar is offered: %j", (text, label) => {
  expect(offered(text)).toContain(label);
});

test.each([
  "aggregate a {\n  precision 8 bits |\n}\n",
  "aggregate a {\n  symbol-rate 25 GBd/|\n}\n",
  "aggregate a {\n  precision 0.|\n}\n",
  "aggregate a {\n  topology cascade 4 x |\n}\n",
  "aggregate a {\n  require { path-loss <| }\n}\n",
  "nothing { | }\n",
])("where nothing can follow nothing is offered: %j", (text) => {
  expect(offered(text)).toEqual([]);
});

test("the grammar answers at any place of any text, and a long line of signs does not keep it", () => {
  const place = fc.noBias(fc.nat());
  fc.assert(
    fc.property(mutateText(specTexts()), place, (text, at) => {
      const { span } = completionsAt(text, at % (text.length + 1), known);
      expect(span.end).toBeLessThanOrEqual(text.length);
    }),
    { seed: 20_262, numRuns: rounds(1200) },
  );
  for (const piece of ["4 .. ", "4 x ", "4 a / ", "4 a 4 x ", ".. 4 / ", "4 a { 4 } "]) {
    const text = `aggregate a { ${piece.repeat(2000)}`;
    expect(completionsAt(text, text.length, known).span.end).toBe(text.length);
  }
});
