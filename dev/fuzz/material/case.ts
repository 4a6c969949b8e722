import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type fc from "fast-check";

/** What a subject is tried on: files by name and, for command lines, the words after the program's name. */
export interface Input {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly args: readonly string[];
}

/** A part of the product that reads what others wrote. */
export interface FuzzSubject {
  readonly name: string;
  /** Its share of the inputs, a whole number. */
  readonly weight: number;
  readonly inputs: fc.Arbitrary<Input>;
  /** Gives the input to the product; throws when the product does, or when what it says is not so. */
  readonly run: (input: Input) => void | Promise<void>;
}

/** A finding as it is kept: enough to repeat it without the generator. */
export interface Case {
  readonly format: "optinc.fuzz-case";
  readonly subject: string;
  /** The seed of the round, and the number of the input in it. */
  readonly seed: number;
  readonly index: number;
  /** What went wrong when it was found. */
  readonly found: string;
  readonly input: Input;
}

type Content = string | { readonly base64: string };

type StoredCase = Omit<Case, "input"> & { readonly files: Record<string, Content>; readonly args: readonly string[] };

export function printCase({ input, ...rest }: Case): string {
  const stored = { ...rest, files: input.files, args: input.args };
  const content = (_: string, value: unknown): unknown =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : value;
  return `${JSON.stringify(stored, content, 2)}\n`;
}

/** Reads what `printCase` wrote; throws on anything else. */
export function parseCase(text: string): Case {
  const { files, args, ...rest }: StoredCase = JSON.parse(text);
  if (rest.format !== "optinc.fuzz-case") throw new Error("this is no case of the fuzzer");
  const read = Object.entries(files).map(
    ([name, content]) =>
      [name, typeof content === "string" ? content : new Uint8Array(Buffer.from(content.base64, "base64"))] as const,
  );
  return { ...rest, input: { files: Object.fromEntries(read), args } };
}

/** One line that tells findings of different causes apart: what was thrown, and where in the product. */
export function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const frame = /\n\s+at .*?dist\/([\w-]+\/[^\s()]+?):\d+\)?/.exec(error.stack ?? "")?.[1];
  const message = error.message.split("\n")[0]!.slice(0, 300);
  return `${error.name}: ${message}${frame === undefined ? "" : ` (${frame})`}`;
}

/** Findings with one signature are counted as one. */
export function signatureOf(fault: string): string {
  return fault.replace(/`[^`]*`|"[^"]*"/g, "_").replace(/-?\d+(\.\d+)?(e[+-]?\d+)?/gi, "N");
}

/** Runs with a new folder that holds the files, and removes it afterwards. */
export async function inFolder(files: Input["files"], run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "optinc-fuzz-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A reader returns a value or errors, and not both. */
export function demandEither(value: unknown, findings: readonly { readonly severity: string }[]): void {
  const failed = findings.some(({ severity }) => severity === "error");
  if ((value === null) !== failed) throw new Error("a value with errors, or neither");
}

interface Labelled {
  readonly labels: readonly { readonly span: { readonly start: number; readonly end: number } }[];
}

/** Every place of a diagnostic lies in the text. */
export function demandSpans(text: string, diagnostics: readonly Labelled[]): void {
  for (const { span } of diagnostics.flatMap(({ labels }) => labels)) {
    const inside = 0 <= span.start && span.start <= span.end && span.end <= text.length;
    if (!inside) throw new Error("a span outside");
  }
}
