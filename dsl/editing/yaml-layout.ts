import { type Document, Lexer, parseDocument, Scalar, visit } from "yaml";
import { withoutOldWords } from "../parse.ts";
import { finish } from "../report/collector.ts";
import type { Checked } from "../report/diagnostic.ts";
import { readYaml } from "../text/yaml-tree.ts";

/**
 * A YAML text laid out: two blanks a level, a blank behind colons and commas, comments where they were, of several empty lines one.
 * Words that were renamed get their present names; other scalars stay as they were written, quotes, digits and folded lines included. Means the same, and laid out again is the same;
 * `value` is null, with diagnostics, where the text is none that optinc reads, and without where comments would not stay in their
 * order. What it means is not asked.
 */
export function layOutYaml(given: string): Checked<string> {
  const text = withoutOldWords({ name: "spec.yaml", text: given });
  const { root, report } = readYaml({ name: "spec.yaml", text });
  const diagnostics = finish(report);
  if (root === null || diagnostics.length > 0) return { value: null, diagnostics };
  const end = /\r\n?|\n/.exec(text)?.[0] === "\r\n" ? "\r\n" : "\n";
  const lines = text.replace(/\r\n?/g, "\n");
  const laidOut = written(lines);
  // The parser's own printer moves some comments that stand where nobody puts them.
  if (!isSame(lines, laidOut) || written(laidOut) !== laidOut) return { value: null, diagnostics: [] };
  return { value: laidOut.replaceAll("\n", end), diagnostics: [] };
}

/** Printed by the parser's own printer, but for the scalars, which come out of the source. */
function written(text: string): string {
  const document = parse(text);
  const sources: { readonly mark: string; readonly source: string; readonly isBlock: boolean }[] = [];
  const salt = unused(text);
  visit(document, {
    Scalar: (_, node) => {
      const { range, type } = node;
      if (range === null || range === undefined) return;
      const source = text.slice(range[0], range[1]);
      const isBlock = type === Scalar.BLOCK_FOLDED || type === Scalar.BLOCK_LITERAL;
      if (source === "" || (source.includes("\n") && !isBlock)) return;
      const mark = `${salt}${sources.length}x`;
      sources.push({ mark, source, isBlock });
      node.value = mark;
      node.type = Scalar.PLAIN;
      // Not read by the printer of plain words.
      for (const field of ["format", "minFractionDigits", "source"] as const) delete node[field];
    },
  });
  const printed = document.toString({
    lineWidth: 0,
    indent: 2,
    indentSeq: true,
    flowCollectionPadding: true,
    nullStr: "",
  });
  const marks = new Map(sources.map((it) => [it.mark, it]));
  const lines = printed.split("\n").map((line) => {
    const indent = /^ */.exec(line)![0].length;
    return line
      .replace(new RegExp(`\\[ (?=${salt}|[[{])`, "g"), "[")
      .replace(new RegExp(`(?<=${salt}\\d+x|[\\]}]) \\]`, "g"), "]")
      .replace(new RegExp(`${salt}\\d+x`, "g"), (mark) => {
        const { source, isBlock } = marks.get(mark)!;
        return isBlock ? indented(source, indent + 2) : source;
      })
      .replace(/[ \t]+$/, "");
  });
  // Lines of a block scalar are one of these, and keep their empty ones.
  return lines.filter((line, i) => line !== "" || lines[i - 1] !== "" || i === lines.length - 1).join("\n");
}

function parse(text: string): Document.Parsed {
  return parseDocument(text, { prettyErrors: false, uniqueKeys: false });
}

/** A block scalar: its head, and its lines further in or out. */
function indented(source: string, to: number): string {
  const [head = "", ...lines] = source.replace(/\n$/, "").split("\n");
  const from = Math.min(...lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)![0].length));
  const body = lines.map((line) => (line.trim() === "" ? "" : `${" ".repeat(to)}${line.slice(from)}`));
  return [head, ...body].join("\n");
}

/** Letters that are not in a text. */
function unused(text: string): string {
  let salt = "optincScalar";
  while (text.includes(salt)) salt += "Z";
  return salt;
}

/** Whether two texts have the same data and the same comments in the same order. */
function isSame(one: string, other: string): boolean {
  const data = (text: string): string => JSON.stringify(parse(text).toJS());
  return parse(other).errors.length === 0 && data(one) === data(other) && comments(one) === comments(other);
}

function comments(text: string): string {
  const tokens = [...new Lexer().lex(text)];
  // What follows the sign of a scalar is its text.
  return tokens
    .filter((token, i) => token.startsWith("#") && tokens[i - 1] !== "\u001f")
    .map((token) => token.trim())
    .join("\n");
}
