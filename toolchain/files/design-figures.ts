import type { DesignChoice, TriedDesign } from "../design/search.ts";

/** What was chosen for a spec that leaves its network to the compiler. Plain data, deterministic. */
export interface DesignFigures {
  readonly prefer: DesignChoice["prefer"];
  /** Designs in all. */
  readonly designs: number;
  /** True where better ones may have been left out because of `--design-budget`. */
  readonly exhausted: boolean;
  readonly chosen: DesignRow;
  readonly runnerUp: DesignRow | null;
  /** Best first. */
  readonly tried: readonly DesignRow[];
}

export interface DesignRow {
  /** As in a spec. */
  readonly settings: readonly string[];
  readonly keepsAll: boolean;
  readonly mzis: number;
  readonly neurons: number;
  /** For the required word error rate; null where there is none. */
  readonly launchPowerW: number | null;
  readonly requirements: readonly { readonly metric: string; readonly found: string; readonly met: boolean }[];
}

export function designFigures({ prefer, designs, exhausted, chosen, runnerUp, tried }: DesignChoice): DesignFigures {
  const next = runnerUp === null ? null : rowOf(runnerUp);
  return { prefer, designs, exhausted, chosen: rowOf(chosen), runnerUp: next, tried: tried.map(rowOf) };
}

function rowOf({ settings, keepsAll, mzis, neurons, launchPowerW, results }: TriedDesign): DesignRow {
  const requirements = (results ?? []).map(({ metric, found, met }) => ({ metric, found, met }));
  return { settings, keepsAll, mzis, neurons, launchPowerW, requirements };
}
