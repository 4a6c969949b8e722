import { aggregateBlock, aggregateRows, verifyRows } from "../language/aggregate.ts";
import { clusterRow } from "../language/cluster.ts";
import { language } from "../language/language.ts";
import { limits, short } from "../language/limits.ts";
import { metrics, requireBlock, requirementRows } from "../language/requirements.ts";
import type { FreeSetting, Levels, Requirement, Spec, VerifySpec } from "../language/spec.ts";
import { studyRow } from "../language/study.ts";
import { trainingRow } from "../language/training.ts";
import { meant, replacing, shorten } from "../report/advice.ts";
import { error, type Report } from "../report/collector.ts";
import { quoted } from "../report/syntax.ts";
import type { Body, Statement } from "../text/ast.ts";
import { use } from "./advice.ts";
import { readCluster } from "./cluster.ts";
import { readDeclaration } from "./declaration.ts";
import { distinctInputVectors, usualVerifyInputs } from "./domain.ts";
import type { Names } from "./names.ts";
import { kindOf, toNetwork } from "./network.ts";
import { homeOf } from "./read.ts";
import { readSettings, type Settings, settingsOf, valueIn } from "./settings.ts";
import { readStudy } from "./study.ts";
import { checkTopology } from "./topology.ts";
import { readTraining } from "./training.ts";
import { warnOfAggregate, warnOfRequirements, warnOfTraining } from "./unused-settings.ts";
import type { BlockReading, InnerBlock, Written } from "./written.ts";

/**
 * Syntax tree to checked specs: every rule about meaning. What is wrong goes to the report; the specs that come back
 * are only worth something when nothing went there.
 */
export function checkAst(ast: Body, emitTargets: readonly string[], report: Report): readonly Spec[] {
  const names: Names = new Map();
  const aggregates = ast.statements.filter(({ name }) => name.text === aggregateBlock.name);
  const extra = aggregates[limits.aggregates];
  const read = ast.statements.slice(0, extra && ast.statements.indexOf(extra));
  const specs = read.map((statement) => readTop(statement, ast, names, emitTargets, report));
  if (extra !== undefined) {
    const message = `more than ${limits.aggregates} aggregates in one file`;
    error(report, "OPT0202", message, [extra.name.span, "one too many"], "split the file");
  }
  if (ast.statements.length === 0 && !ast.damaged) {
    const help = `write for instance ${quoted(aggregateBlock.example, report.syntax)}`;
    error(report, "OPT0201", "the file holds no aggregate", [{ start: 0, end: 0 }, "nothing to compile"], help);
  }
  return specs.filter((spec) => spec !== null);
}

/** The spec of an aggregate; other blocks belong to commands of their own, and are only checked here. */
function readTop(
  statement: Statement,
  ast: Body,
  names: Names,
  emitTargets: readonly string[],
  report: Report,
): Spec | null {
  switch (statement.name.text) {
    case clusterRow.name:
      readCluster(statement, names, report);
      return null;
    case trainingRow.name:
      readTraining(statement, names, report);
      return null;
    case studyRow.name:
      readStudy(statement, names, report, ast);
      return null;
    case aggregateBlock.name: {
      const declaration = readDeclaration(statement, aggregateBlock, names, report, emitTargets);
      return declaration && toSpec(declaration.name, declaration.reading, report);
    }
    default:
      if (!statement.damaged) reportUnknownTop(statement, report);
      return null;
  }
}

function reportUnknownTop(statement: Statement, report: Report): void {
  const { text, span } = statement.name;
  const home = homeOf(text, language);
  const names = language.map((row) => row.name);
  const help =
    home !== null
      ? `\`${text}\` belongs in \`${home}\``
      : (meant(text, names, span, report) ?? `a file holds blocks \`${aggregateBlock.name} NAME { ... }\``);
  const message = `unknown ${statement.kind} \`${shorten(text)}\``;
  error(report, "OPT0204", message, [span, "not known at the top of a file"], help);
}

function toSpec(name: string, reading: BlockReading, report: Report): Spec | null {
  const { settings, blocks } = reading;
  const defaults: string[] = [];
  const general: string[] = [];
  const precisionBits = valueIn(aggregateRows.precisionBits, settings);
  const usualLevels: Levels = precisionBits === 1 ? 2 : 4;
  const derived = { levels: usualLevels, technology: null, prefer: null };
  const values = readSettings(aggregateRows, settings, derived, { prefix: "", defaults: general });
  // Light without losses is the same at every rate and is not placed: nothing was taken there.
  const isIdeal = values !== null && values.technology === null;
  const physical = isIdeal ? [aggregateRows.symbolRateBd.name, aggregateRows.portOrder.name] : [];
  const levels = valueIn(aggregateRows.levels, settings) ?? usualLevels;
  checkLevels(settings, levels, precisionBits, report);
  const symbols = precisionBits === null ? null : Math.ceil(precisionBits / Math.log2(levels));
  const written = blocks.get("network");
  const bounds = settingsOf(reading, requireBlock.name);
  const requirements = requirementsIn(bounds);
  const free = isIdeal || requirements.length === 0 ? [] : freeSettings(settings, written);
  const unsaid = [...physical, ...free].map((name) => `${name} `);
  defaults.push(...general.filter((line) => !unsaid.some((setting) => line.startsWith(setting))));
  const network = toNetwork(written, symbols, free.length > 0 ? [] : defaults, report);
  checkResult(settings, kindOf(written), report);
  checkTopology(settings, written, report);
  // The number of distinct vectors of a tree of units is not known yet.
  const vectors = values === null ? null : free.includes("topology") ? Number.POSITIVE_INFINITY : vectorsOf(values);
  const verify = toVerify(reading, vectors, defaults, report);
  if (values === null || network === null || verify === null) return null;
  checkBounds(settings, free, report);
  warnOfAggregate(settings, values, free, report);
  warnOfRequirements(bounds, requirements, report);
  if (network.kind === "trained") warnOfTraining(settingsOf(reading, "network"), network, report);
  const rateBoundAt = free.includes("symbol-rate") ? settings.get(aggregateRows.symbolRateBd.name)!.span : null;
  return { name, ...values, rateBoundAt, requirements, free, network, verify, defaults };
}

/** What is left to the compiler by an aggregate of a technology that requires something: the network if none of its settings is written. */
function freeSettings(settings: Settings, network: Written<InnerBlock> | undefined): readonly FreeSetting[] {
  if (kindOf(network) !== "constructed" || (network !== undefined && network.value?.reading.settings.size !== 0))
    return [];
  const unwritten = (["topology", "port-order"] as const).filter((name) => !settings.has(name));
  return ["network", ...unwritten, ...(isRateBound(settings) ? (["symbol-rate"] as const) : [])];
}

function isRateBound(settings: Settings): boolean {
  const reading = settings.get(aggregateRows.symbolRateBd.name)?.value ?? null;
  return reading?.kind === "number" && reading.orMore === true;
}

/** That a rate is bounded only where the compiler chooses. */
function checkBounds(settings: Settings, free: readonly FreeSetting[], report: Report): void {
  if (!isRateBound(settings) || free.includes("symbol-rate")) return;
  const { span } = settings.get(aggregateRows.symbolRateBd.name)!;
  const help = "write the rate alone; or a `technology`, a `require` block and no settings of the network";
  const fixes = [replacing({ start: span.start, end: span.start + 2 }, "", "Take the rate as it is", true)];
  const message = "a bound of `symbol-rate` is for a design that the compiler chooses";
  error(report, "OPT0248", message, [span, "nothing is chosen here"], { help, fixes });
}

/** In the order of the table; what was refused is left out, and reported. */
function requirementsIn(written: Settings): readonly Requirement[] {
  return metrics.flatMap((metric): Requirement[] => {
    const bound = valueIn(requirementRows[metric], written);
    return bound === null ? [] : [{ ...bound, metric, span: written.get(metric)!.span }];
  });
}

function checkLevels(settings: Settings, levels: number, precisionBits: number | null, report: Report): void {
  if (precisionBits === null || levels <= 2 ** precisionBits) return;
  const bits = Math.log2(levels);
  const fitting = 2 ** precisionBits;
  const message = `${levels} levels do not fit in ${precisionBits}-bit words`;
  const advice = use([`levels ${fitting}`, `precision ${bits} bits`], settings, report);
  const allowed = `allows ${fitting} levels`;
  const [by, of] = ["levels", "precision"].map((name) => settings.get(name)?.span);
  error(report, "OPT0203", message, [by, `needs ${bits} bits`], advice, [of, allowed]);
}

/** That `rounding none` has a network that gives the sum, and codes that hold it. */
function checkResult(settings: Settings, kind: string, report: Report): void {
  if (valueIn(aggregateRows.rounding, settings) !== "none") return;
  const span = settings.get("rounding")!.span;
  if (kind !== "constructed") {
    const advice = use(["rounding half-even", "network constructed"], settings, report);
    const message = `a network that is ${kind} gives no exact sum`;
    error(report, "OPT0247", message, [span, "needs a constructed network"], advice);
  }
  const workers = valueIn(aggregateRows.workers, settings);
  const bits = valueIn(aggregateRows.precisionBits, settings);
  if (workers === null || bits === null) return;
  const needed = (workers * (2 ** bits - 1)).toString(2).length;
  const most = limits.precisionBits;
  if (needed <= most) return;
  const advice = use([`precision ${bits - (needed - most)} bits`, "rounding half-even"], settings, report);
  const message = "the exact sum does not fit in a received word";
  const short = [settings.get("precision")?.span, `at most ${most} bits are received`] as const;
  error(report, "OPT0247", message, [span, `has ${needed} bits`], advice, short);
}

/** `vectors`: distinct input vectors; null when they are not known. */
function toVerify(
  reading: BlockReading,
  vectors: number | null,
  defaults: string[],
  report: Report,
): VerifySpec | null {
  const { settings, blocks } = reading;
  const inner = settingsOf(reading, "verify");
  const network = blocks.get("network");
  const kind = kindOf(network);
  const usual = { inputs: usualVerifyInputs(vectors ?? 0, kind === "constructed") };
  const verify = readSettings(verifyRows, inner, usual, { prefix: "verify ", defaults });
  const inputs = valueIn(verifyRows.inputs, inner);
  const span = inner.get("inputs")?.span;
  if (inputs?.kind === "exhaustive" && vectors !== null && vectors > limits.exhaustiveVectors) {
    const message = `exhaustive verification would try ${format(vectors)} input vectors`;
    error(
      report,
      "OPT0217",
      message,
      [span, `at most ${short(limits.exhaustiveVectors)} vectors`],
      use(["inputs proof", "inputs sampled 1e5"], inner, report),
      [settings.get("workers")?.span, "more workers, more sums"],
      [settings.get("precision")?.span, "cuts words into symbols"],
    );
  }
  if (inputs?.kind === "proof" && kind !== "constructed") {
    const advice = use(["inputs exhaustive", "inputs sampled 1e5"], inner, report);
    error(
      report,
      "OPT0224",
      `a network that is ${kind} cannot be proved`,
      [span, "needs a constructed network"],
      advice,
      [network?.span, "has no claims to prove"],
    );
  }
  return verify;
}

function vectorsOf({
  workers,
  topology,
  precisionBits,
  levels,
}: Pick<Spec, "workers" | "topology" | "precisionBits" | "levels">): number {
  const inputs = topology.kind === "cascade" ? topology.fanIn[0]! : workers;
  return distinctInputVectors(workers, precisionBits, levels, inputs);
}

/** Two digits, `2.4e9`. */
function format(count: number): string {
  return Number(count.toPrecision(2)).toExponential().replace("e+", "e");
}
