import { createHash } from "node:crypto";

/** A style and a script that a page holds, or that a page inside it holds. */
export interface PageCode {
  readonly style: string;
  readonly script: string;
}

/**
 * The policy of a page that fetches nothing: it allows these styles and scripts, by their hashes, WebAssembly of these scripts,
 * workers of the page's own text where it has any, and no connection, form or plug-in.
 */
export function policyOf(code: readonly PageCode[], hasWorkers = false): string {
  const hashes = (texts: readonly string[]): string => texts.map((text) => `'${hashOf(text)}'`).join(" ");
  return [
    "default-src 'none'",
    `script-src ${hashes(code.map(({ script }) => script))} 'wasm-unsafe-eval'`,
    `style-src ${hashes(code.map(({ style }) => style))}`,
    ...(hasWorkers ? ["worker-src blob:"] : []),
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
