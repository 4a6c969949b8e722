import { EmbeddedActionsParser, EOF, type IToken, type ParserMethod, type TokenType } from "chevrotain";
import { newReport, type Report } from "../report/collector.ts";
import type { Body, Statement } from "./ast.ts";
import { type LineContext, type LinePart, type Quantity, readHead, reportErrorNode } from "./line.ts";
import {
  allTokens,
  Close,
  Comma,
  End,
  Misplaced,
  NumberLike,
  Open,
  Percent,
  Range,
  Relation,
  Slash,
  Text,
  Times,
  Unexpected,
  Word,
} from "./tokens.ts";

/**
 * The grammar of the spec language, over tokens whose braces are balanced and named (braces.ts). It covers all of these: what
 * does not belong is `errorNode` or `unexpected` in its line and is reported there, so one mistake costs one line. Chevrotain's own recovery
 * is off: it recurses once a mistake and searches the rest of the text, so that 4 000 mistakes overflow the stack.
 */
export class SpecParser extends EmbeddedActionsParser {
  private report: Report = newReport("optinc", "");

  /** Without `skipValidations` it throws on ambiguities and left recursion: for a test, too slow for every start. */
  constructor(skipValidations: boolean) {
    super([...allTokens], { maxLookahead: 1, skipValidations });
    this.performSelfAnalysis();
  }

  /** The tree of tokens with balanced, named braces. Throws for others: the grammar then misses something. */
  read(tokens: readonly IToken[], report: Report): Body {
    this.input = [...tokens];
    this.report = report;
    const body = this.file();
    const [error] = this.errors;
    if (error !== undefined) throw new Error(`the grammar does not cover offset ${error.token.startOffset}`);
    return body;
  }

  expectedAfter(tokens: readonly IToken[]): Expected {
    const stacks = this.computeContentAssist("file", [...tokens]).map(({ ruleStack }) => ruleStack);
    // Of all paths the shallowest: the others open a block.
    const depth = Math.min(...stacks.map((stack) => stack.filter((rule) => rule === "block").length));
    const isValue = stacks.some((stack) => stack.includes("part"));
    return { depth, isValue, isUnit: stacks.some((stack) => stack.at(-1) === "unit") };
  }

  readonly file: ParserMethod<[], Body> = this.RULE("file", () => this.SUBRULE(this.lines));

  private readonly lines: ParserMethod<[], Body> = this.RULE("lines", () => {
    const statements: Statement[] = [];
    let damaged = false;
    const keep = (statement: Statement | null): void => {
      if (statement !== null) statements.push(statement);
    };
    this.MANY(() => {
      this.OR([
        { ALT: () => keep(this.SUBRULE(this.statement)) },
        {
          ALT: () => {
            keep(this.SUBRULE(this.errorNode));
            damaged = true;
          },
        },
        { ALT: () => this.CONSUME(End) },
      ]);
    });
    return { statements, damaged };
  });

  /** Mistakes of a line that is not judged stay unsaid; those of its block do not. */
  readonly statement: ParserMethod<[isJudged?: boolean], Statement> = this.RULE(
    "statement",
    (isJudged = true): Statement => {
      const name = this.CONSUME(Word);
      const parts: LinePart[] = [];
      this.MANY(() => {
        parts.push(this.SUBRULE(this.part));
      });
      const head = this.ACTION(() => {
        const report = isJudged ? this.report : newReport(this.report.syntax, this.report.text);
        const { damaged, ...rest } = readHead(name, parts, this.lineContext(name), report);
        return { ...rest, damaged: damaged || !isJudged };
      });
      const body = this.OPTION(() => this.SUBRULE(this.block));
      return body === undefined ? { kind: "setting", ...head } : { kind: "block", ...head, body };
    },
  );

  private readonly block: ParserMethod<[], Body> = this.RULE("block", () => {
    this.CONSUME(Open);
    const body = this.SUBRULE(this.lines);
    this.CONSUME(Close);
    return body;
  });

  private readonly part: ParserMethod<[], LinePart> = this.RULE("part", () =>
    this.OR<LinePart>([
      { ALT: () => this.SUBRULE(this.quantity) },
      { ALT: () => this.CONSUME(Word) },
      { ALT: () => this.CONSUME(Times) },
      { ALT: () => this.CONSUME(Text) },
      { ALT: () => this.CONSUME(Relation) },
      { ALT: () => this.CONSUME(Comma) },
      { ALT: () => this.CONSUME(Unexpected) },
    ]),
  );

  private readonly quantity: ParserMethod<[], Quantity> = this.RULE("quantity", () => {
    const numbers = [this.CONSUME(NumberLike)];
    const isNumberNext = (): boolean => this.isNext(2, NumberLike);
    this.OPTION({
      GATE: isNumberNext,
      DEF: () => {
        this.CONSUME(Range);
        numbers.push(this.CONSUME2(NumberLike));
      },
    });
    let isProduct = false;
    this.MANY({
      GATE: isNumberNext,
      DEF: () => {
        this.CONSUME(Times);
        numbers.push(this.CONSUME3(NumberLike));
        isProduct = true;
      },
    });
    const unit = this.OPTION2({
      GATE: () => !this.isNext(1, Slash) || this.isNext(2, Word),
      DEF: () => this.SUBRULE(this.unit),
    });
    return { numbers, isProduct, unit: unit ?? [] };
  });

  private readonly unit: ParserMethod<[], readonly IToken[]> = this.RULE("unit", () =>
    this.OR([
      { ALT: () => [this.CONSUME(Percent)] },
      {
        ALT: () => {
          const unit = [this.CONSUME(Word)];
          const below = this.OPTION({
            GATE: () => this.isNext(2, Word),
            DEF: () => this.SUBRULE(this.per),
          });
          return this.ACTION(() => [...unit, ...(below ?? [])]);
        },
      },
      { ALT: () => this.SUBRULE2(this.per) },
    ]),
  );

  private readonly per: ParserMethod<[], readonly IToken[]> = this.RULE("per", () => [
    this.CONSUME(Slash),
    this.CONSUME(Word),
  ]);

  /** A line that does not begin with a name; what follows from the first name on is kept. */
  private readonly errorNode: ParserMethod<[], Statement | null> = this.RULE("errorNode", () => {
    const line = this.ACTION(() => this.tokensAhead());
    const found: IToken[] = [];
    this.AT_LEAST_ONE(() => {
      found.push(this.CONSUME(Misplaced));
    });
    this.ACTION(() => reportErrorNode(found, line, this.report));
    return this.OPTION(() => this.SUBRULE(this.statement, { ARGS: [false] })) ?? null;
  });

  private isNext(ahead: number, type: TokenType): boolean {
    return this.LA(ahead).tokenType === type;
  }

  /** Of the line with this name, which was read up to its end; asked for where something is wrong with it. */
  private lineContext(name: IToken): LineContext {
    return {
      tokens: () => {
        const tokens: IToken[] = [];
        for (let at = 0; this.LA(at) !== name; at--) tokens.push(this.LA(at));
        return tokens.reverse();
      },
      isLast: () => {
        let at = 1;
        while (at < 8 && this.isNext(at, End)) at++;
        return [Close, End, EOF].includes(this.LA(at).tokenType);
      },
    };
  }

  /** Up to what ends the values of the line. */
  private tokensAhead(): readonly IToken[] {
    const tokens: IToken[] = [];
    for (let at = 1; ![Open, Close, End, EOF].includes(this.LA(at).tokenType); at++) tokens.push(this.LA(at));
    return tokens;
  }
}

/** What may follow tokens that stop anywhere. */
interface Expected {
  /** How many blocks are open. */
  readonly depth: number;
  /** A value of the statement that was read last. */
  readonly isValue: boolean;
  /** A unit of the number that was read last. */
  readonly isUnit: boolean;
}

let parser: SpecParser | null = null;

/** Made when the first text is read. */
function theParser(): SpecParser {
  parser ??= new SpecParser(true);
  return parser;
}

/** The syntax tree of tokens whose braces are balanced. */
export function buildAst(tokens: readonly IToken[], report: Report): Body {
  return theParser().read(tokens, report);
}

/** What the grammar expects behind the beginning of balanced tokens. */
export function expectedAfter(tokens: readonly IToken[]): Expected {
  return theParser().expectedAfter(tokens);
}
