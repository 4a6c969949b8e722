import type { Advice, Report } from "./collector.ts";
import type { Span } from "./diagnostic.ts";
import { nearest } from "./nearest.ts";

/** The candidate that is most likely meant by `name`, which stands at `span`; null where none is near. */
export function meant(name: string, candidates: readonly string[], span: Span, report: Report): Advice | null {
  const near = nearest(name, candidates);
  if (near === null) return null;
  const quote = /^["']/.exec(report.text.slice(span.start, span.start + 1))?.[0] ?? "";
  return {
    help: `did you mean \`${near}\`?`,
    fixes: [{ title: `Replace by ${near}`, edits: [{ span, text: quote + near + quote }], safe: true }],
  };
}
