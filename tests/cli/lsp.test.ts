import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { eventsOf, place, watchedEnvironment } from "../security/watched.ts";
import { type Client, type Range, startClient } from "./language-client.ts";
import { root, scratch } from "./run.ts";

const uri = "file:///nowhere/a.optinc";
const text = [
  "# pair is small",
  "aggregate pair {",
  "  workers 2",
  "  precision 2 bits",
  "  levls 4",
  '  technology "foundry-si"',
  "  symbol-rate 25 G",
  "  ",
  "}",
  "",
].join("\n");

async function ready(capabilities?: unknown): Promise<Client> {
  const client = startClient();
  await client.initialize(capabilities);
  return client;
}

const at = (line: number, character: number, of: string = uri): object => ({
  textDocument: { uri: of },
  position: { line, character },
});

const range = (line: number, from: number, to: number): Range => ({
  start: { line, character: from },
  end: { line, character: to },
});

/** The text with edits of the protocol, by lines as an editor has them. */
function edited(before: string, edits: readonly { readonly range: Range; readonly newText: string }[]): string {
  const starts = [0, ...[...before.matchAll(/\r\n|\n|\r/g)].map((match) => match.index + match[0].length)];
  const offset = ({ line, character }: Range["start"]): number => starts[line]! + character;
  const sorted = [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start));
  return sorted.reduce(
    (all, { range: { start, end }, newText }) => all.slice(0, offset(start)) + newText + all.slice(offset(end)),
    before,
  );
}

describe("the language server, as a client meets it", () => {
  test("says what it can, and ends when it is told to", async () => {
    const client = startClient(["--stdio"]);
    const { serverInfo, capabilities } = (await client.initialize()) as { serverInfo: object; capabilities: object };
    expect(serverInfo).toMatchObject({ name: "optinc" });
    expect(Object.keys(capabilities).sort()).toEqual([
      ...["codeActionProvider", "completionProvider", "definitionProvider", "documentFormattingProvider"],
      ...["documentSymbolProvider", "hoverProvider", "referencesProvider", "renameProvider", "textDocumentSync"],
    ]);
    expect(await client.request("shutdown", null)).toBeNull();
    client.notify("exit", null);
    expect(await client.ended()).toEqual([0, null]);
    expect(client.err()).toBe("");
  });

  test("ends with its input, and with a signal", async () => {
    const gone = await ready();
    gone.child.stdin!.end();
    expect(await gone.ended()).toEqual([1, null]);
    const stopped = await ready();
    stopped.child.kill("SIGTERM");
    expect(await stopped.ended()).toEqual([null, "SIGTERM"]);
    expect(gone.err() + stopped.err()).toBe("");
  });

  test("publishes what is wrong as one types, in text that was never saved", async () => {
    const client = await ready();
    client.open(uri, text);
    const first = await client.problems(uri, 1);
    expect(first.map(({ code }) => code)).toEqual(["OPT0205", "OPT0210"]);
    expect(first[0]).toMatchObject({ severity: 1, range: range(4, 2, 7) });
    expect(first[0]!.message).toBe("unknown setting `levls`: not in `aggregate`\nhelp: did you mean `levels`?");
    const change = (version: number, line: number, from: number, to: number, typed: string): void =>
      client.notify("textDocument/didChange", {
        textDocument: { uri, version },
        contentChanges: [{ range: range(line, from, to), text: typed }],
      });
    change(2, 4, 2, 7, "levels");
    change(3, 6, 17, 18, "GBd");
    expect(await client.problems(uri, 3)).toEqual([]);
    client.notify("textDocument/didClose", { textDocument: { uri } });
    client.open(uri, "aggregate a {}\n", 9);
    expect((await client.problems(uri, 9)).map(({ code }) => code)).toEqual(["OPT0208", "OPT0208"]);
  });

  test("asks for technologies where the file lies, and again when something is saved", async () => {
    const client = await ready();
    const folder = scratch();
    const here = pathToFileURL(join(folder, "a.optinc")).href;
    const own = 'aggregate a {\n  workers 2\n  precision 2\n  technology "own.yaml"\n}\n';
    client.open(here, own, 1);
    // First the text alone, then the file that it names.
    for (let tries = 0; tries < 100 && (await client.problems(here, 1)).length === 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const [missing] = await client.problems(here, 1);
    expect(missing).toMatchObject({ code: "OPT0637", range: range(3, 13, 23) });
    expect(missing!.message).toContain("own.yaml does not exist");
    const shipped = readFileSync(join(root, "technologies/foundry-si.yaml"), "utf8");
    writeFileSync(join(folder, "own.yaml"), shipped.replace("technology: foundry-si", "technology: own"));
    client.notify("textDocument/didSave", { textDocument: { uri: here } });
    for (let tries = 0; tries < 100 && (await client.problems(here, 1)).length > 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await client.problems(here, 1)).toEqual([]);
    const link = await client.request("textDocument/definition", at(3, 17, here));
    expect(link).toMatchObject([{ uri: pathToFileURL(join(folder, "own.yaml")).href }]);
  });

  test("hovers with the language's rows", async () => {
    const client = await ready();
    client.open(uri, text.replace("25 G", "25 GBd"));
    const { contents, range: where } = await client.request("textDocument/hover", at(2, 4));
    expect(contents).toMatchObject({ kind: "markdown" });
    expect(contents.value).toContain("How many workers' words are averaged");
    expect(contents.value).toContain("Allowed: 2 to 4096. Must be written.");
    expect(where).toEqual(range(2, 2, 9));
    expect((await client.request("textDocument/hover", at(6, 15))).contents.value).toMatch(
      /^25 GBd = 25000000000 Bd\n/,
    );
    expect((await client.request("textDocument/hover", at(5, 16))).contents.value).toContain("Silicon on insulator");
    expect(await client.request("textDocument/hover", at(7, 1))).toBeNull();
    expect(await client.request("textDocument/hover", at(4, 4))).toBeNull();
    expect(await client.request("textDocument/hover", at(999, 999))).toBeNull();
    expect(await client.request("textDocument/hover", at(0, 0, "file:///other"))).toBeNull();
  });

  test("completes settings that are not there yet, values, units and names", async () => {
    const client = await ready({ textDocument: { completion: { completionItem: { snippetSupport: true } } } });
    const filled = text.replace("\n  \n", "\n  \n  rounding \n  network \n  emit spice, \n  require { latency \n }\n");
    client.open(uri, filled);
    const lines = filled.split("\n");
    // biome-ignore lint/suspicious/noExplicitAny: items of the protocol
    const items = async (line: number): Promise<readonly any[]> =>
      await client.request("textDocument/completion", at(line, lines[line]!.length));
    const labels = async (line: number): Promise<readonly string[]> => (await items(line)).map(({ label }) => label);
    const settings = await labels(7);
    expect(settings).toEqual(expect.arrayContaining(["levels", "topology", "verify"]));
    for (const there of ["workers", "precision", "technology", "require", "network constructed"]) {
      expect(settings).not.toContain(there);
    }
    expect(await labels(8)).toEqual(["floor", "half-up", "half-even", "none"]);
    expect(await labels(9)).toEqual(["constructed", "trained", "imported"]);
    expect(await labels(10)).toContain("phases");
    expect(await labels(10)).not.toContain("spice");
    expect(await labels(11)).toEqual(["<="]);
    expect(await labels(0)).toEqual([]);
    const units = await items(6);
    expect(units.map(({ label }) => label)).toEqual(["GBd", "MBd", "Bd"]);
    expect(units[0].textEdit).toEqual({ range: range(6, 17, 18), newText: "GBd" });
    const top = await client.request("textDocument/completion", at(lines.length - 1, 0));
    // biome-ignore lint/suspicious/noExplicitAny: items of the protocol
    expect(top.map(({ label, textEdit }: any) => [label, textEdit.newText])).toEqual([
      ["aggregate", "aggregate $0 {\n}"],
      ["cluster", "cluster $0 {\n}"],
      ["training", "training $0 {\n}"],
      ["study", "study $0 {\n}"],
    ]);
  });

  test("writes no snippet to an editor that has none", async () => {
    const client = await ready();
    client.open(uri, "aggregate a {\n  \n}\n");
    const items = await client.request("textDocument/completion", at(1, 2));
    expect(JSON.stringify(items)).not.toContain("$0");
    // biome-ignore lint/suspicious/noExplicitAny: items of the protocol
    expect(items.find(({ label }: any) => label === "workers").textEdit.newText).toBe("workers ");
  });

  test("goes to an aggregate from where it is spoken of, in another file too, and renames it", async () => {
    const client = await ready();
    const other = "file:///nowhere/b.optinc";
    client.open(uri, text);
    client.open(other, "# as pair of a.optinc, but pair.sp is a file\naggregate wide { workers 3; precision 1 }\n");
    const declared = { uri, range: range(1, 10, 14) };
    expect(await client.request("textDocument/definition", at(0, 3))).toEqual([declared]);
    expect(await client.request("textDocument/definition", at(0, 6, other))).toEqual([declared]);
    expect(await client.request("textDocument/definition", at(0, 12))).toEqual([]);
    expect(await client.request("textDocument/references", { ...at(1, 12), context: {} })).toHaveLength(2);
    expect(await client.request("textDocument/prepareRename", at(1, 12))).toEqual({
      range: range(1, 10, 14),
      placeholder: "pair",
    });
    expect(await client.request("textDocument/prepareRename", at(2, 4))).toBeNull();
    const { changes } = await client.request("textDocument/rename", { ...at(1, 10), newName: "couple" });
    expect(edited(text, changes[uri])).toBe(text.replaceAll("pair", "couple"));
    for (const newName of ["4x", "a b", "", "x { workers 2; precision 2 }\naggregate y", "__proto__", "a".repeat(65)]) {
      const refused = client.request("textDocument/rename", { ...at(1, 10), newName });
      await expect(refused).rejects.toMatchObject({ code: -32602 });
    }
    client.open(other, "aggregate one { workers 2; precision 1 }\naggregate two { workers 2; precision 1 }\n", 2);
    await expect(client.request("textDocument/rename", { ...at(0, 10, other), newName: "TWO" })).rejects.toThrow(
      "two aggregates are named",
    );
  });

  test("offers to do what the help says", async () => {
    const client = await ready();
    client.open(uri, text);
    const actions = await client.request("textDocument/codeAction", {
      textDocument: { uri },
      range: range(4, 4, 4),
      context: { diagnostics: [] },
    });
    expect(actions).toHaveLength(1);
    expect(actions[0]).toMatchObject({ title: "Replace by levels", kind: "quickfix", isPreferred: true });
    expect(edited(text, actions[0].edit.changes[uri])).toBe(text.replace("levls", "levels"));
  });

  test("formats, and outlines", async () => {
    const client = await ready();
    const untidy = "aggregate caf {\r\n workers 2; precision   2bits # \uD83D\uDE00\r\n}\r\n";
    client.open(uri, untidy);
    const format = async (): Promise<readonly { readonly range: Range; readonly newText: string }[]> =>
      await client.request("textDocument/formatting", { textDocument: { uri }, options: {} });
    const edits = await format();
    const tidy = "aggregate caf {\r\n  workers   2\r\n  precision 2 bits            # \uD83D\uDE00\r\n}\r\n";
    expect(edited(untidy, edits)).toBe(tidy);
    client.notify("textDocument/didChange", { textDocument: { uri, version: 2 }, contentChanges: [{ text: tidy }] });
    expect(await format()).toEqual([]);
    const [symbol] = await client.request("textDocument/documentSymbol", { textDocument: { uri } });
    expect(symbol).toMatchObject({ name: "caf", detail: "aggregate", selectionRange: range(0, 10, 13) });
    expect(symbol.range.end).toEqual({ line: 3, character: 1 });
    expect(symbol.children.map(({ name, detail }: { name: string; detail: string }) => [name, detail])).toEqual([
      ["workers", "2"],
      ["precision", "2 bits"],
    ]);
  });

  test("counts columns in UTF-16 units, and takes any line end", async () => {
    const client = await ready();
    client.open(
      uri,
      'aggregate a {\r\n  workers 2\rprecision 2\n  technology "\uD83D\uDE00\u00E9.yaml" ; levls 4\r\n}\r\n',
    );
    const [found] = await client.problems(uri, 1);
    expect(found).toMatchObject({ code: "OPT0205", range: range(3, 26, 31) });
  });

  test("takes YAML for what it is", async () => {
    const client = await ready();
    const yaml = "file:///nowhere/a.yaml";
    client.open(yaml, "aggregate a:\n  workers: 2\n  levls: 2\n");
    expect((await client.problems(yaml, 1)).map(({ code }) => code)).toEqual(["OPT0205"]);
    expect((await client.request("textDocument/hover", at(1, 4, yaml))).contents.value).toContain("**workers**");
    expect(await client.request("textDocument/completion", at(1, 4, yaml))).toEqual([]);
    const tidied = (of: string) =>
      client.request("textDocument/formatting", { textDocument: { uri: of }, options: {} });
    expect(await tidied(yaml)).toEqual([]);
    const untidy = "file:///nowhere/b.yaml";
    client.open(untidy, "aggregate b:\n    workers:   2 # two\n");
    expect(await tidied(untidy)).toEqual([]);
  });

  test("opens no connection, starts no program, evaluates no text and writes nothing", async () => {
    const here = place();
    const client = startClient([], watchedEnvironment(here));
    await client.initialize();
    client.open(uri, text);
    await client.problems(uri, 1);
    await client.request("textDocument/hover", at(2, 4));
    await client.request("textDocument/rename", { ...at(1, 10), newName: "couple" });
    client.child.stdin!.end();
    expect((await client.ended())[0]).toBe(1);
    expect(eventsOf(here)).toEqual([]);
  });

  test("lives on after messages that are none", async () => {
    const client = await ready();
    client.open(uri, text);
    const body = '{"jsonrpc":"2.0","id":1,"meth';
    client.raw(`Content-Length: ${body.length}\r\n\r\n${body}`);
    client.raw("Content-Length: 4\r\n\r\nnull");
    client.raw("Content-Length: 2\r\n\r\n[]");
    client.notify("textDocument/didOpen", {});
    client.notify("textDocument/didChange", { textDocument: { uri, version: 5 }, contentChanges: "none" });
    client.notify("textDocument/didChange", { textDocument: { uri: 7, version: 5 }, contentChanges: [] });
    client.notify("nobody/knowsThis", { a: 1 });
    for (const params of [{}, null, { textDocument: { uri } }, { textDocument: { uri }, position: { line: "a" } }]) {
      await client.request("textDocument/hover", params).catch((error) => expect(error.code).toBeLessThan(0));
      await client.request("textDocument/rename", params).catch((error) => expect(error.code).toBeLessThan(0));
    }
    await expect(client.request("nobody/knowsThis", {})).rejects.toMatchObject({ code: -32601 });
    client.open("file:///nowhere/c.optinc", 'aggregate \u0000 {{{{ "', 1);
    expect((await client.problems("file:///nowhere/c.optinc", 1)).length).toBeGreaterThan(0);
    expect((await client.request("textDocument/hover", at(2, 4))).contents.value).toContain("**workers**");
    expect(client.err()).toBe("");
  });

  test("a header that is none ends it with a message, and no stack", async () => {
    const client = await ready();
    client.raw("GET / HTTP/1.1\r\n\r\n");
    client.child.stdin!.end();
    const [code] = await client.ended();
    expect(code).toBe(1);
    expect(client.err()).not.toMatch(/^ {4}at /m);
  });
});
