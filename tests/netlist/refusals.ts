import { expect, it } from "vitest";

/** A finding of a reader or a check: where it stands, with its code, and what it says. */
export interface Refusal {
  readonly place: string;
  readonly message: string;
}

/** Of a row: what is changed, and the place of every finding that follows, in their order. */
export type RefusalRow<Change extends readonly unknown[]> = readonly [
  name: string,
  places: string | readonly string[],
  ...change: Change,
];

/** Place and message of each. */
export function said(found: readonly Refusal[]): string[] {
  return found.map(({ place, message }) => `${place}: ${message}`);
}

/** Each row is a test of codes and places; one test more holds the messages of all rows to golden/messages/NAME.txt. */
export function holdRefusals<Change extends readonly unknown[]>(
  name: string,
  rows: readonly RefusalRow<Change>[],
  find: (...change: Change) => readonly Refusal[],
): void {
  it.each(rows.map((row) => [row[0], row] as const))("%s", (_, [, places, ...change]) => {
    expect(find(...change).map(({ place }) => place)).toEqual([places].flat());
  });

  it(`says of all that what stands in golden/messages/${name}.txt`, async () => {
    const lines = rows.flatMap(([title, , ...change]) => [title, ...said(find(...change)).map((line) => `  ${line}`)]);
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`golden/messages/${name}.txt`);
  });
}

/** What is said of each row, held to golden/messages/NAME.txt; rows of which nothing is said fail. */
export function holdMessages<Change extends readonly unknown[]>(
  name: string,
  rows: readonly (readonly [title: string, ...change: Change])[],
  find: (...change: Change) => readonly string[],
): void {
  it.each(rows.map((row) => [row[0], row] as const))("%s", (_, [, ...change]) => {
    expect(find(...change)).not.toEqual([]);
  });

  it(`says of all that what stands in golden/messages/${name}.txt`, async () => {
    const lines = rows.flatMap(([title, ...change]) => [title, ...find(...change).map((line) => `  ${line}`)]);
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`golden/messages/${name}.txt`);
  });
}
