import { embedded, html, type Markup, trusted } from "./html.ts";

export interface PageParts {
  readonly title: string;
  readonly language: "en";
  /** Everything in the body that a reader without scripts sees, too. */
  readonly body: Markup;
  /** For the script: element id to plain data. */
  readonly data: Readonly<Record<string, unknown>>;
  /** For the script: element id to bytes in base64. */
  readonly bytes: Readonly<Record<string, string>>;
  readonly style: string;
  readonly script: string;
  /** As `policyOf` has it. */
  readonly policy: string;
}

/** One HTML file. Data stand in script elements of types that no browser runs. Throws when style or script would end their own element. */
export function pageOf({ title, language, body, data, bytes, style, script, policy }: PageParts): string {
  if (/<\/style/i.test(style) || /<\/script|<!--/i.test(script))
    throw new Error("style or script ends its own element");
  const page = html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="optinc report">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
${body}
${Object.entries(data).map(([id, value]) => html`<script type="application/json" id="${id}">${embedded(value)}</script>\n`)}
${Object.entries(bytes).map(([id, value]) => html`<script type="text/plain" id="${id}">${value}</script>\n`)}
<script type="module">${trusted(script)}</script>
</body>
</html>
`;
  return page.text;
}
