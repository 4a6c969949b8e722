import { type Card, excerpt, refuseUnless, Unreadable } from "./cards.ts";

/** Which symbol of which worker. */
export interface SymbolPlace {
  readonly worker: number;
  readonly symbol: number;
}

/** A card that was understood from its first word to its last; nets are the stems of the nodes `<net>_re` and `<net>_im`. */
export type Element =
  /** .param w0_s0=3: the level that worker 0 sends as symbol 0. */
  | { readonly kind: "level"; readonly place: SymbolPlace; readonly level: number }
  /** V_w0_s0_re w0_s0_re 0 {w0_s0*(1)} */
  | { readonly kind: "worker"; readonly net: string; readonly place: SymbolPlace; readonly fieldPerLevel: number }
  /** V_ref_rail_re ref_rail_re 0 2.5 */
  | { readonly kind: "reference"; readonly net: string; readonly field: number }
  /** V_w0_s0_im w0_s0_im 0 0 */
  | { readonly kind: "imaginary"; readonly net: string }
  | Instance
  /** E_out_w0_s0_re out_w0_s0_re 0 <net>_re 0 1 */
  | { readonly kind: "field"; readonly stem: string; readonly part: "re" | "im"; readonly net: string }
  /** E_rx_w0_s0 rx_w0_s0 0 out_w0_s0_re 0 2 */
  | { readonly kind: "receiver"; readonly stem: string; readonly place: SymbolPlace; readonly levelsPerField: number }
  /** B_level_w0_s0 level_w0_s0 0 V=max(0,min(3,floor(V(rx_w0_s0)+0.5))) */
  | { readonly kind: "snap"; readonly stem: string; readonly place: SymbolPlace; readonly highest: number }
  | { readonly kind: "save"; readonly nodes: readonly string[] }
  | { readonly kind: "options"; readonly iterations: number }
  | { readonly kind: "operating-point" };

/** X_s0_d3_c1 a_re a_im 0 0 c_re c_im d_re d_im mzi theta=1 phi=2 */
export interface Instance {
  readonly kind: "instance";
  readonly name: string;
  /** In the order of the pins; null is ground, which is a dark field. */
  readonly nets: readonly (string | null)[];
  readonly model: string;
  /** At most one value a name. */
  readonly settings: ReadonlyMap<string, number>;
}

const WHOLE = "(?:0|[1-9][0-9]{0,5})";
const NUMBER = "-?[0-9]{1,30}(?:[.][0-9]{1,30})?(?:e[+-]?[0-9]{1,3})?";
const STEM = `w${WHOLE}_s${WHOLE}`;
/**
 * Nets are named by segments of a letter and a number, or ref_ and the name of constant light. Words that mean something to
 * ngspice wherever they stand in an E line, such as `table`, are no such names.
 */
const NET = "(?:[a-z][0-9]{1,9}(?:_[a-z]?[0-9]{1,9}){0,7})";
const CONSTANT = "(?:ref_[a-z0-9_]+)";
const FIELD = `(?:${NET}|${CONSTANT})`;

const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`);

const patterns = {
  level: whole(`[.]param (${STEM})=(${WHOLE})`),
  worker: whole(`v_(${STEM})_re \\1_re 0 [{]\\1[*][(](${NUMBER})[)][}]`),
  reference: whole(`v_(${CONSTANT})_re \\1_re 0 (${NUMBER})`),
  imaginary: whole(`v_(${STEM}|${CONSTANT})_im \\1_im 0 0`),
  field: whole(`e_out_(${STEM})_(re|im) out_\\1_\\2 0 (${FIELD})_\\2 0 1`),
  receiver: whole(`e_rx_(${STEM}) rx_\\1 0 out_\\1_re 0 (${NUMBER})`),
  snap: whole(`b_level_(${STEM}) level_\\1 0 v=max[(]0,min[(](${WHOLE}),floor[(]v[(]rx_\\1[)][+]0[.]5[)][)][)]`),
  options: whole(`[.]options itl1=(${WHOLE}) reltol=1e-9 vntol=1e-12 abstol=1e-12`),
  savedNode: /^v[(]((?:x_dut[.])?[a-z][a-z0-9_]*)[)]$/,
  parameter: whole(`((?:theta|phi)_[a-z0-9_]{1,60})=(${NUMBER})`),
  instanceName: /^x_[a-z0-9_]+$/,
  net: whole(FIELD),
  port: whole(`(?:${FIELD}|out_${STEM})`),
  setting: whole(`([a-z][a-z0-9]{0,15})=(?:(${NUMBER})|[{]([a-z0-9_]{1,70})[}])`),
};

/** What a card of this first letter or word looks like, for the message that refuses it. */
const forms: readonly (readonly [start: string, form: string])[] = [
  [".param", "a parameter is .param w<worker>_s<symbol>=<level>, theta_<name>=<rad> or phi_<name>=<rad>, once"],
  [".inc", "one file of the same directory is included, by .include NAME in small letters"],
  ["v", "a source is V_<name>_re <name>_re 0 {<name>*(<volts a level>)} or <volts>, and V_<name>_im <name>_im 0 0"],
  ["e_out", "a field at a receiver is `E_out_<name>_re out_<name>_re 0 <net>_re 0 1`, and the same with _im"],
  ["e_rx", "a receiver is E_rx_<name> rx_<name> 0 out_<name>_re 0 <levels a volt>"],
  ["b", "a level is B_level_<name> level_<name> 0 V=max(0,min(<highest>,floor(V(rx_<name>)+0.5)))"],
  [".save", "what is saved is v(<node>), each node once"],
  [".options", "the options are itl1=<steps> reltol=1e-9 vntol=1e-12 abstol=1e-12"],
  [".tran", "a waveform is not read: export with analysis=op"],
];

/** The phases of a part by their names, and which of them a device has taken. */
export interface SpiceParameters {
  readonly values: ReadonlyMap<string, number>;
  readonly taken: Set<string>;
}

/**
 * What `read` makes of the cards of a part that set no phase, with the phases that the others set: .param theta_d0=1 phi_d0=2. Throws
 * Unreadable for a phase that is set twice or that nothing takes.
 */
export function withParameters<T>(
  cards: readonly Card[],
  read: (cards: readonly Card[], phases: SpiceParameters) => T,
): T {
  const values = new Map<string, number>();
  const places = new Map<string, string>();
  const others: Card[] = [];
  for (const card of cards) {
    if (!/^[.]param (theta|phi)_/.test(card.text)) {
      others.push(card);
      continue;
    }
    for (const word of card.text.split(" ").slice(1)) {
      const [, name, value] = patterns.parameter.exec(word) ?? [];
      if (name === undefined || values.has(name)) {
        throw new Unreadable(
          `\`${excerpt(word)}\` is not a plain number (suffixes are not read), or stands twice`,
          card.where,
        );
      }
      values.set(name, finite(value!, card));
      places.set(name, card.where);
    }
  }
  const taken = new Set<string>();
  const result = read(others, { values, taken });
  for (const [name, where] of places) {
    refuseUnless(taken.has(name), `no device of the same subcircuit has the phase ${name}`, where);
  }
  return result;
}

/** Cards that one pattern reads whole, by its groups. */
const plainForms: readonly (readonly [RegExp, (groups: readonly string[], card: Card) => Element])[] = [
  [patterns.level, ([, stem, level]) => ({ kind: "level", place: placeOf(stem!), level: Number(level) })],
  [
    patterns.worker,
    ([, net, volts], card) => ({
      kind: "worker",
      net: net!,
      place: placeOf(net!),
      fieldPerLevel: finite(volts!, card),
    }),
  ],
  [patterns.imaginary, ([, net]) => ({ kind: "imaginary", net: net! })],
  [patterns.reference, ([, net, volts], card) => ({ kind: "reference", net: net!, field: finite(volts!, card) })],
  [
    patterns.field,
    ([, stem, part, net]) => ({ kind: "field", stem: stem!, part: part === "re" ? "re" : "im", net: net! }),
  ],
  [
    patterns.receiver,
    ([, stem, scale], card) => {
      return { kind: "receiver", stem: stem!, place: placeOf(stem!), levelsPerField: finite(scale!, card) };
    },
  ],
  [
    patterns.snap,
    ([, stem, highest]) => ({ kind: "snap", stem: stem!, place: placeOf(stem!), highest: Number(highest) }),
  ],
  [patterns.options, ([, iterations]) => ({ kind: "options", iterations: Number(iterations) })],
];

/** Throws Unreadable with the card's line for a card that is not one of the forms of `Element` in every word. */
export function elementOf(card: Card, phases: SpiceParameters): Element {
  const { text } = card;
  if (text.startsWith("x")) {
    return instanceOf(card, phases);
  }
  if (text.startsWith(".save ")) {
    return { kind: "save", nodes: savedNodes(card) };
  }
  if (text === ".op") {
    return { kind: "operating-point" };
  }
  for (const [pattern, read] of plainForms) {
    const match = pattern.exec(text);
    if (match !== null) return read(match, card);
  }
  const form = forms.find(([start]) => text.startsWith(start));
  throw new Unreadable(`\`${excerpt(text)}\` is not read${form === undefined ? "" : `: ${form[1]}`}`, card.where);
}

/** The card of an instance; throws Unreadable for any other card. */
export function instanceOf(card: Card, phases: SpiceParameters): Instance {
  const words = card.text.split(" ");
  const name = words[0]!;
  refuseUnless(
    patterns.instanceName.test(name),
    `\`${excerpt(card.text)}\` is not read: an instance is X_<name> <nodes> <subcircuit>`,
    card.where,
  );
  let last = words.length;
  while (words[last - 1]!.includes("=")) {
    last -= 1;
  }
  const settings = new Map<string, number>();
  for (const word of words.slice(last)) {
    const [, key, number, name] = patterns.setting.exec(word) ?? [];
    if (key === undefined || settings.has(key)) {
      throw new Unreadable(
        `\`${excerpt(word)}\` is not a plain number (suffixes are not read), or stands twice`,
        card.where,
      );
    }
    const value = name === undefined ? finite(number!, card) : phases.values.get(name);
    refuseUnless(value !== undefined, `the same subcircuit sets no phase ${excerpt(name ?? "")}`, card.where);
    if (name !== undefined) {
      phases.taken.add(name);
    }
    settings.set(key, value);
  }
  const model = words[last - 1]!;
  const nets = netsOf(words.slice(1, last - 1), card.where);
  return { kind: "instance", name, nets, model, settings };
}

/** Nets of nodes that come in pairs, <net>_re <net>_im or 0 0; among those of a whole circuit are its outputs. */
export function netsOf(nodes: readonly string[], where: string, of: "part" | "circuit" = "part"): (string | null)[] {
  const pattern = of === "part" ? patterns.net : patterns.port;
  const nets: (string | null)[] = [];
  for (let i = 0; i < nodes.length; i += 2) {
    const re = nodes[i]!;
    const im = nodes[i + 1];
    const net = re.endsWith("_re") ? re.slice(0, -3) : null;
    if (re === "0" && im === "0") {
      nets.push(null);
    } else if (net !== null && im === `${net}_im` && pattern.test(net)) {
      nets.push(net);
    } else {
      throw new Unreadable(
        `${excerpt(re)} and ${excerpt(im ?? "nothing")} are no field: <net>_re <net>_im, or 0 0`,
        where,
      );
    }
  }
  return nets;
}

function savedNodes(card: Card): string[] {
  return card.text
    .split(" ")
    .slice(1)
    .map((word) => {
      const node = nodeOf(word);
      refuseUnless(node !== null, `\`${excerpt(word)}\` is not read: what is saved is v(<node>)`, card.where);
      return node;
    });
}

/** The node of v(<node>); null for any other word. */
export function nodeOf(word: string): string | null {
  return patterns.savedNode.exec(word)?.[1] ?? null;
}

function placeOf(stem: string): SymbolPlace {
  const [, worker, symbol] = /^w(\d+)_s(\d+)$/.exec(stem)!;
  return { worker: Number(worker), symbol: Number(symbol) };
}

function finite(text: string, card: Card): number {
  const value = Number(text);
  refuseUnless(Number.isFinite(value), `${excerpt(text)} is beyond the numbers`, card.where);
  return value;
}
