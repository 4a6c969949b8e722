import type { CodePage } from "../report/diagnostic.ts";

/** OPT01xx: text and syntax. */
export const syntaxCodes: readonly CodePage[] = [
  {
    code: "OPT0101",
    title: "unexpected character",
    explanation:
      "A character that the spec language does not use stands in the text: `=` or `:` after a name, a " +
      "typographic quote, an invisible control character. Settings are written as a name and its " +
      "values with blanks between them. The rest of the line is not judged until the character is " +
      "gone.",
    wrong: `aggregate pair {
  workers = 2
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
    code: "OPT0102",
    title: "malformed number",
    explanation:
      "A number is decimal digits with an optional sign, fraction and exponent: `8`, `0.25`, `1e6`. " +
      "There is no hexadecimal form, no digit separator, and a decimal point has digits behind it. A " +
      "unit may follow, with or without a blank.",
    wrong: `aggregate pair {
  workers 2
  precision 8.0.1 bits
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
}
`,
  },
  {
    code: "OPT0103",
    title: "string not closed",
    explanation:
      'A string begins and ends with `"` on one line. A quote or a backslash inside it is written with ' +
      "a backslash before it.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  emit "spice
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
    code: "OPT0104",
    title: "block not closed",
    explanation:
      "Every `{` needs its `}`. When one is missing, indentation tells which block was meant to end, " +
      "and reading goes on as if the `}` stood there.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  verify {
    against ring
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
    code: "OPT0105",
    title: "closing brace without a block",
    explanation:
      "A `}` closes the block that was opened last. This one finds none, or stands where indentation " +
      "says that the outer block is not meant to end.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
}
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
}
`,
  },
  {
    code: "OPT0106",
    title: "no name",
    explanation:
      "A line begins with the name of a setting or of a block. A value, or a `{`, without a name " +
      "before it has no meaning.",
    wrong: `aggregate pair {
  2 workers
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
    code: "OPT0107",
    title: "nested too deep",
    explanation:
      "Blocks stand in blocks at most 16 deep. No spec needs more than two, and unbounded nesting " +
      "would exhaust the reader.",
    wrong: `a { a { a { a { a { a { a { a { a { a { a { a { a { a { a { a { a { } } } } } } } } } } } } } } } } }
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
}
`,
  },
  {
    code: "OPT0108",
    title: "text too large",
    explanation:
      "A spec file has at most 1 048 576 characters (UTF-16 units; 262 144 in YAML) and 100 000 words. " +
      "A spec describes one aggregation in some twenty lines; a larger file is refused before any work " +
      "is spent on it.",
    wrong: "",
    right: "",
  },
  {
    code: "OPT0109",
    title: "invalid YAML",
    explanation:
      "A file whose name ends in `.yaml` or `.yml` is read as YAML 1.2. This text is not YAML: " +
      "indentation, a bracket or a quote does not fit. Only the first place is reported, because the " +
      "rest depends on it.",
    wrong: `# spec.yaml
aggregate pair:
  workers: 2
   precision: 8 bits
`,
    right: `# spec.yaml
aggregate pair:
  workers: 2
  precision: 8 bits
`,
  },
  {
    code: "OPT0110",
    title: "more errors",
    explanation:
      "Twenty errors are shown in one run, in the order of the text; this note counts the others. " +
      "Repair the first ones and run again.",
    wrong: "",
    right: "",
  },
  {
    code: "OPT0111",
    title: "YAML that describes no spec",
    explanation:
      "YAML specs are mappings. What stands before `{` in the spec language is a key with a mapping " +
      "(`network constructed:`), a setting is a key with a plain value or a list of plain values " +
      "(`precision: 8 bits`, `emit: [spice, phases]`). Anchors, aliases, tags and lists of mappings " +
      "are not read.",
    wrong: `# spec.yaml
aggregate pair:
  workers: &n 2
  precision: 8 bits
`,
    right: `# spec.yaml
aggregate pair:
  workers: 2
  precision: 8 bits
`,
  },
  {
    code: "OPT0112",
    title: "misplaced comma",
    explanation:
      "A comma stands between two values of one line. It cannot begin or end a list, and two cannot " +
      "follow each other.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  emit spice, phases,
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
  emit spice, phases
}
`,
  },
  {
    code: "OPT0113",
    title: "block not opened",
    explanation:
      "A `}` closes a block whose `{` is missing. Indentation tells which line was meant to open it, " +
      "and reading goes on as if the `{` stood at its end.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  verify
    against ring
  }
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
];
