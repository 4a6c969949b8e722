import { limits, short } from "../language/limits.ts";
import type { CodePage } from "../report/diagnostic.ts";

/** OPT02xx: what a spec means. */
export const meaningCodes: readonly CodePage[] = [
  {
    code: "OPT0201",
    title: "no aggregate",
    explanation:
      "A spec file holds at least one block `aggregate NAME { ... }`; without one there is nothing to " + "compile.",
    wrong: `# nothing yet
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
}
`,
  },
  {
    code: "OPT0202",
    title: "too many aggregates",
    explanation: `A file holds at most ${limits.aggregates} aggregates, so that a generated file of any size is refused at once. Split it.`,
    wrong: "",
    right: "",
  },
  {
    code: "OPT0203",
    title: "levels do not fit in the word",
    explanation:
      "An optical symbol with L levels carries log2(L) bits, and a word of B bits is cut into ceil(B / " +
      "log2(L)) symbols. With more levels than the word has values, not even one symbol could be " +
      "filled, and part of the levels would never occur.",
    wrong: `aggregate pair {
  workers 2
  precision 3 bits
  levels 16
}
`,
    right: `aggregate pair {
  workers 2
  precision 3 bits
  levels 8
}
`,
  },
  {
    code: "OPT0204",
    title: "unknown at the top of a file",
    explanation:
      "At the top of a file stand blocks only, and only those of the language. A setting there is " +
      "often the sign of a block that ends too early.",
    wrong: `agregate pair {
  workers 2
  precision 8 bits
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
}
`,
  },
  {
    code: "OPT0205",
    title: "unknown setting",
    explanation:
      "The block does not know a setting of this name. The nearest known name is offered, or the block " +
      "in which the name is at home. Unknown settings are never skipped: a misspelt one would silently " +
      "mean its default.",
    wrong: `aggregate pair {
  wrokers 2
  precision 8 bits
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
}
`,
  },
  {
    code: "OPT0206",
    title: "unknown block",
    explanation: "The block does not know an inner block of this name. The nearest known name is offered.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  verfy { against ring }
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
  verify { against ring }
}
`,
  },
  {
    code: "OPT0207",
    title: "written twice",
    explanation:
      "A setting or block stands once in its block, and a target once in `emit`. Which of two would " +
      "count is not guessed.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  workers 4
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
}
`,
  },
  {
    code: "OPT0208",
    title: "missing setting",
    explanation:
      "`workers` and `precision` have no default: they are the size of the problem. Everything else " +
      "may be left out, and the summary of a compile says which defaults were taken.",
    wrong: `aggregate pair {
  precision 8 bits
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
}
`,
  },
  {
    code: "OPT0209",
    title: "out of range",
    explanation:
      `The number is outside of what the tool serves: 2 to ${limits.workers} workers, at most ${limits.unitInputs} of them on ` +
      `a single unit, 1 to ${limits.precisionBits} bits, 2, 4, 8 or 16 levels, a margin of 0.05 to 0.45 grid steps, 1 to ` +
      `${short(limits.sampledVectors)} samples. docs/reference/spec.md has the range of every setting. A decision is at most half a grid ` +
      "step away from a wrong one, so margins stay below 0.5.",
    wrong: `aggregate pair {
  workers 65
  precision 8 bits
}
`,
    right: `aggregate pair {
  workers 64
  precision 8 bits
}
`,
  },
  {
    code: "OPT0210",
    title: "unit mismatch",
    explanation:
      "A unit must measure what the setting is about: `precision` is an amount of data, `workers` a " +
      "plain count. A bare number takes the base unit (`precision 8` is 8 bits).",
    wrong: `aggregate pair {
  workers 2
  precision 8 GHz
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
}
`,
  },
  {
    code: "OPT0211",
    title: "wrong number or kind of values",
    explanation: "The setting takes another number of values, or values of another kind, than stand after it.",
    wrong: `aggregate pair {
  workers two
  precision 8 bits
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
}
`,
  },
  {
    code: "OPT0212",
    title: "unknown value",
    explanation: "The setting takes one of a few words, and this is none of them. The nearest is offered.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  rounding half-uo
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
  rounding half-up
}
`,
  },
  {
    code: "OPT0213",
    title: "contradiction",
    explanation:
      "Two settings of which at most one can hold are both written. `signed` words travel as " +
      "offset-binary, `unsigned` words as they are; without either, words are signed.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  signed
  unsigned
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
  unsigned
}
`,
  },
  {
    code: "OPT0214",
    title: "not a name",
    explanation:
      "An aggregate, a cluster and a training have one name: a letter or `_`, then letters, digits, `_` and `-`, at " +
      `most ${limits.nameLength} in all. Files are named after it, so other characters are refused.`,
    wrong: `aggregate 4x8 {
  workers 4
  precision 8 bits
}
`,
    right: `aggregate mean-4x8 {
  workers 4
  precision 8 bits
}
`,
  },
  {
    code: "OPT0215",
    title: "name used twice",
    explanation:
      "Aggregates, clusters, trainings and studies of one file have different names. Files are named after them, and some file " +
      "systems do not tell upper from lower case, so a difference in case alone is not enough.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
}

aggregate Pair {
  workers 2
  precision 8 bits
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
}

aggregate other {
  workers 2
  precision 8 bits
}
`,
  },
  {
    code: "OPT0216",
    title: "unknown target",
    explanation: "`emit` names netlist formats; this is none of them. The nearest known name is offered.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  emit spicee
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
  emit spice
}
`,
  },
  {
    code: "OPT0217",
    title: "too many input vectors to try all",
    explanation:
      "The circuit sees the workers' sum of each symbol, so an exhaustive verification tries the " +
      `product over symbols of workers * (levels - 1) + 1 vectors. Above ${short(limits.exhaustiveVectors)} it would take too long. ` +
      "`proof` covers all of them by reachable states, `sampled` bounds the error rate.",
    wrong: `aggregate pair {
  workers 64
  precision 32 bits
  verify { inputs exhaustive }
}
`,
    right: `aggregate pair {
  workers 64
  precision 32 bits
  verify { inputs proof }
}
`,
  },
  {
    code: "OPT0218",
    title: "not whole",
    explanation: "Workers, bits, levels and samples are counted; half of one does not exist.",
    wrong: `aggregate pair {
  workers 2.5
  precision 8 bits
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
}
`,
  },
  {
    code: "OPT0219",
    title: "block and setting confused",
    explanation:
      "A block is followed by `{` on the same line, a setting is not. Of the blocks only `network` " +
      "with its kind may stand alone, and then takes the defaults of that kind.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  verify
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
  verify {
    against ring
  }
}
`,
  },
  {
    code: "OPT0220",
    title: "two statements on one line",
    explanation:
      "A statement ends with its line or with `;`. The name of another setting or block stands among " +
      "the values, so that a line end seems to be missing.",
    wrong: `aggregate pair {
  workers 2 precision 8 bits
}
`,
    right: `aggregate pair {
  workers 2; precision 8 bits
}
`,
  },
  {
    code: "OPT0221",
    title: "no cluster",
    explanation:
      "`optinc compare` reads the network from a block `cluster NAME { ... }`; the file has none. Without a file it " +
      "compares on a cluster of defaults.",
    wrong: "",
    right: "",
  },
];
