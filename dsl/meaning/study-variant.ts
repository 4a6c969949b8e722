import { aggregateBlock } from "../language/aggregate.ts";
import type { AxisBlock } from "../language/row.ts";
import type { AxisValue, Spec } from "../language/spec.ts";
import { checked, newReport } from "../report/collector.ts";
import type { Checked, SourceFile } from "../report/diagnostic.ts";
import type { BlockStatement, Body, Statement } from "../text/ast.ts";
import { buildAst } from "../text/grammar.ts";
import { syntaxOf } from "../text/recognise.ts";
import { madeToken, spanOf, tokenise } from "../text/tokens.ts";
import { checkAst } from "./check.ts";
import { type Cluster, readCluster } from "./cluster.ts";
import { appliesTo, type Study } from "./study.ts";
import { readTraining, type Training } from "./training.ts";

/** Blocks of an aggregate that decide nothing at a point of a study: every circuit is proved, and none is written. */
const leftOut = ["verify", "emit"];

/** What a study says at a point; the training and the cluster are null where it measures none. */
export interface StudyVariant extends Checked<Spec> {
  readonly training: Training | null;
  readonly cluster: Cluster | null;
}

/**
 * The blocks of a study with other values of its axes, in their order, checked as if they were written so; places of
 * diagnostics are in no text.
 */
export function variantOf(
  ast: Body,
  source: SourceFile,
  study: Study,
  values: readonly AxisValue[],
  emitTargets: readonly string[],
): StudyVariant {
  // The values stand behind the text, so that every message can quote what it is about.
  const added = addedText(study, values);
  const given = shiftedStatements(added, source.text.length + 1);
  const report = newReport(syntaxOf(source), `${source.text}\n${added}`);
  const varied = (word: string, name: string | null): BlockStatement => {
    const isMeant = (each: Statement): each is BlockStatement => each.kind === "block" && each.name.text === word;
    const block = ast.statements.filter(isMeant).find(({ values: [first] }) => {
      return name === null || (first?.kind === "word" && first.text === name);
    });
    if (block === undefined) throw new Error(`the study was checked, but there is no ${word} ${name ?? ""}`);
    const kept = block.body.statements.filter(
      (each) => word !== aggregateBlock.name || !leftOut.includes(each.name.text),
    );
    return { ...block, body: { ...block.body, statements: merged(kept, given.find(isMeant)!.body.statements) } };
  };
  const aggregate = varied(aggregateBlock.name, study.aggregate);
  const specs = checkAst({ statements: [aggregate], damaged: false }, emitTargets, report);
  const training = appliesTo(study, "training") ? readTraining(varied("training", null), new Map(), report) : null;
  const cluster = appliesTo(study, "cluster") ? readCluster(varied("cluster", null), new Map(), report) : null;
  return { ...checked(report, specs[0] ?? null), training, cluster };
}

function addedText({ axes }: Study, values: readonly AxisValue[]): string {
  const lines = (block: AxisBlock): string =>
    axes.map((axis, i) => (axis.block === block ? `${axis.name} ${values[i]!.written}\n` : "")).join("");
  const network = lines("network");
  const inner = network === "" ? "" : `network constructed {\n${network}}\n`;
  return `aggregate a {\n${lines("aggregate")}${inner}}\ntraining t {\n${lines("training")}}\ncluster c {\n${lines("cluster")}}\n`;
}

function shiftedStatements(text: string, by: number): readonly Statement[] {
  const tokens = tokenise(text).map((token) => {
    const { start, end } = spanOf(token);
    return madeToken(token.tokenType, token.image, { start: start + by, end: end + by });
  });
  return buildAst(tokens, newReport("optinc", text)).statements;
}

/** Each that is given in the place of the one of its name, blocks statement by statement. */
function merged(statements: readonly Statement[], given: readonly Statement[]): readonly Statement[] {
  const kept = statements.filter(({ name }) => !given.some((each) => each.name.text === name.text));
  return [
    ...kept,
    ...given.map((each): Statement => {
      const old = statements.find(({ name }) => name.text === each.name.text);
      if (each.kind !== "block" || old?.kind !== "block") return each;
      return { ...each, body: { ...old.body, statements: merged(old.body.statements, each.body.statements) } };
    }),
  ];
}
