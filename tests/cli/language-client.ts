import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { program } from "./run.ts";

/** What a server says of a text. */
interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly Reported[];
}

export interface Reported {
  readonly code: string;
  readonly message: string;
  readonly severity: number;
  readonly range: Range;
}

export interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export interface Client {
  readonly child: ChildProcess;
  /** The result of a request; throws what the server answers with instead. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of an answer
  readonly request: (method: string, params: unknown) => Promise<any>;
  readonly notify: (method: string, params: unknown) => void;
  /** Bytes as they are, header and all. */
  readonly raw: (bytes: string) => void;
  readonly initialize: (capabilities?: unknown) => Promise<unknown>;
  readonly open: (uri: string, text: string, version?: number) => void;
  /** The diagnostics of a version of a text, when they are there. */
  readonly problems: (uri: string, version?: number) => Promise<readonly Reported[]>;
  readonly err: () => string;
  /** Code and signal with which the process ended. */
  readonly ended: () => Promise<readonly [number | null, string | null]>;
}

/** A client that shares no code with the server: it writes and reads the frames of the protocol itself. */
export function startClient(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Client {
  const child = spawn(process.execPath, [program, "lsp", ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const published: Published[] = [];
  const bells = new Set<() => void>();
  let err = "";
  let buffer = Buffer.alloc(0);
  let last = 0;
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  child.stdin.on("error", () => {});
  child.stdout.on("data", (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const head = buffer.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(buffer.toString("latin1", 0, head))![1]);
      if (buffer.length < head + 4 + length) return;
      take(JSON.parse(buffer.toString("utf8", head + 4, head + 4 + length)));
      buffer = buffer.subarray(head + 4 + length);
    }
  });
  // biome-ignore lint/suspicious/noExplicitAny: any message of the protocol
  const take = (message: any): void => {
    if (message.method === "textDocument/publishDiagnostics") {
      published.push(message.params);
      for (const bell of bells) bell();
    }
    const asked = waiting.get(message.id);
    if (asked === undefined || message.method !== undefined) return;
    waiting.delete(message.id);
    if (message.error === undefined) asked.resolve(message.result);
    else asked.reject(Object.assign(new Error(message.error.message), { code: message.error.code }));
  };
  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  const end = once(child, "exit");
  const client: Client = {
    child,
    request: (method, params) => {
      const id = ++last;
      send({ id, method, params });
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
    notify: (method, params) => send({ method, params }),
    raw: (bytes) => void child.stdin.write(bytes),
    initialize: async (capabilities = {}) => {
      const result = await client.request("initialize", { processId: process.pid, rootUri: null, capabilities });
      client.notify("initialized", {});
      return result;
    },
    open: (uri, text, version = 1) =>
      client.notify("textDocument/didOpen", { textDocument: { uri, languageId: "optinc", version, text } }),
    problems: async (uri, version) => {
      for (;;) {
        const found = published.findLast(
          (each) => each.uri === uri && (version === undefined || each.version === version),
        );
        if (found !== undefined) return found.diagnostics;
        await new Promise<void>((resolve) => {
          const bell = (): void => {
            bells.delete(bell);
            resolve();
          };
          bells.add(bell);
        });
      }
    },
    err: () => err,
    ended: async () => (await end) as [number | null, string | null],
  };
  return client;
}
