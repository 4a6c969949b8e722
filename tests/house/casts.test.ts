import { describe, expect, it } from "vitest";
import { modules, nodesIn, parse, type SyntaxNode, sourcesIn } from "../../dev/scripts/imports.mjs";

/**
 * Types of the project and its packages that a value may be cast to, with what makes it true. Literal types, primitives and
 * `unknown` need no entry. A literal of an object or a list is never cast: what misses a field compiles no longer.
 */
const validated: Readonly<Record<string, string>> = {
  // Chosen from the rows of the language, which hold nothing else; the reader has refused other words.
  Levels: "a number of its row",
  TrainingModel: "words of its rows",
  PlainValue: "what a row of its shape holds",
  Drive: "a word of the target's option",
  // Of packages whose types are wider than what they give.
  YAMLMap: "yaml: isMap",
  AsyncIterable: "a stream of Node's",
  Buffer: "a stream of Node's without encoding",
  // Checked field by field just before.
  Circuit: "checkCircuit found nothing",
  Header: "its hash was compared",
  Fields: "an object, not an array",
  Record: "an object, not an array",
  // Counted or compared just before.
  GraphTerm: "the queue's length was compared",
  Mlp: "a network of three layers was made",
  Value: "an array, by Array.isArray",
  Uint8Array: "a file that its case has",
  NetworkProgress: "a list that the test fills",
  SvdInput: "what the bench started its own process with",
  ChipOrders: "what our own thread was started with",
  StudyOrders: "what our own thread was started with",
  GradientOrders: "what our own thread was started with",
  ChipAnswers: "the answer to the task of its number",
  ExitCode: "the largest of exit codes",
  EntryKind: "a word of the pattern",
  FinishedTraining: "what ended it was compared",
  Limits: "our own program's output",
};

/** `expression as type`, or `<type>expression`. */
interface Assertion extends SyntaxNode {
  readonly expression: SyntaxNode;
  readonly typeAnnotation: SyntaxNode;
}

interface Placed {
  readonly file: string;
  readonly text: string;
  readonly node: Assertion;
}

const assertions: readonly Placed[] = [...modules, "tests", "docs", "examples"].flatMap((folder) =>
  sourcesIn(folder).flatMap((file) => {
    const { text, tree } = parse(file);
    return [...nodesIn(tree)]
      .filter(isAssertion)
      .filter(({ typeAnnotation }) => textOf(text, typeAnnotation) !== "const")
      .map((node) => ({ file, text, node }));
  }),
);

describe("no cast of an incomplete value", () => {
  it("no object and no list is cast where it is written", () => {
    expect(at(({ node }) => isFilled(bare(node.expression)))).toEqual([]);
  });

  it("no value is cast by way of unknown or any, but a checked one to the type that it was checked for", () => {
    const checked = ["netlist/check/check.ts: Circuit", "cli/files/manifest.ts: Manifest"];
    const twice = at(
      ({ file, text, node }) =>
        isAssertion(bare(node.expression)) && !checked.includes(`${file}: ${textOf(text, node.typeAnnotation)}`),
    );
    expect([...twice, ...at(({ node }) => node.typeAnnotation.type === "TSAnyKeyword")]).toEqual([]);
  });

  it("values are cast to the types of the list alone, and the list has no more", () => {
    expect(at((each) => namesIn(each).some((name) => validated[name] === undefined))).toEqual([]);
    const used = new Set(assertions.flatMap(namesIn));
    expect(Object.keys(validated).filter((name) => !used.has(name))).toEqual([]);
  });
});

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value;
}

function isAssertion(node: SyntaxNode): node is Assertion {
  return node.type === "TSAsExpression" || node.type === "TSTypeAssertion";
}

function textOf(text: string, { start, end }: SyntaxNode): string {
  return text.slice(start, end);
}

function bare(node: SyntaxNode): SyntaxNode {
  return node.type === "ParenthesizedExpression" && isNode(node["expression"]) ? bare(node["expression"]) : node;
}

/** An empty list may be told its type. */
function isFilled({ type, elements }: SyntaxNode): boolean {
  return type === "ObjectExpression" || (type === "ArrayExpression" && Array.isArray(elements) && elements.length > 0);
}

/** Names of the types that a type is made of; `typeof x` names a value and so cannot lack a field of it. */
function namesIn({ text, node }: Placed): string[] {
  return [...nodesIn(node.typeAnnotation)].flatMap(({ type, typeName }) => {
    if (type !== "TSTypeReference" || !isNode(typeName)) return [];
    const name = textOf(text, typeName);
    // T, K: what they stand for is known where the function is called
    return /^[A-Z]$/.test(name) ? [] : [name];
  });
}

function at(wrong: (each: Placed) => boolean): string[] {
  return assertions.filter(wrong).map(({ file, text, node }) => {
    const line = text.slice(0, node.start).split("\n").length;
    return `${file}:${line} ${textOf(text, node).replace(/\s+/g, " ").slice(0, 100)}`;
  });
}
