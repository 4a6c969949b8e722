import type { CodePages } from "../report/diagnostic.ts";
import { block, pair } from "./example.ts";

const verified = pair("verify {", "  against ring", "}");

/** OPT01xx: text and syntax. */
export const syntaxCodes: CodePages = {
  OPT0101: {
    what: "the spec language does not use this character",
    why: "A setting is a name and its values with blanks between them. Typical strays are `=`, `:`, typographic quotes and control characters. The rest of the line is checked once the character is gone.",
    write: "Delete the character.",
    wrong: block("aggregate pair", "workers = 2", "precision 8 bits"),
    right: pair(),
  },
  OPT0102: {
    what: "the number is malformed",
    why: "A number has decimal digits with an optional sign, fraction and exponent.",
    write: "Write `8`, `0.25` or `1e6`. A unit may follow, with or without a blank.",
    wrong: block("aggregate pair", "workers 2", "precision 8.0.1 bits"),
    right: pair(),
  },
  OPT0103: {
    what: "the string is not closed",
    why: 'A string begins and ends with `"` on one line.',
    write: "Add the closing quote. Put a backslash before a quote or a backslash inside the string.",
    wrong: pair('emit "spice'),
    right: pair("emit spice"),
  },
  OPT0104: {
    what: "the block is not closed",
    why: "Every `{` needs a `}`. Indentation tells which block was meant to end, and reading continues from there.",
    write: "Add the missing `}`.",
    wrong: "aggregate pair {\n  workers 2\n  precision 8 bits\n  verify {\n    against ring\n}\n",
    right: verified,
  },
  OPT0105: {
    what: "the closing brace matches no block",
    why: "A `}` closes the block that was opened last. Here no block is open, or the indentation says that the outer block continues.",
    write: "Delete the brace.",
    wrong: `${pair()}}\n`,
    right: pair(),
  },
  OPT0106: {
    what: "the line does not begin with a name",
    why: "A line begins with the name of a setting or of a block.",
    write: "Put the name before its values.",
    wrong: block("aggregate pair", "2 workers", "precision 8 bits"),
    right: pair(),
  },
  OPT0107: {
    what: "blocks are nested more than 16 deep",
    why: "A spec needs two levels. Unbounded nesting would exhaust the reader.",
    write: "Remove the outer blocks.",
    wrong: `${"a { ".repeat(17)}${"} ".repeat(17).trimEnd()}\n`,
    right: pair(),
  },
  OPT0108: {
    what: "the text is too large for a spec",
    why: "A spec has at most 100 000 words and 1 048 576 characters. In YAML it has 262 144 characters.",
    write: "Split the file.",
  },
  OPT0109: {
    what: "the text is not valid YAML",
    why: "Files that end in `.yaml` or `.yml` are read as YAML 1.2. Only the first mistake is reported, as the rest depends on it.",
    write: "Correct the indentation, bracket or quote at this place.",
    wrong: "# spec.yaml\naggregate pair:\n  workers: 2\n   precision: 8 bits\n",
    right: "# spec.yaml\naggregate pair:\n  workers: 2\n  precision: 8 bits\n",
  },
  OPT0110: {
    what: "there are more errors than are shown",
    why: "One run shows the first twenty errors of a text.",
    write: "Correct these and run the command again.",
  },
  OPT0111: {
    what: "the YAML does not describe a spec",
    why: "A block is a key with a mapping. A setting is a key with values. Anchors, aliases, tags and lists of mappings are not read.",
    write: "Write `network constructed:` for a block, `precision: 8 bits` or `emit: [spice, phases]` for a setting.",
    wrong: "# spec.yaml\naggregate pair:\n  workers: &n 2\n  precision: 8 bits\n",
    right: "# spec.yaml\naggregate pair:\n  workers: 2\n  precision: 8 bits\n",
  },
  OPT0112: {
    what: "the comma does not separate two values",
    why: "A comma stands between two values of one line.",
    write: "Delete the comma at the beginning, at the end, or after another comma.",
    wrong: pair("emit spice, phases,"),
    right: pair("emit spice, phases"),
  },
  OPT0113: {
    what: "the block is closed but was not opened",
    why: "Indentation tells which line was meant to open the block.",
    write: "Add `{` at the end of that line.",
    wrong: pair("verify", "  against ring", "}"),
    right: verified,
  },
};
