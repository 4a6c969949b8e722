import { shown } from "./form.ts";

/** What a text holds, or why it is not taken: `where` is a line, or empty. */
export type JsonReading =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "refused"; readonly message: string; readonly where: string };

/** The value of a JSON text without a key twice in an object, of which tools take either. */
export function parseJson(text: string): JsonReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "refused", message: "the file is not a complete JSON text", where: "" };
  }
  const twice = repeatedKey(text);
  return twice === null
    ? { kind: "value", value }
    : { kind: "refused", message: `the key ${twice.key} occurs twice in an object`, where: `line ${twice.line}` };
}

/** The first key that an object of a valid JSON text has twice. */
function repeatedKey(text: string): { readonly key: string; readonly line: number } | null {
  /** Keys of the objects around, null for lists. */
  const around: (Set<string> | null)[] = [];
  let isKey = false;
  let line = 1;
  for (let i = 0; i < text.length; i += 1) {
    switch (text[i]) {
      case "\n":
        line += 1;
        break;
      case "{":
        around.push(new Set());
        isKey = true;
        break;
      case "[":
        around.push(null);
        isKey = false;
        break;
      case "}":
      case "]":
        around.pop();
        isKey = false;
        break;
      case ",":
        isKey = around.at(-1) !== null;
        break;
      case '"': {
        const end = endOfString(text, i);
        const keys = around.at(-1);
        if (isKey && keys !== undefined && keys !== null) {
          const key: string = JSON.parse(text.slice(i, end));
          if (keys.has(key)) {
            return { key: shown(key), line };
          }
          keys.add(key);
          isKey = false;
        }
        i = end - 1;
        break;
      }
      default:
    }
  }
  return null;
}

/** Behind the closing quote of the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') {
    i += text[i] === "\\" ? 2 : 1;
  }
  return i + 1;
}
