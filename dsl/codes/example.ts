/** The text of a block with these lines. */
export function block(head: string, ...lines: readonly string[]): string {
  return `${head} {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
}

/** An aggregate of two workers and 8 bits with more lines. */
export function pair(...lines: readonly string[]): string {
  return block("aggregate pair", "workers 2", "precision 8 bits", ...lines);
}
