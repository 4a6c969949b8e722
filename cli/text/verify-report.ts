import { counted, grouped, percent } from "../../dsl/index.ts";
import { errorsText, reaches } from "../../toolchain/index.ts";
import {
  type GradientReport,
  type JUnitCase,
  junitXml,
  passed,
  type RobustnessReport,
  type VerificationReport,
} from "../../verify/index.ts";
import { version } from "../version.ts";
import { figure } from "./summary.ts";
import type { Terminal } from "./terminal.ts";

/** Everything that `optinc verify` found about one circuit. */
export interface Verified {
  /** The build, circuit or spec as the user named it. */
  readonly source: string;
  /** Why these inputs were tried. */
  readonly reason: string;
  /** Share of right vectors that is enough. */
  readonly target: number;
  readonly report: VerificationReport;
  readonly gradients: { readonly file: string; readonly report: GradientReport } | null;
  /** A measurement, which cannot fail. */
  readonly robustness: RobustnessReport | null;
  /** The command that does the same again. */
  readonly repeat: string;
}

/** A circuit that need not be right always is not held to gradients either: its wrong words are reported. */
export function succeeded({ report, gradients, target }: Verified): boolean {
  if (target < 1) return reaches(report, target) && (report.proof === null || report.proof.holds);
  return passed(report) && (gradients === null || gradients.report.wrong === 0);
}

export function reportText(verified: Verified, paint: Terminal["paintOut"]): string {
  const { report, gradients, robustness } = verified;
  const verdict = succeeded(verified) ? paint.green.bold("verified") : paint.red.bold("FAILED");
  const lines = [
    `${paint.bold(report.circuit)} (${verified.source}): ${verdict}`,
    `  inputs      ${inputsText(verified)}`,
  ];
  lines.push(
    `  reference   ${wrongText(report)}${verified.target < 1 ? `; the target is ${percent(verified.target)}` : ""}`,
  );
  if (report.wrong > 0) lines.push(`  errors      ${errorsText(report.errors)} of the wrong words`);
  lines.push(`  all-reduce  ${ringText(report)}`);
  lines.push(
    `  receivers   largest error ${report.worstReceiverError.toExponential(1)} levels; 0.5 would be a wrong symbol`,
  );
  if (report.proof !== null) lines.push(...proofLines(report.proof));
  if (gradients !== null) lines.push(...gradientLines(gradients.file, gradients.report));
  if (robustness !== null) lines.push(`  robustness  ${robustnessText(robustness)}`);
  if (report.counterexample !== null) lines.push(...counterexampleLines(report.counterexample));
  if (!succeeded(verified)) lines.push(`  repeat with  ${verified.repeat}`);
  return `${lines.join("\n")}\n`;
}

function inputsText({ report, reason }: Verified): string {
  const driven = grouped(report.vectors);
  switch (report.mode) {
    case "exhaustive":
      return report.through === "devices"
        ? `all ${driven} distinct vectors, driven through every device (${reason})`
        : `all ${driven} distinct vectors, driven through matrices composed through every device (${reason})`;
    case "sampled":
      return `${driven} sampled vectors, seed ${report.seed} (${reason})`;
    case "proof":
      return `proof over reachable states, and ${driven} sampled vectors, seed ${report.seed} (${reason})`;
    default:
      return report.mode satisfies never;
  }
}

function wrongText({ wrong, vectors, errorRateUpper95 }: VerificationReport): string {
  const bound =
    errorRateUpper95 === null ? "" : `; error rate below ${errorRateUpper95.toExponential(2)} at 95 % confidence`;
  return `${grouped(wrong)} of ${counted(vectors, "vector")} wrong${bound}`;
}

function ringText({ allReduce }: VerificationReport): string {
  const { algorithm, steps, transfers, sentPerElement } = allReduce;
  return `${algorithm}, executed: ${counted(steps, "step")}, ${counted(transfers, "transfer")}, ${figure(sentPerElement)} words sent per word and worker`;
}

function proofLines(proof: NonNullable<VerificationReport["proof"]>): string[] {
  const head = proof.holds
    ? `holds: ${counted(proof.states, "state")} of ${counted(proof.cells, "cell")}, margin ${figure(proof.comparatorMargin)} grid steps, ${figure(proof.receiverMargin)} levels`
    : `FAILS: ${counted(proof.problems.length, "problem")}`;
  return [
    `  proof       ${head}`,
    ...proof.problems.map((problem) => `    problem   ${problem}`),
    ...proof.proved.map((line) => `    proved    ${line}`),
    ...proof.assumed.map((line) => `    assumed   ${line}`),
  ];
}

function gradientLines(file: string, report: GradientReport): string[] {
  const { maximumSteps, rmsSteps } = report.error;
  const lines = [
    `  gradients   ${file}: ${report.workers} x ${grouped(report.length)}, blocks of ${report.blockSize}: ${counted(report.wrong, "word")} ${report.wrong === 1 ? "differs" : "differ"} from the ring's`,
    `  float mean  error at most ${figure(maximumSteps)}, RMS ${figure(rmsSteps)} quantization steps`,
  ];
  const first = report.counterexample;
  if (first !== null) {
    lines.push(
      `  first wrong element ${first.element}: words ${first.words.join(", ")}; ring ${first.allReduce}, worker ${first.worker} got ${first.got}`,
    );
  }
  return lines;
}

function robustnessText({
  perfectChips,
  chips,
  sigmaRad,
  wordErrorRate,
  seed,
  vectors,
  method,
}: RobustnessReport): string {
  const rate = wordErrorRate === null ? "" : `, word error rate ${wordErrorRate.toExponential(2)}`;
  return `${perfectChips} of ${counted(chips, "chip")} without a wrong word at ${sigmaRad} rad${rate} (${method}, ${counted(vectors, "vector")}, seed ${seed})`;
}

function counterexampleLines(first: NonNullable<VerificationReport["counterexample"]>): string[] {
  return [
    "  first wrong vector",
    `    words     ${first.words.join(", ")}`,
    `    expected  ${first.expected} (the ring all-reduce says ${first.allReduce})`,
    `    got       ${first.got} at worker ${first.worker}`,
    `    symbol    ${first.symbol}: expected ${first.expectedSymbol}, got ${first.gotSymbol}, the receiver measured ${figure(first.receiverValue)} levels`,
  ];
}

/** The same as plain data. */
export function reportJson(verified: readonly Verified[]): string {
  const reports = verified.map((each) => ({ passed: succeeded(each), ...each }));
  const root = { format: "optinc.verification", version: 1, tool: { name: "optinc", version }, reports };
  return `${JSON.stringify(root, null, 2)}\n`;
}

export function junitOf(verified: readonly Verified[]): string {
  const cases = verified.flatMap(({ report, gradients, repeat, target }): JUnitCase[] => {
    const classname = `optinc.${report.circuit}`;
    const first = report.counterexample;
    const example =
      first === null
        ? ""
        : `; first: words ${first.words.join(", ")}, expected ${first.expected}, got ${first.got}, symbol ${first.symbol}`;
    const list: JUnitCase[] = [
      {
        name: `${report.mode} inputs`,
        classname,
        passed: reaches(report, target),
        message: `${wrongText(report)}${example}; ${repeat}`,
      },
    ];
    if (report.proof !== null) {
      list.push({ name: "proof", classname, passed: report.proof.holds, message: report.proof.problems.join("; ") });
    }
    if (gradients !== null) {
      const message = `${counted(gradients.report.wrong, "word")} ${gradients.report.wrong === 1 ? "differs" : "differ"} from the ring's; ${repeat}`;
      list.push({ name: "gradients", classname, passed: target < 1 || gradients.report.wrong === 0, message });
    }
    return list;
  });
  return junitXml("optinc verify", cases);
}
