/** Signs of a spec that a link may carry: browsers and mail programs cut longer ones. */
const longest = 20_000;

/** `#spec=`, percent-encoded; null for a spec that is too long for a link. */
export function fragmentOf(text: string): string | null {
  return text.length > longest ? null : `#spec=${encodeURIComponent(text)}`;
}

/** The spec of a link, null where it names none; a problem where it is damaged. Text alone: it is never taken as HTML. */
export function specOfFragment(fragment: string): { readonly spec: string } | { readonly problem: string } | null {
  if (fragment === "" || fragment === "#") return null;
  const problem = "The link is damaged; the first example is shown.";
  if (!fragment.startsWith("#spec=")) return { problem };
  if (fragment.length > 9 * longest) return { problem: "The link is too long; the first example is shown." };
  try {
    const spec = decodeURIComponent(fragment.slice("#spec=".length));
    return spec.length > longest || /(?![\t\n\r])\p{Cc}/u.test(spec) ? { problem } : { spec };
  } catch {
    return { problem };
  }
}
