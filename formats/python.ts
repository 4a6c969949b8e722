/** The part of Python's literals that .npy headers are written in. */
export type PythonValue =
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "tuple" | "list"; readonly items: readonly PythonValue[] }
  | { readonly kind: "dict"; readonly entries: readonly (readonly [string, PythonValue])[] };

interface Cursor {
  readonly tokens: readonly string[];
  next: number;
}

/** Structured types nest a few levels; more than this is not a header. */
const deepest = 16;

/** One literal without escapes, signs or comments; null if the text is anything else. */
export function parsePythonLiteral(text: string): PythonValue | null {
  const tokens = tokenize(text);
  if (tokens === null) return null;
  const cursor: Cursor = { tokens, next: 0 };
  const value = parseValue(cursor, 0);
  return cursor.next === tokens.length ? value : null;
}

function tokenize(text: string): readonly string[] | null {
  const token = /[ \t]*('[^'\\\n]*'|"[^"\\\n]*"|True\b|False\b|\d+\b|[{}()[\]:,])[ \t]*/y;
  const tokens: string[] = [];
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) return null;
    tokens.push(match[1]!);
  }
  return tokens;
}

function parseValue(cursor: Cursor, depth: number): PythonValue | null {
  const token = cursor.tokens[cursor.next];
  if (token === undefined || depth > deepest) return null;
  cursor.next++;
  if (token === "True" || token === "False") return { kind: "bool", value: token === "True" };
  if (token.startsWith("'") || token.startsWith('"')) return { kind: "string", value: token.slice(1, -1) };
  if (/^\d/.test(token)) return { kind: "int", value: Number(token) };
  if (token === "{") return parseDict(cursor, depth);
  if (token !== "(" && token !== "[") return null;
  return parseSequence(cursor, depth, token);
}

function parseSequence(cursor: Cursor, depth: number, opening: "(" | "["): PythonValue | null {
  const closing = opening === "(" ? ")" : "]";
  const items: PythonValue[] = [];
  let comma = true;
  while (cursor.tokens[cursor.next] !== closing) {
    const item = comma ? parseValue(cursor, depth + 1) : null;
    if (item === null) return null;
    items.push(item);
    comma = takeComma(cursor);
  }
  cursor.next++;
  // (2) is a parenthesised number, (2,) a tuple
  if (opening === "(" && items.length === 1 && !comma) return items[0]!;
  return { kind: opening === "(" ? "tuple" : "list", items };
}

function parseDict(cursor: Cursor, depth: number): PythonValue | null {
  const entries: [string, PythonValue][] = [];
  let comma = true;
  while (cursor.tokens[cursor.next] !== "}") {
    const key = comma ? parseValue(cursor, depth + 1) : null;
    if (key?.kind !== "string" || cursor.tokens[cursor.next] !== ":") return null;
    cursor.next++;
    const value = parseValue(cursor, depth + 1);
    if (value === null) return null;
    entries.push([key.value, value]);
    comma = takeComma(cursor);
  }
  cursor.next++;
  return { kind: "dict", entries };
}

function takeComma(cursor: Cursor): boolean {
  if (cursor.tokens[cursor.next] !== ",") return false;
  cursor.next++;
  return true;
}
