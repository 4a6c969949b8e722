import type { StepProgress, Steps } from "../../verify/index.ts";

/** Milliseconds between turns of the event loop: it serves signals, timers and other work ten times a second. */
const turnMs = 100;

/** How long work is driven. */
export interface StepOptions {
  readonly onStep?: ((progress: StepProgress) => void) | undefined;
  /** Called at every turn of the event loop; true stops the work. */
  readonly stopped?: () => boolean;
}

/** Drives long work to its end without holding up the event loop; null when it was stopped. */
export async function runSteps<T>(steps: Steps<T>, { onStep, stopped }: StepOptions = {}): Promise<T | null> {
  let turn = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    onStep?.(step.value);
    if (performance.now() - turn < turnMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    turn = performance.now();
    if (stopped?.() === true) return null;
  }
}

/** Gives the event loop a turn; throws the reason of an abort. */
export async function turnUnlessAborted(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}

/** The same for callers who stop by an `AbortSignal`: throws its reason when it is aborted. */
export async function runAbortable<T>(
  steps: Steps<T>,
  signal: AbortSignal | undefined,
  onStep?: (progress: StepProgress) => void,
): Promise<T> {
  signal?.throwIfAborted();
  const result = await runSteps(steps, { onStep, stopped: () => signal?.aborted === true });
  signal?.throwIfAborted();
  if (result === null) throw new Error("work was stopped by nobody");
  return result;
}
