import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodesIn, parse, rooms, root, sourcesIn } from "../../dev/scripts/imports.mjs";

/** Words that only the authors knew, with the field's term. */
const privateWords: Readonly<Record<string, string>> = {
  anew: "again",
  astray: "unexpected token",
  debris: "error node",
  die: "chip",
  dies: "chips",
  leaky: "with crossing crosstalk",
  heard: "read, or received",
  "light-way": "router",
  loom: "network builder",
  rail: "bias waveguide",
  rails: "bias waveguides",
  rests: "residuals",
  slip: "mistake",
  slips: "mistakes",
  surroundings: "context",
  told: "given, or distinguished",
  vain: "unused",
  warmth: "thermal crosstalk",
  weave: "network builder",
  weaver: "network builder",
};

/** The diagnostic that names the old words of specs, and the generated page that shows it. */
const exempt = ["dsl/codes/renamed.ts", "docs/reference/diagnostics.md"];

/** Exported by several files with different meanings; a name leaves this list when each file has its own, and none joins it. */
const severalMeanings = "Cell Steps Waveguide";

/** Pages of codes have their own test; quantities, generated programs, lists of keywords and tables of HTML are no messages. */
const noMessages =
  /codes\.ts$|quantities\.ts$|(python-)?script\.ts$|builder\.ts$|proof-checker\.ts$|figures\.ts$|identifiers\.ts$|blackbird\/writer\.ts$|sections\.ts$/;

const words = new RegExp(`(?<![\\w-])(${Object.keys(privateWords).join("|")})(?![\\w-])`, "gi");
const found = (file: string, text: string): string[] =>
  exempt.includes(file)
    ? []
    : [...text.matchAll(words)].map(([word]) => `${file}: ${word} (${privateWords[word.toLowerCase()]})`);

describe("private words", () => {
  it("do not stand in documents", () => {
    const pages = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".md"),
    );
    const texts = ["README.md", ...pages.map((name) => `docs/${name}`)].map((file) => {
      // Keys of files and commands stand in code spans.
      return found(file, readFileSync(join(root, file), "utf8").replace(/`[^`\n]+`/g, ""));
    });
    expect(texts.flat()).toEqual([]);
  });

  it("do not stand in messages, help and other sentences of the program", () => {
    expect(rooms.flatMap(sourcesIn).flatMap((file) => found(file, sentencesOf(file).join("\n")))).toEqual([]);
  });

  it("nor do sentences of more than 15 words", () => {
    const said = rooms.flatMap(sourcesIn).filter((file) => !noMessages.test(file));
    expect(said.filter((file) => longest(sentencesOf(file)) > 15)).toEqual([]);
    expect(longest(["One, `two words`: X of three in four."])).toBe(5);
  });

  it("are found in a sentence", () => {
    expect(found("a.md", "Two rails, in vain.")).toEqual(["a.md: rails (bias waveguides)", "a.md: vain (unused)"]);
  });
});

it("a name of an exported type has one meaning, but for a list that shrinks", () => {
  const names = rooms.flatMap(sourcesIn).flatMap((file) => {
    const { text } = parse(file);
    return [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name!);
  });
  const several = names.filter((name, at) => names.indexOf(name) !== at);
  expect([...new Set(several)].sort()).toEqual(severalMeanings.trim().split(/\s/));
});

/** Words of the longest sentence; code counts as one word. */
function longest(texts: readonly string[]): number {
  const plain = texts.map((text) => text.replace(/\\?`[^`]*`|\$\{[^}]*\}/g, "x"));
  const sentences = plain.flatMap((text) => text.split(/(?<=[.;:!?])\s|\\n|\n/));
  return Math.max(0, ...sentences.map((sentence) => sentence.match(/(?<!\S)["'(]*\w[^\s]*/g)?.length ?? 0));
}

/** Strings and templates of a source that hold more than one word. */
function sentencesOf(file: string): string[] {
  const { text, tree } = parse(file);
  return [...nodesIn(tree)]
    .filter(({ type }) => type === "Literal" || type === "TemplateElement")
    .map(({ start, end }) => text.slice(start, end))
    .filter((sentence) => sentence.includes(" "));
}
