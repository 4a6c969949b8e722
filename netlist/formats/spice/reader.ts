import { checkCircuit } from "../../check/check.ts";
import { type Finding, failure } from "../../check/finding.ts";
import type { Activation, Aggregate, Circuit, Device, InputPort, Mesh, OutputPort } from "../../circuit/circuit.ts";
import { levelsOfSymbol, resultOf } from "../../circuit/symbols.ts";
import { circuitVersion } from "../../circuit/version.ts";
import {
  type Card,
  type DeckStructure,
  excerpt,
  type Loader,
  refuseUnless,
  type Subcircuit,
  structureOf,
  Unreadable,
} from "./cards.ts";
import { readHeader } from "./header.ts";
import {
  CONSTANT,
  type Deck,
  deckOf,
  FIELD,
  finite,
  NUMBER,
  notRead,
  STEM,
  take,
  takeInstances,
  takeLine,
  WHOLE,
  whole,
} from "./instances.ts";
import { devicesOf, inOrderOfLight, isNeuron, pinsOf, type ReadField, type SpiceDevice, takersOf } from "./network.ts";
import { iterationsFor } from "./plan.ts";
import { CONTROL_END, CONTROL_START } from "./testbench.ts";

/**
 * The circuit of a SPICE testbench as `optinc export --to spice` writes it, nested or flat, with analysis=op; `load` finds the file that
 * it includes. Numbers, connections and the order of the lines may have been edited; the subcircuits of the devices may not. Every line is understood from its first word
 * to its last or the file is refused with the line (OPT0440), so that what is verified is what ngspice computes. Never throws.
 */
export function readSpice(
  text: string,
  load: Loader = () => null,
): { readonly value: Circuit | null; readonly findings: readonly Finding[] } {
  try {
    const { circuit, findings } = checkCircuit(build(text, load));
    return { value: circuit, findings };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { value: null, findings: [failure("OPT0440", error.where, error.message)] };
  }
}

function build(text: string, load: Loader): unknown {
  const { name, aggregate } = readHeader(text);
  const structure = structureOf(text, load);
  const waveform = structure.top.find((card) => card.text.startsWith(".tran"));
  // said first: sources of waveforms would be refused one by one before it
  if (waveform !== undefined) throw notRead(waveform);
  const { bench, inside, subcircuits, pins } = opened(structure);
  const inputs = inputsOf(bench, aggregate);
  const receivers = receiversOf(bench, inside, aggregate);
  const saved = savedNodes(bench);
  const iterations = iterationsOf(bench);
  const instances = takeInstances(inside);
  for (const card of [...inside.values(), ...bench.values()]) throw notRead(card);

  const devices = devicesOf(instances, subcircuits);
  const sources = inputs.map((port) => port.name);
  const takers = takersOf(devices, sources, receivers);
  const { lit, modes, depth, sections } = sectionsOf(inOrderOfLight(devices, sources, takers), sources, takers);
  const fewest = iterationsFor(depth);
  refuseUnless(iterations.count >= fewest, `.options itl1=${fewest} or more is missing`, iterations.where);
  const nodes = nodesOf(lit.keys(), sources, receivers, pins);
  checkSaved(saved, nodes, receivers);
  checkControl(structure.control, nodes);
  return {
    format: "optinc.circuit",
    version: circuitVersion(sections),
    name,
    aggregate,
    modes,
    inputs,
    sections,
    outputs: receivers.map(({ net, port }) => ({ ...port, mode: lit.get(net)!.mode })),
    certificate: null,
  };
}

/** The instance of the whole circuit in a testbench. */
const CIRCUIT = "x_dut";

interface Opened {
  /** Cards of the testbench, and of its circuit; one deck where the circuit has no subcircuit of its own and all stands at the top. */
  readonly bench: Deck;
  readonly inside: Deck;
  /** All others. */
  readonly subcircuits: ReadonlyMap<string, Subcircuit>;
  /** Nets of the testbench that the circuit meets; null where all nets are at the top. */
  readonly pins: ReadonlySet<string> | null;
}

/**
 * The testbench with its circuit opened. As the nodes of the instance have the names of the pins and the testbench meets no other node
 * of the circuit, names mean the same inside and outside.
 */
function opened({ top, subcircuits }: DeckStructure): Opened {
  const bench = deckOf(top);
  const circuit = bench.get(CIRCUIT);
  if (circuit === undefined) return { bench, inside: bench, subcircuits, pins: null };
  bench.delete(CIRCUIT);
  const { where } = circuit;
  const words = circuit.text.split(" ");
  const name = words.at(-1)!;
  const definition = subcircuits.get(name);
  refuseUnless(definition !== undefined, `there is no subcircuit ${excerpt(name)}`, where);
  refuseUnless(/^circuit_[a-z0-9_]+$/.test(name), `${excerpt(name)} is not a circuit: circuit_<name>`, where);
  refuseUnless(
    words.slice(1, -1).join(" ") === definition.pins.join(" "),
    `the nodes of X_dut are not the pins of ${excerpt(name)}, in their order`,
    where,
  );
  const pins = new Set(pinsOf(definition, "circuit"));
  const others = new Map(subcircuits);
  others.delete(name);
  return { bench, inside: deckOf(definition.cards), subcircuits: others, pins };
}

/** What a pattern finds in the names of cards. */
function* named(deck: Deck, pattern: RegExp): Generator<{ readonly stem: string; readonly where: string }> {
  for (const [name, { where }] of deck) {
    const stem = pattern.exec(name)?.[1];
    if (stem !== undefined) yield { stem, where };
  }
}

/** Which symbol of which worker. */
function placeOf(stem: string): { readonly worker: number; readonly symbol: number } {
  const [worker = 0, symbol = 0] = stem.slice(1).split("_s").map(Number);
  return { worker, symbol };
}

/** Constant light, and every worker's symbol: its parameter, its source, and no imaginary part. */
function inputsOf(bench: Deck, aggregate: Aggregate): readonly InputPort[] {
  const sources = [...named(bench, whole(`v_(${STEM})_re`)), ...named(bench, whole(`v_(${CONSTANT})_re`))];
  return sources.map(({ stem, where }, mode): InputPort => {
    const isConstant = stem.startsWith("ref_");
    const value = isConstant ? `(${NUMBER})` : `[{]${stem}[*][(](${NUMBER})[)][}]`;
    const [volts] = take(bench, `v_${stem}_re`, whole(`v_${stem}_re ${stem}_re 0 ${value}`), where);
    takeLine(bench, `v_${stem}_im ${stem}_im 0 0`, where);
    const field = finite(volts!, where);
    if (isConstant) return { kind: "reference", name: stem, mode, field };
    const place = placeOf(stem);
    const most = levelsOfSymbol(aggregate, place.symbol) - 1;
    const parameter = `.param ${stem}`;
    const at = bench.get(parameter)?.where ?? where;
    const [level] = take(bench, parameter, whole(`[.]param ${stem}=(${WHOLE})`), where);
    refuseUnless(Number(level) <= most, `a level is 0..${most}`, at);
    return { kind: "worker", name: stem, mode, ...place, fieldPerLevel: field };
  });
}

interface Receiver extends ReadField {
  readonly port: Omit<OutputPort, "mode">;
}

/** Every receiver: both parts of its field, what it reads in levels, and the level that it snaps to. */
function receiversOf(bench: Deck, inside: Deck, aggregate: Aggregate): readonly Receiver[] {
  return [...named(bench, whole(`e_rx_(${STEM})`))].map(({ stem, where }) => {
    const [levels] = take(
      bench,
      `e_rx_${stem}`,
      whole(`e_rx_${stem} rx_${stem} 0 out_${stem}_re 0 (${NUMBER})`),
      where,
    );
    const field = whole(`e_out_${stem}_re out_${stem}_re 0 (${FIELD})_re 0 1`);
    const [net] = take(inside, `e_out_${stem}_re`, field, where);
    takeLine(inside, `e_out_${stem}_im out_${stem}_im 0 ${net!}_im 0 1`, where);
    const place = placeOf(stem);
    const most = levelsOfSymbol(resultOf(aggregate), place.symbol) - 1;
    takeLine(bench, `b_level_${stem} level_${stem} 0 v=max(0,min(${most},floor(v(rx_${stem})+0.5)))`, where);
    return { net: net!, where, port: { name: stem, ...place, levelsPerField: finite(levels!, where) } };
  });
}

/** v(<node>) */
const NODE = /^v[(]((?:x_dut[.])?[a-z][a-z0-9_]*)[)]$/;

/** Nodes that are saved, and where. */
function savedNodes(bench: Deck): ReadonlyMap<string, string> {
  const saved = new Map<string, string>();
  for (const [name, { text, where }] of bench) {
    if (!text.startsWith(".save ")) continue;
    bench.delete(name);
    for (const word of text.split(" ").slice(1)) {
      const node = NODE.exec(word)?.[1];
      refuseUnless(node !== undefined, `\`${excerpt(word)}\` is not read: what is saved is v(<node>)`, where);
      refuseUnless(!saved.has(node), `${node} is saved twice`, where);
      saved.set(node, where);
    }
  }
  return saved;
}

/** Of the one operating point. */
function iterationsOf(bench: Deck): { readonly count: number; readonly where: string } {
  takeLine(bench, ".op", "");
  const where = bench.get(".options")?.where ?? "";
  const form = whole(`[.]options itl1=(${WHOLE}) reltol=1e-9 vntol=1e-12 abstol=1e-12`);
  return { count: Number(take(bench, ".options", form, "")[0]), where };
}

/**
 * The nodes of the testbench, and those of its circuit by their names in it: X_dut.s0_m1_re. Throws where a source drives or a receiver
 * reads a net that is no pin, and where a pin has neither.
 */
function nodesOf(
  nets: Iterable<string>,
  sources: readonly string[],
  receivers: readonly Receiver[],
  pins: ReadonlySet<string> | null,
): ReadonlySet<string> {
  const outputs = receivers.map(({ port }) => `out_${port.name}`);
  const met = new Set([...sources, ...outputs]);
  for (const name of [...met, ...(pins ?? [])]) {
    const isShared = pins === null || (pins.has(name) && met.has(name));
    refuseUnless(isShared, `X_dut and the testbench do not share ${name}`, "");
  }
  const nodes = new Set(receivers.flatMap(({ port }) => [`rx_${port.name}`, `level_${port.name}`]));
  for (const name of [...nets, ...outputs]) {
    // others are inside of a section
    if (name.includes(".")) continue;
    const net = pins === null || pins.has(name) ? name : `${CIRCUIT}.${name}`;
    nodes.add(`${net}_re`).add(`${net}_im`);
  }
  return nodes;
}

/** Nothing that is no node, and all that a receiver gets. */
function checkSaved(
  saved: ReadonlyMap<string, string>,
  nodes: ReadonlySet<string>,
  receivers: readonly Receiver[],
): void {
  for (const [node, where] of saved) refuseUnless(nodes.has(node), `there is no node ${node} to save`, where);
  for (const { port, where } of receivers) {
    for (const node of [`out_${port.name}_re`, `out_${port.name}_im`, `rx_${port.name}`, `level_${port.name}`]) {
      refuseUnless(saved.has(node), `.save v(${node}) is missing`, where);
    }
  }
}

/** Nothing, or what the writer prints: the analysis as it stands, and nodes. */
function checkControl(control: readonly Card[], nodes: ReadonlySet<string>): void {
  const to = control.length - CONTROL_END.length;
  for (const [i, { text, where }] of control.entries()) {
    const [command, ...words] = text.split(" ");
    const isRead =
      i < CONTROL_START.length || i >= to
        ? text === (CONTROL_START[i] ?? CONTROL_END[i - to])
        : command === "print" && words.every((word) => nodes.has(NODE.exec(word)?.[1] ?? ""));
    const form = "a control section runs the analysis and prints v(<node>)";
    refuseUnless(isRead, `\`${excerpt(text)}\` is not read: ${form}`, where);
  }
  const isWhole = control.length === 0 || to >= CONTROL_START.length;
  refuseUnless(isWhole, "the control section was cut", control[0]?.where ?? "");
}

interface OpenSection {
  readonly kind: "layer";
  readonly name: string;
  readonly meshes: Mesh[];
  readonly activations: Activation[];
}

interface Lit {
  readonly mode: number;
  /** Neurons that the light passed one after the other. */
  readonly depth: number;
}

/** What devices in the order of the light are. `lit`: each net; sources have the first modes, dark inputs get modes of their own. */
function sectionsOf(
  devices: readonly SpiceDevice[],
  sources: readonly string[],
  takers: ReadonlyMap<string, unknown>,
): {
  readonly lit: ReadonlyMap<string, Lit>;
  readonly modes: number;
  readonly depth: number;
  readonly sections: readonly OpenSection[];
} {
  const lit = new Map(sources.map((net, mode): [string, Lit] => [net, { mode, depth: 0 }]));
  let modes = sources.length;
  let deepest = 0;
  const sections: OpenSection[] = [];
  /** Modes with a neuron in the section that is open. */
  const neurons = new Set<number>();
  for (const device of devices) {
    const lanes = device.inputs.map((net): Lit => (net === null ? { mode: modes++, depth: 0 } : lit.get(net)!));
    const { mode } = lanes[0]!;
    const depth = Math.max(...lanes.map((it) => it.depth)) + (isNeuron(device) ? 1 : 0);
    deepest = Math.max(deepest, depth);
    for (const [i, net] of device.outputs.entries()) lit.set(net, { mode: lanes[i]!.mode, depth });
    let section = sections.at(-1);
    // what stands in front of the first neurons is a section of its own, as in a compiled circuit
    if (section === undefined || isNeuron(device) !== neurons.size > 0 || neurons.has(mode)) {
      section = { kind: "layer", name: `part${sections.length}`, meshes: [], activations: [] };
      sections.push(section);
      neurons.clear();
    }
    const made = partOf(device, mode);
    if ("gain" in made) {
      section.activations.push(made);
      neurons.add(mode);
      continue;
    }
    const own = lanes.map((it) => it.mode);
    // light that nothing takes is absorbed
    const terminated = own.filter((_, i) => !takers.has(device.outputs[i]!));
    section.meshes.push({ kind: "left", name: device.name, modes: own, devices: [made], terminated });
  }
  return { lit, modes, depth: deepest, sections };
}

/** A device, alone in its mesh, or a neuron. */
function partOf({ model, settings }: SpiceDevice, mode: number): Device | Activation {
  const set = (name: string, usual: number): number => settings.get(name) ?? usual;
  const [gain, phiRad, thetaRad] = [set("gain", 1), set("phi", 0), set("theta", 0)];
  const [first, second, fieldFactor] = [set("k1", 0.5), set("k2", 0.5), 10 ** (-set("il", 0) / 20)];
  const place = { column: 0, mode: 0, ...(fieldFactor === 1 ? {} : { fieldFactor }) };
  switch (model) {
    case "neuron":
      return { kind: "relu", mode, gain };
    case "saturating":
      return { kind: "saturating", mode, gain, threshold: set("threshold", 0), range: set("range", 1) };
    case "phase":
      return { kind: "phase", ...place, phiRad };
    case "attenuator":
      return { kind: "attenuator", ...place, thetaRad, phiRad };
    case "mzi":
      return {
        kind: "mzi",
        ...place,
        thetaRad,
        phiRad,
        ...(first === 0.5 ? {} : { firstCrossPower: first }),
        ...(second === 0.5 ? {} : { secondCrossPower: second }),
      };
  }
}
