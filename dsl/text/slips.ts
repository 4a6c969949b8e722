/** Whether characters without a blank among them are a path, which has an ending or begins at a directory. */
export function looksLikePath(text: string): boolean {
  if (text.length > 4096 || !/^[\w~./\\-]+$/.test(text)) return false;
  return /^(?:~|\.\.?)?[/\\]\w/.test(text) || (/\.[A-Za-z]\w+$/.test(text) && !/\.[eE]\d+$/.test(text));
}

/** What people mean by signs that the language does not know. */
const meant: readonly (readonly [sign: RegExp, help: string])[] = [
  [/^\/[/*]/, "a comment begins with `#`"],
  [/^[\u2018\u2019\u201A-\u201F\u00AB\u00BB'`]/, 'strings stand in straight quotes: `weights "mlp.safetensors"`'],
  [/^[\u00D7*\u00B7\u22C5\u2217\u2715]$/, "a product is written with the letter x: `4 x 4`"],
  [/^(?:-|\u2010|\u2011|\u2012|\u2013|\u2014|\u2026|\.\.\.)$/, "a range is written with two dots: `4..6`"],
  [/^\u2212$/, "a minus sign is written `-`"],
  [/^(?:[<>]|==|=[<>]|\u2264|\u2265)$/, "a bound is written `<=` or `>=`"],
  [/^[[\]()]/, "a list is written without brackets: `emit spice, phases`"],
];

/** The help for a sign that means nothing; `run` is everything that stands around it without a blank. */
export function helpFor(sign: string, run: string): string | null {
  if (/^\/[/*]/.test(run)) return meant[0]![1];
  if (looksLikePath(run)) return 'a path stands in quotes: `weights "mlp.safetensors"`';
  return meant.find(([pattern]) => pattern.test(sign))?.[1] ?? null;
}
