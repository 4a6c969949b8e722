import { dirname, isAbsolute, join } from "node:path";
import { aggregationOf, type LayerApproximation, type Resources } from "../../compiler/index.ts";
import { importNetwork } from "../../compiler/network/imported.ts";
import type { Advice, TrainingResult } from "../../compiler/network/training/index.ts";
import type { Diagnostic, ImportedNetworkSpec, Spec, TrainedNetworkSpec } from "../../dsl/index.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import { sha256 } from "../files/pack.ts";
import { dataBytes, readBytes } from "../files/read.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import { plainDiagnostic } from "../text/findings.ts";
import type { Terminal } from "../text/terminal.ts";
import { type Finished, runTraining } from "./train.ts";
import { trainingOf } from "./training-task.ts";

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

/** Where a network comes from. */
export type NetworkOrigin =
  | { readonly kind: "constructed" }
  | {
      readonly kind: "trained";
      readonly spec: TrainedNetworkSpec;
      readonly result: Finished;
      /** Of everything that determines it. */
      readonly key: string;
      readonly cached: boolean;
    }
  | {
      readonly kind: "imported";
      readonly spec: ImportedNetworkSpec;
      /** Of the file's bytes. */
      readonly sha256: string;
      readonly approximations: readonly LayerApproximation[];
    };

export type NetworkOutcome =
  | { readonly kind: "ready"; readonly resources: Resources; readonly origin: NetworkOrigin }
  /** Everything is said. */
  | { readonly kind: "failed"; readonly code: ExitCode };

/** The network that a spec asks for, trained or read where it is not constructed. */
export async function networkFor(terminal: Terminal, spec: Spec, options: NetworkOptions): Promise<NetworkOutcome> {
  const { network } = spec;
  switch (network.kind) {
    case "constructed":
      return { kind: "ready", resources: { network: null }, origin: { kind: "constructed" } };
    case "imported":
      return await readNetwork(terminal, spec, network, options.specPath);
    case "trained":
      return await trainNetwork(terminal, spec, network, options);
    default:
      return network satisfies never;
  }
}

async function readNetwork(
  terminal: Terminal,
  spec: Spec,
  network: ImportedNetworkSpec,
  specPath: string,
): Promise<NetworkOutcome> {
  const beside = specPath === "-" || isAbsolute(network.weights);
  const path = beside ? network.weights : join(dirname(specPath), network.weights);
  const bytes = await readBytes(path, dataBytes);
  reportDiagnostics(terminal, null, bytes.diagnostics);
  if (bytes.value === null) return { kind: "failed", code: exitCode.invalidInput };
  const { value, diagnostics } = importNetwork(network, aggregationOf(spec), { name: path, bytes: bytes.value });
  reportDiagnostics(terminal, null, diagnostics);
  if (value === null) return { kind: "failed", code: exitCode.invalidInput };
  const { mlp, approximations } = value;
  const origin = { kind: "imported" as const, spec: network, sha256: sha256(bytes.value), approximations };
  return { kind: "ready", resources: { network: mlp }, origin };
}

async function trainNetwork(
  terminal: Terminal,
  spec: Spec,
  network: TrainedNetworkSpec,
  options: NetworkOptions,
): Promise<NetworkOutcome> {
  const failed = (code: ExitCode, ...diagnostics: Diagnostic[]): NetworkOutcome => {
    reportDiagnostics(terminal, null, diagnostics);
    return { kind: "failed", code };
  };
  const training = trainingOf(spec, network, options.threads);
  let outcome: Awaited<ReturnType<typeof runTraining>>;
  try {
    outcome = await runTraining(terminal, spec.name, training, { ...options, budgetS: network.budgetS });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return failed(
      exitCode.invalidInput,
      plainDiagnostic("OPT0622", `${spec.name} cannot be trained: ${error.message}`),
    );
  }
  if (outcome.kind === "interrupted") {
    const help =
      outcome.saved === null
        ? "nothing was saved, as it has not come far; the same command begins anew"
        : "the same command with `--resume` continues, and ends as if it had not been interrupted";
    const message = `the training of ${spec.name} was interrupted`;
    return failed(signalCode(outcome.signal), plainDiagnostic("OPT0623", message, help, "note"));
  }
  const { result, cached } = outcome;
  const failure = failureOf(spec.name, network, result);
  if (failure !== null) return failed(failure.code, failure.diagnostic);
  const finished = result as Finished;
  const origin = { kind: "trained" as const, spec: network, result: finished, key: training.key, cached };
  return { kind: "ready", resources: { network: finished.network.mlp }, origin };
}

/** What to say where no network came out; null where one did. */
function failureOf(
  name: string,
  network: TrainedNetworkSpec,
  result: TrainingResult,
): { readonly code: ExitCode; readonly diagnostic: Diagnostic } | null {
  switch (result.kind) {
    case "reached":
    case "short":
      return null;
    case "stopped": {
      const message = `the budget of ${network.budgetS} s for ${name} ended before there was a network: ${result.reason}`;
      return { code: exitCode.verificationFailed, diagnostic: plainDiagnostic("OPT0620", message, "raise `budget`") };
    }
    case "diverged": {
      const message = `the training of ${name} diverged at step ${result.step}: the loss is ${result.loss}`;
      const diagnostic = plainDiagnostic("OPT0621", message, adviceText(result.advice));
      return { code: exitCode.verificationFailed, diagnostic };
    }
    case "refused": {
      const message = `${name} cannot be trained: ${result.reason}`;
      const diagnostic = plainDiagnostic("OPT0622", message, adviceText(result.advice));
      return { code: exitCode.invalidInput, diagnostic };
    }
    default:
      return result satisfies never;
  }
}

/** As the spec spells the settings of the engine. */
const settingNames: Readonly<Record<string, string>> = { rate: "learning-rate", method: "approximation" };

/** `use `learning-rate 0.001`: the loss grew ...; or ...` */
export function adviceText(advice: readonly Advice[]): string | null {
  if (advice.length === 0) return null;
  return advice
    .map(
      ({ setting, value, reason }) => `\`${`${settingNames[setting] ?? setting} ${plain(value)}`.trim()}\` (${reason})`,
    )
    .join(", or ");
}

/** Numbers without the noise of binary fractions. */
function plain(value: string): string {
  const number = Number(value);
  return value.trim() === "" || Number.isNaN(number) ? value : String(Number(number.toPrecision(3)));
}
