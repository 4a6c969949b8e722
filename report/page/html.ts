import { escaped } from "../../formats/index.ts";

/** HTML that may stand in a page as it is. Everything else is text, and is escaped where it is put in. */
export interface Markup {
  readonly kind: "markup";
  readonly text: string;
}

type Piece = string | number | Markup | readonly Markup[];

/** A template whose strings and numbers are escaped: html`<td>${name}</td>`. */
export function html(literals: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return trusted(literals.map((literal, i) => (i === 0 ? literal : textOf(pieces[i - 1]!) + literal)).join(""));
}

/** Marks text as HTML: only for what this project wrote, such as its own drawings. */
export function trusted(text: string): Markup {
  return { kind: "markup", text };
}

function textOf(piece: Piece): string {
  if (typeof piece === "string") return escaped(piece);
  if (typeof piece === "number") return escaped(String(piece));
  return "kind" in piece ? piece.text : piece.map(({ text }) => text).join("");
}

/** JSON for a script element: nothing in it ends the element or begins a comment. */
export function embedded(value: unknown): Markup {
  return trusted(
    JSON.stringify(value)
      .replaceAll("<", "\\u003c")
      .replaceAll(">", "\\u003e")
      .replaceAll("&", "\\u0026")
      .replaceAll("\u2028", "\\u2028")
      .replaceAll("\u2029", "\\u2029"),
  );
}
