import { textTable } from "../../formats/index.ts";

/** Prints rows under a heading, columns padded, for people. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`\n${title}`);
  for (const line of textTable([head, ...rows])) console.log(line);
}
