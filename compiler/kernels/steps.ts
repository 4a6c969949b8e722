// Long computations are generators that yield every fraction of a second: whoever runs them can look at the outside world
// in between, and stop. What they compute does not depend on who runs them.

/** Runs a computation to its end without a pause. */
export function finish<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Operations between two pauses. */
const SLICE = 5e7;

/** Tells after how many rounds of `work` operations each it is time for a pause: never for small work. */
export function pauseEvery(work: number): () => boolean {
  let done = 0;
  return () => {
    done += work;
    if (done <= SLICE) return false;
    done = 0;
    return true;
  };
}
