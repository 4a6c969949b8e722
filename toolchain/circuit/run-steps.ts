import type { StepProgress, Steps } from "../../verify/index.ts";

/** Milliseconds after which the event loop has its turn: signals, timers and other work are heard ten times a second. */
const turnMs = 100;

/** How long work is driven. */
export interface StepOptions {
  readonly onStep?: (progress: StepProgress) => void;
  /** Asked at every turn of the event loop; true leaves the work as it is. */
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

/** Lets the event loop have its turn, so that an abort is heard; throws its reason when there was one. */
export async function turnUnlessAborted(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}

/** The same for callers who stop by an `AbortSignal`: throws its reason when it is aborted. */
export async function runAbortable<T>(
  steps: Steps<T>,
  signal: AbortSignal | undefined,
  onStep: ((progress: StepProgress) => void) | undefined,
): Promise<T> {
  signal?.throwIfAborted();
  const result = await runSteps(steps, {
    ...(onStep === undefined ? {} : { onStep }),
    stopped: () => signal?.aborted === true,
  });
  signal?.throwIfAborted();
  if (result === null) throw new Error("work was stopped by nobody");
  return result;
}
