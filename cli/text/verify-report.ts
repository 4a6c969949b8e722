import { counted, figure, grouped, percent } from "../../dsl/index.ts";
import { textTable } from "../../formats/index.ts";
import type { Aggregate } from "../../netlist/index.ts";
import { type Check, checkText, type PhaseYield, type RequirementResult } from "../../physics/index.ts";
import { anchorText } from "../../report/index.ts";
import { errorsText } from "../../toolchain/index.ts";
import {
  type GradientReport,
  type JUnitCase,
  type JUnitSuite,
  junitXml,
  type ProofReport,
  type StepProgress,
  type VerificationReport,
} from "../../verify/index.ts";
import { version } from "../version.ts";
import { allPass, checkLines, functionText, textRow } from "./checks.ts";
import type { Terminal } from "./terminal.ts";

/** How files of a build compare with its manifest. The manifest lies among them: it detects changes of single files, not who wrote them. */
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
  /** Whether it is exact, and whether it can be built, in a sentence each; and the checks behind it. */
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

/** The table of checks, and below it what it does not say. */
export function reportText(verified: Verified, paint: Terminal["paintOut"]): string {
  const { report, reason, target, targetReason, aggregate, gradients, robustness, repeat } = verified;
  const passed = succeeded(verified);
  const link = linkOf(verified);
  const details: readonly [string, string][] = [
    ["function", functionText(aggregate)],
    ["inputs", `${inputNames[report.mode]} (${reason})`],
    ...textRow("target", target < 1 && `${percent(target)}, as ${targetReason} says`),
    ...textRow("errors", report.wrong > 0 && `${errorsText(report.errors)} of the wrong words`),
    ...(report.proof === null ? [] : proofRows(report.proof)),
    ...(gradients === null ? [] : gradientRows(gradients.report)),
    ...textRow("robustness", robustness !== null && robustnessText(robustness)),
    ...(report.counterexample === null ? [] : counterexampleRows(report.counterexample)),
    ...textRow("look at it", link ?? false),
    ...textRow("repeat with", !passed && repeat),
  ];
  const lines = [
    `${paint.bold(report.circuit)} (${verified.source}): ${passed ? paint.green.bold("verified") : paint.red.bold("FAILED")}`,
    `  ${verified.verdict}`,
    ...checkLines(verified.checks, paint),
    ...textTable(details, "all", paint.dim),
  ];
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

const inputNames = {
  exhaustive: "exhaustive",
  tried: "exhaustive, of sums",
  sampled: "sampled",
  proof: "proof over reachable states, and sampled",
} as const;

function proofRows({ holds, states, cells, problems, proved, assumed, ...proof }: ProofReport): [string, string][] {
  const head = holds
    ? `holds: ${counted(states, "state")} of ${counted(cells, "cell")}, sums within ${figure(proof.sumDeviation)} LSB`
    : `NOT DECIDED: ${counted(problems.length, "problem")}`;
  const listed = { problem: problems, proved, assumed };
  return [
    ["proof", head],
    ...Object.entries(listed).flatMap(([label, texts]) => texts.map((text): [string, string] => [`  ${label}`, text])),
  ];
}

function gradientRows({
  error: { maximumSteps, rmsSteps },
  counterexample: first,
}: GradientReport): [string, string][] {
  const at =
    first !== null &&
    `${first.element}: words ${first.words.join(", ")}; ring ${first.allReduce}, worker ${first.worker} got ${first.got}`;
  return [
    ["float mean", `error at most ${figure(maximumSteps)}, RMS ${figure(rmsSteps)} quantization steps`],
    ...textRow("first wrong element", at),
  ];
}

function robustnessText({ good, chips, sigmaRad, seed, vectors, method }: PhaseYield): string {
  const how = vectors === null ? method : `${method}, ${counted(vectors, "vector")}`;
  return `${good} of ${counted(chips, "chip")} without a wrong word at ${sigmaRad} rad (${how}, seed ${seed})`;
}

function counterexampleRows(first: NonNullable<VerificationReport["counterexample"]>): [string, string][] {
  const { symbol, expectedSymbol, gotSymbol, receiverValue } = first;
  return [
    ["first wrong vector", ""],
    ["  words", first.words.join(", ")],
    ["  expected", `${first.expected} (the ring all-reduce says ${first.allReduce})`],
    ["  got", `${first.got} at worker ${first.worker}`],
    [
      "  symbol",
      `${symbol}: expected ${expectedSymbol}, got ${gotSymbol}, the receiver measured ${figure(receiverValue)} levels`,
    ],
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
  const { report, repeat, target, aggregate } = each;
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
    exact: `${example}${problems}${seen}; ${repeat}`,
    gradients: `${seen}; ${repeat}`,
  };
  const cases = each.checks.map((check): JUnitCase => {
    const { name, state, wanted, required } = check;
    const outcome = state === "pass" ? "passed" : required ? "failed" : "skipped";
    const title = required && wanted !== null && name !== "exact" ? `requires ${name} ${wanted}` : name;
    return {
      name: title,
      classname,
      outcome,
      message: `${checkText(check)}${state === "pass" ? "" : (details[name] ?? "")}`,
    };
  });
  const properties = [
    { name: "function", value: functionText(aggregate) },
    { name: "target", value: `${target}` },
  ];
  return { name: `optinc verify ${report.circuit} (${each.source})`, properties, cases };
}

function unverifiedSuite({ source, messages }: Unverified): JUnitSuite {
  const cases: JUnitCase[] = [{ name: "read", classname: "optinc", outcome: "failed", message: messages.join("; ") }];
  return { name: `optinc verify ${source}`, properties: [], cases };
}
