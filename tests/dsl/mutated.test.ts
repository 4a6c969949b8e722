import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { parseSyntax } from "../../dsl/index.ts";
import { readTree } from "../../dsl/parse.ts";
import { seededRandom } from "../../netlist/index.ts";
import { example } from "./example.ts";

/** Every kind of token, in texts that no new setting changes. */
const texts: readonly string[] = [
  example,
  'aggregate "a b" { workers 4..16; topology cascade 2 x 2 x 4; technology "x\\"y"; rate 100Gb/s; margin 2.5e-3 % }\n',
  "study s {\n  aggregate a\n  vary precision 2 4 bits; residual direct, regenerated # two\n  require { loss <= -5 dBm; yield >= 99 % }\n}\n",
];
const odd = [...'{}\n;,%"#@/x', "..", " x ", "<=", "8bits", "1.2.3", '\\"', "\ufeff", "é", ""];

/** Pieces of a few signs replaced by signs on which a grammar turns, or by a piece of another place. */
function mutated(random: () => number): string {
  const below = (count: number): number => Math.floor(count * random());
  let text = texts[below(texts.length)]!;
  for (let changes = 1 + below(6); changes > 0; changes--) {
    const [at, from] = [below(text.length + 1), below(text.length + 1)];
    const piece = random() < 0.3 ? text.slice(from, from + below(20)) : odd[below(odd.length)]!;
    text = text.slice(0, at) + piece + text.slice(at + below(3));
  }
  return text;
}

test("mutated specs are read as a parser written by hand read them: trees, codes and places", async () => {
  const lines = Array.from({ length: 2000 }, (_, round) => {
    const source = { name: "a.optinc", text: mutated(seededRandom(round)) };
    const found = parseSyntax(source).diagnostics.map(({ code, labels }) => [code, ...labels.map(({ span }) => span)]);
    const hash = createHash("sha256").update(JSON.stringify([readTree(source), found]));
    return `${round} ${hash.digest("hex").slice(0, 12)} ${found.map(([code]) => code).join(" ")}`.trimEnd();
  });
  // Both kinds are tried, texts that can be read and texts that cannot.
  expect(lines.filter((line) => line.includes("OPT")).length).toBeGreaterThan(500);
  expect(lines.filter((line) => !line.includes("OPT")).length).toBeGreaterThan(200);
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("golden/mutated.txt");
});
