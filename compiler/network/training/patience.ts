import type { TrainingHooks } from "./result.ts";

/** Why a training was stopped. */
export type StopReason = "budget" | "cancelled";

/** Looks at the outside world: lets signals and timers through, then asks whether to end. */
export type Look = () => Promise<StopReason | null>;

export type TrainingOutcome<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "stopped"; readonly because: StopReason };

/** Milliseconds between two looks while other threads work. */
const LOOK_MS = 200;

export function lookThrough(hooks: TrainingHooks): Look {
  return async () => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    return hooks.interrupt?.() ?? null;
  };
}

/** Looks that end nothing: for short work that has to be finished after all. */
export function ignoringStops(look: Look): Look {
  return async () => {
    await look();
    return null;
  };
}

/** Runs a computation of this thread (kernels/steps.ts) with a look at every pause. */
export async function runSteps<T>(steps: Generator<void, T>, look: Look): Promise<TrainingOutcome<T>> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return { kind: "done", value: step.value };
    const because = await look();
    if (because !== null) return { kind: "stopped", because };
  }
}

/** Waits for the work of other threads, with a look now and then. Whoever stops it has to end those threads. */
export async function waitFor<T>(work: Promise<T>, look: Look): Promise<TrainingOutcome<T>> {
  const done = work.then((value): TrainingOutcome<T> => ({ kind: "done", value }));
  for (;;) {
    let timer: NodeJS.Timeout | undefined;
    const pause = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), LOOK_MS);
    });
    const outcome = await Promise.race([done, pause]);
    clearTimeout(timer);
    if (outcome !== null) return outcome;
    const because = await look();
    if (because !== null) {
      // It ends with the threads; no listener is left.
      done.catch(() => undefined);
      return { kind: "stopped", because };
    }
  }
}
