import { compareAlgorithms, findAlgorithm, type TimedOutcome } from "../../collectives/index.ts";
import type { Cluster } from "../../dsl/index.ts";

interface Row<Figures> {
  readonly algorithm: string;
  readonly outcome: Figures | { readonly kind: "refused"; readonly reason: string };
}

/** The figures of an algorithm in a table of them. */
export function figuresOf<Figures extends object>(rows: readonly Row<Figures>[], name: string): Figures {
  const { outcome } = rows.find(({ algorithm }) => algorithm === name)!;
  if ("reason" in outcome) throw new Error(`${name}: ${outcome.reason}`);
  return outcome;
}

/** What `compare` says of an algorithm on so many workers, of the first gradient of the cluster. */
export function outcomeOf(
  name: string,
  cluster: Cluster,
  workers: number,
  more: Partial<Parameters<typeof compareAlgorithms>[1]> = {},
): TimedOutcome {
  const options = { workers: [workers], algorithms: [findAlgorithm(name)!], executeUpTo: 0, unit: null, ...more };
  return figuresOf(compareAlgorithms(cluster, options).rows, name);
}
