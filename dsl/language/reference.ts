import { type BlockRow, type SettingRow, titleOf } from "./row.ts";

/** The reference of the spec language as Markdown, straight from the table that `check` reads. */
export function specReference(language: readonly BlockRow[]): string {
  const head = [
    "# The spec language",
    "",
    "Written by `npm run reference` from the table that the checker reads.",
    "",
    "A file holds blocks; a block holds settings and blocks, in any order. A newline or `;` ends a setting, `#` starts a comment.",
    "Numbers may have signs, decimals, exponents and units (`8 bits`, `1e6`, `25 %`). Diagnostics have codes; `optinc explain CODE` says more.",
    "",
    "![The grammar as railroad diagrams](grammar.svg)",
    "",
    "*Drawn by the same command from the grammar that the parser runs. Boxes are rules, rounded boxes are tokens.*",
    "",
  ];
  return [...head, ...language.flatMap((block) => blockReference(block, []))].join("\n");
}

function blockReference(block: BlockRow, outer: readonly string[]): string[] {
  const path = [...outer, titleOf(block)];
  const lines = [`## ${path.join(" / ")}`, "", block.doc, "", "```", block.example, "```", ""];
  if (block.fallback !== null) lines.push(`Left out: \`${block.fallback}\`.`, "");
  if (block.settings.length > 0) {
    lines.push("| setting | written | left out | meaning |", "|---|---|---|---|");
    lines.push(...block.settings.map(settingReference), "");
  }
  return [...lines, ...block.blocks.flatMap((inner) => blockReference(inner, path))];
}

function settingReference(setting: SettingRow): string {
  const fallback = setting.fallback.kind === "required" ? "must be written" : setting.fallback.text;
  const cells = [`\`${setting.name}\``, `\`${setting.example}\`${rangeOf(setting)}`, fallback, setting.doc];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** What the shape of a setting allows, ` (2 to 4096)`; empty where the example says it all. */
export function rangeOf({ shape }: SettingRow): string {
  switch (shape.kind) {
    case "number":
    case "numbers":
    case "bound":
      return ` (${shape.minimum} to ${shape.maximum})`;
    case "oneOf":
    case "choice":
    case "measures":
    case "names":
      return ` (${shape.of.join(", ")})`;
    case "inputs":
      return " (exhaustive, proof, sampled N)";
    case "topology":
      return ` (single, cascade with up to ${shape.most} levels of ${shape.minimum} to ${shape.maximum})`;
    case "technology":
      return ` (shipped, or ${shape.endings.join(", ")})`;
    case "axis":
      return rangeOf(shape.of);
    case "file":
      return ` (${shape.endings.join(", ")})`;
    default:
      return "";
  }
}
