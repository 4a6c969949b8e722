/** How far a network was at a step. */
export interface LossPoint {
  /** Steps done. */
  readonly step: number;
  /** Running mean of the loss. */
  readonly loss: number;
  /** Wrong vectors of all, where they were counted then; null elsewhere. */
  readonly wrong: number | null;
}

/** How the training of a network went. */
export interface TrainingCurve {
  readonly part: string;
  /** Vectors that were evaluated each time. */
  readonly vectors: number;
  /** By ascending step, at most `mostPoints`. */
  readonly points: readonly LossPoint[];
}

/**
 * Points offered one after the other, of which at most `kept` and the last stay: where more come, every second one goes, and from then
 * on only every second of those that would have stayed is taken. What stays depends on what was offered alone, never on a clock.
 */
export interface Thinned {
  readonly offered: number;
  readonly every: number;
  readonly points: readonly LossPoint[];
  readonly last: LossPoint | null;
}

/** Of losses, and as many of evaluations. */
const kept = 128;
/** Of a curve: both, and the last of each. */
export const mostPoints: number = 2 * (kept + 1);

export const noPoints: Thinned = { offered: 0, every: 1, points: [], last: null };

export function offer(series: Thinned, point: LossPoint): Thinned {
  const { offered, every, points } = series;
  const next = { offered: offered + 1, every, points, last: point };
  if (offered % every !== 0) return next;
  if (points.length < kept) return { ...next, points: [...points, point] };
  const thinned = points.filter((_, i) => i % 2 === 0);
  // An even number of them stayed, so that this one is among those that stay.
  return { ...next, every: 2 * every, points: [...thinned, point] };
}

/** Both series as one; where a step is in both, its evaluation says more. */
export function joined(losses: Thinned, evaluations: Thinned): readonly LossPoint[] {
  const all = new Map<number, LossPoint>();
  for (const { points, last } of [losses, evaluations]) {
    for (const point of last === null ? points : [...points, last]) all.set(point.step, point);
  }
  return [...all.values()].sort((a, b) => a.step - b.step);
}
