import type { Dice } from "./dice.ts";

/** What a subject is tried on: files by name and, for command lines, the words after the program's name. */
export interface Input {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly args: readonly string[];
}

/** A part of the product that reads what others wrote. */
export interface FuzzSubject {
  readonly name: string;
  /** Its share of the inputs. */
  readonly weight: number;
  /** A new input, made from the dice alone. */
  readonly make: (dice: Dice) => Input;
  /** Gives the input to the product; throws when the product does, or when what it says is not so. */
  readonly run: (input: Input) => void | Promise<void>;
}

/** A finding as it is kept: enough to repeat it without the dice. */
export interface Case {
  readonly format: "optinc.fuzz-case";
  readonly subject: string;
  /** The seed and number of the input that it came from. */
  readonly seed: number;
  readonly index: number;
  /** What went wrong when it was found. */
  readonly found: string;
  readonly input: Input;
}

interface StoredCase extends Omit<Case, "input"> {
  readonly files: Readonly<Record<string, string | { readonly base64: string }>>;
  readonly args: readonly string[];
}

export function printCase({ input, ...rest }: Case): string {
  const files = Object.entries(input.files).map(
    ([name, content]) =>
      [name, typeof content === "string" ? content : { base64: Buffer.from(content).toString("base64") }] as const,
  );
  const stored: StoredCase = { ...rest, files: Object.fromEntries(files), args: input.args };
  return `${JSON.stringify(stored, null, 2)}\n`;
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
