import { aggregateBlock, aggregateRows, verifyRows } from "../language/aggregate.ts";
import { clusterRow } from "../language/cluster.ts";
import { language } from "../language/language.ts";
import { limits, short } from "../language/limits.ts";
import { metrics, requireBlock, requirementRows } from "../language/requirements.ts";
import type { FreeSetting, Levels, Requirement, Spec, VerifySpec } from "../language/spec.ts";
import { studyRow } from "../language/study.ts";
import { trainingRow } from "../language/training.ts";
import { meant, replacing } from "../report/advice.ts";
import { type Advice, error, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import { opening, quoted } from "../report/syntax.ts";
import type { BlockStatement, Body, Statement } from "../text/ast.ts";
import { anew, instead } from "./advice.ts";
import { readCluster } from "./cluster.ts";
import { distinctInputVectors, usualVerifyInputs } from "./domain.ts";
import { type Names, nestedName, readName } from "./names.ts";
import { kindOf, toNetwork } from "./network.ts";
import { homeOf, type ReadContext, readBody, shorten, valueSpan } from "./read.ts";
import { type Noted, readSettings, type Settings, valueIn } from "./settings.ts";
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
  const context: ReadContext = { emitTargets, top: language, report };
  const specs: Spec[] = [];
  const names: Names = new Map();
  let aggregates = 0;
  for (const statement of ast.statements) {
    // Clusters belong to `optinc compare`, trainings to `optinc train-sim`, studies to `optinc study`; here they are only checked.
    if (statement.name.text === clusterRow.name) {
      readCluster(statement, names, report);
      continue;
    }
    if (statement.name.text === trainingRow.name) {
      readTraining(statement, names, report);
      continue;
    }
    if (statement.name.text === studyRow.name) {
      readStudy(statement, ast, names, report);
      continue;
    }
    if (statement.name.text !== aggregateBlock.name) {
      if (!statement.damaged) reportUnknownTop(statement, report);
      continue;
    }
    aggregates++;
    if (aggregates > limits.aggregates) {
      const message = `more than ${limits.aggregates} aggregates in one file`;
      error(report, "OPT0202", message, [[statement.name.span, "one too many"]], "split the file");
      break;
    }
    const block = asBlock(statement, report);
    if (block === null) continue;
    const name = readName(block, aggregateBlock, names, report);
    if (name === null && nestedName(block, aggregateBlock) !== null) continue;
    const owner = name === null ? block.name : { text: name, span: valueSpan(block) };
    const reading = readBody(block.body, aggregateBlock, owner, context);
    const spec = toSpec(name ?? "", reading, report);
    if (spec !== null) specs.push(spec);
  }
  if (ast.statements.length === 0 && !ast.damaged) {
    const help = `write for instance ${quoted(aggregateBlock.example, report.syntax)}`;
    error(report, "OPT0201", "the file holds no aggregate", [[{ start: 0, end: 0 }, "nothing to compile"]], help);
  }
  return specs;
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
  error(report, "OPT0204", message, [[span, "not known at the top of a file"]], help);
}

function asBlock(statement: Statement, report: Report): BlockStatement | null {
  if (statement.kind === "block") return statement;
  if (!statement.damaged) {
    const { example } = aggregateBlock;
    const help = `write ${quoted(example, report.syntax)}`;
    const label: [Span, string] = [statement.name.span, opening(report.syntax)];
    const advice = { help, fixes: instead(statement, [example], report) };
    error(report, "OPT0219", "`aggregate` is a block", [label], advice);
  }
  return null;
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
  checkLevels(reading, levels, precisionBits, report);
  const symbols = precisionBits === null ? null : Math.ceil(precisionBits / Math.log2(levels));
  const written = blocks.get("network");
  const bounds = blocks.get(requireBlock.name)?.value?.reading.settings ?? new Map();
  const requirements = requirementsIn(bounds);
  const free = isIdeal || requirements.length === 0 ? [] : freeSettings(settings, written);
  const unsaid = [...physical, ...free].map((name) => `${name} `);
  defaults.push(...general.filter((line) => !unsaid.some((setting) => line.startsWith(setting))));
  const network = toNetwork(written, symbols, free.length > 0 ? [] : defaults, report);
  checkResult(settings, kindOf(written), report);
  const bare = written?.value?.reading.settings.size === 0 ? written : null;
  checkTopology(settings, { kind: kindOf(written), span: written?.span, bare }, report);
  // The number of distinct vectors of a tree of units is not known yet.
  const vectors = values === null ? null : free.includes("topology") ? Number.POSITIVE_INFINITY : vectorsOf(values);
  const verify = toVerify(reading, vectors, defaults, report);
  if (values === null || network === null || verify === null) return null;
  checkBounds(settings, free, report);
  warnOfAggregate(settings, values, free, report);
  warnOfRequirements(bounds, requirements, report);
  const inner = written?.value?.reading.settings ?? new Map();
  if (network.kind === "trained") warnOfTraining(inner, network, report);
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
  error(report, "OPT0248", message, [[span, "nothing is chosen here"]], { help, fixes });
}

/** In the order of the table; what was refused is left out, and reported. */
function requirementsIn(written: Settings): readonly Requirement[] {
  return metrics.flatMap((metric): Requirement[] => {
    const bound = valueIn(requirementRows[metric], written);
    return bound === null ? [] : [{ ...bound, metric, span: written.get(metric)!.span }];
  });
}

function checkLevels({ settings }: BlockReading, levels: number, precisionBits: number | null, report: Report): void {
  if (precisionBits === null || levels <= 2 ** precisionBits) return;
  const bits = Math.log2(levels);
  const fitting = 2 ** precisionBits;
  const labels: [Span, string][] = [
    [settings.get("levels")!.span, `needs ${bits} bits`],
    [settings.get("precision")!.span, `allows ${fitting} levels`],
  ];
  const message = `${levels} levels do not fit in ${precisionBits}-bit words`;
  const ways = [`levels ${fitting}`, `precision ${bits} bits`];
  const help = `use ${ways.map((each) => quoted(each, report.syntax)).join(" or ")}`;
  error(report, "OPT0203", message, labels, { help, fixes: anew(ways, settings, report) });
}

/** That `rounding none` has a network that gives the sum, and codes that hold it. */
function checkResult(settings: Settings, kind: string, report: Report): void {
  if (valueIn(aggregateRows.rounding, settings) !== "none") return;
  const span = settings.get("rounding")!.span;
  const rounded = quoted("rounding half-even", report.syntax);
  if (kind !== "constructed") {
    const help = `use ${rounded} or ${quoted("network constructed", report.syntax)}`;
    const fixes = anew(["rounding half-even"], settings, report);
    const message = `a network that is ${kind} gives no exact sum`;
    error(report, "OPT0247", message, [[span, "needs a constructed network"]], { help, fixes });
  }
  const workers = valueIn(aggregateRows.workers, settings);
  const bits = valueIn(aggregateRows.precisionBits, settings);
  if (workers === null || bits === null) return;
  const needed = (workers * (2 ** bits - 1)).toString(2).length;
  if (needed <= limits.precisionBits) return;
  const labels: [Span, string][] = [
    [span, `has ${needed} bits`],
    [settings.get("precision")!.span, `at most ${limits.precisionBits} bits are received`],
  ];
  const shorter = `precision ${bits - (needed - limits.precisionBits)} bits`;
  const advice = {
    help: `use ${quoted(shorter, report.syntax)} or ${rounded}`,
    fixes: anew([shorter, "rounding half-even"], settings, report),
  };
  error(report, "OPT0247", "the exact sum does not fit in a received word", labels, advice);
}

/** `vectors`: distinct input vectors; null when they are not known. */
function toVerify(
  { settings, blocks }: BlockReading,
  vectors: number | null,
  defaults: string[],
  report: Report,
): VerifySpec | null {
  const inner = blocks.get("verify")?.value?.reading.settings ?? new Map();
  const network = blocks.get("network");
  const kind = kindOf(network);
  const noted: Noted = { prefix: "verify ", defaults };
  const verify = readSettings(
    verifyRows,
    inner,
    { inputs: usualVerifyInputs(vectors ?? 0, kind === "constructed") },
    noted,
  );
  const inputs = valueIn(verifyRows.inputs, inner);
  const use = (...ways: readonly string[]): Advice => ({
    help: `use ${ways.map((each) => quoted(each, report.syntax)).join(" or ")}`,
    fixes: anew(ways, inner, report),
  });
  if (inputs?.kind === "exhaustive" && vectors !== null && vectors > limits.exhaustiveVectors) {
    const labels: [Span, string][] = [
      [inner.get("inputs")!.span, `at most ${short(limits.exhaustiveVectors)} vectors`],
    ];
    for (const name of ["workers", "precision", "levels"]) {
      const span = settings.get(name)?.span;
      if (span !== undefined)
        labels.push([span, name === "workers" ? "more workers, more sums" : "cuts words into symbols"]);
    }
    const message = `exhaustive verification would try ${format(vectors)} input vectors`;
    error(report, "OPT0217", message, labels.slice(0, 3), use("inputs proof", "inputs sampled 1e5"));
  }
  if (inputs?.kind === "proof" && kind !== "constructed") {
    const labels: [Span, string][] = [[inner.get("inputs")!.span, "needs a constructed network"]];
    if (network !== undefined) labels.push([network.span, "has no claims to prove"]);
    error(
      report,
      "OPT0224",
      `a network that is ${kind} cannot be proved`,
      labels,
      use("inputs exhaustive", "inputs sampled 1e5"),
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
