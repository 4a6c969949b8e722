import { aggregateBlock } from "../language/aggregate.ts";
import type { AxisValue, Spec } from "../language/spec.ts";
import { finish, isSound, newReport } from "../report/collector.ts";
import type { Checked, SourceFile } from "../report/diagnostic.ts";
import type { BlockStatement, SpecAst, Statement } from "../text/ast.ts";
import { buildAst } from "../text/grammar.ts";
import { syntaxOf } from "../text/recognise.ts";
import { madeToken, spanOf, tokenise } from "../text/tokens.ts";
import { checkAst } from "./check.ts";
import type { Study } from "./study.ts";

/** Blocks of an aggregate that decide nothing at a point of a study: every circuit is proved, and none is written. */
const leftOut = ["verify", "emit"];

/**
 * The aggregate of a study with other values of its axes, in their order, checked as if it were written so; places of diagnostics are
 * in no text.
 */
export function variantOf(
  ast: SpecAst,
  source: SourceFile,
  study: Study,
  values: readonly AxisValue[],
  emitTargets: readonly string[],
): Checked<Spec> {
  const aggregate = ast.body.statements.find(
    (each): each is BlockStatement =>
      each.kind === "block" &&
      each.name.text === aggregateBlock.name &&
      each.values[0]?.kind === "word" &&
      each.values[0].text === study.aggregate,
  );
  if (aggregate === undefined) throw new Error(`the study was checked, but there is no aggregate ${study.aggregate}`);
  // The values stand behind the text, so that every message can quote what it is about.
  const added = addedText(study, values);
  const text = `${source.text}\n${added}`;
  const statements = shiftedStatements(added, source.text.length + 1);
  const report = newReport(syntaxOf(source), text);
  const kept = aggregate.body.statements.filter(({ name }) => !leftOut.includes(name.text));
  const block = { ...aggregate, body: { ...aggregate.body, statements: merged(kept, statements) } };
  const specs = checkAst({ kind: "file", body: { statements: [block], damaged: false } }, emitTargets, report);
  const diagnostics = finish(report);
  return { value: isSound(diagnostics) ? (specs[0] ?? null) : null, diagnostics };
}

function addedText({ axes }: Study, values: readonly AxisValue[]): string {
  const lines = (block: "aggregate" | "network"): readonly string[] =>
    axes.flatMap((axis, i) => (axis.block === block ? [`${axis.name} ${values[i]!.written}\n`] : []));
  const network = lines("network");
  return [...lines("aggregate"), ...(network.length === 0 ? [] : ["network constructed {\n", ...network, "}\n"])].join(
    "",
  );
}

function shiftedStatements(text: string, by: number): readonly Statement[] {
  const tokens = tokenise(text).map((token) => {
    const { start, end } = spanOf(token);
    return madeToken(token.tokenType, token.image, { start: start + by, end: end + by });
  });
  return buildAst(tokens, newReport("optinc", text)).body.statements;
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
