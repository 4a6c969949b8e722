import { type Cluster, dtypeBits } from "../../dsl/index.ts";
import type { PhasedSchedule } from "../schedule/schedule.ts";
import type { LinkModel } from "../timing/link-model.ts";
import { electrical } from "../timing/networks.ts";
import type { BitsOf, Timing } from "../timing/timing.ts";

/** An all-reduce on the network that it is meant for. */
export interface Algorithm {
  readonly name: string;
  readonly summary: string;
  /** Settings of the cluster that its time depends on, as `DeclaredInput.path`; a test moves every one. */
  readonly inputs: readonly string[];
  /** Why it is not defined for so many workers; null when it is. */
  refuses(cluster: Cluster, workers: number): string | null;
  /** @throws RangeError where `refuses` gives a reason; `bits` of an element decide the number of chunks of a pipeline */
  build(cluster: Cluster, workers: number, length: number, bits: number): PhasedSchedule;
  model(cluster: Cluster, workers: number): LinkModel;
  /** Wavelengths that exist on the ring of waveguides; null without one. */
  wavelengths(cluster: Cluster): number | null;
  /** Of an element on the wire. */
  bits(cluster: Cluster): number;
  /** Where transfers differ in it, bits of each; null where all have `bits`. */
  readonly wire: ((cluster: Cluster, workers: number) => BitsOf) | null;
  /** Clusters that chance makes of this one, over which times are averaged; the cluster itself where nothing is drawn. */
  draws(cluster: Cluster): readonly Cluster[];
  /** Time in place of that of the walked steps, or with what comes before them; null where these are all. */
  readonly retimed:
    | ((cluster: Cluster, workers: number, elements: number, walked: Timing, bits: number) => Timing)
    | null;
}

export const electricalInputs: readonly string[] = ["latency", "rate", "reduction", "dtype"];

/** What holds for most. */
export const usual: Pick<Algorithm, "refuses" | "model" | "wavelengths" | "bits" | "wire" | "draws" | "retimed"> = {
  refuses: () => null,
  model: electrical,
  wavelengths: () => null,
  bits: ({ dtype }) => dtypeBits[dtype]!,
  wire: null,
  draws: (cluster) => [cluster],
  retimed: null,
};
