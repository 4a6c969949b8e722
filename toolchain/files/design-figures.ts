import type { DesignChoice, TriedDesign } from "../design/search.ts";

/** What was chosen for a spec that leaves its network to the compiler; `exhausted` because of `--design-budget`. Plain data, deterministic. */
export type DesignFigures = Pick<DesignChoice, "prefer" | "designs" | "exhausted"> & {
  readonly chosen: DesignRow;
  readonly runnerUp: DesignRow | null;
  /** Best first. */
  readonly tried: readonly DesignRow[];
};

export type DesignRow = Pick<
  TriedDesign,
  "settings" | "keepsAll" | "mzis" | "neurons" | "launchPowerW" | "preferred"
> & {
  readonly requirements: readonly { readonly metric: string; readonly found: string; readonly met: boolean }[];
};

export function designFigures({ prefer, designs, exhausted, chosen, runnerUp, tried }: DesignChoice): DesignFigures {
  const next = runnerUp === null ? null : rowOf(runnerUp);
  return { prefer, designs, exhausted, chosen: rowOf(chosen), runnerUp: next, tried: tried.map(rowOf) };
}

function rowOf({ settings, keepsAll, mzis, neurons, launchPowerW, preferred, results }: TriedDesign): DesignRow {
  const requirements = (results ?? []).map(({ metric, found, met }) => ({ metric, found, met }));
  return { settings, keepsAll, mzis, neurons, launchPowerW, preferred, requirements };
}
