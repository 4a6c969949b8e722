import { CONSTANT } from "../circuit/clocks.ts";
import { carrierRows } from "./carriers.ts";
import { start } from "./pen.ts";
import { act, type DrawingPlan, endX, newPen } from "./router.ts";
import type { Storeys } from "./storeys.ts";

/** A storey of a folded floor is as long as the unfolded one, divided by this, at most. */
export const LEAST_STOREYS = 3;

/** What a storey takes that ends in front of a place of the sequence. */
export interface StoreySize {
  readonly to: number;
  readonly widthUm: number;
  readonly rows: number;
  /** Ports whose light comes in at its start, and those where it leaves at its end. */
  readonly entering: number;
  readonly leaving: number;
}

/**
 * Storeys between any two places where a floor may be cut, each drawn roughly by itself. `pieces` is the floor cut at every place of the sequence;
 * none but the unfolded floor is wider than a folded one may be. By the place where they begin.
 */
export function storeySizes(plan: DrawingPlan, pieces: Storeys): ReadonlyMap<number, readonly StoreySize[]> {
  const { stretches } = plan.placed.floor;
  const { pitchUm, radiusUm } = plan.rules;
  const { devices, carried, storeyOfPort } = pieces;
  const portsOf = devices.map((): { entering: number[]; leaving: number } => ({ entering: [], leaving: 0 }));
  for (const [stretch, at] of storeyOfPort) {
    if (stretches[stretch]!.sender >= 0) portsOf[at]!.entering.push(stretch);
    else portsOf[at]!.leaving += 1;
  }
  const carriedTo = (to: number): readonly number[] => carried[to - 1] ?? [];
  const isPlace = (at: number): boolean =>
    at === 0 || at === devices.length || (carriedTo(at).length > 0 && devices[at]!.length > 0);
  const sizesFrom = (from: number, mostUm: number): readonly StoreySize[] => {
    const pen = newPen(plan, null);
    const { board, rank } = pen;
    const light = (stretch: number): void => {
      const below = board.rows.findIndex(({ lane }) => lane !== null && rank[lane.stretch]! > rank[stretch]!);
      const row = board.insertRow(below < 0 ? board.rows.length : below);
      row.frontier = 0;
      pen.laneOf.set(stretch, start(pen, row, 0, CONSTANT.clock, 0, stretch));
    };
    const sizes: StoreySize[] = [];
    let [entering, leaving] = [0, 0];
    for (const stretch of carriedTo(from)) light(stretch);
    for (let at = from; at < devices.length; at++) {
      for (const stretch of portsOf[at]!.entering) light(stretch);
      for (const d of devices[at]!) act(pen, plan, d);
      entering += portsOf[at]!.entering.length;
      leaving += portsOf[at]!.leaving;
      if (!isPlace(at + 1)) continue;
      const widthUm = endX(board) + (carriedTo(at + 1).length + 1) * (2 * radiusUm + 1);
      if (widthUm > mostUm) break;
      const rows = board.rows.length + carrierRows(pen.carriers.length, pitchUm);
      sizes.push({ to: at + 1, widthUm, rows, entering, leaving });
    }
    return sizes;
  };
  const whole = sizesFrom(0, Number.POSITIVE_INFINITY);
  const mostUm = whole.at(-1)!.widthUm / LEAST_STOREYS;
  const sizes = new Map([[0, whole]]);
  for (let at = 1; at < devices.length; at++) if (isPlace(at)) sizes.set(at, sizesFrom(at, mostUm));
  return sizes;
}
