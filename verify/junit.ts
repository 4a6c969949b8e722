export interface JUnitCase {
  readonly name: string;
  readonly classname: string;
  readonly passed: boolean;
  /** Why it failed; not printed for a case that passed. */
  readonly message: string;
}

/**
 * A JUnit XML report with one suite. Depends on nothing but its arguments: no times, no host. Characters that XML 1.0
 * cannot carry (control characters, lone surrogates) become U+FFFD.
 */
export function junitXml(suite: string, cases: readonly JUnitCase[]): string {
  const failures = cases.filter(({ passed }) => !passed).length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="0"`;
  const lines = cases.map(({ name, classname, passed, message }) => {
    const head = `    <testcase name="${escapeXml(name)}" classname="${escapeXml(classname)}"`;
    return passed ? `${head}/>` : `${head}>\n      <failure message="${escapeXml(message)}"/>\n    </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${escapeXml(suite)}" ${counts}>`,
    ...lines,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

const named: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Fit for an attribute value: white space is kept by character references, which parsers do not normalise. */
function escapeXml(text: string): string {
  let out = "";
  for (const character of text) {
    const point = character.codePointAt(0)!;
    if (point === 0x9 || point === 0xa || point === 0xd) out += `&#${point};`;
    else if (point < 0x20 || (point >= 0xd800 && point < 0xe000) || point === 0xfffe || point === 0xffff)
      out += "\ufffd";
    else out += named[character] ?? character;
  }
  return out;
}
