import { DEVICE_MODELS, SATURATING_MODEL } from "./parts.ts";

/** Thrown inside the reader at the first thing that it does not understand, and caught at its end. */
export class Unreadable extends Error {
  readonly where: string;
  constructor(message: string, where: string) {
    super(message);
    this.where = where;
  }
}

/**
 * A logical line of a SPICE file: lower case, its words separated by one blank, its continuations joined. SPICE knows no case,
 * so names that differ by case only are the same here as in ngspice.
 */
export interface Card {
  readonly text: string;
  /** `line 12`, of the first physical line. */
  readonly where: string;
}

export interface Subcircuit {
  readonly name: string;
  /** What stands after the name on the .subckt line. */
  readonly pins: readonly string[];
  readonly cards: readonly Card[];
  readonly where: string;
}

export interface DeckStructure {
  /** Cards outside of subcircuits and of control sections, without .end. */
  readonly top: readonly Card[];
  readonly subcircuits: ReadonlyMap<string, Subcircuit>;
  /** What stands from .control to .endc, both included. */
  readonly control: readonly Card[];
}

/** The text of a file that another one includes by its name, or null where there is none. */
export type Loader = (name: string) => string | null;

const INCLUDE = /^\.include ([A-Za-z0-9_][A-Za-z0-9._-]{0,250})\r?$/;

/**
 * The cards of a file, up to .end, with those of the one file that it may include in their place. Refuses what ngspice could take for something else than the reader does: lines that start with a
 * blank, characters that are not plain ASCII outside of comments, comments that are commands (`*#`), continuations of a comment,
 * and anything after .end. Throws Unreadable with the line.
 */
export function structureOf(text: string, load: Loader): DeckStructure {
  const lines = linesOf(text);
  const at = lines.findIndex((line) => INCLUDE.test(line.text));
  if (at >= 0) lines.splice(at, 1, ...includedLines(INCLUDE.exec(lines[at]!.text)![1]!, lines, load, lines[at]!.where));
  const cards = cardsOf(lines);
  const end = cards.pop();
  if (end?.text !== ".end") {
    const message =
      "the file does not end with .end: it was cut, something follows, or it is a circuit without its testbench, NAME.test.sp";
    throw new Unreadable(message, end?.where ?? "");
  }
  return grouped(cards);
}

/** The subcircuits of the devices as the writer prints them, by name: the cards that a file must hold word for word. */
export const deviceModels: ReadonlyMap<string, Subcircuit> = grouped(
  cardsOf(linesOf(`${DEVICE_MODELS}${SATURATING_MODEL}`)),
).subcircuits;

/** The words of a subcircuit, by which two are compared. */
export function wordsOf(part: Subcircuit): string {
  return [part.pins.join(" "), ...part.cards.map((card) => card.text)].join("\n");
}

/** Physical lines. */
function linesOf(text: string, of: string = ""): Card[] {
  return text.split("\n").map((line, i) => ({ text: line, where: `line ${i + 1}${of}` }));
}

/**
 * Empty lines around them, so that none continues one of the other file. The file is for the same circuit by its first two lines, so that a
 * testbench does not meet the circuit of another one.
 */
function includedLines(name: string, lines: readonly Card[], load: Loader, where: string): readonly Card[] {
  const text = load(name);
  refuseUnless(text !== null, `${excerpt(name)} is not beside the file that includes it`, where);
  const included = linesOf(text, ` of ${name}`);
  refuseUnless(
    [0, 1].every((i) => included[i]?.text === lines[i]!.text),
    `${excerpt(name)} is for another circuit: its first two lines differ`,
    where,
  );
  const empty = { text: "", where };
  return [empty, ...included, empty];
}

function cardsOf(lines: readonly Card[]): Card[] {
  const cards: { words: string[]; where: string }[] = [];
  let open = false;
  for (const { text, where } of lines) {
    const line = text.endsWith("\r") ? text.slice(0, -1) : text;
    if (line.startsWith("*")) {
      open = false;
      checkComment(line, where);
      continue;
    }
    refuseUnless(
      /^[\t\x20-\x7e]*$/.test(line),
      "a character that is not plain ASCII stands outside of a comment",
      where,
    );
    const words = line
      .toLowerCase()
      .split(/[\t ]+/)
      .filter((word) => word !== "");
    if (words.length === 0) {
      open = false;
    } else if (/^[\t ]/.test(line)) {
      throw new Unreadable("the line starts with a blank", where);
    } else if (words[0] === "+") {
      refuseUnless(open, "the line continues a comment, an empty line or nothing", where);
      for (const word of words.slice(1)) {
        cards.at(-1)!.words.push(word);
      }
    } else {
      open = true;
      cards.push({ words, where });
    }
  }
  return cards.map(({ words, where }) => ({ text: words.join(" "), where }));
}

/** ngspice runs `*#` as a command, and knows other words that start with a star. */
function checkComment(line: string, where: string): void {
  refuseUnless(
    /^\*($|[\t ])/.test(line),
    "a comment starts with a star and a blank, anything else can be a command",
    where,
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is looked for are control characters
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(line)) {
    throw new Unreadable("the comment holds a control character", where);
  }
}

function grouped(cards: readonly Card[]): DeckStructure {
  const top: Card[] = [];
  const control: Card[] = [];
  const subcircuits = new Map<string, Subcircuit>();
  let inside: { name: string; pins: string[]; cards: Card[]; where: string } | null = null;
  for (const card of cards) {
    const [first, name = "", ...rest] = card.text.split(" ");
    if (first === ".subckt") {
      if (inside !== null || subcircuits.has(name)) {
        throw new Unreadable(`the subcircuit ${excerpt(name)} stands in another one, or twice`, card.where);
      }
      inside = { name, pins: rest, cards: [], where: card.where };
    } else if (first === ".ends") {
      if (inside === null || card.text !== `.ends ${inside.name}`) {
        throw new Unreadable(`\`${excerpt(card.text)}\` does not end the subcircuit that is open`, card.where);
      }
      subcircuits.set(inside.name, inside);
      inside = null;
    } else if (inside !== null) {
      inside.cards.push(card);
    } else if (first === ".control" || (control.length > 0 && control.at(-1)!.text !== ".endc")) {
      control.push(card);
    } else {
      top.push(card);
    }
  }
  if (inside !== null) {
    throw new Unreadable(`the subcircuit ${excerpt(inside.name)} has no .ends: the file was cut`, inside.where);
  }
  return { top, subcircuits, control };
}

/** The start of a text of the file, for a message. */
export function excerpt(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

export function refuseUnless(holds: boolean, message: string, where: string): asserts holds {
  if (!holds) throw new Unreadable(message, where);
}
