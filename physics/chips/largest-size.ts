import type { Steps } from "../../verify/index.ts";

/** Sizes double from `first` on up to `most`, and the interval in which the last of them fails is halved so often. */
interface Search {
  readonly first: number;
  readonly most: number;
  readonly halvings: number;
}

/** The largest size that holds, if all smaller ones do; 0 where the first one does not. */
export function* largestSize(holds: (size: number) => boolean, { first, most, halvings }: Search): Steps<number> {
  let done = 0;
  const total = 2 * (halvings + 5);
  let low = 0;
  let high = first;
  while (low < most) {
    yield { done: done++, total, unit: "chips", wrong: null };
    if (!holds(high)) break;
    [low, high] = [high, Math.min(most, 2 * high)];
  }
  for (let i = 0; i < halvings && low < most; i++) {
    yield { done: done++, total, unit: "chips", wrong: null };
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
