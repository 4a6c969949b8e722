import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type CodeAction,
  CodeActionKind,
  type CompletionItem,
  CompletionItemKind,
  type Connection,
  type DocumentSymbol,
  ErrorCodes,
  type InitializeResult,
  InsertTextFormat,
  type Location,
  MarkupKind,
  type Position,
  type Range,
  ResponseError,
  SymbolKind,
  TextDocumentSyncKind,
  TextDocuments,
  type TextEdit,
} from "vscode-languageserver";
import { createConnection } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import {
  type Completion,
  completionsAt,
  declarationsIn,
  hoverAt,
  type KnownNames,
  layOut,
  mentionsOf,
  type Outlined,
  outlineOf,
  placeAt,
  readTree,
  renamableAt,
  renameAt,
  syntaxOf,
  wordAt,
} from "../../dsl/index.ts";
import { targets } from "../../netlist/index.ts";
import { namedTechnology, shippedTechnologies } from "../files/technologies.ts";
import { version } from "../version.ts";
import { changeBetween, editsOf, rangeOf } from "./positions.ts";
import { pathOf, problemsIn, protocolDiagnostic, rememberTechnologies, sourceOf } from "./problems.ts";

/**
 * The language server on two streams. It answers as the protocol of language servers 3.17 says, knows nothing but the texts that
 * the editor sends and the technologies that they name, and ends with its input or when the editor says so. A message that is none
 * is answered with an error, or said to the editor, and does no harm.
 */
export async function serveEditor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<Connection> {
  const connection = createConnection(input, output);
  const documents = new TextDocuments(TextDocument);
  const technologies = rememberTechnologies();
  const names = await knownNames();
  let snippets = false;

  connection.onInitialize(({ capabilities }): InitializeResult => {
    snippets = capabilities?.textDocument?.completion?.completionItem?.snippetSupport === true;
    return {
      serverInfo: { name: "optinc", version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
        hoverProvider: true,
        completionProvider: { triggerCharacters: [" ", '"'] },
        definitionProvider: true,
        referencesProvider: true,
        renameProvider: { prepareProvider: true },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
        documentFormattingProvider: true,
        documentSymbolProvider: true,
      },
    };
  });

  // Several keystrokes that wait are checked once, in the text that they leave.
  const waiting = new Set<string>();
  const check = async (uri: string): Promise<void> => {
    const document = documents.get(uri);
    if (document === undefined) return;
    const { version: checked } = document;
    const { diagnostics, specs } = problemsIn(document);
    const send = (found: typeof diagnostics): Promise<void> =>
      connection.sendDiagnostics({
        uri,
        version: checked,
        diagnostics: found.map((each) => protocolDiagnostic(document, each)),
      });
    await send(diagnostics);
    const more = await technologies.problems(document, specs);
    if (more.length > 0 && documents.get(uri)?.version === checked) await send([...diagnostics, ...more]);
  };
  const checkSoon = (uri: string): void => {
    if (waiting.has(uri)) return;
    waiting.add(uri);
    setImmediate(() => {
      waiting.delete(uri);
      check(uri).catch((error: unknown) => connection.console.error(String(error)));
    });
  };
  const checkAll = (): void => {
    technologies.forget();
    for (const uri of documents.keys()) checkSoon(uri);
  };
  documents.onDidChangeContent(({ document }) => checkSoon(document.uri));
  documents.onDidSave(checkAll);
  connection.onDidChangeWatchedFiles(checkAll);
  documents.onDidClose(({ document: { uri } }) => void connection.sendDiagnostics({ uri, diagnostics: [] }));

  /** What a request is about: its document as it stands in the editor. */
  const about = ({ uri }: { readonly uri: string }): TextDocument | null => documents.get(uri) ?? null;

  connection.onHover(({ textDocument, position }) => {
    const document = about(textDocument);
    const ast = document === null ? null : readTree(sourceOf(document));
    const hover = ast === null ? null : hoverAt(ast, document!.offsetAt(position), names);
    if (hover === null) return null;
    return { contents: { kind: MarkupKind.Markdown, value: hover.text }, range: rangeOf(document!, hover.span) };
  });

  connection.onCompletion(({ textDocument, position }): CompletionItem[] => {
    const document = about(textDocument);
    if (document === null || syntaxOf(sourceOf(document)) === "yaml") return [];
    const { span, items } = completionsAt(document.getText(), document.offsetAt(position), names);
    return items.map((item, i) => completionItem(item, rangeOf(document, span), i, snippets));
  });

  connection.onDefinition(({ textDocument, position }): Location[] => {
    const document = about(textDocument);
    return document === null ? [] : definitionsOf(document, position, documents.all());
  });

  connection.onReferences(({ textDocument, position }): Location[] => {
    const document = about(textDocument);
    if (document === null) return [];
    const named = renamableAt(sourceOf(document), document.offsetAt(position));
    const spans = named === null ? [] : mentionsOf(sourceOf(document), named.name);
    return spans.map((span) => ({ uri: document.uri, range: rangeOf(document, span) }));
  });

  connection.onPrepareRename(({ textDocument, position }) => {
    const document = about(textDocument);
    const named = document === null ? null : renamableAt(sourceOf(document), document.offsetAt(position));
    return named === null ? null : { range: rangeOf(document!, named.span), placeholder: named.name };
  });

  connection.onRenameRequest(({ textDocument, position, newName }) => {
    const document = about(textDocument);
    if (document === null) return null;
    const renaming = renameAt(sourceOf(document), document.offsetAt(position), newName);
    if (renaming.kind === "refused") throw new ResponseError(ErrorCodes.InvalidParams, renaming.reason);
    const changes = renaming.spans.map((span) => ({ range: rangeOf(document, span), newText: newName }));
    return { changes: { [document.uri]: changes } };
  });

  connection.onCodeAction(({ textDocument, range }): CodeAction[] => {
    const document = about(textDocument);
    return document === null ? [] : actionsIn(document, range);
  });

  connection.onDocumentFormatting(({ textDocument }): TextEdit[] => {
    const document = about(textDocument);
    if (document === null) return [];
    const source = sourceOf(document);
    const value = syntaxOf(source) === "yaml" ? null : layOut(source.text).value;
    return value === null ? [] : editsOf(document, changeBetween(source.text, value));
  });

  connection.onDocumentSymbol(({ textDocument }): DocumentSymbol[] => {
    const document = about(textDocument);
    const ast = document === null ? null : readTree(sourceOf(document));
    return ast === null ? [] : outlineOf(sourceOf(document!), ast).map((each) => symbolOf(document!, each));
  });

  documents.listen(connection);
  connection.listen();
  return connection;
}

async function knownNames(): Promise<KnownNames> {
  const technologies: Record<string, string> = {};
  for (const name of shippedTechnologies()) {
    technologies[name] = (await namedTechnology(name)).technology?.description ?? "";
  }
  return { targets: Object.fromEntries(targets.map(({ name, summary }) => [name, summary])), technologies };
}

const completionKinds: Readonly<Record<Completion["kind"], CompletionItemKind>> = {
  setting: CompletionItemKind.Property,
  block: CompletionItemKind.Struct,
  value: CompletionItemKind.EnumMember,
  unit: CompletionItemKind.Unit,
};

/** `place`: the order of the language, which editors would change to that of the alphabet. */
function completionItem(item: Completion, range: Range, place: number, snippets: boolean): CompletionItem {
  const { label, kind, insert, detail, doc } = item;
  const isSnippet = snippets && insert.includes("$0");
  const newText = isSnippet ? insert : insert.replace(/\n? *\$0/, (stop) => (stop.startsWith("\n") ? "" : " "));
  return {
    label,
    kind: completionKinds[kind],
    detail,
    sortText: String(place).padStart(3, "0"),
    // What is typed of a string begins with its quote.
    filterText: newText.startsWith('"') ? newText : label,
    insertTextFormat: isSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    textEdit: { range, newText },
    ...(doc === "" ? {} : { documentation: { kind: MarkupKind.Markdown, value: doc } }),
  };
}

/** The declaration of the name at a place, in this file or in one that is open; of a path, the file. */
function definitionsOf(document: TextDocument, position: Position, open: readonly TextDocument[]): Location[] {
  const offset = document.offsetAt(position);
  const ast = readTree(sourceOf(document));
  const place = ast === null ? null : placeAt(ast, offset);
  const folder = pathOf(document.uri);
  if (place?.value?.kind === "text" && folder !== null) {
    const file = resolve(dirname(folder), place.value.text);
    const start = { line: 0, character: 0 };
    if (existsSync(file)) return [{ uri: pathToFileURL(file).href, range: { start, end: start } }];
  }
  const word = wordAt(document.getText(), offset);
  if (word === null) return [];
  const others = open.filter((each) => each.uri !== document.uri);
  for (const each of [document, ...others]) {
    const tree = each === document ? ast : readTree(sourceOf(each));
    const found = tree === null ? [] : declarationsIn(tree).filter(({ name }) => name === word.text);
    if (found.length > 0) return found.map(({ span }) => ({ uri: each.uri, range: rangeOf(each, span) }));
  }
  return [];
}

function actionsIn(document: TextDocument, range: Range): CodeAction[] {
  const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  const touched = problemsIn(document).diagnostics.filter(({ labels }) =>
    labels.some(({ span, primary }) => primary && span.start <= end && start <= span.end),
  );
  return touched.flatMap((diagnostic) => {
    const { fixes = [] } = diagnostic;
    return fixes.map(
      ({ title, edits, safe }): CodeAction => ({
        title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [protocolDiagnostic(document, diagnostic)],
        isPreferred: fixes.length === 1 || (safe && fixes.filter((fix) => fix.safe).length === 1),
        edit: { changes: { [document.uri]: editsOf(document, edits) } },
      }),
    );
  });
}

const symbolKinds: Readonly<Record<Outlined["kind"], SymbolKind>> = {
  declaration: SymbolKind.Module,
  block: SymbolKind.Struct,
  setting: SymbolKind.Property,
};

function symbolOf(document: TextDocument, outlined: Outlined): DocumentSymbol {
  const { kind, name, detail, head, whole, children } = outlined;
  return {
    // A half-typed statement has no name yet, and the protocol wants one.
    name: name === "" ? "?" : name,
    detail,
    kind: symbolKinds[kind],
    range: rangeOf(document, whole),
    selectionRange: rangeOf(document, head),
    children: children.map((each) => symbolOf(document, each)),
  };
}
