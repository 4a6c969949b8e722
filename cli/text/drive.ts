import { runSteps } from "../../toolchain/index.ts";
import type { StepProgress, Steps } from "../../verify/index.ts";
import type { Stop } from "../signals.ts";
import { startProgress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** Drives long work to its end with a line of progress. */
export async function driveSteps<T>(terminal: Terminal, quiet: boolean, what: string, steps: Steps<T>): Promise<T> {
  const { result } = await drive(terminal, quiet, what, steps, { caught: () => null });
  return result!;
}

/** The same until a signal ends it: `result` is null then, `last` what it had by then. */
export async function drive<T>(
  terminal: Terminal,
  quiet: boolean,
  what: string,
  steps: Steps<T>,
  stop: Pick<Stop, "caught">,
): Promise<{ readonly result: T | null; readonly last: StepProgress | null }> {
  const line = startProgress(terminal, quiet);
  let last: StepProgress | null = null;
  try {
    const result = await runSteps(steps, {
      onStep: (step) => {
        if (step.wrong !== null || last === null) last = step;
        line.update(what, step);
      },
      stopped: () => stop.caught() !== null,
    });
    return { result, last };
  } finally {
    line.end();
  }
}
