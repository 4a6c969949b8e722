import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { modules, nodesIn, parse, root, type SyntaxNode, sourcesIn } from "../../dev/scripts/imports.mjs";

/** Words that only the authors knew, with the field's term. */
const privateWords: Readonly<Record<string, string>> = {
  anew: "again",
  astray: "unexpected token",
  debris: "error node",
  die: "chip",
  dies: "chips",
  leaky: "with crossing crosstalk",
  "hang on": "depend on",
  "hangs on": "depends on",
  heard: "read, or received",
  "light-way": "router",
  loom: "network builder",
  ours: "of optinc",
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
const exempt = ["docs/reference/diagnostics.md"];

/** Exported by several files with different meanings; a name leaves this list when each file has its own, and none joins it. */
const severalMeanings = "Cell Steps Waveguide";

/** Pages of codes have their own test; the other two hold lists of keywords. */
const noMessages = /codes\.ts$|identifiers\.ts$/;

/** A negation of a negation in one clause: "nothing without", "not unlike". */
const twice =
  /(?<![\w-])(?:(?:[Nn]ot?|[Nn]one|[Nn]ever|[Nn]othing|[Cc]annot|[Ww]ithout)(?: (?!and|or|nor|as|but)[\w'-]+){0,8} (?:without|unless|not|never|nothing|none|cannot)|[Nn](?:ot|othing) un(?!der)\w+)(?![\w-])/g;

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
    // Keys of files and commands stand in code spans.
    for (const file of ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...pages.map((name) => `docs/${name}`)]) {
      const text = readFileSync(join(root, file), "utf8").replace(/`[^`\n]+`/g, "");
      expect([...found(file, text), ...negated(text.replace(/^```.*?^```/gms, ""))], file).toEqual([]);
    }
  });

  it("do not stand in messages, help and other sentences; double negations do not, nor in comments", () => {
    for (const file of modules.flatMap(sourcesIn)) {
      const comments = parse(file).text.match(/\/\*\*[\s\S]*?\*\/|(?:^|(?<= ))\/\/ .*/gm) ?? [];
      const names = comments.join("\n").replace(/`[^`\n]*`/g, "");
      expect(found(file, [...sentencesOf(file), names].join("\n"))).toEqual([]);
      expect([...sentencesOf(file), ...comments].flatMap(negated), file).toEqual([]);
    }
  });

  it("nor do sentences of more than 15 words", () => {
    for (const file of modules.flatMap(sourcesIn).filter((name) => !noMessages.test(name)))
      expect(sentencesOf(file).flatMap(tooLong), file).toEqual([]);
    const seven = "a `b c` d e f g h";
    expect(tooLong(`# ${seven}\n# i: ${seven}\n# i ${seven} i`)).toEqual(["a x d e f g h i a x d e f g h i"]);
  });

  it("are found in a sentence", () => {
    expect(negated("It is not\n * without use, none or not.")).toEqual(["not without"]);
    expect(found("a.md", "Two rails, in vain.")).toEqual(["a.md: rails (bias waveguides)", "a.md: vain (unused)"]);
  });
});

it("a name of an exported type has one meaning, but for a list that shrinks", () => {
  const names = modules.flatMap(sourcesIn).flatMap((file) => {
    const { text } = parse(file);
    return [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name!);
  });
  const several = names.filter((name, at) => names.indexOf(name) !== at);
  expect([...new Set(several)].sort()).toEqual(severalMeanings.trim().split(/\s/));
});

function negated(text: string): string[] {
  return (
    text
      .replace(/`[^`\n]+`/g, "x")
      .replace(/\n[ *]*/g, " ")
      .match(twice) ?? []
  );
}

/** Sentences of more than 15 words; code counts as one word, and the lines of a generated comment are read together. */
function tooLong(text: string): string[] {
  const plain = text
    .replace(/`[^`]*`/g, "x")
    .replace(/"""[\s\S]*?"""/g, (doc) => doc.replace(/\n *(?=[a-z(](?!.* {2}))/g, " "));
  const whole = plain.replace(/(?<=(?:[#*]|\/\/) .*)\n *(?:[#*]|\/\/) (?=[a-z(])/g, " ");
  const sentences = whole.split(/(?<=[.;:!?])\s|\n/);
  return sentences.filter((sentence) => (sentence.match(/(?<!\S)["'(]*\w[^\s(=]*(?!\S)/g)?.length ?? 0) > 15);
}

/** Texts of a source that hold more than one word, as they are put together; `x` stands for what is computed. */
function sentencesOf(file: string): string[] {
  return [...nodesIn(parse(file).tree)].map(textOf).filter((text) => text.includes(" "));
}

function textOf({ type, value, operator, left, right, quasis }: SyntaxNode): string {
  if (type === "Literal" && typeof value === "string") return value;
  if (type === "TemplateLiteral") return quasis!.map((part) => part.value.cooked).join("x");
  return type === "BinaryExpression" && operator === "+" ? textOf(left!) + textOf(right!) : "x";
}
