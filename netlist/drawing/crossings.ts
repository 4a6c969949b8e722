import type { ChipLayout } from "./layout.ts";

/** A point of a drawing, in columns and rows. */
export interface DrawnPoint {
  readonly column: number;
  readonly row: number;
}

/** Where a bend is after a share 0..1 of its way down: it leaves and arrives level, as a cubic curve with both handles half a column long. */
function columnAfter(share: number): number {
  const t = 0.5 - Math.sin(Math.asin(1 - 2 * share) / 3);
  return t * (1.5 - t * (1.5 - t));
}

/** Where bends of one column cross each other and lanes that pass. O(n^2) in the lines of a column. */
export function drawnCrossings({ bends, lanes }: Pick<ChipLayout, "bends" | "lanes">): readonly DrawnPoint[] {
  const byColumn = new Map<number, { readonly a: number; readonly b: number }[]>();
  for (const { from, fromRow, toRow } of bends) {
    const known = byColumn.get(from) ?? [];
    known.push({ a: fromRow, b: toRow });
    byColumn.set(from, known);
  }
  return [...byColumn].flatMap(([column, bent]) => {
    const passing = lanes.filter(({ from, to }) => from <= column && to >= column + 1).map(({ row }) => row);
    const lines = [...bent, ...[...new Set(passing)].map((row) => ({ a: row, b: row }))];
    return bent.flatMap((p, i) =>
      lines.slice(i + 1).flatMap((q): DrawnPoint[] => {
        const [before, after] = [p.a - q.a, p.b - q.b];
        if (before * after >= 0) return [];
        const share = before / (before - after);
        return [{ column: column + columnAfter(share), row: p.a + share * (p.b - p.a) }];
      }),
    );
  });
}
