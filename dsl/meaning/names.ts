import { limits } from "../language/limits.ts";
import type { BlockRow } from "../language/row.ts";
import { replacing } from "../report/advice.ts";
import { error, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import type { BlockStatement, Statement } from "../text/ast.ts";
import { valueSpan } from "./read.ts";

/** Letters, digits, `_` and `-`, no digit first: blocks name files and options, and circuits, which no `__proto__` may name. */
const namePattern = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_-]*$/;

/** The blocks at the top of a file, by their names in lower case. */
export type Names = Map<string, { readonly kind: string; readonly span: Span }>;

/**
 * The name of a block at the top of a file, as `kind NAME { ... }`, entered among `names`; null when it is none or
 * taken, which goes to the report.
 */
export function readName(block: BlockStatement, row: BlockRow, names: Names, report: Report): string | null {
  if (block.damaged) return null;
  const kind = block.name.text;
  const help = "a name is a letter, then letters, digits, `_` and `-`: `mean-4x8`";
  const [first, extra] = block.values;
  if (first === undefined) {
    const nested = nestedName(block, row);
    const behind = `the name stands behind it: \`${kind} ${nested}${report.syntax === "yaml" ? ":" : " { ... }"}\``;
    const message = `${aBlock(kind)} has no name`;
    return error(report, "OPT0214", message, [block.name.span, "no name after this"], nested === null ? help : behind);
  }
  const span = valueSpan(block);
  const written = first.kind === "word" || first.kind === "text" ? first.text : report.text.slice(span.start, span.end);
  if (extra !== undefined || first.kind !== "word" || !namePattern.test(written)) {
    const isQuoted = extra === undefined && first.kind === "text" && namePattern.test(written);
    const fixes = isQuoted ? [replacing(span, written, `Write ${written}`, true)] : [];
    return error(report, "OPT0214", `this cannot name ${aBlock(kind)}`, [span, "not a name"], { help, fixes });
  }
  if (written.length > limits.nameLength) {
    const message = `a name is longer than ${limits.nameLength} characters`;
    return error(report, "OPT0214", message, [span, `${written.length} characters`], null);
  }
  // Names become file names, and some file systems do not tell case.
  const key = written.toLowerCase();
  const earlier = names.get(key);
  if (earlier !== undefined) {
    const both = earlier.kind === kind ? `two ${kind}s` : `${aBlock(earlier.kind)} and ${aBlock(kind)}`;
    const rename = "rename one of them; upper and lower case count as equal";
    return error(report, "OPT0215", `${both} are named \`${written}\``, [span, "the same name again"], rename, [
      earlier.span,
      "first used here",
    ]);
  }
  names.set(key, { kind, span });
  return written;
}

/** Of `aggregate { pair { ... } }`, where the name is a block of its own: `pair`; else null. */
export function nestedName(block: BlockStatement, row: BlockRow): string | null {
  const { statements } = block.body;
  const names = [...row.settings, ...row.blocks].map(({ name }) => name);
  const isName = (statement: Statement): boolean =>
    statement.kind === "block" && statement.values.length === 0 && !names.includes(statement.name.text);
  if (block.values.length > 0 || !statements.every(isName)) return null;
  const name = statements[0]?.name.text ?? "";
  return namePattern.test(name) && name.length <= limits.nameLength ? name : null;
}

function aBlock(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`;
}
