import { dirname, isAbsolute, join } from "node:path";
import {
  andThen,
  type Diagnostic,
  type ImportedNetworkSpec,
  plainDiagnostic,
  refused,
  type Spec,
  type TrainedNetworkSpec,
} from "../../dsl/index.ts";
import {
  importNetwork,
  type ManifestNetwork,
  type Network,
  networkOfTraining,
  sizeProblem,
} from "../../toolchain/index.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import { dataBytes, readBytes } from "../files/read.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import { keyedTraining, runTraining } from "./train.ts";

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

/** The network of a weights file, which is meant relative to the spec. */
export async function readNetwork(
  terminal: Terminal,
  spec: Spec,
  network: ImportedNetworkSpec,
  specPath: string,
): Promise<NetworkOutcome> {
  const beside = specPath === "-" || isAbsolute(network.weights);
  const path = beside ? network.weights : join(dirname(specPath), network.weights);
  const read = await readBytes(path, dataBytes);
  const imported = andThen(read, (bytes) => importNetwork(spec, { name: path, bytes }));
  const { value, diagnostics } = andThen(imported, (network) => {
    const tooLarge = sizeProblem(spec, network.mlp);
    return tooLarge === null ? { value: network, diagnostics: [] } : refused(tooLarge);
  });
  reportDiagnostics(terminal, null, diagnostics);
  if (value === null) return { kind: "failed", code: exitCode.invalidInput };
  const manifest = { kind: "imported" as const, weights: network.weights, sha256: value.sha256 };
  return { kind: "ready", network: value, manifest, cached: false };
}

/** The network of a training, from the cache or trained now. */
export async function trainNetwork(
  terminal: Terminal,
  spec: Spec,
  network: TrainedNetworkSpec,
  options: NetworkOptions,
): Promise<NetworkOutcome> {
  const failed = (code: ExitCode, ...diagnostics: Diagnostic[]): NetworkOutcome => {
    reportDiagnostics(terminal, null, diagnostics);
    return { kind: "failed", code };
  };
  const training = keyedTraining(spec, network, options.threads);
  const outcome = await runTraining(terminal, spec.name, training, { ...options, budgetS: network.budgetS });
  if (outcome.kind === "impossible") return failed(exitCode.invalidInput, ...outcome.diagnostics);
  if (outcome.kind === "interrupted") {
    const help =
      outcome.saved === null
        ? "there is no checkpoint yet; the same command starts over"
        : "the same command with `--resume` continues to the identical network";
    const message = `the training of ${spec.name} was interrupted`;
    return failed(signalCode(outcome.signal), plainDiagnostic("OPT0623", message, help, "note"));
  }
  const { value, diagnostics } = networkOfTraining(spec.name, network, outcome.result);
  if (value === null) {
    const invalid = outcome.result.kind === "refused";
    return failed(invalid ? exitCode.invalidInput : exitCode.verificationFailed, ...diagnostics);
  }
  const manifest = { kind: "trained" as const, seed: network.seed, sha256: training.key };
  return { kind: "ready", network: value, manifest, cached: outcome.cached };
}
