/** The two ways to write a spec file. */
export type Syntax = "optinc" | "yaml";

/** A statement of the spec language in backticks, as it is written in `syntax`: `workers 4` or `workers: 4`. */
export function quoted(statement: string, syntax: Syntax): string {
  return `\`${inSyntax(statement, syntax)}\``;
}

/** `` `a`, `b` or `c` ``, or without a last word `` `a`, `b`, `c` ``. */
export function listed(words: readonly string[], last?: string): string {
  const ticked = words.map((word) => `\`${word}\``);
  if (last === undefined || ticked.length < 2) return ticked.join(", ");
  return `${ticked.slice(0, -1).join(", ")} ${last} ${ticked.at(-1)}`;
}

export function inSyntax(statement: string, syntax: Syntax): string {
  return syntax === "yaml" ? inYaml(statement) : statement;
}

function inYaml(statement: string): string {
  const block = /^([^{]*?) \{ ?(.*?) ?\}$/.exec(statement);
  if (block !== null) {
    const items = parts(block[2]!).map(inYaml).join(", ");
    return `${block[1]}: {${items === "" ? "" : ` ${items} `}}`;
  }
  const [name, ...values] = statement.split(" ");
  const value = values.join(" ");
  if (value === "") return `${name}: true`;
  // A plain scalar of YAML cannot begin with >, and has no comma between brackets.
  if (/^[<>]=/.test(value)) return `${name}: "${value}"`;
  return `${name}: ${value.includes(",") ? `[${value}]` : value}`;
}

/** Statements between the `;` of a block, not of the blocks in it. */
function parts(body: string): string[] {
  return body.match(/(?:\{[^}]*\}|[^;{])+/g)?.map((part) => part.trim()) ?? [];
}

/** What is missing where a block is written as a setting. */
export function opening(syntax: Syntax): string {
  return syntax === "yaml" ? "expected a mapping after this" : "expected `{` on this line";
}
