import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { layOut, parseSpecs } from "../../dsl/index.ts";
import { targets } from "../../netlist/index.ts";
import { printTable } from "./table.ts";
import { timed } from "./timing.ts";

const program = join(fileURLToPath(new URL("../../..", import.meta.url)), "dist/program/optinc.js");
const emitTargets = targets.map(({ name }) => name);
const goalMs = 5;

/**
 * A keystroke in a file of a thousand lines, from the message of the editor to the diagnostics in its hands, through the process and
 * the pipes. Its peer is the answer to a message that asks for nothing: what the way there and back takes of it.
 */
export async function editingBench(smoke: boolean): Promise<void> {
  const text = fileOf(smoke ? 100 : 1000);
  const strokes = smoke ? 5 : 300;
  const server = spawn(process.execPath, [program, "lsp"], { stdio: "pipe" });
  try {
    const channel = openChannel(server);
    await channel.request("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
    const uri = "file:///nowhere/long.optinc";
    channel.notify("textDocument/didOpen", { textDocument: { uri, languageId: "optinc", version: 0, text } });
    await channel.published(0);
    const lines = text.split("\n").length - 1;
    const [keys, empty]: number[][] = [[], []];
    for (let version = 1; version <= strokes; version++) {
      const position = { line: Math.floor(lines / 2), character: 0 };
      const start = performance.now();
      channel.notify("textDocument/didChange", {
        textDocument: { uri, version },
        contentChanges: [{ range: { start: position, end: position }, text: " " }],
      });
      await channel.published(version);
      const done = performance.now();
      await channel.request("textDocument/definition", { textDocument: { uri: "file:///none" }, position });
      keys!.push(done - start);
      empty!.push(performance.now() - done);
    }
    const source = { name: "long.optinc", text };
    const runs = Array.from({ length: smoke ? 2 : 60 });
    const parse = runs.map(() => timed(() => parseSpecs(source, { emitTargets })).ms);
    const layout = runs.map(() => timed(() => layOut(text)).ms);
    const row = (name: string, ms: readonly number[], goal: string): string[] => {
      const sorted = [...ms].sort((a, b) => a - b);
      return [name, sorted[sorted.length >> 1]!.toFixed(2), sorted[Math.floor(sorted.length * 0.95)]!.toFixed(2), goal];
    };
    printTable(
      `optinc lsp, ${lines} lines, ${strokes} keystrokes`,
      ["what", "median ms", "95 % ms", "goal ms"],
      [
        row("a message that asks for nothing, and its answer", empty!, ""),
        row("a keystroke, until its diagnostics are there", keys!, String(goalMs)),
        row("of that, parse and check (in this process)", parse, ""),
        row("laying the whole file out (in this process)", layout, ""),
      ],
    );
  } finally {
    server.kill();
  }
}

/** Aggregates of twenty lines, with comments, as people write them. */
function fileOf(lines: number): string {
  const one = (i: number): string =>
    [
      `# aggregate ${i} of a long file`,
      `aggregate mean-${i} {`,
      "  workers   4",
      "  precision 8 bits",
      "  levels    4",
      "  rounding  half-up          # floor | half-up | half-even",
      "",
      "  require {",
      "    latency <= 5 ns",
      "    mzis    <= 90            # of the whole circuit",
      "  }",
      "",
      "  network constructed { decision-margin 0.25 }",
      "  verify {",
      "    against ring",
      "    inputs  proof",
      "  }",
      "  emit spice, phases",
      "}",
      "",
    ].join("\n");
  return `${Array.from({ length: Math.ceil(lines / 20) }, (_, i) => one(i)).join("\n")}\n`;
}

interface Channel {
  readonly notify: (method: string, params: object) => void;
  readonly request: (method: string, params: object) => Promise<void>;
  /** When the diagnostics of a version are there. */
  readonly published: (version: number) => Promise<void>;
}

function openChannel({ stdin, stdout }: ChildProcessWithoutNullStreams): Channel {
  const waiting = new Map<string, () => void>();
  const arrived = new Set<string>();
  let buffer = Buffer.alloc(0);
  let last = 0;
  stdout.on("data", (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (let head = buffer.indexOf("\r\n\r\n"); head >= 0; head = buffer.indexOf("\r\n\r\n")) {
      const end = head + 4 + Number(/Content-Length: (\d+)/.exec(buffer.toString("latin1", 0, head))![1]);
      if (buffer.length < end) return;
      const message = JSON.parse(buffer.toString("utf8", head + 4, end));
      buffer = buffer.subarray(end);
      const key = message.method === undefined ? `answer ${message.id}` : `version ${message.params?.version}`;
      const heard = waiting.get(key);
      if (heard === undefined) arrived.add(key);
      else heard();
      waiting.delete(key);
    }
  });
  const until = (key: string): Promise<void> =>
    arrived.delete(key) ? Promise.resolve() : new Promise((resolve) => waiting.set(key, resolve));
  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  return {
    notify: (method, params) => send({ method, params }),
    request: (method, params) => {
      last += 1;
      send({ id: last, method, params });
      return until(`answer ${last}`);
    },
    published: (version) => until(`version ${version}`),
  };
}
