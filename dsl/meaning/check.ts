import { language, limits } from "../language/aggregate.ts";
import { clusterRow } from "../language/cluster.ts";
import { trainingRow } from "../language/training.ts";
import { error, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import { nearest } from "../report/nearest.ts";
import { opening, quoted } from "../report/syntax.ts";
import type { Block, SpecAst, Statement } from "../text/ast.ts";
import { readCluster } from "./cluster.ts";
import { distinctInputVectors } from "./domain.ts";
import { type Names, nestedName, readName } from "./names.ts";
import { toNetwork } from "./network.ts";
import { type BlockReading, homeOf, type ReadContext, readBody, shorten, valueSpan, type Written } from "./read.ts";
import type { Levels, NetworkSpec, Rounding, Spec, TopologySpec, VerifyInputs, VerifySpec } from "./spec.ts";
import { toTopology } from "./topology.ts";
import { readTraining } from "./training.ts";
import type { Reading } from "./values.ts";

const aggregateRow = language[0]!;

/**
 * Syntax tree to checked specs: every rule about meaning. What is wrong goes to the report; the specs that come back
 * are only worth something when nothing went there.
 */
export function checkAst(ast: SpecAst, text: string, emitTargets: readonly string[], report: Report): readonly Spec[] {
  const context: ReadContext = { text, emitTargets, top: language, report };
  const specs: Spec[] = [];
  const names: Names = new Map();
  let aggregates = 0;
  for (const statement of ast.body.statements) {
    // Clusters belong to `optinc compare`, trainings to `optinc train-sim`; here they are only checked.
    if (statement.name.text === clusterRow.name) {
      readCluster(statement, text, names, report);
      continue;
    }
    if (statement.name.text === trainingRow.name) {
      readTraining(statement, text, names, report);
      continue;
    }
    if (statement.name.text !== aggregateRow.name) {
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
    const name = readName(block, aggregateRow, names, text, report);
    if (name === null && nestedName(block, aggregateRow) !== null) continue;
    const owner = name === null ? block.name : { text: name, span: valueSpan(block) };
    const reading = readBody(block.body, aggregateRow, owner, context);
    const spec = toSpec(name ?? "", reading, report);
    if (spec !== null) specs.push(spec);
  }
  if (ast.body.statements.length === 0 && !ast.body.damaged) {
    const help = `write for instance ${quoted(aggregateRow.example, report.syntax)}`;
    error(report, "OPT0201", "the file holds no aggregate", [[{ start: 0, end: 0 }, "nothing to compile"]], help);
  }
  return specs;
}

function reportUnknownTop(statement: Statement, report: Report): void {
  const { text, span } = statement.name;
  const home = homeOf(text, language);
  const near = nearest(text, [aggregateRow.name, clusterRow.name, trainingRow.name]);
  const help =
    home !== null
      ? `\`${text}\` belongs in \`${home}\``
      : near !== null
        ? `did you mean \`${near}\`?`
        : `a file holds blocks \`${aggregateRow.name} NAME { ... }\``;
  const message = `unknown ${statement.kind} \`${shorten(text)}\``;
  error(report, "OPT0204", message, [[span, "not known at the top of a file"]], help);
}

function asBlock(statement: Statement, report: Report): Block | null {
  if (statement.kind === "block") return statement;
  if (!statement.damaged) {
    const help = `write ${quoted(aggregateRow.example, report.syntax)}`;
    error(report, "OPT0219", "`aggregate` is a block", [[statement.name.span, opening(report.syntax)]], help);
  }
  return null;
}

function toSpec(name: string, reading: BlockReading, report: Report): Spec | null {
  const { settings, blocks } = reading;
  const defaults: string[] = [];
  const workers = numberOf(settings.get("workers"));
  const precisionBits = numberOf(settings.get("precision"));
  const levels = readLevels(reading, precisionBits, defaults, report);
  const signed = !settings.has("unsigned");
  if (signed && !settings.has("signed")) defaults.push("signed");
  const rounding = (choiceOf(settings.get("rounding"))?.word ?? "half-up") as Rounding;
  if (!settings.has("rounding")) defaults.push("rounding half-up");
  const symbols = precisionBits === null || levels === null ? null : Math.ceil(precisionBits / Math.log2(levels));
  const network = toNetwork(blocks.get("network"), symbols, defaults, report);
  const place = { spec: network, span: blocks.get("network")?.span };
  const topology = toTopology(settings.get("topology"), settings.get("workers"), place, defaults, report);
  const domain =
    workers === null || precisionBits === null || levels === null ? null : { workers, topology, precisionBits, levels };
  const verify = toVerify(reading, domain, network, defaults, report);
  const emit = targetsOf(settings.get("emit"));
  if (!settings.has("emit")) defaults.push(`emit ${emit.join(", ")}`);
  if (domain === null) return null;
  return { name, ...domain, signed, rounding, network, verify, emit, defaults };
}

function readLevels(
  { settings }: BlockReading,
  precisionBits: number | null,
  defaults: string[],
  report: Report,
): Levels | null {
  const written = settings.get("levels");
  if (written === undefined) {
    const levels = precisionBits === 1 ? 2 : 4;
    defaults.push(`levels ${levels}`);
    return levels;
  }
  const levels = numberOf(written) as Levels | null;
  if (levels === null || precisionBits === null || levels <= 2 ** precisionBits) return levels;
  const bits = Math.log2(levels);
  const fitting = 2 ** precisionBits;
  const labels: [Span, string][] = [
    [written.span, `needs ${bits} bits`],
    [settings.get("precision")!.span, `allows ${fitting} levels`],
  ];
  const message = `${levels} levels do not fit in ${precisionBits}-bit words`;
  error(
    report,
    "OPT0203",
    message,
    labels,
    `use ${quoted(`levels ${fitting}`, report.syntax)} or ${quoted(`precision ${bits} bits`, report.syntax)}`,
  );
  return null;
}

interface Domain {
  readonly workers: number;
  readonly topology: TopologySpec;
  readonly precisionBits: number;
  readonly levels: Levels;
}

function toVerify(
  { settings, blocks }: BlockReading,
  domain: Domain | null,
  network: NetworkSpec,
  defaults: string[],
  report: Report,
): VerifySpec {
  const inner = blocks.get("verify")?.value?.reading.settings;
  if (!inner?.has("against")) defaults.push("verify against ring");
  const vectors = domain === null ? 0 : vectorsOf(domain);
  const written = inner?.get("inputs");
  if (written === undefined) {
    const inputs = defaultInputs(network, vectors);
    defaults.push(`verify inputs ${inputs.kind === "sampled" ? `sampled ${inputs.samples}` : inputs.kind}`);
    return { against: "ring", inputs };
  }
  if (choiceOf(written)?.word === "exhaustive" && vectors > limits.exhaustiveVectors) {
    const labels: [Span, string][] = [[written.span, `at most ${format(limits.exhaustiveVectors)} vectors`]];
    for (const name of ["workers", "precision", "levels"]) {
      const span = settings.get(name)?.span;
      if (span !== undefined)
        labels.push([span, name === "workers" ? "more workers, more sums" : "cuts words into symbols"]);
    }
    const message = `exhaustive verification would try ${format(vectors)} input vectors`;
    error(
      report,
      "OPT0217",
      message,
      labels.slice(0, 3),
      `use ${quoted("inputs proof", report.syntax)} or ${quoted("inputs sampled 1e5", report.syntax)}`,
    );
  }
  const inputs = toInputs(written);
  if (inputs.kind === "proof" && network.kind !== "constructed") {
    const labels: [Span, string][] = [[written.span, "needs a constructed network"]];
    const place = blocks.get("network")?.span;
    if (place !== undefined) labels.push([place, "makes no claims to prove"]);
    const message = `a network that is ${network.kind} cannot be proved`;
    error(
      report,
      "OPT0224",
      message,
      labels,
      `use ${quoted("inputs exhaustive", report.syntax)} or ${quoted("inputs sampled 1e5", report.syntax)}`,
    );
  }
  return { against: "ring", inputs };
}

function vectorsOf({ workers, topology, precisionBits, levels }: Domain): number {
  const inputs = topology.kind === "cascade" ? topology.fanIn[0]! : workers;
  return distinctInputVectors(workers, precisionBits, levels, inputs);
}

/** Only constructed networks claim something that can be proved. */
function defaultInputs(network: NetworkSpec, vectors: number): VerifyInputs {
  if (vectors <= limits.exhaustiveByDefault) return { kind: "exhaustive" };
  return network.kind === "constructed" ? { kind: "proof" } : { kind: "sampled", samples: 100_000 };
}

function toInputs(written: Written<Reading>): VerifyInputs {
  const choice = choiceOf(written);
  if (choice?.word === "sampled") return { kind: "sampled", samples: choice.count ?? 1 };
  return { kind: choice?.word === "proof" ? "proof" : "exhaustive" };
}

/** Two digits, `2.4e9`. */
function format(count: number): string {
  return Number(count.toPrecision(2)).toExponential().replace("e+", "e");
}

function numberOf(written: Written<Reading> | undefined): number | null {
  return written?.value?.kind === "number" ? written.value.value : null;
}

function choiceOf(written: Written<Reading> | undefined): Extract<Reading, { kind: "choice" }> | null {
  return written?.value?.kind === "choice" ? written.value : null;
}

function targetsOf(written: Written<Reading> | undefined): readonly string[] {
  return written?.value?.kind === "targets" ? written.value.names : ["spice", "phases"];
}
