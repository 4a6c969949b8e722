import { readFileSync } from "node:fs";
import type { Circuit } from "../../netlist/index.ts";
import { compiledMean } from "./spice/compiled.ts";

/** A changed file and what was done to it. */
export interface SpiceMutant {
  readonly text: string;
  readonly what: string;
}

/** Lines that a hostile file could hold; each means something to ngspice, or looks as if it did. */
const {
  lines: hostileLines,
  words: hostileWords,
  numbers: hostileNumbers,
}: Readonly<Record<"lines" | "words" | "numbers", readonly string[]>> = JSON.parse(
  readFileSync(new URL("hostile-spice.json", import.meta.url), "utf8"),
);

/** One random change of one kind, seeded by `random` in [0, 1); `text` has LF. */
export function mutateSpice(text: string, random: () => number): SpiceMutant {
  const below = (n: number): number => Math.floor(random() * n);
  const one = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const lines = text.split("\n").slice(0, -1);
  const speaking = [...lines.keys()].filter((i) => random() < 0.05 || !lines[i]!.startsWith("*"));
  const at = one(speaking.filter((i) => lines[i] !== ""));
  const line = lines[at]!;
  const words = line.split(" ");
  const nodes = (): string[] => lines.flatMap((it) => it.split(" ").filter((word) => /_(re|im)$/.test(word)));
  const joined = (changed: readonly string[], what: string): SpiceMutant => ({ text: `${changed.join("\n")}\n`, what });
  const instead = (changed: string, what: string): SpiceMutant =>
    joined(lines.with(at, changed), `${what}: ${changed}`);
  const place = below(words.length);
  const numbers = [...words.keys()].filter((i) => /(^|[=(])-?\d[\d.]*(e-?\d+)?\)?}?$/.test(words[i]!));
  const pairs = [...words.keys()].filter((i) => /_(re|im)$/.test(words[i]!));
  const other = one(speaking);
  const changes: (() => SpiceMutant)[] = [
    () => joined(lines.toSpliced(at, 1), `dropped: ${line}`),
    () => joined(lines.toSpliced(at, 0, line), `doubled: ${line}`),
    () => joined(lines.toSpliced(other, 0, line), `doubled elsewhere: ${line}`),
    () => joined(lines.with(at, lines[other]!).with(other, line), `swapped: ${line} with ${lines[other]!}`),
    () => joined(lines.toSpliced(at, 1).toSpliced(below(lines.length), 0, line), `moved: ${line}`),
    () => instead(words.toSpliced(place, 1).join(" "), "word dropped"),
    () => instead(words.toSpliced(place, 0, words[place]!).join(" "), "word doubled"),
    () => instead(words.with(place, one(words)).join(" "), "word copied"),
    () => instead(words.with(place, one(lines[other]!.split(" "))).join(" "), "word of another line"),
    () => instead(`${line} ${one(hostileWords)}`, "appended"),
    () => instead(words.toSpliced(place, 0, one(hostileWords)).join(" "), "inserted"),
    () => joined(lines.toSpliced(at, 0, one(hostileLines)), "hostile line"),
    () => joined([...lines, one([...hostileLines, line])], "after the end"),
    () => instead(line.slice(0, below(line.length)), "cut"),
    () => {
      const i = below(line.length);
      return instead(
        line.slice(0, i) + one(["", "0", "1", "9", "-", ".", " ", "x", "_", "e", "*"]) + line.slice(i + 1),
        "character",
      );
    },
    () => instead(random() < 0.5 ? line.toUpperCase() : line.replace(/[a-z]/, (it) => it.toUpperCase()), "case"),
    () => instead(words.toSpliced(place, 0, "\n+").join(" ").replaceAll(" \n+ ", "\n+ "), "continued"),
    () =>
      joined(
        lines.with(
          at,
          line.replace(/\d+/, (digits) => `${(Number(digits) + 1) % 4}`),
        ),
        `index of ${line}`,
      ),
  ];
  const numberOf = (): SpiceMutant => {
    const i = one(numbers);
    const scaled = (old: string): string => {
      const by = one([-1, 0, 0.5, 0.9, 0.99, 1.0001, 1.01, 1.1, 2, 10]);
      return random() < 0.5 ? one(hostileNumbers) : `${Number(old) * by}`;
    };
    return instead(words.with(i, words[i]!.replace(/-?\d[\d.]*(e-?\d+)?(?=\)?}?$)/, scaled)).join(" "), "number");
  };
  const rewired = (): SpiceMutant => {
    const i = one(pairs);
    const stem = one(nodes()).replace(/_(re|im)$/, "");
    const old = words[i]!.replace(/_(re|im)$/, "");
    // half of the time the whole field, so that the pair stays one
    const both = random() < 0.5;
    const changed = words.map((word, w) =>
      w === i || (both && word.startsWith(`${old}_`)) ? word.replace(old, stem) : word,
    );
    return instead(changed.join(" "), "rewired");
  };
  const swappedFields = (): SpiceMutant => {
    const [a, b] = [one(pairs), one(pairs)].map((i) => words[i]!.replace(/_(re|im)$/, ""));
    const exchanged = words.map((word) =>
      word.startsWith(`${a!}_`) ? word.replace(a!, b!) : word.startsWith(`${b!}_`) ? word.replace(b!, a!) : word,
    );
    return instead(exchanged.join(" "), "fields exchanged");
  };
  if (numbers.length > 0) {
    changes.push(numberOf, numberOf, numberOf);
  }
  if (pairs.length > 0) {
    changes.push(rewired, rewired, swappedFields);
  }
  return one(changes)();
}

/** Files whose mutations are tried, with the number of mutations of seed 8. */
export const spiceMutations: readonly (readonly [string, Circuit, "nested" | "flat", number])[] = [
  ["mean-2x2, nested", compiledMean(2, 2, 4), "nested", 3000],
  ["mean-2x2, flat", compiledMean(2, 2, 4), "flat", 1500],
  ["mean-2x2 of two symbols", compiledMean(2, 2, 2), "nested", 1000],
];
