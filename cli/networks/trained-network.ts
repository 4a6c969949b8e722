import { type Diagnostic, plainDiagnostic, type Spec, type TrainedNetworkSpec } from "../../dsl/index.ts";
import { networkOfTraining } from "../../toolchain/index.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import type { NetworkOptions, NetworkOutcome } from "./outcome.ts";
import { runTraining } from "./train.ts";
import { keyedTraining } from "./training-task.ts";

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
        ? "nothing was saved, as it has not come far; the same command begins anew"
        : "the same command with `--resume` continues, and ends as if it had not been interrupted";
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
