import { checkCircuit } from "../../check/check.ts";
import type { Activation, Circuit, InputPort, Mesh, OutputPort, Section } from "../../circuit/circuit.ts";
import { meshesOf, type PlacedDevice, type Reading, reading, Unreadable } from "../reading.ts";
import { DEVICE_MODELS } from "./parts.ts";

/**
 * The circuit of a SPICE file as `optinc export --to spice` writes it, nested or flat, with analysis=op. Numbers and connections may
 * have been edited; the subcircuits of the devices may not. Every node drives one device, as light cannot be copied.
 */
export function readSpice(text: string): Reading<Circuit> {
  const built = reading(() => build(text));
  if (built.value === null) {
    return { value: null, findings: built.findings };
  }
  const { circuit, findings } = checkCircuit(built.value);
  return { value: circuit, findings };
}

interface Card {
  readonly words: readonly string[];
  readonly where: string;
}
interface Subcircuit {
  readonly pins: readonly string[];
  readonly cards: readonly Card[];
}

function build(text: string): unknown {
  const [, name] = /^\* (.*): \d+ workers, /.exec(text) ?? [];
  const [, settings] = /^\* optinc aggregate: (.*)$/m.exec(text) ?? [];
  if (name === undefined || settings === undefined) {
    throw new Unreadable("the header does not say what the circuit computes", "line 1");
  }
  const { top, subcircuits } = structure(cardsOf(text));
  const state: State = { subcircuits, modeOf: new Map(), modes: 0, sections: [], inputs: [], outputs: [] };
  for (const card of top) {
    topCard(state, card);
  }
  return {
    format: "optinc.circuit",
    version: 1,
    name,
    aggregate: aggregateOf(settings),
    modes: state.modes,
    inputs: state.inputs,
    sections: state.sections,
    outputs: state.outputs,
    certificate: null,
  };
}

interface State {
  readonly subcircuits: ReadonlyMap<string, Subcircuit>;
  /** Circuit mode on which the light of a net runs; a net is removed when a device takes its light. */
  readonly modeOf: Map<string, number>;
  modes: number;
  readonly sections: (Section & { readonly meshes: Mesh[]; readonly activations: Activation[] })[];
  readonly inputs: InputPort[];
  readonly outputs: OutputPort[];
}

/** Logical lines: comments out, continuations joined, lower case. */
function cardsOf(text: string): Card[] {
  const cards: { words: string[]; where: string }[] = [];
  text.split("\n").forEach((line, i) => {
    const plain = line.trim().toLowerCase();
    if (plain === "" || plain.startsWith("*")) {
      return;
    }
    if (plain.startsWith("+")) {
      cards.at(-1)?.words.push(...plain.slice(1).trim().split(/\s+/));
    } else {
      cards.push({ words: plain.split(/\s+/), where: `line ${i + 1}` });
    }
  });
  return cards;
}

const DEVICES: ReadonlyMap<string, string> = new Map(
  [...structureOfModels()].map(([name, part]) => [name, spelled(part)]),
);

function structureOfModels(): ReadonlyMap<string, Subcircuit> {
  return structure(cardsOf(DEVICE_MODELS)).subcircuits;
}

function spelled(part: Subcircuit): string {
  return [part.pins.join(" "), ...part.cards.map((card) => card.words.join(" "))].join("\n");
}

function structure(cards: readonly Card[]): { top: Card[]; subcircuits: Map<string, Subcircuit> } {
  const top: Card[] = [];
  const subcircuits = new Map<string, Subcircuit>();
  let inside: { name: string; pins: string[]; cards: Card[] } | null = null;
  for (const card of cards) {
    const [first, name, ...rest] = card.words;
    if (first === ".subckt") {
      if (inside !== null || subcircuits.has(name!)) {
        throw new Unreadable(`the subcircuit ${name} stands in another one, or twice`, card.where);
      }
      inside = { name: name!, pins: rest, cards: [] };
    } else if (first === ".ends") {
      if (inside === null || name !== inside.name) {
        throw new Unreadable(".ends without its .subckt", card.where);
      }
      subcircuits.set(inside.name, inside);
      inside = null;
    } else {
      (inside?.cards ?? top).push(card);
    }
  }
  if (inside !== null) {
    throw new Unreadable(`the subcircuit ${inside.name} has no .ends: the file was cut`, "");
  }
  return { top, subcircuits };
}

function topCard(state: State, card: Card): void {
  const [name, ...rest] = card.words;
  if (name!.startsWith("x_")) {
    instance(state, card, new Map(), "");
    return;
  }
  const [, symbol] = /^(?:v|e_out|e_rx|b_level)_(\w+?)(?:_re|_im)?$/.exec(name!) ?? [];
  const [, worker, digit] = /^w(\d+)_s(\d+)$/.exec(symbol ?? "") ?? [];
  const place = { worker: Number(worker), symbol: Number(digit) };
  if (name!.startsWith("v_") && symbol !== undefined) {
    if (name!.endsWith("_im")) {
      expectation(rest[2] === "0", "light enters with a real field", card);
      return;
    }
    const mode = state.modes;
    state.modes += 1;
    state.modeOf.set(symbol, mode);
    const value = rest.slice(2).join("");
    const [, factor] = /^\{\w+\*\((.*)\)\}$/.exec(value) ?? [];
    state.inputs.push(
      worker === undefined
        ? { kind: "reference", name: symbol, mode, field: number(value, card) }
        : { kind: "worker", name: symbol, mode, ...place, fieldPerLevel: number(factor ?? "", card) },
    );
  } else if (name!.startsWith("e_rx_") && worker !== undefined) {
    const net = netOf(rest[2]!, "_re", card);
    const mode = state.modeOf.get(net);
    expectation(mode !== undefined, `the receiver reads ${net}, which carries no light`, card);
    state.outputs.push({ name: symbol!, mode: mode!, ...place, levelsPerField: number(rest[4] ?? "", card) });
  } else if (!/^(e_out_|b_level_|\.(param|save|options|op|end)$)/.test(name!)) {
    throw new Unreadable(`\`${card.words.join(" ").slice(0, 60)}\` is not read`, card.where);
  }
}

/** An instance of a subcircuit, of a device or of a neuron; `outer` gives the nets behind the pins of the part around it. */
function instance(state: State, card: Card, outer: ReadonlyMap<string, string>, prefix: string): void {
  const settings = new Map<string, number>();
  const words = card.words.slice(1);
  while (words.at(-1)?.includes("=") === true) {
    const [key, value] = words.pop()!.split("=");
    settings.set(key!, number(value!, card));
  }
  const model = words.pop()!;
  expectation(words.length % 2 === 0, "nodes come in pairs, real and imaginary part", card);
  const nets: (string | null)[] = [];
  for (let i = 0; i < words.length; i += 2) {
    const dark = words[i] === "0" && words[i + 1] === "0";
    const net = dark ? null : netOf(words[i]!, "_re", card);
    expectation(dark || words[i + 1] === `${net}_im`, `${words[i]} and ${words[i + 1]} are no field`, card);
    // a pin that the part around leaves dark is dark inside too
    nets.push(net === null ? null : outer.has(net) ? outer.get(net)! || null : `${prefix}${net}`);
  }
  const part = state.subcircuits.get(model);
  if (part === undefined) {
    throw new Unreadable(`there is no subcircuit ${model}`, card.where);
  }
  if (DEVICES.has(model)) {
    expectation(spelled(part) === DEVICES.get(model), `the subcircuit ${model} was edited`, card);
    device(state, model, nets, settings, card);
    return;
  }
  const pins = part.pins.filter((_, i) => i % 2 === 0).map((pin) => netOf(pin, "_re", card));
  expectation(pins.length === nets.length, `${model} has ${pins.length} fields, not ${nets.length}`, card);
  const own = `${prefix}${card.words[0]}.`;
  const inside = new Map(pins.map((pin, i) => [pin, nets[i] ?? ""]));
  for (const inner of part.cards) {
    instance(state, inner, inside, own);
  }
}

function device(
  state: State,
  model: string,
  nets: readonly (string | null)[],
  settings: ReadonlyMap<string, number>,
  card: Card,
): void {
  const width = model === "mzi" ? 2 : 1;
  expectation(nets.length === 2 * width, `${model} has ${2 * width} fields`, card);
  const modes = nets.slice(0, width).map((net) => {
    if (net === null) {
      state.modes += 1;
      return state.modes - 1;
    }
    const mode = state.modeOf.get(net);
    expectation(mode !== undefined, `${net} carries no light here, or its light went elsewhere`, card);
    state.modeOf.delete(net);
    return mode!;
  });
  for (const [i, net] of nets.slice(width).entries()) {
    expectation(net !== null && !state.modeOf.has(net), "an output is connected to ground or to another output", card);
    state.modeOf.set(net!, modes[i]!);
  }
  let section = state.sections.at(-1);
  const used = section?.activations.length ?? 0;
  const again = section?.activations.some((it) => it.mode === modes[0]) ?? false;
  if (section === undefined || (used > 0 && (model !== "neuron" || again))) {
    section = { kind: "layer", name: `part${state.sections.length}`, meshes: [], activations: [] };
    state.sections.push(section);
  }
  if (model === "neuron") {
    section.activations.push({ kind: "relu", mode: modes[0]!, gain: settings.get("gain") ?? 1 });
    return;
  }
  const kind = model as PlacedDevice["kind"];
  const placed = {
    kind,
    ports: modes.map((_, i) => i),
    thetaRad: settings.get("theta") ?? 0,
    phiRad: settings.get("phi") ?? 0,
  };
  section.meshes.push(...meshesOf([placed], modes, card.words[0]!));
}

function aggregateOf(settings: string): object {
  const fields = new Map(settings.split(" ").map((it) => it.split("=") as [string, string]));
  const whole = (key: string): number => Number(fields.get(key));
  return {
    workers: whole("workers"),
    bits: whole("bits"),
    levels: whole("levels"),
    signed: fields.get("signed") === "true",
    rounding: fields.get("rounding"),
    symbols: whole("symbols"),
  };
}

function netOf(node: string, suffix: string, card: Card): string {
  expectation(node.endsWith(suffix), `${node} is no real part of a field`, card);
  return node.slice(0, -suffix.length);
}

function number(text: string, card: Card): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  expectation(Number.isFinite(value), `\`${text}\` is no number (suffixes are not read)`, card);
  return value;
}

function expectation(holds: boolean, message: string, card: Card): void {
  if (!holds) {
    throw new Unreadable(message, card.where);
  }
}
