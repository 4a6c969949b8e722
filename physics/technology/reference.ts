import { type QuantityKey, quantities, quantityGroups, quantityKeys } from "./quantities.ts";
import type { Technology } from "./technology.ts";

/**
 * Every quantity as Markdown: how it is written, what it means, and what each of the technologies says of it; an assumed value is
 * marked by a star.
 */
export function quantityReference(technologies: readonly Technology[]): string {
  const firsts = quantityGroups.map(([, first]) => quantityKeys.indexOf(first));
  const head = ["quantity", "meaning", ...technologies.map(({ name }) => name)];
  return quantityGroups
    .map(([title], index) => {
      const rows = quantityKeys.slice(firsts[index], firsts[index + 1]).map((key) => rowOf(key, technologies));
      const table = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`);
      return `### ${title}\n\n${table.join("")}`;
    })
    .join("\n");
}

function rowOf(key: QuantityKey, technologies: readonly Technology[]): string[] {
  const { doc, example } = quantities[key];
  const unit = example[1] === null ? "" : `, in ${example[1]}`;
  const values = technologies.map(({ entries }) => {
    const entry = entries[key];
    return entry === undefined ? "" : `${entry.written}${entry.kind === "assumed" ? " *" : ""}`;
  });
  return [`\`${key}\`${unit}`, doc, ...values].map((cell) => cell.replaceAll("|", "\\|"));
}
