import type { Network } from "../../toolchain/index.ts";
import type { ExitCode } from "../exit.ts";
import type { ManifestNetwork } from "../files/manifest.ts";

export interface NetworkOptions {
  /** The spec file as the user named it, `-` for standard input: weights are meant relative to it. */
  readonly specPath: string;
  /** Directory of cached networks and of checkpoints; null: neither is used. */
  readonly cache: string | null;
  readonly threads: number | null;
  readonly resume: boolean;
  readonly checkpointS: number;
  readonly quiet: boolean;
}

/** A network and what the manifest says of it. */
export interface ObtainedNetwork {
  readonly network: Network;
  readonly manifest: ManifestNetwork;
  /** It was not trained now. */
  readonly cached: boolean;
}

export type NetworkOutcome =
  | ({ readonly kind: "ready" } & ObtainedNetwork)
  /** Everything is said. */
  | { readonly kind: "failed"; readonly code: ExitCode };
