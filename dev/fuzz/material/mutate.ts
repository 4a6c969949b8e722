import type { Dice } from "./dice.ts";

/** Numbers at which readers break: edges of types, of ranges and of what fits into memory. */
const oddNumbers = [
  "0", "-0", "1", "-1", "2", "3", "7", "16", "17", "32", "33", "63", "64", "65", "255", "256", "4095", "4096", "4097",
  "65536", "16777216", "2147483647", "2147483648", "4294967295", "4294967296", "9007199254740991", "9007199254740993",
  "1e9", "1e15", "1e21", "1e300", "-1e308", "1.7976931348623157e308", "5e-324", "1e-320", "1e999", "-1e999", "0.5", "0.1", "1e-9",
  "3.141592653589793", "00", "1.", ".5", "0x10", "NaN", "Infinity",
] as const; // biome-ignore format: a table

const oddTexts = [
  "", " ", "__proto__", "constructor", "toString", "hasOwnProperty", "../../evil", "..", "a/b", "a\\b", "a\u0000b", "\u001b[31mred\u001b[0m",
  "a\nb", "\ud800", "\u00e9", "\u202egnp", "%s%n", "{", "}", "'", '"', "*", "* optinc", "null", "true", "nan", "-", "--help", "CON",
  "x".repeat(300),
] as const; // biome-ignore format: a table

const oddSigns = [
  ..."{}[]()<>;,.:=#\"'`\\/|&*!@%+-_ \t\n\r\u0000\u001b\u00a0\u00e9\u2028\ufeff\ufffd\ud83d\ude00019eExXaZ",
];

export function oddNumber(dice: Dice): string {
  return dice.pick(oddNumbers);
}

export function oddText(dice: Dice): string {
  return dice.pick(oddTexts);
}

/** Another number near a number, or far from it. */
function otherNumber(text: string, dice: Dice): string {
  const value = Number(text);
  switch (dice.below(6)) {
    case 0:
      return oddNumber(dice);
    case 1:
      return `${value + (dice.chance(0.5) ? 1 : -1)}`;
    case 2:
      return `${-value}`;
    case 3:
      // From far below rounding to a tenth: where a proof must begin to notice.
      return `${value * (1 + (dice.chance(0.5) ? 1 : -1) * 10 ** (-1 - 13 * dice.real()))}`;
    case 4:
      return `${value * 2 ** (1 + dice.below(4))}`;
    default:
      return `${dice.below(100)}`;
  }
}

/** The text with one to four changes: numbers, words of the text or of a vocabulary, lines, signs, pieces. */
export function mutateText(text: string, dice: Dice, vocabulary: readonly string[] = []): string {
  let now = text;
  for (let changes = 1 + dice.below(4); changes > 0; changes--) now = mutateOnce(now, dice, vocabulary);
  return now;
}

function mutateOnce(text: string, dice: Dice, vocabulary: readonly string[]): string {
  switch (dice.below(10)) {
    case 0:
    case 1:
      return changeMatch(text, /(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi, dice, (match) => otherNumber(match, dice));
    case 2:
    case 3: {
      const words = dice.chance(0.5) && vocabulary.length > 0 ? vocabulary : (text.match(/[A-Za-z_][\w-]*/g) ?? ["a"]);
      return changeMatch(text, /[A-Za-z_][\w-]*/g, dice, () => (dice.chance(0.1) ? oddText(dice) : dice.pick(words)));
    }
    case 4:
    case 5:
      return changeLines(text, dice);
    case 6: {
      const at = dice.below(text.length + 1);
      const put = Array.from({ length: 1 + dice.below(3) }, () => dice.pick(oddSigns)).join("");
      return text.slice(0, at) + put + text.slice(at);
    }
    case 7: {
      const at = dice.below(text.length + 1);
      return text.slice(0, at) + text.slice(at + 1 + dice.below(dice.chance(0.1) ? text.length : 12));
    }
    case 8: {
      const from = dice.below(text.length + 1);
      const piece = text.slice(from, from + 1 + dice.below(60));
      const at = dice.below(text.length + 1);
      return text.slice(0, at) + piece.repeat(dice.chance(0.05) ? 40 : 1) + text.slice(at);
    }
    default: {
      const at = dice.below(text.length + 1);
      const word = vocabulary.length > 0 ? dice.pick(vocabulary) : oddText(dice);
      return `${text.slice(0, at)} ${word} ${text.slice(at)}`;
    }
  }
}

function changeMatch(text: string, pattern: RegExp, dice: Dice, change: (match: string) => string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const match = dice.pick(found);
  return text.slice(0, match.index) + change(match[0]) + text.slice(match.index + match[0].length);
}

function changeLines(text: string, dice: Dice): string {
  const lines = text.split("\n");
  const [a, b] = [dice.below(lines.length), dice.below(lines.length)];
  switch (dice.below(5)) {
    case 0:
      lines.splice(a, 1 + dice.below(dice.chance(0.2) ? lines.length : 2));
      break;
    case 1:
      lines.splice(b, 0, lines[a]!);
      break;
    case 2:
      [lines[a], lines[b]] = [lines[b]!, lines[a]!];
      break;
    case 3: {
      // Words of one line among those of another: wires go elsewhere.
      const [from, to] = [lines[a]!.split(" "), lines[b]!.split(" ")];
      to[dice.below(to.length)] = dice.pick(from);
      lines[b] = to.join(" ");
      break;
    }
    default: {
      const words = lines[a]!.split(" ");
      const [i, j] = [dice.below(words.length), dice.below(words.length)];
      [words[i], words[j]] = [words[j]!, words[i]!];
      lines[a] = words.join(" ");
    }
  }
  return lines.join("\n");
}

type Place = { readonly parent: Record<string, unknown>; readonly key: string };

/** JSON text of the value with one to three changes: leaves, list entries, keys, parts from elsewhere; at times of the text. */
export function mutateJson(value: unknown, dice: Dice): string {
  const root = { root: structuredClone(value) };
  for (let changes = 1 + (dice.chance(0.5) ? 0 : dice.below(3)); changes > 0; changes--) changeJson(root, dice);
  const text = JSON.stringify(root.root) ?? "";
  // What JSON.stringify cannot write and JSON.parse reads; trees so deep would end the fuzzer's own stack.
  const extreme = text
    .replaceAll('"@infinite"', "1e999")
    .replaceAll('"@negative-zero"', "-0")
    .replaceAll('"@deep"', `${"[".repeat(3000)}0${"]".repeat(3000)}`);
  return dice.chance(0.08) ? mutateText(extreme, dice) : extreme;
}

function changeJson(root: { root: unknown }, dice: Dice): void {
  const { parent, key } = somewhere(root, dice);
  const old = parent[key];
  const list = Array.isArray(parent) ? (parent as unknown[]) : null;
  switch (dice.below(8)) {
    case 0:
      if (list !== null) list.splice(Number(key), 1);
      else if (parent !== (root as unknown)) delete parent[key];
      return;
    case 1:
      if (list !== null) list.splice(dice.below(list.length + 1), 0, structuredClone(old));
      else
        Object.defineProperty(parent, oddText(dice), {
          value: old,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      return;
    case 2: {
      const keys = Object.keys(parent);
      const other = dice.pick(keys);
      [parent[key], parent[other]] = [parent[other], parent[key]];
      return;
    }
    case 3: {
      const from = somewhere(root, dice);
      parent[key] = structuredClone(from.parent[from.key]);
      return;
    }
    case 4:
      parent[key] = dice.pick<() => unknown>([
        () => null, () => [], () => ({}), () => true, () => false, () => oddText(dice), () => [old], () => "@infinite",
        () => "@negative-zero", () => Number(oddNumber(dice)) || 0, () => "1", () => (dice.chance(0.1) ? "@deep" : [[[[[[{ a: [[old]] }]]]]]]),
      ])(); // biome-ignore format: a table
      return;
    default:
      parent[key] = otherLeaf(old, dice);
  }
}

function otherLeaf(old: unknown, dice: Dice): unknown {
  if (typeof old === "boolean") return !old;
  if (typeof old === "string") return dice.chance(0.5) ? oddText(dice) : mutateText(old, dice);
  if (typeof old !== "number") return dice.chance(0.3) ? null : old;
  const number = Number(otherNumber(`${old}`, dice));
  return Number.isFinite(number) ? number : "@infinite";
}

/** A place in the tree, leaves more often than branches. */
function somewhere(root: { root: unknown }, dice: Dice): Place {
  let place: Place = { parent: root, key: "root" };
  for (;;) {
    const value = place.parent[place.key];
    if (typeof value !== "object" || value === null) return place;
    const keys = Object.keys(value);
    if (keys.length === 0 || (place.parent !== root && dice.chance(0.12))) return place;
    place = { parent: value as Record<string, unknown>, key: dice.pick(keys) };
  }
}

/** The bytes with one to four changes: flipped, overwritten with edges of integers, cut, doubled, moved. */
export function mutateBytes(bytes: Uint8Array, dice: Dice): Uint8Array {
  let now = bytes;
  for (let changes = 1 + dice.below(4); changes > 0; changes--) {
    const at = dice.below(now.length + 1);
    const copy = Uint8Array.from(now);
    switch (dice.below(6)) {
      case 0:
        if (at < copy.length) copy[at]! ^= 1 << dice.below(8);
        break;
      case 1: {
        const width = dice.pick([1, 2, 4, 8]);
        const value = BigInt(
          dice.pick(["0", "1", "127", "128", "255", "256", "65535", "2147483647", "4294967295", "-1", "-128"]),
        );
        for (let i = 0; i < width && at + i < copy.length; i++) copy[at + i] = Number((value >> BigInt(8 * i)) & 255n);
        break;
      }
      case 2:
        now = copy.slice(0, at);
        continue;
      case 3:
        now = Uint8Array.from([...copy.subarray(0, at), ...copy.subarray(at + 1 + dice.below(16))]);
        continue;
      case 4: {
        const from = dice.below(copy.length + 1);
        now = Uint8Array.from([
          ...copy.subarray(0, at),
          ...copy.subarray(from, from + 1 + dice.below(64)),
          ...copy.subarray(at),
        ]);
        continue;
      }
      default:
        for (let i = at; i < Math.min(copy.length, at + 8); i++) copy[i] = dice.below(256);
    }
    now = copy;
  }
  return now;
}
