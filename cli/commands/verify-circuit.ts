import type { Circuit } from "../../netlist/index.ts";
import type { Yield } from "../../physics/index.ts";
import { exactCheck, exactText } from "../../toolchain/index.ts";
import { type GradientArray, gradientSteps, type Steps, type VerifyOptions, verifySteps } from "../../verify/index.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { displayName } from "../files/read.ts";
import type { Stop } from "../signals.ts";
import { agreementChecks } from "../text/checks.ts";
import { drive } from "../text/drive.ts";
import { shellWord } from "../text/shell-word.ts";
import type { Terminal } from "../text/terminal.ts";
import { interruptedText, type Verified } from "../text/verify-report.ts";
import type { VerificationPlan, VerificationWish } from "./verification-plan.ts";

/** What is asked about a circuit besides its words, and the options that name it. */
export interface VerificationRequest extends VerificationWish {
  readonly netlist: string | null;
  /** Format of `netlist`. */
  readonly as: string | null;
  readonly allowModified: boolean;
  readonly seed: number;
  readonly gradients: string | null;
  readonly block: number;
  readonly phaseSigma: number | null;
  readonly chips: number;
  readonly page: string | null;
  readonly proofLog: string | null;
  readonly quiet: boolean;
}

/** A margin that is worked out in doubles is the spec's up to rounding. */
const marginRounding = 1e-9;

/** Everything that is asked about one circuit; null when a signal ended it, which is said. */
export async function verifyOne(
  terminal: Terminal,
  command: VerificationRequest,
  source: CircuitSource,
  plan: VerificationPlan,
  gradients: GradientArray | null,
  stop: Stop,
): Promise<Verified | null> {
  const { circuit } = source;
  const { seed } = command;
  const { inputs, reason, target, margin } = plan;
  const disagreements = [...plan.disagreements];
  const run = async <T>(what: string, steps: Steps<T>): Promise<T | null> => {
    const { result, last } = await drive(terminal, command.quiet, what, steps, stop);
    if (result === null) terminal.err(interruptedText(circuit.name, source.name, last));
    return result;
  };
  const proof = (margin !== null && circuit.certificate !== null) || command.proofLog !== null;
  const report = await run(`verify ${circuit.name}`, verifySteps(circuit, { inputs, seed, proof }));
  if (report === null) return null;
  if (margin !== null && report.proof !== null && !(report.proof.comparatorMargin >= margin - marginRounding)) {
    disagreements.push(`margin: the spec says ${margin}, the comparators keep ${report.proof.comparatorMargin}`);
  }
  const aggregated =
    gradients === null
      ? null
      : await run(`aggregate gradients with ${circuit.name}`, gradientSteps(circuit, gradients, command.block));
  if (gradients !== null && aggregated === null) return null;
  const sigma = command.phaseSigma;
  const chips =
    sigma === null
      ? null
      : await run(`${circuit.name}: phase errors of ${sigma} rad`, await chipSteps(command, circuit, sigma));
  if (sigma !== null && chips === null) return null;
  const { bound } = plan;
  const physics = await import("../networks/bound-specs.ts");
  const budget =
    bound === null || bound.technology === null
      ? undefined
      : await run(`${circuit.name}: budget`, physics.specBudgetSteps(circuit, bound.spec, bound.technology));
  if (budget === null) return null;
  const requirements =
    bound === null
      ? []
      : await run(
          `${circuit.name}: requirements`,
          physics.requirementSteps(circuit, bound.spec, bound.technology, seed, budget ?? null),
        );
  if (requirements === null) return null;
  const exactness = { ...report, target };
  const others = [
    ...(budget === undefined ? [] : physics.technologyChecks(budget)),
    ...physics.requirementChecks(requirements),
  ];
  const binding = bound === null ? null : { file: displayName(bound.file), aggregate: bound.spec.name, disagreements };
  const compared = aggregated === null ? null : { file: command.gradients ?? "", report: aggregated };
  return {
    source: source.name,
    reason,
    target,
    targetReason: command.target !== null ? "--target" : "the spec",
    aggregate: circuit.aggregate,
    binding,
    build: source.build,
    report,
    gradients: compared,
    robustness: sigma === null || chips === null ? null : { sigmaRad: sigma, ...chips },
    requirements,
    verdict: `${exactText(exactness)} ${physics.buildableText(others, budget ?? null)}`,
    checks: [exactCheck(exactness), ...agreementChecks({ report, gradients: compared, binding, target }), ...others],
    repeat: repeatOf(command, source, inputs),
    page: command.page,
  };
}

/** Simulated chips with phase errors, as `optinc yield --phase` counts them. */
async function chipSteps(
  { seed, chips }: VerificationRequest,
  circuit: Circuit,
  sigmaRad: number,
): Promise<Steps<Yield>> {
  const { phaseQuestion, yieldSteps } = await import("../networks/bound-specs.ts");
  return yieldSteps(circuit, phaseQuestion(sigmaRad, seed), chips);
}

/** The command that does the same again. */
function repeatOf(command: VerificationRequest, source: CircuitSource, inputs: VerifyOptions["inputs"]): string {
  const words = [
    "optinc verify",
    ...(command.netlist === null
      ? [shellWord(source.name)]
      : ["--netlist", shellWord(source.name), "--as", `${command.as}`]),
    ...(command.spec === null ? [] : ["--spec", shellWord(command.spec)]),
    ...(command.aggregate === null ? [] : ["--aggregate", command.aggregate]),
    ...(command.allowModified ? ["--allow-modified"] : []),
    ...(command.target === null ? [] : ["--target", `${command.target}`]),
    "--inputs",
    inputs.kind,
    ...(inputs.kind === "sampled" ? ["--samples", `${inputs.samples}`] : []),
    "--seed",
    `${command.seed}`,
  ];
  if (command.page !== null) words.push("--report", shellWord(command.page));
  if (command.gradients !== null)
    words.push("--gradients", shellWord(command.gradients), "--block", `${command.block}`);
  return words.join(" ");
}
