import type { CstNode, IToken } from "chevrotain";
import { CstParser } from "./chevrotain.ts";
import {
  allTokens,
  Close,
  Comma,
  End,
  Hole,
  NumberLike,
  Open,
  Percent,
  Range,
  Relation,
  Slash,
  Stray,
  Text,
  Times,
  Word,
} from "./tokens.ts";

/**
 * The grammar, without actions:
 *
 *   file      = { statement | debris | END }
 *   statement = WORD { part } [ block ]
 *   block     = "{" { statement | debris | END } "}"
 *   part      = quantity | WORD | "x" | TEXT | RELATION | "," | astray
 *   quantity  = NUMBER [ ".." NUMBER ] { "x" NUMBER } [ unit ]
 *   unit      = "%" | WORD [ "/" WORD ] | "/" WORD
 *   debris    = misplaced { misplaced } [ statement ]
 *
 * Braces are balanced and named before parsing (braces.ts). On such tokens the grammar is total: what does not belong
 * is collected as `astray` or `debris` in the line where it stands, and the tree builder reports it there. So one slip
 * costs one line, never the rest of the file.
 */
export class SpecParser extends CstParser {
  /** Without `skipValidations` Chevrotain looks for ambiguities and left recursion and throws on the first: too slow for every start. */
  constructor(skipValidations: boolean) {
    super([...allTokens], { recoveryEnabled: false, maxLookahead: 2, skipValidations });
    this.performSelfAnalysis();
  }

  readonly file: () => CstNode = this.RULE("file", () => {
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.statement) },
        { ALT: () => this.SUBRULE(this.debris) },
        { ALT: () => this.CONSUME(End) },
      ]);
    });
  });

  readonly statement: () => CstNode = this.RULE("statement", () => {
    this.CONSUME(Word);
    this.MANY(() => this.SUBRULE(this.part));
    this.OPTION(() => this.SUBRULE(this.block));
  });

  readonly block: () => CstNode = this.RULE("block", () => {
    this.CONSUME(Open);
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.statement) },
        { ALT: () => this.SUBRULE(this.debris) },
        { ALT: () => this.CONSUME(End) },
      ]);
    });
    this.CONSUME(Close);
  });

  readonly part: () => CstNode = this.RULE("part", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.quantity) },
      { ALT: () => this.CONSUME(Word) },
      { ALT: () => this.CONSUME(Times) },
      { ALT: () => this.CONSUME(Text) },
      { ALT: () => this.CONSUME(Relation) },
      { ALT: () => this.CONSUME(Comma) },
      { ALT: () => this.SUBRULE(this.astray) },
    ]);
  });

  readonly quantity: () => CstNode = this.RULE("quantity", () => {
    this.CONSUME(NumberLike);
    this.OPTION({
      GATE: () => this.LA(2).tokenType === NumberLike,
      DEF: () => {
        this.CONSUME(Range);
        this.CONSUME2(NumberLike);
      },
    });
    this.MANY({
      GATE: () => this.LA(2).tokenType === NumberLike,
      DEF: () => {
        this.CONSUME(Times);
        this.CONSUME3(NumberLike);
      },
    });
    this.OPTION2({
      GATE: () => this.LA(1).tokenType !== Slash || this.LA(2).tokenType === Word,
      DEF: () => this.SUBRULE(this.unit),
    });
  });

  readonly unit: () => CstNode = this.RULE("unit", () => {
    this.OR([
      { ALT: () => this.CONSUME(Percent) },
      {
        ALT: () => {
          this.CONSUME(Word);
          this.OPTION({
            GATE: () => this.LA(2).tokenType === Word,
            DEF: () => {
              this.CONSUME(Slash);
              this.CONSUME2(Word);
            },
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME2(Slash);
          this.CONSUME3(Word);
        },
      },
    ]);
  });

  readonly debris: () => CstNode = this.RULE("debris", () => {
    this.AT_LEAST_ONE(() => this.SUBRULE(this.misplaced));
    this.OPTION(() => this.SUBRULE(this.statement));
  });

  /** What a statement cannot begin with. */
  readonly misplaced: () => CstNode = this.RULE("misplaced", () => {
    this.OR([
      { ALT: () => this.CONSUME(NumberLike) },
      { ALT: () => this.CONSUME(Times) },
      { ALT: () => this.CONSUME(Text) },
      { ALT: () => this.CONSUME(Relation) },
      { ALT: () => this.CONSUME(Comma) },
      { ALT: () => this.SUBRULE(this.astray) },
    ]);
  });

  /** What has no place in any line. */
  readonly astray: () => CstNode = this.RULE("astray", () => {
    this.OR([
      { ALT: () => this.CONSUME(Range) },
      { ALT: () => this.CONSUME(Percent) },
      { ALT: () => this.CONSUME(Slash) },
      { ALT: () => this.CONSUME(Stray) },
      { ALT: () => this.CONSUME(Hole) },
    ]);
  });
}

/** Made when the first text is read: Chevrotain then looks through the grammar. */
let known: SpecParser | null = null;

/**
 * Concrete syntax tree of a token sequence with balanced, named braces.
 * Throws when the grammar does not cover the tokens, which is a bug of ours: it is meant to be total.
 */
export function parseTokens(tokens: readonly IToken[]): CstNode {
  known ??= new SpecParser(true);
  const parser = known;
  parser.input = [...tokens];
  const tree = parser.file();
  const [error] = parser.errors;
  if (error !== undefined) throw new Error(`the grammar is not total at offset ${error.token.startOffset}`);
  return tree;
}
