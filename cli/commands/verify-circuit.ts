import { counted, figure, grouped } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import type { Check, Yield } from "../../physics/index.ts";
import { exactCheck, exactText } from "../../toolchain/index.ts";
import { type GradientArray, gradientSteps, type Steps, type VerifyOptions, verifySteps } from "../../verify/index.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { displayName } from "../files/read.ts";
import type { Stop } from "../signals.ts";
import { drive } from "../text/drive.ts";
import { shellWord } from "../text/shell-word.ts";
import type { Terminal } from "../text/terminal.ts";
import { interruptedText, type Verified } from "../text/verify-report.ts";
import type { VerificationPlan, VerificationWish } from "./verification-plan.ts";

/** What to check of a circuit besides its words, with the options that name it. */
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

/** All checks of one circuit; null after a signal, which is reported here. */
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
  const others = physics.builtChecks(bound?.spec ?? null, budget ?? null, requirements);
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
    checks: [
      exactCheck(exactness),
      ...agreementChecks({ report, gradients: compared, binding, build: source.build, target }),
      ...others,
    ],
    repeat: repeatOf(command, source, inputs),
    page: command.page,
  };
}

/** Beyond it a receiver takes the next symbol. */
const mostReceiverLevels = 0.5;

/**
 * Whether the words agree with the ring all-reduce, with real gradients and with the spec, and the files with their manifest. A circuit
 * that may have wrong words is only held to the last two; its wrong words are reported.
 */
function agreementChecks({
  report: { allReduce, worstReceiverError: worst },
  gradients,
  binding,
  build,
  target,
}: Pick<Verified, "gradients" | "binding" | "build" | "target"> & {
  readonly report: Pick<Verified["report"], "allReduce" | "worstReceiverError">;
}): readonly Check[] {
  const check = (name: string, found: string, state: Check["state"], required: boolean): Check => {
    return { name, state, found, wanted: null, slack: null, required, mend: null };
  };
  const isRight = (right: boolean): Check["state"] => (right ? "pass" : "fail");
  const { algorithm, elements, differing, steps, transfers, sentPerElement } = allReduce;
  const reduced = `${algorithm}, executed: ${grouped(differing)} of ${counted(elements, "word")} ${differing === 1 ? "differs" : "differ"}`;
  const traffic = `${counted(steps, "step")}, ${counted(transfers, "transfer")}, ${figure(sentPerElement)} words sent per word and worker`;
  const rows = [
    check("all-reduce", `${reduced}; ${traffic}`, isRight(differing === 0), target === 1),
    {
      ...check(
        "receivers",
        `largest error ${worst === 0 ? "0" : worst.toExponential(1)}`,
        isRight(worst < mostReceiverLevels),
        false,
      ),
      wanted: `below ${mostReceiverLevels} levels`,
      slack: 1 - worst / mostReceiverLevels,
    },
  ];
  if (gradients !== null) {
    const { workers, length, blockSize, wrong, sums } = gradients.report;
    const through = sums === null ? "" : `; each of their ${grouped(sums)} sums through the devices`;
    const size = `${workers} x ${grouped(length)}, blocks of ${blockSize}`;
    const found = `${gradients.file}: ${size}: ${counted(wrong, "word")} ${wrong === 1 ? "differs" : "differ"} from the ring's${through}`;
    rows.push(check("gradients", found, isRight(wrong === 0), target === 1));
  }
  if (binding === null) {
    rows.push(
      check("spec", "the circuit's own statement of its function; `--spec` names another", "not computed", false),
    );
  } else {
    const { file, aggregate, disagreements } = binding;
    const found = disagreements.join("; ") || `${aggregate} of ${file}`;
    rows.push(check("spec", found, isRight(disagreements.length === 0), true));
  }
  if (build !== null) {
    const { listed, modified } = build;
    const whole = `${counted(listed, "file")} ${listed === 1 ? "agrees" : "agree"} with the manifest beside them`;
    const found = modified.length === 0 ? whole : `MODIFIED, and allowed by --allow-modified: ${modified.join("; ")}`;
    rows.push(check("build", found, isRight(modified.length === 0), false));
  }
  return rows;
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
