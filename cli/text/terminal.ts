import { Chalk, type ChalkInstance, supportsColor, supportsColorStderr } from "chalk";

/** Where commands write: reports to `out`, diagnostics and progress to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  readonly paintOut: ChalkInstance;
  readonly paintErr: ChalkInstance;
  /** stderr is a terminal, so that a line can be rewritten. */
  readonly rewritable: boolean;
  /** Columns of stderr. */
  readonly width: number;
}

/**
 * The terminal of this process. Colours follow the streams; FORCE_COLOR decides when it is set, then a non-empty
 * NO_COLOR. A reader that closes the pipe ends the output, not the work: files are still written and the exit code stays.
 */
export function processTerminal(): Terminal {
  const out = guarded(process.stdout);
  const err = guarded(process.stderr);
  return {
    out,
    err,
    paintOut: new Chalk({ level: colourLevel(supportsColor) }),
    paintErr: new Chalk({ level: colourLevel(supportsColorStderr) }),
    rewritable: process.stderr.isTTY === true && process.env["TERM"] !== "dumb",
    width: process.stderr.columns ?? 80,
  };
}

function colourLevel(support: typeof supportsColor): 0 | 1 | 2 | 3 {
  const { FORCE_COLOR: forced, NO_COLOR: none } = process.env;
  if (forced === undefined && none !== undefined && none !== "") return 0;
  return support === false ? 0 : support.level;
}

function guarded(stream: NodeJS.WriteStream): (text: string) => void {
  let open = true;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    open = false;
  });
  return (text) => {
    if (open) stream.write(text);
  };
}
