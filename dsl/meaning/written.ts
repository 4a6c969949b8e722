import type { ValueReading } from "../language/reading.ts";
import type { BlockRow } from "../language/row.ts";
import type { Span } from "../report/diagnostic.ts";

/** A setting or a block that stands in the text. */
export interface Written<T> {
  /** The values, or the name of a setting that has none. */
  readonly span: Span;
  /** With the name. */
  readonly whole: Span;
  /** Null when the value was refused; the reason is reported. */
  readonly value: T | null;
}

/** The statements of one block, by name, each at most once. */
export interface BlockReading {
  readonly settings: ReadonlyMap<string, Written<ValueReading>>;
  readonly blocks: ReadonlyMap<string, Written<InnerBlock>>;
}

export interface InnerBlock {
  readonly row: BlockRow;
  readonly reading: BlockReading;
}
