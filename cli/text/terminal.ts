import { Chalk, type ChalkInstance, supportsColor, supportsColorStderr } from "chalk";
import { renderDiagnostics, visibleLine, visibleText } from "../../dsl/index.ts";
import { exitCode } from "../exit.ts";
import { ioDiagnostic } from "./findings.ts";

/**
 * Where commands write: reports to `out`, diagnostics and progress to `err`. Both carry words out of files, so that control
 * characters but colours and line ends are shown as signs: no name moves the cursor, sets the title or forges a line.
 */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Content for other programs, such as JSON and netlists: to the byte, unless it is a terminal that reads it. */
  data(text: string): void;
  readonly paintOut: ChalkInstance;
  readonly paintErr: ChalkInstance;
  /** stderr is a terminal, so that a line can be rewritten. */
  readonly rewritable: boolean;
  /** Columns of stderr. */
  readonly width: number;
}

/** The same without progress and remarks where `quiet` asks for it. */
export function muted(terminal: Terminal, quiet: boolean): Terminal {
  return quiet ? { ...terminal, err: () => {} } : terminal;
}

/** The next useful step, for a person at a terminal; pipes and logs do not get it. */
export function sayNext({ rewritable, err }: Terminal, quiet: boolean, step: string): void {
  if (rewritable && !quiet) err(`next: ${step}\n`);
}

/** Returns to the start of the line and clears it. */
export const rewriteLine = "\r\u001b[K";

/**
 * The terminal of this process. Colours follow the streams; FORCE_COLOR decides when it is set, then a non-empty
 * NO_COLOR. A reader that closes the pipe ends the output, not the work: files are still written and the exit code stays.
 * Output that is lost otherwise, as on a full disk, is said and makes the exit code 1.
 */
export function processTerminal(): Terminal {
  const err = guarded(process.stderr, () => {});
  const out = guarded(process.stdout, (error) => {
    err(renderDiagnostics({ name: "", text: "" }, [ioDiagnostic(error, "write", "<stdout>")]));
  });
  return {
    out: (text) => out(harmless(text)),
    err: (text) => err(harmless(text)),
    data: (text) => out(process.stdout.isTTY === true ? harmless(text) : text),
    paintOut: new Chalk({ level: colourLevel(supportsColor) }),
    paintErr: new Chalk({ level: colourLevel(supportsColorStderr) }),
    rewritable: process.stderr.isTTY === true && process.env["TERM"] !== "dumb",
    width: process.stderr.columns ?? 80,
  };
}

/** The colours that reports are painted with, and no other sequence. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const colours = /(\u001b\[(?:1|2|22|3[0-79]|9[0-7])m)/;

/** Text as a terminal may get it. A line that is rewritten begins with the sequence for it. */
export function harmless(text: string): string {
  if (text.startsWith(rewriteLine)) return `${rewriteLine}${visibleLine(text.slice(rewriteLine.length))}`;
  return text
    .split(colours)
    .map((part, i) => (i % 2 === 1 ? part : visibleText(part)))
    .join("");
}

function colourLevel(support: typeof supportsColor): 0 | 1 | 2 | 3 {
  const { FORCE_COLOR: forced, NO_COLOR: none } = process.env;
  if (forced === undefined && none !== undefined && none !== "") return 0;
  return support === false ? 0 : support.level;
}

function guarded(stream: NodeJS.WriteStream, lost: (error: Error) => void): (text: string) => void {
  let open = true;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    const first = open;
    open = false;
    if (error.code === "EPIPE" || !first) return;
    process.once("exit", () => {
      if ((process.exitCode ?? exitCode.done) === exitCode.done) process.exitCode = exitCode.invalidInput;
    });
    lost(error);
  });
  return (text) => {
    if (open) stream.write(text);
  };
}
