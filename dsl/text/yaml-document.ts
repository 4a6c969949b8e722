import { type Document, isScalar, parseDocument } from "yaml";
import { error, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import { refuseDepth } from "./too-large.ts";
import { reportSyntax } from "./yaml-errors.ts";

/** A YAML text as its parser has it; null when it is none, and why is reported. `otherSyntax`: help when it is in another language. */
export function yamlDocument(text: string, otherSyntax: string | null, report: Report): Document.Parsed | null {
  if (nestsTooDeep(text)) return refuseDepth({ start: 0, end: 0 }, report);
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, keepSourceTokens: false });
  const [first] = document.errors;
  if (first === undefined) return document;
  reportSyntax(first, text, otherSyntax, report);
  return null;
}

/** Whether nothing, or null, is all that a document holds. */
export function isEmpty({ contents }: Document.Parsed): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

export function isDecorated(node: { anchor?: string | undefined; tag?: string | undefined }): boolean {
  return node.anchor !== undefined || node.tag !== undefined;
}

export function spanIn(node: unknown, text: string): Span {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  if (range === null || range === undefined) return { start: 0, end: 0 };
  const start = Math.min(range[0]!, text.length);
  return { start, end: Math.max(start, Math.min(range[1]!, text.length)) };
}

export function reportDecoration(span: Span, report: Report): void {
  const help = "write the value out";
  error(report, "OPT0111", "anchors, aliases and tags are not read", [span, "only plain values"], help);
}

/** Cheap guard before a recursive parser: brackets and compact indicators are the only way to nest without indenting. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5b || c === 0x7b) {
      if (++depth > 64) return true;
    } else if ((c === 0x5d || c === 0x7d) && depth > 0) depth--;
  }
  return /(?:[-?:][ \t]+){64}/.test(text) || /^ {200}/m.test(text);
}
