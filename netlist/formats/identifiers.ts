/** Names that mean something to a SPICE or that a plain word of a netlist must not be. */
const RESERVED: ReadonlySet<string> = new Set(
  "gnd null time temper hertz pi e c i boltz echarge kelvin planck true false yes no and or not div mod defined".split(
    " ",
  ),
);

/**
 * Names of [a-z0-9_] that start with a letter, differ without regard to case, and are no reserved words; the list
 * runs parallel to `names`, so that it is also the way back. Equal names get different legal ones: callers name things,
 * not strings.
 */
export function legaliseNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^_+|_+$/g, "");
    const stem = /^[a-z]/.test(plain) && !RESERVED.has(plain) ? plain : `n_${plain}`.replace(/_$/, "");
    let legal = stem;
    for (let i = 2; taken.has(legal); i += 1) {
      legal = `${stem}_${i}`;
    }
    taken.add(legal);
    return legal;
  });
}

const ESCAPED_WORD = "n_k_";

/**
 * A name of [A-Za-z0-9_] that starts with a letter and is none of `reserved` (lower case): underscores are doubled, other
 * characters become `_` + code point in hex + `_`, and where the start or the word is not allowed, `n_k_` stands
 * before it. There is a way back, so that files need no table.
 */
export function identifierOf(name: string, reserved: ReadonlySet<string>): string {
  const escaped = Array.from(name, (character) =>
    /[A-Za-z0-9]/.test(character)
      ? character
      : character === "_"
        ? "__"
        : `_${character.codePointAt(0)!.toString(16)}_`,
  ).join("");
  return /^[A-Za-z]/.test(escaped) && !reserved.has(escaped.toLowerCase()) ? escaped : `${ESCAPED_WORD}${escaped}`;
}

/** Words that Python, and with it half of the photonic tools, keeps for itself; lower case. */
export const PYTHON_WORDS: ReadonlySet<string> = new Set(
  (
    "false none true and as assert async await break case class continue def del elif else except finally for from global if " +
    "import in is lambda match nonlocal not or pass raise return try type while with yield self print"
  ).split(" "),
);

/** Text inside a comment line. */
export function comment(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
