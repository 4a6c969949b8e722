import ts from "typescript";
import { describe, expect, it } from "vitest";
import { parse, rooms, sourcesIn } from "../../scripts/imports.mjs";

/**
 * Types of the project and its packages that a value may be cast to, with what makes it true. Literal types, primitives and
 * `unknown` need no entry. A literal of an object or a list is never cast: what misses a field compiles no longer.
 */
const validated: Readonly<Record<string, string>> = {
  // Chosen from the rows of the language, which hold nothing else; the reader has refused other words.
  Levels: "a number of its row",
  Training: "words of its rows",
  TrainingModel: "words of its rows",
  ReturnType: "what a row of its shape holds; a circuit with its keys turned around",
  Drive: "a word of the target's option",
  // Of packages whose types are wider than what they give.
  YAMLMap: "yaml: isMap",
  AsyncIterable: "a stream of Node's",
  Buffer: "a stream of Node's without encoding",
  // Checked field by field just before.
  Circuit: "checkCircuit found nothing",
  ExportIndex: "checked where it is read",
  Header: "its hash was compared",
  Fields: "an object, not an array",
  Record: "an object, not an array",
  // Counted or compared just before.
  Weighted: "the queue's length was compared",
  Float32Array: "three layers were opened",
  Mlp: "a network of three layers was made",
  BlockPlace: "a layer that squares tile",
  Value: "an array, by Array.isArray",
  Uint8Array: "a file that its case has",
  Holder: "the mutated text of one of our own files",
  Json: "the mutated text of one of our own files",
  Progress: "a list that the test fills",
  Wrapped: "the function that was just written around a part",
  SvdInput: "what the bench started its own process with",
  Orders: "what the fuzzer's own thread was started with",
  DieOrders: "what our own thread was started with",
  StudyOrders: "what our own thread was started with",
  GradientOrders: "what our own thread was started with",
  DieAnswers: "the answer to the task of its number",
  Placed: "the list of the kind that was compared",
  Element: "the list of the kind that was compared",
  WorkerInput: "its kind was compared",
  ExitCode: "the largest of exit codes",
  EntryKind: "a word of the pattern",
  Accuracy: "our own cache, hash compared",
  FinishedTraining: "our own cache, hash compared",
  RunResult: "our own cache, hash compared",
  Summary: "our own program's output",
};

const assertions = [...rooms, "tests", "docs", "examples"].flatMap((folder) =>
  sourcesIn(folder).flatMap((file) => assertionsIn(parse(file)).map((node) => ({ file, node }))),
);

describe("no cast of an incomplete value", () => {
  it("no object and no list is cast where it is written", () => {
    expect(at(({ node }) => isFilled(bare(node.expression)))).toEqual([]);
  });

  it("no value is cast by way of unknown or any, but a checked one to the type that it was checked for", () => {
    const checked = ["netlist/check/check.ts: Circuit", "cli/files/manifest.ts: Manifest"];
    const twice = at(({ file, node }) => {
      const inner = bare(node.expression);
      return isAssertion(inner) && !checked.includes(`${file}: ${node.type.getText()}`);
    });
    expect([...twice, ...at(({ node }) => node.type.kind === ts.SyntaxKind.AnyKeyword)]).toEqual([]);
  });

  it("values are cast to the types of the list alone, and the list has no more", () => {
    expect(at(({ node }) => namesIn(node.type).some((name) => validated[name] === undefined))).toEqual([]);
    const used = new Set(assertions.flatMap(({ node }) => namesIn(node.type)));
    expect(Object.keys(validated).filter((name) => !used.has(name))).toEqual([]);
  });
});

type Assertion = ts.AsExpression | ts.TypeAssertion;

function isAssertion(node: ts.Node): node is Assertion {
  return ts.isAsExpression(node) || ts.isTypeAssertionExpression(node);
}

/** Every assertion of a file but `as const`. */
function assertionsIn(source: ts.SourceFile): Assertion[] {
  const found: Assertion[] = [];
  const visit = (node: ts.Node): void => {
    if (isAssertion(node) && node.type.getText() !== "const") found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function bare(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? bare(node.expression) : node;
}

/** An empty list may be told its type. */
function isFilled(node: ts.Expression): boolean {
  return ts.isObjectLiteralExpression(node) || (ts.isArrayLiteralExpression(node) && node.elements.length > 0);
}

/** Names of the types that a type is made of; `typeof x` names a value and so cannot lack a field of it. */
function namesIn(type: ts.TypeNode): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node) && !isParameter(node.typeName.getText())) found.push(node.typeName.getText());
    ts.forEachChild(node, visit);
  };
  visit(type);
  return found;
}

function at(wrong: (each: { readonly file: string; readonly node: Assertion }) => boolean): string[] {
  return assertions.filter(wrong).map(({ file, node }) => {
    const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
    return `${file}:${line + 1} ${node.getText().replace(/\s+/g, " ").slice(0, 100)}`;
  });
}

/** T, K: what they stand for is known where the function is called. */
function isParameter(name: string): boolean {
  return /^[A-Z]$/.test(name);
}
