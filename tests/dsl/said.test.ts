import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Diagnostic, parseClusters, parseSpecs } from "../../dsl/index.ts";
import { targets } from "./example.ts";

const pair = "aggregate pair {\n  workers 2\n  precision 4 bits\n  verify { inputs exhaustive }\n}\n";

/** The texts in which the lines of a section stand; all are right without them, but `any workers`, `as it is` and clusters. */
const sections: Readonly<Record<string, (line: string) => { readonly name: string; readonly text: string }>> = {
  aggregate: (line) => ({ name: "a.optinc", text: `aggregate a {\n workers 4\n precision 8 bits\n${line}\n}\n` }),
  "aggregate of any workers": (line) => ({ name: "a.optinc", text: `aggregate a {\nprecision 8 bits\n${line}\n}\n` }),
  "aggregate in YAML": (line) => ({
    name: "a.yaml",
    text: `aggregate a:\n  workers: 4\n  precision: 8 bits\n  ${line}\n`,
  }),
  "aggregate of any workers in YAML": (line) => ({
    name: "a.yaml",
    text: `aggregate a:\n  precision: 8 bits\n  ${line}\n`,
  }),
  "spec as it is": (text) => ({ name: "a.optinc", text }),
  "YAML as it is": (text) => ({ name: "a.yaml", text }),
  study: (line) => ({
    name: "a.optinc",
    text: `${pair}study s {\n  aggregate pair\n  measure mzis\n${line}\n}\n`,
  }),
  measure: (measures) => ({
    name: "a.optinc",
    text: `${pair}study s { aggregate pair; measure ${measures} }\n`,
  }),
  clusters: (text) => ({ name: "c.optinc", text }),
};

/** Code, message and help of each diagnostic; below them each arrow: where in the text it stands, under what, with which words; and each fix with its edits. */
function said(text: string, found: readonly Diagnostic[]): string[] {
  const cut = ({ start, end }: Diagnostic["labels"][number]["span"]) =>
    `${start} ${JSON.stringify(text.slice(start, end))}`;
  return found.flatMap(({ code, severity, message, labels, help, fixes = [] }) => [
    `  ${code}${severity === "error" ? "" : ` (${severity})`} ${message}${help === null ? "" : ` [${help}]`}`,
    ...labels.map((label) => `    ${label.primary ? "^" : "-"} ${cut(label.span)} ${label.text}`.trimEnd()),
    ...fixes.flatMap(({ title, safe, edits }) => [
      `    fix${safe ? " (safe)" : ""}: ${title}`,
      ...edits.map(({ span, text: put }) => `      ${cut(span)} -> ${JSON.stringify(put)}`),
    ]),
  ]);
}

/**
 * golden/said.txt has the lines that are wrong, as JSON where they are not plain, below the name of their section. Under each
 * stands all that is said of it: `npx vitest run tests/dsl/said.test.ts -u` writes that anew, for lines that are added as well.
 */
describe("what is said of a mistake", () => {
  const kept = readFileSync(new URL("golden/said.txt", import.meta.url), "utf8");
  const lines = kept.split("\n").filter((line) => line !== "" && !line.startsWith("  "));

  test("is what stands in golden/said.txt", async () => {
    let section = "";
    const written = lines.map((line) => {
      if (line.startsWith("# ")) {
        section = line.slice(2);
        return `${section === "aggregate" ? "" : "\n"}${line}\n`;
      }
      const source = sections[section]!(line.startsWith('"') ? JSON.parse(line) : line);
      const read = section === "clusters" ? parseClusters(source) : parseSpecs(source, { emitTargets: targets });
      expect(read.diagnostics, line).not.toEqual([]);
      expect(read.value === null, line).toBe(read.diagnostics.some(({ severity }) => severity === "error"));
      return `${line}\n${said(source.text, read.diagnostics).join("\n")}\n`;
    });
    await expect(written.join("")).toMatchFileSnapshot("golden/said.txt");
  });

  test("has lines in each section", () => {
    expect(lines.filter((line) => line.startsWith("# ")).map((line) => line.slice(2))).toEqual(Object.keys(sections));
    expect(lines.length).toBeGreaterThan(190);
  });
});
