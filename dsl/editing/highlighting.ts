import { language } from "../language/language.ts";
import { type BlockRow, type SettingRow, waysOf } from "../language/row.ts";
import { allUnitNames } from "../language/units.ts";

/** A rule of a TextMate grammar; patterns are Oniguruma's. */
interface Rule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
  readonly patterns?: readonly Rule[];
}

/**
 * The spec language for editors that colour by TextMate grammars, from the rows that the checker reads: `npm run grammar` writes
 * it to dev/editors/vscode, where a test holds it.
 */
export function textMateGrammar(): object {
  const patterns: readonly Rule[] = [
    { name: "comment.line.number-sign.optinc", match: "#.*$" },
    {
      name: "string.quoted.double.optinc",
      begin: '"',
      end: '"|$',
      patterns: [{ name: "constant.character.escape.optinc", match: "\\\\." }],
    },
    {
      match: `${beginning}(${wordsOf(language.map(({ name }) => name))})(?:[ \\t]+([\\p{L}_][\\p{L}\\p{M}\\p{N}_-]*))?`,
      captures: { "1": { name: "storage.type.optinc" }, "2": { name: "entity.name.section.optinc" } },
    },
    {
      match: `${beginning}(${wordsOf(innerBlocks.map(({ name }) => name))})`,
      captures: { "1": { name: "keyword.control.block.optinc" } },
    },
    {
      match: `${beginning}(${wordsOf(allSettings.map(({ name }) => name))})`,
      captures: { "1": { name: "support.type.property-name.optinc" } },
    },
    {
      // A lookahead ends each unit: `\b` would not match behind `%`.
      match: `([+-]?(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:[eE][+-]?\\d+)?)(?:[ \\t]*(${oneOf(allUnitNames())}(?![\\p{L}\\p{N}_])))?(?![\\p{L}\\p{N}_])`,
      captures: { "1": { name: "constant.numeric.optinc" }, "2": { name: "keyword.other.unit.optinc" } },
    },
    { match: "\\d+(?:x\\d+)+", name: "constant.numeric.optinc" },
    { match: "<=|>=|\\.\\.|(?<=[\\d\\s])x(?=[\\d\\s])", name: "keyword.operator.optinc" },
    { match: `(?<![\\p{L}\\p{N}_-])(${wordsOf(valueWords())})`, name: "constant.language.optinc" },
    { match: "[{}]", name: "punctuation.section.block.optinc" },
    { match: "[,;]", name: "punctuation.separator.optinc" },
  ];
  return {
    comment: "Written by `npm run grammar` from the table that the checker reads.",
    name: "optinc",
    scopeName: "source.optinc",
    fileTypes: ["optinc"],
    patterns,
  };
}

/** A name stands where a statement begins. */
const beginning = "(?:^|(?<=[{};]))[ \\t]*";

/** One of these words and no longer one; the longest first, as the first that fits is taken. */
function wordsOf(words: readonly string[]): string {
  return `${oneOf(words)}(?![\\p{L}\\p{M}\\p{N}_-])`;
}

function oneOf(words: readonly string[]): string {
  const sorted = [...new Set(words)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return `(?:${sorted.map(escaped).join("|")})`;
}

const blocksIn = ({ blocks }: BlockRow): readonly BlockRow[] => blocks.flatMap((row) => [row, ...blocksIn(row)]);
const innerBlocks = language.flatMap(blocksIn);
const allSettings = [...language, ...innerBlocks].flatMap(({ settings }) => settings);

/** Words that stand as values: kinds of blocks, choices, and the words of the other shapes. */
function valueWords(): readonly string[] {
  const wordsIn = ({ shape }: SettingRow): readonly string[] => {
    switch (shape.kind) {
      case "axis":
        return ["step", ...wordsIn(shape.of)];
      case "measures":
      case "names":
        return shape.of;
      case "bound":
        return shape.errors ? ["at", "phase", "splitter"] : [];
      default:
        return waysOf(shape).map((way) => way.split(" ")[0]!);
    }
  };
  return [...innerBlocks.flatMap(({ variant }) => variant ?? []), ...allSettings.flatMap(wordsIn)];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
