import { limits } from "../language/limits.ts";
import { error, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";

export function refuseDepth(span: Span, report: Report): null {
  const message = `blocks are nested more than ${limits.nesting} deep`;
  return error(report, "OPT0107", message, [span, "one too many"], null);
}

/** `is longer than 4 characters`, said of the text. */
export function refuseSize(is: string, report: Report): null {
  return error(report, "OPT0108", `the text ${is}`, [{ start: 0, end: 0 }, "too large to serve"], "split the file");
}
