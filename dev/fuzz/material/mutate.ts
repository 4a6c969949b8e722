import fc from "fast-check";

/** Numbers at which readers break: edges of types, of ranges and of what fits into memory. */
const oddNumbers = [
  "0", "-0", "1", "-1", "2", "3", "7", "16", "17", "32", "33", "63", "64", "65", "255", "256", "4095", "4096", "4097",
  "65536", "16777216", "2147483647", "2147483648", "4294967295", "4294967296", "9007199254740991", "9007199254740993",
  "1e9", "1e15", "1e21", "1e300", "-1e308", "1.7976931348623157e308", "5e-324", "1e-320", "1e999", "-1e999", "0.5", "0.1", "1e-9",
] as const; // biome-ignore format: a table

const oddTexts = [
  "", " ", "__proto__", "constructor", "toString", "hasOwnProperty", "../../evil", "..", "a/b", "a\\b", "a\u0000b", "\u001b[31mred\u001b[0m",
  "a\nb", "\ud800", "\u00e9", "\u202egnp", "%s%n", "{", "}", "'", '"', "*", "* optinc", "null", "true", "nan", "-", "--help", "CON",
  "00", "1.", ".5", "0x10", "NaN", "Infinity", "x".repeat(300),
] as const; // biome-ignore format: a table

const oddSigns = "{}[]()<>;,.:=#\"'`\\/|&*!@%+-_ \t\n\r\u0000\u001b\u00a0\u00e9\u2028\ufeff\ufffd\ud83d\ude00019eExXaZ";

export const oddText: fc.Arbitrary<string> = fc.constantFrom(...oddTexts);

/** A number that is taken modulo a length: any place of a text, none preferred. */
const place = fc.noBias(fc.nat(2 ** 30));

type Change = fc.Arbitrary<(text: string) => string>;

const written = (text: fc.Arbitrary<string>): Change => text.map((word) => () => word);

/** Pieces of a list are cut, copied to another place or put over what stands there, or the list ends early. */
export function rearrangement(mostLength: number): fc.Arbitrary<(list: readonly string[]) => readonly string[]> {
  const how = fc.constantFrom("cut", "copy", "over", "end");
  return fc
    .tuple(how, place, place, fc.integer({ min: 1, max: mostLength }))
    .map(([kind, from, to, length]) => (list) => {
      const [a, b] = [from % (list.length + 1), to % (list.length + 1)];
      const piece = list.slice(a, a + length);
      if (kind === "end") return list.slice(0, a);
      return kind === "cut"
        ? list.toSpliced(a, length)
        : list.toSpliced(b, kind === "over" ? piece.length : 0, ...piece);
    });
}

/** Rearranges the pieces between matches of `unit`. */
function piecesChange(unit: RegExp | string, mostLength: number): Change {
  return rearrangement(mostLength).map((change) => (text) => change(text.split(unit)).join(""));
}

/** One match of a pattern becomes what `change` makes of it. */
function matchChange(pattern: RegExp, change: Change): Change {
  return fc.tuple(place, change).map(([at, apply]) => (text) => {
    const found = [...text.matchAll(pattern)];
    const match = found[at % Math.max(found.length, 1)];
    if (match === undefined) return text;
    return text.slice(0, match.index) + apply(match[0]) + text.slice(match.index + match[0].length);
  });
}

/** A piece is put between two signs or over those that follow. */
function insertChange(piece: fc.Arbitrary<string>): Change {
  return fc.tuple(place, piece, fc.boolean()).map(([at, put, over]) => (text) => {
    const here = at % (text.length + 1);
    return text.slice(0, here) + put + text.slice(over ? here + put.length : here);
  });
}

/** Another number near a number, or far from it. */
const numberChange = matchChange(
  /(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi,
  fc.oneof<Change[]>(
    written(fc.constantFrom(...oddNumbers)),
    written(fc.nat(99).map(String)),
    fc.constantFrom(1, -1).map((step) => (text) => `${Number(text) + step}`),
    fc.constantFrom(-1, 2, 4, 8, 16).map((factor) => (text) => `${Number(text) * factor}`),
    // From far below rounding to a tenth: where a proof must begin to notice.
    fc.integer({ min: -14, max: -1 }).map((power) => (text) => `${Number(text) * (1 + 10 ** power)}`),
    fc.integer({ min: -14, max: -1 }).map((power) => (text) => `${Number(text) * (1 - 10 ** power)}`),
  ),
);

type Weighted = readonly [weight: number, change: Change];

/** A text with one to three of the changes. */
function mutate(text: fc.Arbitrary<string>, ...changes: readonly Weighted[]): fc.Arbitrary<string> {
  const change = fc.oneof(...changes.map(([weight, arbitrary]) => ({ weight, arbitrary })));
  return fc
    .tuple(text, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([start, steps]) => steps.reduce((now, apply) => apply(now), start));
}

/** One of the texts with changes to its numbers, words of it or of a vocabulary, lines, signs; at times parts of two texts. */
export function mutateText(texts: readonly string[], vocabulary: readonly string[] = oddTexts): fc.Arbitrary<string> {
  const text = fc.constantFrom(...texts);
  const spliced = fc
    .tuple(text, text, place, place)
    .map(([a, b, end, start]) => a.slice(0, end % (a.length + 1)) + b.slice(start % (b.length + 1)));
  const word = fc.constantFrom(...vocabulary);
  const signs = fc.string({ unit: fc.constantFrom(...oddSigns), minLength: 1, maxLength: 3 });
  return mutate(
    fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: spliced }),
    [4, numberChange],
    [2, matchChange(/[A-Za-z_][\w-]*/g, written(fc.oneof(word, oddText)))],
    [2, piecesChange(/\b/, 1)],
    [4, piecesChange(/(?<=\n)/, 2)],
    [3, piecesChange("", 60)],
    [2, insertChange(signs)],
    [2, insertChange(word.map((each) => ` ${each} `))],
  );
}

/** Values of JSON that readers do not expect, among them what JSON.parse reads and JSON.stringify cannot write. */
const oddJson = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.oneof(fc.json({ maxDepth: 2 }), fc.constantFrom("null", "true", '"1"', "1e999", "-0", '{"a":[[1]]}')),
  },
  { weight: 1, arbitrary: fc.constant(`${"[".repeat(3000)}0${"]".repeat(3000)}`) },
);

/** A value that holds at most one level of others, and an entry of a list or object. */
const jsonValue = /(?<=[[:,])(?:[^[\]{}",]+|"[^"]*"|\[[^[\]{}]*\]|\{(?:[^{}]|\{[^{}]*\})*\})(?=[,\]}])/g;
const jsonEntry = new RegExp(`,(?:"[^"]*":)?${jsonValue.source}`, "g");

/** One value takes the place of another. */
const valueFromElsewhere: Change = fc.tuple(place, place).map(([at, from]) => (text) => {
  const found = [...text.matchAll(jsonValue)];
  const [old, other] = [found[at % Math.max(found.length, 1)], found[from % Math.max(found.length, 1)]];
  if (old === undefined || other === undefined) return text;
  return text.slice(0, old.index) + other[0] + text.slice(old.index + old[0].length);
});

/** The JSON text of a value with changes: leaves, entries, parts from elsewhere; at times of signs. */
export function mutateJson(value: unknown): fc.Arbitrary<string> {
  const entry = fc.constantFrom(
    (text: string) => text + text,
    () => "",
  );
  return mutate(
    fc.constant(JSON.stringify(value)),
    [16, numberChange],
    [4, matchChange(/"[^"]*"/g, written(oddText.map((text) => JSON.stringify(text))))],
    [4, matchChange(jsonValue, written(oddJson))],
    [4, matchChange(jsonEntry, entry)],
    [4, valueFromElsewhere],
    [1, piecesChange("", 12)],
  );
}

/** The bytes with changes: overwritten with edges of integers, cut, doubled, moved. */
export function mutateBytes(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const edges = fc.constantFrom(0n, 1n, 127n, 128n, 255n, 256n, 65535n, 2147483647n, 4294967295n, -1n, -128n);
  const integer = fc.tuple(fc.constantFrom(1, 2, 4, 8), edges).map(([width, value]) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer.toString("latin1", 0, width);
  });
  const any = fc.uint8Array({ minLength: 1, maxLength: 8 }).map((list) => Buffer.from(list).toString("latin1"));
  const text = fc.constant(Buffer.from(bytes).toString("latin1"));
  return mutate(text, [1, insertChange(integer)], [1, insertChange(any)], [1, piecesChange("", 64)]).map((changed) =>
    Uint8Array.from(Buffer.from(changed, "latin1")),
  );
}
