import type { Spec } from "../../dsl/index.ts";
import { type Network, sizeProblem } from "../../toolchain/index.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import type { ManifestNetwork } from "../files/manifest.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";

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

/** The network that a spec asks for, trained or read where it is not constructed. */
export async function networkFor(terminal: Terminal, spec: Spec, options: NetworkOptions): Promise<NetworkOutcome> {
  const { network } = spec;
  const tooLarge = sizeProblem(spec, null);
  if (tooLarge !== null) {
    reportDiagnostics(terminal, null, [tooLarge]);
    return { kind: "failed", code: exitCode.invalidInput };
  }
  switch (network.kind) {
    case "constructed":
      return { kind: "ready", network: { kind: "constructed" }, manifest: { kind: "constructed" }, cached: false };
    case "imported":
      return await (await import("./imported-network.ts")).readNetwork(terminal, spec, network, options.specPath);
    case "trained":
      return await (await import("./trained-network.ts")).trainNetwork(terminal, spec, network, options);
    default:
      return network satisfies never;
  }
}
