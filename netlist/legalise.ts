/** Names that mean something to a SPICE or that a plain word of a netlist must not be. */
const RESERVED: ReadonlySet<string> = new Set([
  "gnd",
  "null",
  "time",
  "temper",
  "hertz",
  "pi",
  "e",
  "c",
  "i",
  "boltz",
  "echarge",
  "kelvin",
  "planck",
  "true",
  "false",
  "yes",
  "no",
  "and",
  "or",
  "not",
  "div",
  "mod",
  "defined",
]);

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
