import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { linter, lintKeymap, type Diagnostic as Marked } from "@codemirror/lint";
import { Decoration, EditorView, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import {
  type BlockRow,
  completionsAt,
  type Diagnostic,
  type Fix,
  hoverAt,
  type KnownNames,
  language,
  parseSpecs,
  readTree,
} from "../../dsl/index.ts";
import { targetNames } from "../../netlist/index.ts";

/** An editor of specs in `parent`: colours, diagnostics with their fixes, completion and hover are those of the language. */
export function openEditor(parent: HTMLElement, text: string, names: KnownNames, watcher: Watcher): EditorView {
  // A root of its own takes the editor's styles as style sheets, which the policy of the page allows.
  const root = parent.attachShadow({ mode: "open" });
  return new EditorView({
    doc: text,
    parent: root,
    root,
    extensions: [
      ...[lineNumbers(), history(), EditorView.lineWrapping, theme, colours, syntaxHighlighting(styles)],
      EditorView.contentAttributes.of({ "aria-label": "Spec" }),
      autocompletion({ override: [(context) => completion(context, names)] }),
      linter((view) => marks(view.state.doc.toString()), { delay: 200 }),
      hover(names),
      keymap.of([...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
      linkedClauses,
      EditorView.domEventHandlers({
        mousemove: ({ clientX: x, clientY: y }, view) => {
          watcher.pointed(clauseAt(view, view.posAtCoords({ x, y })));
        },
        mouseleave: () => watcher.pointed(null),
      }),
      EditorView.updateListener.of(({ docChanged, selectionSet, view }) => {
        if (docChanged) watcher.changed();
        else if (selectionSet) watcher.pointed(clauseAt(view, view.state.selection.main.head));
      }),
    ],
  });
}

/** Who wants to know what is written and looked at. */
interface Watcher {
  readonly changed: () => void;
  /** The first word of the clause under the pointer or at the cursor, or null. */
  readonly pointed: (clause: string | null) => void;
}

/** Clauses of a spec, `workers 4`, where they stand. */
function clausesOf(text: string): readonly { readonly name: string; readonly from: number; readonly to: number }[] {
  return [...text.matchAll(/#.*|([\p{L}_][\p{L}\p{M}\p{N}_-]*)[^;{}\n#]*/gu)].flatMap(({ index, 0: whole, 1: name }) =>
    name === undefined ? [] : [{ name, from: index, to: index + whole.trimEnd().length }],
  );
}

function clauseAt({ state }: EditorView, pos: number | null): string | null {
  return clausesOf(state.doc.toString()).find(({ from, to }) => pos !== null && from <= pos && pos <= to)?.name ?? null;
}

const linkedMark = Decoration.mark({ class: "linked" });
let linkedNames: readonly string[] = [];

const linkedClauses = EditorView.decorations.of(({ state }) => {
  const linked = clausesOf(state.doc.toString()).filter(({ name }) => linkedNames.includes(name));
  return Decoration.set(linked.map(({ from, to }) => linkedMark.range(from, to)));
});

/** Marks the clauses with these first words. */
export function markClauses(view: EditorView, names: readonly string[]): void {
  linkedNames = names;
  view.dispatch({});
}

const theme = EditorView.theme({
  "&": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--line)", fontSize: "14px" },
  ".cm-content": { caretColor: "var(--ink)", fontFamily: 'ui-monospace, "DejaVu Sans Mono", monospace' },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--line)" },
  ".cm-gutters": { backgroundColor: "var(--ground)", color: "var(--soft)", borderRight: "1px solid var(--line)" },
  ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--soft)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--focus)",
    color: "var(--card)",
  },
  ".linked": { outline: "2px solid var(--focus)", borderRadius: "2px" },
  ".cm-completionDetail": { color: "inherit" },
  ".about": { maxWidth: "26rem", padding: ".4rem .7rem", whiteSpace: "pre-line" },
  ".cm-diagnosticAction": { backgroundColor: "var(--focus)", color: "var(--card)" },
});

const styles = HighlightStyle.define([
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: tags.keyword, color: "var(--combine)", fontWeight: "bold" },
  { tag: tags.propertyName, color: "var(--layer)" },
  { tag: tags.number, color: "var(--broadcast)" },
  { tag: tags.string, color: "var(--bad)" },
]);

function within({ blocks }: BlockRow): readonly BlockRow[] {
  return [...blocks, ...blocks.flatMap(within)];
}

const blockRows = [...language, ...language.flatMap(within)];
const blockNames = new Set(blockRows.map(({ name }) => name));
const settingNames = new Set(blockRows.flatMap(({ settings }) => settings.map(({ name }) => name)));

const colours = StreamLanguage.define({
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return "comment";
    if (stream.match(/^"(?:\\.|[^"\\])*"?/)) return "string";
    if (stream.match(/^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/)) return "number";
    const start = stream.pos;
    if (!stream.match(/^[\p{L}_][\p{L}\p{M}\p{N}_-]*/u)) {
      stream.next();
      return null;
    }
    const word = stream.string.slice(start, stream.pos);
    return blockNames.has(word) ? "keyword" : settingNames.has(word) ? "propertyName" : null;
  },
});

function completion({ state, pos, explicit }: CompletionContext, names: KnownNames): CompletionResult | null {
  const { span, items } = completionsAt(state.doc.toString(), pos, names);
  if (items.length === 0 || (!explicit && span.start === span.end)) return null;
  const options = items.map(({ label, detail, doc, insert }) => {
    const place = insert.indexOf("$0");
    const text = insert.replace("$0", "");
    const apply = (view: EditorView, _: unknown, from: number, to: number): void =>
      view.dispatch({
        changes: { from, to, insert: text },
        selection: { anchor: from + (place < 0 ? text.length : place) },
      });
    return { label, detail, info: plain(doc), apply };
  });
  return { from: span.start, to: span.end, options };
}

function marks(text: string): readonly Marked[] {
  return parseSpecs({ name: "spec", text }, { emitTargets: targetNames }).diagnostics.map((found) =>
    marked(found, text),
  );
}

function marked({ labels, severity, message, help, code, fixes = [] }: Diagnostic, text: string): Marked {
  const { start, end } = (labels.find(({ primary }) => primary) ?? labels[0])?.span ?? { start: 0, end: 0 };
  return {
    from: Math.min(start, text.length),
    to: Math.min(end, text.length),
    severity: severity === "note" ? "info" : severity,
    message: `${code}: ${message}${help === null ? "" : `\n${help}`}`,
    actions: fixes.map((fix) => ({ name: fix.title, apply: (view: EditorView) => make(view, fix, text) })),
  };
}

/** A fix is about the text that was checked. */
function make(view: EditorView, { edits }: Fix, checked: string): void {
  if (view.state.doc.toString() !== checked) return;
  view.dispatch({ changes: edits.map(({ span, text }) => ({ from: span.start, to: span.end, insert: text })) });
}

function hover(names: KnownNames): ReturnType<typeof hoverTooltip> {
  return hoverTooltip((view, pos) => {
    const ast = readTree({ name: "spec", text: view.state.doc.toString() });
    const found = ast === null ? null : hoverAt(ast, pos, names);
    if (found === null) return null;
    const { text, span } = found;
    const dom = document.createElement("div");
    dom.className = "about";
    dom.textContent = plain(text);
    return { pos: span.start, end: span.end, above: true, create: () => ({ dom }) };
  });
}

/** Markdown of the language's own words as plain text. */
function plain(markdown: string): string {
  return markdown
    .replace(/^```.*\n?/gm, "")
    .replace(/\*\*|`/g, "")
    .replace(/\n{2,}(---\n+)?/g, "\n")
    .trim();
}
