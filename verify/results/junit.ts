export interface JUnitCase {
  readonly name: string;
  readonly classname: string;
  /** `skipped`: nothing depends on it. */
  readonly outcome: "passed" | "failed" | "skipped";
  /** What was found; why it failed or was skipped. */
  readonly message: string;
}

export interface JUnitSuite {
  readonly name: string;
  /** What was verified, and under which conditions. */
  readonly properties: readonly { readonly name: string; readonly value: string }[];
  readonly cases: readonly JUnitCase[];
}

/**
 * A JUnit XML report. Depends on nothing but its arguments: no times, no host. Characters that XML 1.0 cannot carry (control
 * characters, lone surrogates) become U+FFFD.
 */
export function junitXml(suites: readonly JUnitSuite[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${countsOf(suites.flatMap(({ cases }) => cases))}>`,
    ...suites.flatMap(suiteLines),
    "</testsuites>",
    "",
  ].join("\n");
}

function countsOf(cases: readonly JUnitCase[]): string {
  const failures = cases.filter(({ outcome }) => outcome === "failed").length;
  const skipped = cases.filter(({ outcome }) => outcome === "skipped").length;
  return `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
}

function suiteLines({ name, properties, cases }: JUnitSuite): string[] {
  const listed = properties.map(
    (it) => `      <property name="${escapeXml(it.name)}" value="${escapeXml(it.value)}"/>`,
  );
  return [
    `  <testsuite name="${escapeXml(name)}" ${countsOf(cases)}>`,
    ...(listed.length === 0 ? [] : ["    <properties>", ...listed, "    </properties>"]),
    ...cases.map(caseText),
    "  </testsuite>",
  ];
}

function caseText({ name, classname, outcome, message }: JUnitCase): string {
  const head = `    <testcase name="${escapeXml(name)}" classname="${escapeXml(classname)}"`;
  const said = `<${outcome === "failed" ? "failure" : "skipped"} message="${escapeXml(message)}"/>`;
  return `${head}>\n      ${outcome === "passed" ? `<system-out>${escapeXml(message)}</system-out>` : said}\n    </testcase>`;
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
