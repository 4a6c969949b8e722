import type { LayerApproximation, Mlp } from "../../compiler/index.ts";
import type { TrainingAdvice, TrainingResult } from "../../compiler/network/training/index.ts";
import {
  type Checked,
  type Diagnostic,
  type ImportedNetworkSpec,
  plainDiagnostic,
  refused,
  type Spec,
  type TrainedNetworkSpec,
} from "../../dsl/index.ts";

/** A training that left a network to go on with. */
export type FinishedTraining = Extract<TrainingResult, { kind: "reached" | "short" }>;

/** The network of a spec before it is light, and where it came from. */
export type Network =
  | { readonly kind: "constructed" }
  | { readonly kind: "trained"; readonly spec: TrainedNetworkSpec; readonly result: FinishedTraining }
  | {
      readonly kind: "imported";
      readonly spec: ImportedNetworkSpec;
      /** Of the file's bytes, hexadecimal. */
      readonly sha256: string;
      readonly mlp: Mlp;
      readonly approximations: readonly LayerApproximation[];
    };

/** The perceptron that is compiled; null for constructed networks, whose weights follow from the arithmetic. */
export function perceptronOf(network: Network): Mlp | null {
  switch (network.kind) {
    case "constructed":
      return null;
    case "trained":
      return network.result.network.mlp;
    case "imported":
      return network.mlp;
  }
}

/** OPT0635: a network was brought that the spec does not ask for, or the other way round. */
export function otherKind(spec: Spec, kind: Network["kind"]): Diagnostic {
  const message = `${spec.name} asks for a ${spec.network.kind} network, not for ${kind === "imported" ? "an imported" : `a ${kind}`} one`;
  return plainDiagnostic("OPT0635", message, `write \`network ${kind}\` in the spec, or leave the network out`);
}

/** The network of a training that ended, or what to say where none came out. */
export function networkOfTraining(
  name: string,
  spec: TrainedNetworkSpec,
  result: TrainingResult,
): Checked<Extract<Network, { kind: "trained" }>> {
  switch (result.kind) {
    case "reached":
    case "short":
      return { value: { kind: "trained", spec, result }, diagnostics: [] };
    case "stopped": {
      const before = `before there was a network: ${result.reason}`;
      if (result.because === "cancelled")
        return refused(plainDiagnostic("OPT0623", `the training of ${name} was cancelled ${before}`, null));
      const message = `the budget of ${spec.budgetS} s for ${name} ended ${before}`;
      return refused(plainDiagnostic("OPT0620", message, "raise `budget`"));
    }
    case "diverged": {
      const message = `the training of ${name} diverged at step ${result.step}: the loss is ${result.loss}`;
      return refused(plainDiagnostic("OPT0621", message, adviceText(result.advice)));
    }
    case "refused": {
      const message = `${name} cannot be trained: ${result.reason}`;
      return refused(plainDiagnostic("OPT0622", message, adviceText(result.advice)));
    }
  }
}

/** What would help a network that is right too seldom, in words; null for constructed ones. */
export function shortfallHelp(network: Network): string | null {
  if (network.kind === "constructed") return null;
  if (network.kind === "imported") return "the build is kept; train the network longer, or approximate fewer layers";
  const { result, spec } = network;
  if (result.kind === "reached") return "the build is kept; the circuit rounds differently from the network";
  const advice = adviceText(result.advice);
  const ways =
    result.because === "budget"
      ? `the budget of ${spec.budgetS} s ended the training: go on with \`--resume\`, or raise \`budget\``
      : `all cycles were used${advice === null ? "" : `: try ${advice}`}`;
  return `the build is the best network so far; ${ways}`;
}

/** Advice that is no setting with a value, as it is typed or said. */
const spoken: Readonly<Record<string, string>> = {
  hidden: "wider layers in `hidden`",
  resume: "the same command without `--resume`",
};

/** As the spec spells the settings of the engine. */
const settingNames: Readonly<Record<string, string>> = { rate: "learning-rate", method: "approximation" };

/** `` `learning-rate 0.001` (the loss grew ...), or ... ``: every part in backticks can be typed as it stands. */
function adviceText(advice: readonly TrainingAdvice[]): string | null {
  if (advice.length === 0) return null;
  return advice
    .map(({ setting, value, reason }) => {
      const words = spoken[setting] ?? `\`${settingNames[setting] ?? setting} ${plain(value)}\``;
      return `${words} (${reason})`;
    })
    .join(", or ");
}

/** Numbers without the noise of binary fractions. */
function plain(value: string): string {
  const number = Number(value);
  return value.trim() === "" || Number.isNaN(number) ? value : String(Number(number.toPrecision(3)));
}
