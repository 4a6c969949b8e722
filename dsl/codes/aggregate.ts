import { limits, short } from "../language/limits.ts";
import type { CodePages } from "../report/diagnostic.ts";
import { block, pair } from "./example.ts";

const words = (name: string): string => block(`aggregate ${name}`, "workers 2", "precision 8 bits");

/** OPT02xx: what a spec means. */
export const meaningCodes: CodePages = {
  OPT0201: {
    what: "the file has no aggregate",
    why: "The compiler builds one circuit for each aggregate of a file.",
    write: "Add a block `aggregate NAME { ... }`.",
    wrong: "# nothing yet\n",
    right: pair(),
  },
  OPT0202: {
    what: "the file has too many aggregates",
    why: `A file holds at most ${limits.aggregates} aggregates, so that huge files are refused at once.`,
    write: "Split the file.",
  },
  OPT0203: {
    what: "a symbol has more levels than the word has values",
    why: "A word of B bits is cut into ceil(B / log2(levels)) symbols. With more levels than values, some levels would never occur.",
    write: "Choose fewer levels or more bits.",
    wrong: block("aggregate pair", "workers 2", "precision 3 bits", "levels 16"),
    right: block("aggregate pair", "workers 2", "precision 3 bits", "levels 8"),
  },
  OPT0204: {
    what: "this does not belong at the top of a file",
    why: "At the top stand only blocks of the language. A setting there often follows a block that ends too early.",
    write: "Correct the name, or move the setting into its block.",
    wrong: block("agregate pair", "workers 2", "precision 8 bits"),
    right: pair(),
  },
  OPT0205: {
    what: "the block has no setting of this name",
    why: "A misspelt setting would silently mean its default, so unknown names are refused.",
    write: "Use the name that the help suggests, or move the setting to its block.",
    wrong: block("aggregate pair", "wrokers 2", "precision 8 bits"),
    right: pair(),
  },
  OPT0206: {
    what: "the block has no inner block of this name",
    why: "A misspelt block would silently mean its defaults, so unknown names are refused.",
    write: "Use the name that the help suggests.",
    wrong: pair("verfy { against ring }"),
    right: pair("verify { against ring }"),
  },
  OPT0207: {
    what: "the setting, block or target is written twice",
    why: "The compiler does not guess which of the two counts.",
    write: "Keep one of them.",
    wrong: pair("workers 4"),
    right: pair(),
  },
  OPT0208: {
    what: "a required setting is missing",
    why: "`workers` and `precision` set the size of the problem and have no default.",
    write: "Add the setting.",
    wrong: block("aggregate pair", "precision 8 bits"),
    right: pair(),
  },
  OPT0209: {
    what: "the number is out of range",
    why: `There are 2 to ${limits.workers} workers, at most ${limits.unitInputs} on one unit. Words have 1 to ${limits.precisionBits} bits. Levels are 2, 4, 8 or 16. A decision margin is 0.05 to 0.45 LSB.`,
    write: "Use a number within the range that the help gives. docs/reference/spec.md lists all ranges.",
    wrong: block("aggregate pair", "workers 65", "precision 8 bits"),
    right: block("aggregate pair", "workers 64", "precision 8 bits"),
  },
  OPT0210: {
    what: "the unit does not fit the setting",
    why: "`precision` is an amount of data, `workers` a plain count. A bare number takes the base unit.",
    write: "Use a unit of the setting: `precision 8` and `precision 8 bits` are the same.",
    wrong: block("aggregate pair", "workers 2", "precision 8 GHz"),
    right: pair(),
  },
  OPT0211: {
    what: "the number or kind of values is wrong",
    why: "Each setting takes a fixed kind of values, and one or several of them.",
    write: "Write the values that the help names.",
    wrong: block("aggregate pair", "workers two", "precision 8 bits"),
    right: pair(),
  },
  OPT0212: {
    what: "the setting does not take this word",
    why: "The setting takes one of a few words.",
    write: "Use a word that the help lists.",
    wrong: pair("rounding half-uo"),
    right: pair("rounding half-up"),
  },
  OPT0213: {
    what: "two settings contradict each other",
    why: "`signed` words travel as offset binary, `unsigned` words as they are. The default is signed.",
    write: "Keep one of the two.",
    wrong: pair("signed", "unsigned"),
    right: pair("unsigned"),
  },
  OPT0214: {
    what: "this is not a valid name",
    why: "Files take the names of aggregates, clusters, trainings and studies.",
    write: `Begin with a letter or \`_\`. Letters, digits, \`_\` and \`-\` may follow, ${limits.nameLength} characters in all.`,
    wrong: block("aggregate 4x8", "workers 4", "precision 8 bits"),
    right: block("aggregate mean-4x8", "workers 4", "precision 8 bits"),
  },
  OPT0215: {
    what: "the name is used twice",
    why: "Files take these names, and some file systems ignore case.",
    write: "Choose names that differ in more than case.",
    wrong: `${pair()}\n${words("Pair")}`,
    right: `${pair()}\n${words("other")}`,
  },
  OPT0216: {
    what: "there is no target of this name",
    why: "`emit` names netlist formats.",
    write: "Use a name that `optinc export --list` prints.",
    wrong: pair("emit spicee"),
    right: pair("emit spice"),
  },
  OPT0217: {
    what: "there are too many input vectors to try all",
    why: `A symbol's sum over the workers has workers * (levels - 1) + 1 values. Exhaustive verification tries every combination, at most ${short(limits.exhaustiveVectors)}.`,
    write: "Use `proof`, which covers all of them, or `sampled`, which bounds the error rate.",
    wrong: block("aggregate pair", "workers 64", "precision 32 bits", "verify { inputs exhaustive }"),
    right: block("aggregate pair", "workers 64", "precision 32 bits", "verify { inputs proof }"),
  },
  OPT0218: {
    what: "the number is not whole",
    why: "Workers, bits, levels and samples are counts.",
    write: "Use a whole number.",
    wrong: block("aggregate pair", "workers 2.5", "precision 8 bits"),
    right: pair(),
  },
  OPT0219: {
    what: "a block is written like a setting, or a setting like a block",
    why: "A block has `{` on the same line. Only `network KIND` may stand without, and takes its defaults.",
    write: "Add the braces of a block, or remove those of a setting.",
    wrong: pair("verify"),
    right: pair("verify {", "  against ring", "}"),
  },
  OPT0220: {
    what: "two statements stand on one line",
    why: "A statement ends with its line or with `;`.",
    write: "Put `;` or a line end between them.",
    wrong: block("aggregate pair", "workers 2 precision 8 bits"),
    right: block("aggregate pair", "workers 2; precision 8 bits"),
  },
  OPT0221: {
    what: "the file has no cluster",
    why: "`optinc compare FILE` reads the network from a block `cluster NAME { ... }`.",
    write: "Add the block, or leave the file out to compare on a default cluster.",
  },
};
