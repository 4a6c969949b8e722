import { isAlias, isMap, isScalar, isSeq } from "yaml";
import { limits } from "../language/limits.ts";
import { error, newReport, type Report } from "../report/collector.ts";
import type { SourceFile, Span } from "../report/diagnostic.ts";
import { refuseDepth, refuseSize } from "./too-large.ts";
import { isDecorated, isEmpty, reportDecoration, spanIn, yamlDocument } from "./yaml-document.ts";

/** What a YAML text holds, as plain data with its places: for files that are data and no specs. */
export type YamlNode = YamlScalar | YamlMapping | YamlSequence;

export interface YamlScalar {
  readonly kind: "scalar";
  /** `3` is a number, `"3"` and `3 dB` are strings, a value that is left out is null. */
  readonly value: string | number | boolean | null;
  readonly span: Span;
}

export interface YamlMapping {
  readonly kind: "mapping";
  /** In the order of the text; a key that stands there twice is here twice. */
  readonly entries: readonly YamlEntry[];
  readonly span: Span;
}

export interface YamlEntry {
  readonly key: { readonly text: string; readonly span: Span };
  readonly value: YamlNode;
}

export interface YamlSequence {
  readonly kind: "sequence";
  readonly items: readonly YamlNode[];
  readonly span: Span;
}

/**
 * A YAML text to plain data; an empty one is an empty mapping. Null when the text is too long, is no YAML, nests too deep or
 * has aliases, anchors or tags; why is in the report, which starts with it. Never throws for a text, whatever is in it.
 */
export function readYaml({ text }: SourceFile): { readonly root: YamlNode | null; readonly report: Report } {
  const report = newReport("yaml", text);
  if (text.length > limits.yamlLength) {
    return { root: refuseSize(`is longer than ${limits.yamlLength} characters`, report), report };
  }
  const document = yamlDocument(text, null, report);
  if (document === null) return { root: null, report };
  if (isEmpty(document)) return { root: { kind: "mapping", entries: [], span: { start: 0, end: 0 } }, report };
  return { root: convert(document.contents, text, 1, report), report };
}

function convert(node: unknown, text: string, depth: number, report: Report): YamlNode | null {
  const span = spanIn(node, text);
  if (depth > limits.nesting) return refuseDepth(span, report);
  if (node === null) return { kind: "scalar", value: null, span };
  if (isAlias(node) || ((isScalar(node) || isMap(node) || isSeq(node)) && isDecorated(node))) {
    reportDecoration(span, report);
    return null;
  }
  if (isScalar(node)) {
    const { value } = node;
    const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    return { kind: "scalar", value: isPlain ? value : null, span };
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => convert(item, text, depth + 1, report)).filter((item) => item !== null);
    return items.length === node.items.length ? { kind: "sequence", items, span } : null;
  }
  if (!isMap(node)) return null;
  const entries: YamlEntry[] = [];
  for (const { key, value } of node.items) {
    if (!isScalar(key) || isDecorated(key))
      return error(report, "OPT0111", "a key is not a plain word", [spanIn(key, text), "expected a name"], null);
    const read = convert(value, text, depth + 1, report);
    if (read === null) return null;
    // A value that is left out stands where its key ends.
    const place = read.span.start === read.span.end ? spanIn(key, text) : read.span;
    entries.push({ key: { text: String(key.value), span: spanIn(key, text) }, value: { ...read, span: place } });
  }
  return { kind: "mapping", entries, span };
}
