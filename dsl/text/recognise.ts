import type { SourceFile } from "../report/diagnostic.ts";
import type { Syntax } from "../report/syntax.ts";

/** By the ending of the name; where it tells nothing, as for standard input, by the text. */
export function syntaxOf({ name, text }: SourceFile): Syntax {
  if (/\.ya?ml$/i.test(name)) return "yaml";
  if (/\.optinc$/i.test(name)) return "optinc";
  return keyBegins(firstLine(text)) ? "yaml" : "optinc";
}

/** Whether a text read as one syntax is more likely the other: its first line says so. */
export function isOther(text: string, syntax: Syntax): boolean {
  const line = firstLine(text);
  return syntax === "yaml" ? /\{\s*$/.test(line) && !line.includes(":") : keyBegins(line) && !line.includes("{");
}

/** `name:`, or a mark that YAML begins with. In the spec language no colon stands outside of strings and comments. */
function keyBegins(line: string): boolean {
  return /^(?:---(?:\s|$)|%YAML\s)/.test(line) || /^[^{};"#]*:(?:\s|$)/.test(line);
}

/** Without blank lines and comments in front of it. */
function firstLine(text: string): string {
  for (const [line] of text.matchAll(/[^\r\n\uFEFF]+/g)) {
    if (/^[ \t]*[^ \t#]/.test(line)) return line;
  }
  return "";
}
