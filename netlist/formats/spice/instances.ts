import { type Card, excerpt, refuseUnless, Unreadable } from "./cards.ts";

/** X_s0_d3_c1 a_re a_im 0 0 c_re c_im d_re d_im mzi theta=1 phi=2 */
export interface Instance {
  readonly name: string;
  /** In the order of the pins; null is ground, which is a dark field. */
  readonly nets: readonly (string | null)[];
  readonly model: string;
  /** At most one value a name. */
  readonly settings: ReadonlyMap<string, number>;
  readonly where: string;
}

/** Cards by what they name or set, each of which is there once. What is understood is taken out; what is left is refused. */
export type Deck = Map<string, Card>;

export const WHOLE = "(?:0|[1-9][0-9]{0,5})";
export const NUMBER = "-?[0-9]{1,30}(?:[.][0-9]{1,30})?(?:e[+-]?[0-9]{1,3})?";
export const STEM: string = `w${WHOLE}_s${WHOLE}`;
export const CONSTANT = "(?:ref_[a-z0-9_]+)";
/**
 * Nets, which are stems of the nodes <net>_re and <net>_im, are named by segments of a letter and a number, or ref_ and the name of constant
 * light. Words that mean something to ngspice wherever they stand in an E line, such as `table`, are no such names.
 */
export const FIELD: string = `(?:(?:[a-z][0-9]{1,9}(?:_[a-z]?[0-9]{1,9}){0,7})|${CONSTANT})`;

export const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`);

const patterns = {
  instance: /^x_[a-z0-9_]+$/,
  net: whole(FIELD),
  port: whole(`(?:${FIELD}|out_${STEM})`),
  setting: whole(`([a-z][a-z0-9]{0,15})=(?:(${NUMBER})|[{]([a-z0-9_]{1,70})[}])`),
  phase: whole(`((?:theta|phi)_[a-z0-9_]{1,60})=(${NUMBER})`),
};

/** What a card of this first letter or word looks like, for the message that refuses it. */
const forms: readonly (readonly [start: string, form: string])[] = [
  [
    ".param",
    "a parameter is .param w<worker>_s<symbol>=<level> of a source, theta_<name>=<rad> or phi_<name>=<rad>, once",
  ],
  [".inc", "one file of the same directory is included, by .include NAME in small letters"],
  ["v", "a source is V_<name>_re <name>_re 0 {<name>*(<volts a level>)} or <volts>, and V_<name>_im <name>_im 0 0"],
  [
    "e_out",
    "a field at a receiver is `E_out_<name>_re out_<name>_re 0 <net>_re 0 1`, and the same with _im, in the circuit",
  ],
  ["e_rx", "a receiver is E_rx_<name> rx_<name> 0 out_<name>_re 0 <levels a volt>"],
  ["b", "the level of a receiver is B_level_<name> level_<name> 0 V=max(0,min(<highest>,floor(V(rx_<name>)+0.5)))"],
  ["x", "an instance is X_<name> <nodes> <subcircuit>, in the circuit"],
  [".save", "what is saved is v(<node>), each node once"],
  [".options", "the options are itl1=<steps> reltol=1e-9 vntol=1e-12 abstol=1e-12"],
  [".tran", "a waveform is not read: export with analysis=op"],
];

export function notRead({ text, where }: Card): Unreadable {
  const form = forms.find(([start]) => text.startsWith(start));
  return new Unreadable(`\`${excerpt(text)}\` is not read${form === undefined ? "" : `: ${form[1]}`}`, where);
}

/** Throws Unreadable where two cards name the same. */
export function deckOf(cards: readonly Card[]): Deck {
  const deck: Deck = new Map();
  for (const card of cards) {
    const name = nameOf(card.text);
    refuseUnless(!deck.has(name), `a second ${name}`, card.where);
    deck.set(name, card);
  }
  return deck;
}

/** `.param w0_s0`, the whole of a .save, the first word of others. */
function nameOf(text: string): string {
  return text.startsWith(".save") ? text : text.split(/[ =]/, text.startsWith(".param") ? 2 : 1).join(" ");
}

/** Takes out the card of that name, and gives what its form has in parentheses. Throws Unreadable where it has another form or is missing, for what stands at `where`. */
export function take(deck: Deck, name: string, form: RegExp, where: string): readonly string[] {
  const card = deck.get(name);
  refuseUnless(card !== undefined, `${name} is missing`, where);
  const found = form.exec(card.text);
  if (found === null) throw notRead(card);
  deck.delete(name);
  return found.slice(1);
}

/** Takes out the card that reads so. */
export function takeLine(deck: Deck, text: string, where: string): void {
  const card = deck.get(nameOf(text));
  refuseUnless(card !== undefined, `${text} is missing`, where);
  if (card.text !== text) throw notRead(card);
  deck.delete(nameOf(text));
}

/**
 * Takes out the instances of a part, with the phases that the part sets: .param theta_d0=1 phi_d0=2. Throws Unreadable for a phase that is set twice
 * or that no instance takes.
 */
export function takeInstances(deck: Deck): readonly Instance[] {
  const phases = new Map<string, { readonly value: number; readonly where: string; isTaken: boolean }>();
  const cards: Card[] = [];
  for (const [name, card] of deck) {
    const { text, where } = card;
    if (text.startsWith("x")) cards.push(card);
    else if (!/^[.]param (theta|phi)_/.test(name)) continue;
    else {
      for (const word of text.split(" ").slice(1)) {
        const [, phase, value] = patterns.phase.exec(word) ?? [];
        refuseUnless(phase !== undefined && !phases.has(phase), noNumber(word), where);
        phases.set(phase, { value: finite(value!, where), where, isTaken: false });
      }
    }
    deck.delete(name);
  }
  const instances = cards.map((card) =>
    instanceOf(card, (name) => {
      const phase = phases.get(name);
      refuseUnless(phase !== undefined, `the same subcircuit sets no phase ${excerpt(name)}`, card.where);
      phase.isTaken = true;
      return phase.value;
    }),
  );
  for (const [name, { where, isTaken }] of phases) {
    refuseUnless(isTaken, `no device of the same subcircuit has the phase ${name}`, where);
  }
  return instances;
}

function noNumber(word: string): string {
  return `\`${excerpt(word)}\` is not a plain number (suffixes are not read), or stands twice`;
}

function instanceOf(card: Card, phaseOf: (name: string) => number): Instance {
  const { text, where } = card;
  const words = text.split(" ");
  const name = words[0]!;
  if (!patterns.instance.test(name)) throw notRead(card);
  let last = words.length;
  while (words[last - 1]!.includes("=")) {
    last -= 1;
  }
  const settings = new Map<string, number>();
  for (const word of words.slice(last)) {
    const [, key, number, phase] = patterns.setting.exec(word) ?? [];
    refuseUnless(key !== undefined && !settings.has(key), noNumber(word), where);
    settings.set(key, phase === undefined ? finite(number!, where) : phaseOf(phase));
  }
  return { name, nets: netsOf(words.slice(1, last - 1), where), model: words[last - 1]!, settings, where };
}

/** Nets of nodes that come in pairs, <net>_re <net>_im or 0 0; among those of a whole circuit are its outputs. */
export function netsOf(nodes: readonly string[], where: string, of: "part" | "circuit" = "part"): (string | null)[] {
  const pattern = of === "part" ? patterns.net : patterns.port;
  const nets: (string | null)[] = [];
  for (let i = 0; i < nodes.length; i += 2) {
    const [re = "", im = "nothing"] = nodes.slice(i, i + 2);
    const net = re === "0" && im === "0" ? null : re.slice(0, -3);
    const isField = net === null || (re === `${net}_re` && im === `${net}_im` && pattern.test(net));
    refuseUnless(isField, `${excerpt(re)} and ${excerpt(im)} are no field: <net>_re <net>_im, or 0 0`, where);
    nets.push(net);
  }
  return nets;
}

export function finite(text: string, where: string): number {
  const value = Number(text);
  refuseUnless(Number.isFinite(value), `${excerpt(text)} is beyond the numbers`, where);
  return value;
}
