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
  readonly unit: "vectors" | "states" | "elements" | "chips" | "dies" | "phases";
  /** Vectors found wrong so far; null where none are tried. */
  readonly wrong: number | null;
}

/** Drives the work to its end at once. */
export function finish<T>(steps: Steps<T>, progress?: (done: number, total: number) => void): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    progress?.(step.value.done, step.value.total);
  }
}
