import type { Span } from "../report/diagnostic.ts";

/**
 * A spec file as written, before any meaning, or what stands in a block of one: DSL and YAML both become this tree, so that one
 * set of checks serves both.
 */
export interface Body {
  readonly statements: readonly Statement[];
  /** Something in it could not be read and was reported: what is missing may have stood there. */
  readonly damaged: boolean;
}

export type Statement = Setting | BlockStatement;

/** `name value*` on a line of its own. */
export interface Setting {
  readonly kind: "setting";
  readonly name: Name;
  readonly values: readonly Value[];
  readonly span: Span;
  /** A mistake inside was reported already: the values are not to be judged. */
  readonly damaged: boolean;
}

/** `name value* { ... }`; the span ends before the brace. */
export interface BlockStatement {
  readonly kind: "block";
  readonly name: Name;
  readonly values: readonly Value[];
  readonly body: Body;
  readonly span: Span;
  readonly damaged: boolean;
}

export interface Name {
  readonly text: string;
  readonly span: Span;
}

export type Value = NumberValue | RangeValue | ProductValue | WordValue | TextValue | RelationValue;

/** `8`, `1e6`, `8 bits`, `40 %`. */
export interface NumberValue {
  readonly kind: "number";
  readonly value: number;
  readonly unit: Name | null;
  readonly span: Span;
}

/** `4..6`, optionally with a unit. */
export interface RangeValue {
  readonly kind: "range";
  readonly low: number;
  readonly high: number;
  readonly unit: Name | null;
  readonly span: Span;
}

/** `4 x 4`, two factors or more. */
export interface ProductValue {
  readonly kind: "product";
  readonly factors: readonly number[];
  readonly unit: Name | null;
  readonly span: Span;
}

export interface WordValue {
  readonly kind: "word";
  readonly text: string;
  readonly span: Span;
}

/** A string, without its quotes. */
export interface TextValue {
  readonly kind: "text";
  readonly text: string;
  readonly span: Span;
}

/** `<=` or `>=`. */
export interface RelationValue {
  readonly kind: "relation";
  readonly sign: "<=" | ">=";
  readonly span: Span;
}
