/** `number` columns hold doubles, `integer` ones whole numbers below 2^31; null where a row has no value. */
export interface Table {
  readonly columns: readonly {
    readonly name: string;
    readonly type: "text" | "number" | "integer";
    readonly optional: boolean;
  }[];
  readonly rows: () => Iterable<readonly (string | number | null)[]>;
}
