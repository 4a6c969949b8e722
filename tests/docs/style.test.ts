import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../cli/run.ts";

const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".md"),
);
const pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...docs.map((name) => `docs/${name}`)];
const read = (page: string): string => readFileSync(join(root, page), "utf8");

/** What a reader reads: without fenced code and without the marks of commands. */
const prose = (text: string): string => text.replace(/^ *```.*?^ *```/gms, "\n\n").replace(/<!--.*?-->/gs, "\n\n");

/** What has a letter or a digit is a word: bars of tables and dashes of lists are none. */
const wordsOf = (text: string): number => text.split(/\s+/).filter((word) => /[\p{L}\d]/u.test(word)).length;

/** Words of the longest sentence; a colon or a semicolon ends a thought, and code counts as one word. */
function longest(text: string): number {
  const lines = prose(text)
    .split("\n")
    .map((line) => (/^\s*[|#]/.test(line) ? "" : line.replace(/^\s*(?:[-*]|\d+\.) /, "\n\n")));
  const plain = lines
    .join("\n")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/`[^`]*`/g, "x");
  const sentences = plain.split(/\n\s*\n|(?<=[.!?:;])\s+/);
  return Math.max(...sentences.map(wordsOf));
}

/** Names of the sections of a page as GitHub links them. */
function anchors(text: string): readonly string[] {
  const titles = [...prose(text).matchAll(/^#+ (.*)$/gm)].map(([, title]) => title!.toLowerCase());
  const names = titles.map((title) =>
    title
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-"),
  );
  const numbered = names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name}-${before}`;
  });
  return [...numbered, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id!)];
}

function brokenLinks(page: string, text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => {
      if (/^\w+:/.test(target)) return false;
      const [file, anchor] = target.split("#") as [string, string?];
      const path = file === "" ? page : join(dirname(page), file);
      if (!existsSync(join(root, path))) return true;
      return anchor !== undefined && !anchors(path === page ? text : read(path)).includes(anchor);
    })
    .map((target) => `${page}: ${target}`);
}

describe("pages", () => {
  it("have sentences of at most 25 words", () => {
    expect(pages.filter((page) => longest(read(page)) > 25)).toEqual([]);
  });

  it("have lines of at most 200 characters, tables and code aside", () => {
    const long = pages.flatMap((page) =>
      prose(read(page))
        .split("\n")
        .filter((line) => line.length > 200 && !line.startsWith("|"))
        .map((line) => `${page}: ${line.slice(0, 60)}`),
    );
    expect(long).toEqual([]);
  });

  it("have at most 32 000 words, without what commands print", () => {
    const generated = ["spec", "commands", "diagnostics", "measurements"].map((name) => `docs/reference/${name}.md`);
    const words = pages
      .filter((page) => !generated.includes(page))
      .map((page) => prose(read(page).replace(/^<!-- (?:\$|keys|quantities).*?^<!-- end.*?-->$/gms, "")))
      .map(wordsOf);
    expect(words.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(32_000);
  });

  it("link to files and sections that exist", () => {
    expect(pages.flatMap((page) => brokenLinks(page, read(page)))).toEqual([]);
  });

  it("are measured as a reader counts", () => {
    expect(
      longest("One `code span` here, two.\nStill two: three.\n\n- item one\n- and [a link](b.md) of four words."),
    ).toBe(6);
    expect(
      brokenLinks("docs/explanation/proof.md", "# One\n[x](#one) [x](#two) [x](nowhere.md) [x](spec.md#nowhere)"),
    ).toEqual([
      "docs/explanation/proof.md: #two",
      "docs/explanation/proof.md: nowhere.md",
      "docs/explanation/proof.md: spec.md#nowhere",
    ]);
  });

  it("of the glossary stand in order, each term once", () => {
    const terms = [...read("docs/reference/glossary.md").matchAll(/^\| ([^|]+) \|/gm)]
      .slice(2)
      .map(([, term]) => term!.replace(/<[^>]*>/g, "").trim());
    expect(terms.length).toBeGreaterThan(20);
    expect(terms).toEqual([...new Set(terms)].toSorted((a, b) => a.localeCompare(b, "en")));
  });

  it("of tutorials and explanations have no table above 15 rows", () => {
    for (const page of pages.filter((name) => /^docs\/(tutorials|explanation)|^README/.test(name)))
      for (const [table] of read(page).matchAll(/(?:^\|.*\n)+/gm))
        expect(table.split("\n").length - 3, page).toBeLessThanOrEqual(15);
  });

  it("link a term of the glossary where it first stands, and only there", () => {
    let linked = 0;
    for (const page of pages) {
      const text = prose(read(page)).replace(/^#.*$|^!\[.*$/gm, "");
      for (const { 0: link, 1: term, index } of text.matchAll(/\[([^\]]+)\]\([^)]*glossary\.md#[^)]+\)/g)) {
        linked += 1;
        const first = new RegExp(`(?<![\\w-])${term}(?![\\w-])`).exec(text)!.index;
        expect(first, `${page}: ${link}`).toBe(index + 1);
      }
    }
    expect(linked).toBeGreaterThan(20);
  });
});
