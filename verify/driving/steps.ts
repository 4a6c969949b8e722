/** Long work in steps of well under a second. Between two the caller can stop it or serve the event loop; a step yields the progress. */
export type Steps<T> = Generator<StepProgress, T, void>;

export interface StepProgress {
  /** Of `total` units of work. */
  readonly done: number;
  readonly total: number;
  /** What is counted. */
  readonly unit:
    | "vectors"
    | "words"
    | "states"
    | "cells"
    | "elements"
    | "chips"
    | "faults"
    | "rounds"
    | "steps"
    | "phases"
    | "rows"
    | "quantities"
    | "designs";
  /** Vectors found wrong so far; null where none are tried. */
  readonly wrong: number | null;
}

/** Work inside other work; `at` turns its progress into that of the whole. */
export function* within<T>(steps: Steps<T>, at: (inner: StepProgress) => StepProgress): Steps<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield at(step.value);
  }
}

/** The same work with the progress of one unit alone. */
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
