import { finish, type Steps } from "../../verify/index.ts";
import type { QuantityKey } from "../technology/quantities.ts";
import { isNotGiven, type Reading, readingOf } from "../technology/recorder.ts";
import type { Technology } from "../technology/technology.ts";
import { type FigureMissing, notComputed } from "./figures.ts";

/** An answer with what it depends on, or why there is none. */
export type Answer<T> =
  | { readonly kind: "value"; readonly value: T; readonly uses: readonly QuantityKey[] }
  | FigureMissing;

/** An ordinary outcome: what is asked for does not exist. */
interface NotReached extends Error {
  readonly kind: "not reached";
}

/** What an answer's computation throws where there is none. */
export function notReached(reason: string): NotReached {
  return Object.assign(new Error(reason), { kind: "not reached" as const });
}

export function answerOf<T>(technology: Technology, compute: (reading: Reading) => T): Answer<T> {
  return finish(
    // biome-ignore lint/correctness/useYield: one step
    answerSteps(technology, function* (reading) {
      return compute(reading);
    }),
  );
}

/** What `compute` gives, or why it gives nothing. */
export function* answerSteps<T>(technology: Technology, compute: (reading: Reading) => Steps<T>): Steps<Answer<T>> {
  const reading = readingOf(technology);
  try {
    const value = yield* compute(reading);
    return { kind: "value", value, uses: [...reading.used].sort() };
  } catch (error) {
    if (isNotGiven(error)) return { kind: "not-computed", reason: error.message, missing: error.key };
    if (error instanceof Error && "kind" in error && error.kind === "not reached") return notComputed(error.message);
    throw error;
  }
}

export function mapped<S, T>(from: Answer<S>, pick: (value: S) => T): Answer<T> {
  return from.kind === "value" ? { ...from, value: pick(from.value) } : from;
}
