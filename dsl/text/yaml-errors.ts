import { Lexer, type YAMLError } from "yaml";
import { error, type PlacedLabel, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";

const messages: Readonly<Partial<Record<YAMLError["code"], string>>> = {
  BAD_INDENT: "this line is indented differently from its neighbours",
  BAD_DQ_ESCAPE: "unknown escape in a quoted string",
  BAD_SCALAR_START: "a value cannot begin with this character",
  BLOCK_AS_IMPLICIT_KEY: "a mapping begins in the middle of a line",
  BLOCK_IN_FLOW: "an indented collection stands inside brackets",
  MISSING_CHAR: "a character is missing here",
  MULTILINE_IMPLICIT_KEY: "a key goes over several lines",
  MULTIPLE_DOCS: "more than one document in the file",
  TAB_AS_INDENT: "a tab is used for indentation",
  BAD_ALIAS: "an alias is not defined",
};

/** What the YAML parser found first, in words of this tool; brackets and quotes that are not closed are distinguished. */
export function reportSyntax(found: YAMLError, text: string, otherSyntax: string | null, report: Report): void {
  const start = Math.min(found.pos[0], text.length);
  const end = Math.min(Math.max(found.pos[1], start), text.length);
  const help =
    otherSyntax ??
    (found.code === "MULTILINE_IMPLICIT_KEY" ? "a name is followed by a colon and a blank: `workers: 4`" : null);
  const [place, ...others] = labelsFor(found, { start, end }, text);
  error(report, "OPT0109", "the text is not valid YAML", place, help, ...others);
}

function labelsFor({ code, message }: YAMLError, place: Span, text: string): [PlacedLabel, ...PlacedLabel[]] {
  const isCollection = code === "BAD_INDENT" && message.startsWith("Flow ");
  const isQuote = code === "MISSING_CHAR" && /quote$/.test(message);
  const opened = isCollection || isQuote ? openedBefore(text, place.start, isQuote) : null;
  if (opened === null) return [[place, messages[code] ?? "YAML does not allow this here"]];
  const span = { start: opened, end: opened + 1 };
  if (isQuote) return [[span, "this quote is not closed"]];
  const bracket = text[opened]!;
  // The parser goes on to the next line; the bracket is wanted at the end of what it did read.
  const wanted = `\`${bracket === "{" ? "}" : "]"}\` expected before this`;
  return [
    [span, `this \`${bracket}\` is not closed`],
    [{ start: place.start, end: place.start < text.length ? place.start + 1 : place.start }, wanted],
  ];
}

/** Begin of a document, unexpected end of a bracket, begin of a plain scalar. */
const marks: readonly string[] = ["\u0002", "\u0018", "\u001F"];

/** Offset of the innermost bracket, or of the last quote, that is open at `at`. */
function openedBefore(text: string, at: number, quote: boolean): number | null {
  const open: number[] = [];
  let offset = 0;
  let lastQuote: number | null = null;
  let scalar = false;
  for (const token of new Lexer().lex(text)) {
    if (offset >= at) break;
    // Marks that the lexer puts between tokens are no part of the text; behind U+001F a plain scalar follows.
    if (!scalar && marks.includes(token) && text[offset] !== token) {
      scalar = token === marks[2];
      continue;
    }
    if (!scalar && (token === "{" || token === "[")) open.push(offset);
    else if (!scalar && (token === "}" || token === "]")) open.pop();
    else if (!scalar && /^["']/.test(token)) lastQuote = offset;
    scalar = false;
    offset += token.length;
  }
  return quote ? lastQuote : (open.at(-1) ?? null);
}
