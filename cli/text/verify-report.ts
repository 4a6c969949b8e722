import { counted, figure, grouped, percent } from "../../dsl/index.ts";
import type { Aggregate } from "../../netlist/index.ts";
import type { Check, PhaseYield, RequirementResult } from "../../physics/index.ts";
import { anchorText } from "../../report/index.ts";
import { errorsText } from "../../toolchain/index.ts";
import {
  type GradientReport,
  type JUnitCase,
  type JUnitSuite,
  junitXml,
  type StepProgress,
  type VerificationReport,
} from "../../verify/index.ts";
import { version } from "../version.ts";
import { allPass, checkLines } from "./checks.ts";
import type { Terminal } from "./terminal.ts";

/**
 * How the files of a build directory compare with its manifest. That they agree says that they were not changed one by one;
 * as the manifest lies among them, it says nothing about who wrote them.
 */
export interface BuildFiles {
  /** Files that the manifest lists. */
  readonly listed: number;
  /** What does not agree, in words; empty for a build that is whole. */
  readonly modified: readonly string[];
}

/** Everything that `optinc verify` found about one circuit. */
export interface Verified {
  /** The build, circuit or spec as the user named it. */
  readonly source: string;
  /** Why these inputs were tried. */
  readonly reason: string;
  /** Share of right vectors that is enough, which no file beside the circuit decides. */
  readonly target: number;
  /** Who says so, where it is less than 1. */
  readonly targetReason: string;
  /** The function that was verified, as the circuit names it. */
  readonly aggregate: Aggregate;
  /** The spec that the circuit was held to; null where only the circuit's own word was taken. */
  readonly binding: {
    readonly file: string;
    readonly aggregate: string;
    /** What the spec says and the circuit does not; empty when they agree. */
    readonly disagreements: readonly string[];
  } | null;
  /** Of a build directory. */
  readonly build: BuildFiles | null;
  readonly report: VerificationReport;
  readonly gradients: { readonly file: string; readonly report: GradientReport } | null;
  /** A measurement, which cannot fail. */
  readonly robustness: PhaseYield | null;
  /** What the spec requires, each beside its figure; empty where no spec does. */
  readonly requirements: readonly RequirementResult[];
  /** Whether it is exact, and whether it can be built, in a sentence each; and what that rests on. */
  readonly verdict: string;
  readonly checks: readonly Check[];
  /** The command that does the same again. */
  readonly repeat: string;
  /** A page of `optinc report` about this circuit; null where none was named. */
  readonly page: string | null;
}

/** What could not be verified at all. */
export interface Unverified {
  readonly source: string;
  /** The errors that were reported, with their codes. */
  readonly messages: readonly string[];
}

export function succeeded({ checks }: Verified): boolean {
  return allPass(checks);
}

/** Where the first wrong words are to be looked at: a link into the page that the command named. Null without page or wrong words. */
export function linkOf({ page, report, gradients }: Verified): string | null {
  const words = report.counterexample?.words ?? gradients?.report.counterexample?.words ?? null;
  return page === null || words === null ? null : `${page}${anchorText({ input: words, device: null, sample: null })}`;
}

export function reportText(verified: Verified, paint: Terminal["paintOut"]): string {
  const { report, gradients, robustness } = verified;
  const verdict = succeeded(verified) ? paint.green.bold("verified") : paint.red.bold("FAILED");
  const lines = [
    `${paint.bold(report.circuit)} (${verified.source}): ${verdict}`,
    `  ${verified.verdict}`,
    ...checkLines(verified.checks, paint),
    `  function    ${functionText(verified.aggregate)}`,
    ...bindingLines(verified),
    ...buildLines(verified.build),
    `  inputs      ${inputsText(verified)}`,
  ];
  const target =
    verified.target < 1 ? `; the target is ${percent(verified.target)}, as ${verified.targetReason} says` : "";
  lines.push(`  reference   ${wrongText(report)}${target}`);
  if (report.mode === "tried") lines.push(`  not covered ${NOT_COVERED}`);
  if (report.wrong > 0) lines.push(`  errors      ${errorsText(report.errors)} of the wrong words`);
  lines.push(`  all-reduce  ${ringText(report)}`);
  lines.push(`  receivers   largest error ${power(report.worstReceiverError, 1)} levels; 0.5 would be a wrong symbol`);
  if (report.proof !== null) lines.push(...proofLines(report.proof));
  if (gradients !== null) lines.push(...gradientLines(gradients.file, gradients.report));
  if (robustness !== null) lines.push(`  robustness  ${robustnessText(robustness)}`);
  if (report.counterexample !== null) lines.push(...counterexampleLines(report.counterexample));
  const link = linkOf(verified);
  if (link !== null) lines.push(`  look at it   ${link}`);
  if (!succeeded(verified)) lines.push(`  repeat with  ${verified.repeat}`);
  return `${lines.join("\n")}\n`;
}

/** What there is to say of a verification that a signal ended: no verdict. */
export function interruptedText(circuit: string, source: string, last: StepProgress | null): string {
  const tried =
    last === null
      ? "nothing was tried yet"
      : last.wrong === null
        ? `${grouped(last.done)} ${last.unit} were looked at`
        : `${grouped(last.done)} of ${grouped(last.total)} ${last.unit} tried, ${grouped(last.wrong)} of them wrong`;
  return `${circuit} (${source}): interrupted: ${tried}; no verdict\n`;
}

/** `round half-up of the mean of 4 workers; 8-bit signed words in 4 symbols of 4 levels` */
function functionText({ workers, bits, levels, signed, rounding, symbols, fanIn }: Aggregate): string {
  const tree = fanIn === undefined ? "" : ` on a cascade of ${fanIn.join(" x ")}`;
  const word = `${bits}-bit ${signed ? "signed" : "unsigned"} words in ${symbols} ${symbols === 1 ? "symbol" : "symbols"} of ${levels} levels`;
  const what = rounding === "none" ? "exact sum of the words" : `${rounding} of the mean`;
  return `${what} of ${workers} workers${tree}; ${word}`;
}

function bindingLines({ binding, source }: Verified): string[] {
  if (binding === null) return ["  spec        none: the circuit states its function; --spec checks it against a spec"];
  const { file, aggregate, disagreements } = binding;
  if (disagreements.length > 0) {
    return [`  spec        NOT ${aggregate} of ${file}`, ...disagreements.map((each) => `    differs   ${each}`)];
  }
  return [
    file === source ? `  spec        ${aggregate}, compiled just now` : `  spec        it is ${aggregate} of ${file}`,
  ];
}

function buildLines(build: BuildFiles | null): string[] {
  if (build === null) return [];
  const { listed, modified } = build;
  if (modified.length === 0)
    return [
      `  build       whole: ${counted(listed, "file")} ${listed === 1 ? "agrees" : "agree"} with the manifest beside them`,
    ];
  return [
    "  build       MODIFIED, and allowed by --allow-modified",
    ...modified.map((each) => `    modified  ${each}`),
  ];
}

const NOT_COVERED = "words of equal sums may give different results: only these words were tested";

/** `2.99e-3`; 0 as it is. */
function power(value: number, digits: number): string {
  return value === 0 ? "0" : value.toExponential(digits);
}

function inputsText({ report, reason }: Verified): string {
  const driven = grouped(report.vectors);
  switch (report.mode) {
    case "exhaustive":
      return `all ${driven} distinct vectors, driven through every device (${reason})`;
    case "tried":
      return `${driven} distinct vectors tried, driven through every device (${reason})`;
    case "sampled":
      return `${driven} sampled vectors, seed ${report.seed} (${reason})`;
    case "proof":
      return `proof over reachable states, and ${driven} sampled vectors, seed ${report.seed} (${reason})`;
    default:
      return report.mode satisfies never;
  }
}

function wrongText({ wrong, vectors, errorRateUpper95 }: VerificationReport): string {
  const bound = errorRateUpper95 === null ? "" : `; error rate below ${power(errorRateUpper95, 2)} at 95 % confidence`;
  return `${grouped(wrong)} of ${counted(vectors, "vector")} wrong${bound}`;
}

function ringText({ allReduce }: VerificationReport): string {
  const { algorithm, elements, differing, steps, transfers, sentPerElement } = allReduce;
  const compared = `${grouped(differing)} of ${counted(elements, "word")} differ from the reference`;
  return `${algorithm}, executed: ${compared}; ${counted(steps, "step")}, ${counted(transfers, "transfer")}, ${figure(sentPerElement)} words sent per word and worker`;
}

function proofLines(proof: NonNullable<VerificationReport["proof"]>): string[] {
  const head = proof.holds
    ? `holds: ${counted(proof.states, "state")} of ${counted(proof.cells, "cell")}, margin ${figure(proof.comparatorMargin)} LSB less ${power(proof.sumDeviation, 1)}, ${figure(proof.receiverMargin)} levels`
    : `NOT DECIDED: ${counted(proof.problems.length, "problem")}`;
  return [
    `  proof       ${head}`,
    ...proof.problems.map((problem) => `    problem   ${problem}`),
    ...proof.proved.map((line) => `    proved    ${line}`),
    ...proof.assumed.map((line) => `    assumed   ${line}`),
  ];
}

function gradientLines(file: string, report: GradientReport): string[] {
  const { maximumSteps, rmsSteps } = report.error;
  const through = report.sums === null ? "" : `; each of their ${grouped(report.sums)} sums through the devices`;
  const lines = [
    `  gradients   ${file}: ${report.workers} x ${grouped(report.length)}, blocks of ${report.blockSize}: ${counted(report.wrong, "word")} ${report.wrong === 1 ? "differs" : "differ"} from the ring's${through}`,
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

function robustnessText({ good, chips, sigmaRad, seed, vectors, method }: PhaseYield): string {
  const how = vectors === null ? method : `${method}, ${counted(vectors, "vector")}`;
  return `${good} of ${counted(chips, "chip")} without a wrong word at ${sigmaRad} rad (${how}, seed ${seed})`;
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

/** The same as plain data; numbers that are none are null. */
export function reportJson(verified: readonly Verified[], unverified: readonly Unverified[]): string {
  const reports = verified.map((each) => ({ passed: succeeded(each), ...each }));
  const tool = { name: "optinc", version };
  const root = { format: "optinc.verification", version: 1, tool, reports, unverified };
  return `${JSON.stringify(root, null, 2)}\n`;
}

/** One suite a circuit, and one for everything that could not be verified. */
export function junitOf(verified: readonly Verified[], unverified: readonly Unverified[]): string {
  return junitXml([...verified.map(suiteOf), ...unverified.map(unverifiedSuite)]);
}

function suiteOf(each: Verified): JUnitSuite {
  const { report, repeat, target, binding, build, aggregate } = each;
  const classname = `optinc.${report.circuit}`;
  const link = linkOf(each);
  const seen = link === null ? "" : `; look at it: ${link}`;
  const first = report.counterexample;
  const example =
    first === null
      ? ""
      : `; first: words ${first.words.join(", ")}, expected ${first.expected}, got ${first.got}, symbol ${first.symbol}`;
  const problems = report.proof === null ? "" : report.proof.problems.map((problem) => `; ${problem}`).join("");
  const details: Readonly<Record<string, string>> = {
    exact: `; ${wrongText(report)}${example}${problems}${report.mode === "tried" ? `; ${NOT_COVERED}` : ""}${seen}; ${repeat}`,
    gradients: `${seen}; ${repeat}`,
  };
  const cases = each.checks.map(({ name, state, found, wanted, required, mend }): JUnitCase => {
    const end = `${wanted === null ? "" : `, wanted ${wanted}`}${mend === null ? "" : `; ${mend}`}`;
    const outcome = state === "pass" ? "passed" : required ? "failed" : "skipped";
    const title = required && wanted !== null && name !== "exact" ? `requires ${name} ${wanted}` : name;
    return { name: title, classname, outcome, message: `${state}: ${found}${end}${details[name] ?? ""}` };
  });
  const properties = [
    { name: "function", value: functionText(aggregate) },
    { name: "spec", value: binding === null ? "none" : `${binding.aggregate} of ${binding.file}` },
    { name: "target", value: `${target}` },
    ...(build === null
      ? []
      : [{ name: "build", value: build.modified.length === 0 ? "whole" : `modified: ${build.modified.join("; ")}` }]),
  ];
  return { name: `optinc verify ${report.circuit} (${each.source})`, properties, cases };
}

function unverifiedSuite({ source, messages }: Unverified): JUnitSuite {
  const cases: JUnitCase[] = [{ name: "read", classname: "optinc", outcome: "failed", message: messages.join("; ") }];
  return { name: `optinc verify ${source}`, properties: [], cases };
}
