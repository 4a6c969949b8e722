/**
 * Long work in steps of well under a second, so that whoever drives it can stop between two of them or let the event loop
 * have its turn. A step yields how far the work is; the generator's return value is the result.
 */
export type Steps<T> = Generator<StepProgress, T, void>;

export interface StepProgress {
  /** Of `total` units of work. */
  readonly done: number;
  readonly total: number;
  /** What is counted. */
  readonly unit: "vectors" | "words" | "states" | "cells" | "elements" | "chips" | "phases" | "quantities" | "designs";
  /** Vectors found wrong so far; null where none are tried. */
  readonly wrong: number | null;
}

/** Work inside of other work: whatever it says of itself, the whole is as far as `at` says when it is asked. */
export function* within<T>(steps: Steps<T>, at: (inner: StepProgress) => StepProgress): Steps<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield at(step.value);
  }
}

/** The same work told by its steps of one unit alone: what is inside of them does not say how far the whole is. */
export function* countedIn<T>(unit: StepProgress["unit"], steps: Steps<T>): Steps<T> {
  let last: StepProgress = { done: 0, total: Number.POSITIVE_INFINITY, unit, wrong: null };
  return yield* within(steps, (inner) => {
    if (inner.unit === unit) last = inner;
    return last;
  });
}

/** Drives the work to its end at once. */
export function finish<T>(steps: Steps<T>, progress?: (done: number, total: number) => void): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    progress?.(step.value.done, step.value.total);
  }
}
