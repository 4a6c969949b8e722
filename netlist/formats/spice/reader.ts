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
import { type Element, elementOf, nodeOf, type SpiceParameters, type SymbolPlace, withParameters } from "./elements.ts";
import { readHeader } from "./header.ts";
import {
  emptyNetwork,
  followLight,
  isNeuronModel,
  type Net,
  type NeuronModel,
  netTable,
  openInstances,
  pinsOf,
  type SpiceDevice,
} from "./network.ts";
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

/** An element and its line. */
interface Placed<T> {
  readonly element: T;
  readonly where: string;
}

type Elements = { readonly [K in Element["kind"]]: Placed<Extract<Element, { kind: K }>>[] };

function build(text: string, load: Loader): unknown {
  const { name, aggregate } = readHeader(text);
  const structure = structureOf(text, load);
  const waveform = structure.top.find(({ text: card }) => card.startsWith(".tran"));
  // said first: sources of waveforms would be refused one by one before it
  if (waveform !== undefined) elementOf(waveform, { values: new Map(), taken: new Set() });
  const { cards, subcircuits, pins, inside } = opened(structure);
  const elements = withParameters(cards, (others, phases) => sorted(others, phases, inside));
  const network = emptyNetwork();
  const table = netTable(network, new Map());
  const inputs = inputsOf(elements, aggregate, table.of);
  const receivers = receiversOf(elements, aggregate, table.of);
  openInstances(
    elements.instance.map(({ element, where }) => ({ instance: element, where })),
    subcircuits,
    network,
    table,
  );
  for (const { net, where } of receivers) {
    refuseUnless(net.taker === null, `a device takes the light of ${net.name} too: light cannot be copied`, where);
    net.taker = "receiver";
  }
  const { modes, sections, depth } = sectionsOf(network.devices, inputs.length);
  const nodes = nodesOf(elements, table.names(), pins);
  checkAnalysis(elements, nodes, depth);
  checkControl(structure.control, nodes);
  const outputs = receivers.map(({ net, port, where }) => {
    refuseUnless(net.mode !== null, `the receiver reads ${net.name}, which carries no light`, where);
    return { ...port, mode: net.mode };
  });
  const format = "optinc.circuit";
  return {
    format,
    version: circuitVersion(sections),
    name,
    aggregate,
    modes,
    inputs,
    sections,
    outputs,
    certificate: null,
  };
}

/** The instance of the whole circuit in a testbench. */
const CIRCUIT = "x_dut";

interface Opened {
  /** Those of the top, and those of the subcircuit of the whole circuit in place of its instance. */
  readonly cards: readonly Card[];
  /** All others. */
  readonly subcircuits: ReadonlyMap<string, Subcircuit>;
  /** Nets of the testbench that the circuit meets; null where the circuit has no subcircuit of its own and all nets are at the top. */
  readonly pins: ReadonlySet<string> | null;
  /** The cards of its subcircuit. */
  readonly inside: ReadonlySet<Card> | null;
}

/**
 * The testbench with its circuit opened. As the nodes of the instance have the names of the pins and the testbench meets no other node
 * of the circuit, names mean the same inside and outside.
 */
function opened({ top, subcircuits }: DeckStructure): Opened {
  const circuit = top.find((card) => card.text.startsWith(`${CIRCUIT} `));
  if (circuit === undefined) {
    return { cards: top, subcircuits, pins: null, inside: null };
  }
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
  const outside = top.filter((card) => card !== circuit);
  return { cards: [...outside, ...definition.cards], subcircuits: others, pins, inside: new Set(definition.cards) };
}

/** The cards of the top by kind; each of them says something else. */
function sorted(cards: readonly Card[], phases: SpiceParameters, inside: ReadonlySet<Card> | null): Elements {
  const elements: Elements = {
    level: [],
    worker: [],
    reference: [],
    imaginary: [],
    instance: [],
    field: [],
    receiver: [],
    snap: [],
    save: [],
    options: [],
    "operating-point": [],
  };
  const names = new Set<string>();
  for (const card of cards) {
    const element = elementOf(card, phases);
    const isInside = element.kind === "instance" || element.kind === "field";
    refuseUnless(
      inside === null || inside.has(card) === isInside,
      isInside ? "a device or a field stands beside X_dut" : `\`${excerpt(card.text)}\` stands inside of the circuit`,
      card.where,
    );
    const name = nameOf(element, card);
    refuseUnless(!names.has(name), `a second ${name}`, card.where);
    names.add(name);
    // the list of a kind holds elements of that kind
    (elements[element.kind] as Placed<Element>[]).push({ element, where: card.where });
  }
  return elements;
}

/** What no two cards may share: the name of the element, or what the card sets. */
function nameOf(element: Element, card: Card): string {
  return element.kind === "save" ? card.text : card.text.split(/[ =]/, element.kind === "level" ? 2 : 1).join(" ");
}

/** Every worker's symbol: its parameter, its source, and no imaginary part. Modes count up. */
function inputsOf(elements: Elements, aggregate: Aggregate, netOf: (name: string) => Net): InputPort[] {
  const levels = new Map<string, string>();
  for (const { element, where } of elements.level) {
    const most = levelsOfSymbol(aggregate, element.place.symbol) - 1;
    refuseUnless(element.level <= most, `a level is 0..${most}`, where);
    levels.set(stemOf(element.place), where);
  }
  const real = new Set(elements.imaginary.map(({ element }) => element.net));
  const inputs = [...elements.worker, ...elements.reference].map(({ element, where }, mode): InputPort => {
    const { net: name } = element;
    const net = netOf(name);
    net.driven = true;
    net.mode = mode;
    refuseUnless(real.delete(name), `V_${name}_im, the imaginary part, is missing`, where);
    if (element.kind === "reference") {
      return { kind: "reference", name, mode, field: element.field };
    }
    refuseUnless(levels.delete(name), `.param ${name} is missing`, where);
    return { kind: "worker", name, mode, ...element.place, fieldPerLevel: element.fieldPerLevel };
  });
  for (const [name, where] of levels) {
    throw new Unreadable(`no source has the parameter ${name}`, where);
  }
  for (const name of real) {
    throw new Unreadable(`V_${name}_re, the real part, is missing`, "");
  }
  return inputs;
}

interface Receiver {
  readonly net: Net;
  readonly port: Omit<OutputPort, "mode">;
  readonly where: string;
}

/** Every receiver: both parts of its field, what it reads in levels, the level that it snaps to, and that they are kept. */
function receiversOf(elements: Elements, aggregate: Aggregate, netOf: (name: string) => Net): Receiver[] {
  const fields = new Map(elements.field.map((it) => [`${it.element.stem}_${it.element.part}`, it]));
  const snaps = new Map(elements.snap.map((it) => [it.element.stem, it]));
  const saved = new Set(elements.save.flatMap(({ element }) => element.nodes));
  const receivers = elements.receiver.map(({ element, where }) => {
    const { stem, place, levelsPerField } = element;
    const [re, im] = ["re", "im"].map((part) => fields.get(`${stem}_${part}`)?.element.net);
    if (re === undefined || im !== re) {
      throw new Unreadable(`E_out_${stem}_re and _im of one field are missing`, where);
    }
    fields.delete(`${stem}_re`);
    fields.delete(`${stem}_im`);
    const snap = snaps.get(stem)?.element;
    const most = levelsOfSymbol(resultOf(aggregate), place.symbol) - 1;
    refuseUnless(snap?.highest === most, `B_level_${stem} with the highest level ${most} is missing`, where);
    snaps.delete(stem);
    for (const node of [`out_${stem}_re`, `out_${stem}_im`, `rx_${stem}`, `level_${stem}`]) {
      refuseUnless(saved.has(node), `.save v(${node}) is missing`, where);
    }
    // no device may have its output there
    netOf(`out_${stem}`).driven = true;
    return { net: netOf(re), port: { name: stem, ...place, levelsPerField }, where };
  });
  for (const { element, where } of [...fields.values(), ...snaps.values()]) {
    throw new Unreadable(`E_rx_${element.stem} is missing`, where);
  }
  return receivers;
}

/**
 * The nodes of the testbench, and those of its circuit by their names in it: X_dut.s0_m1_re. Throws where a source drives or a receiver
 * reads a net that is no pin, and where a pin has neither.
 */
function nodesOf(elements: Elements, nets: Iterable<string>, pins: ReadonlySet<string> | null): Set<string> {
  const met = new Set([
    ...[...elements.worker, ...elements.reference].map(({ element }) => element.net),
    ...elements.receiver.map(({ element }) => `out_${element.stem}`),
  ]);
  for (const name of [...met, ...(pins ?? [])]) {
    refuseUnless(
      pins === null || (pins.has(name) && met.has(name)),
      `X_dut and the testbench do not share ${name}`,
      "",
    );
  }
  const nodes = new Set<string>();
  for (const name of nets) {
    const net = pins === null || pins.has(name) ? name : `${CIRCUIT}.${name}`;
    nodes.add(`${net}_re`).add(`${net}_im`);
  }
  for (const { element } of elements.receiver) {
    nodes.add(`rx_${element.stem}`).add(`level_${element.stem}`);
  }
  return nodes;
}

/** One operating point, exact enough for the neurons that light passes, and nothing saved that is no node. */
function checkAnalysis(elements: Elements, nodes: ReadonlySet<string>, depth: number): void {
  refuseUnless(elements["operating-point"].length === 1, "the analysis .op is missing", "");
  const [options] = elements.options;
  const fewest = iterationsFor(depth);
  refuseUnless(
    options !== undefined && options.element.iterations >= fewest,
    `.options itl1=${fewest} or more is missing`,
    options?.where ?? "",
  );
  const saved = new Set<string>();
  for (const { element, where } of elements.save) {
    for (const node of element.nodes) {
      refuseUnless(
        nodes.has(node) && !saved.has(node),
        `there is no node ${node} to save, or it is saved twice`,
        where,
      );
      saved.add(node);
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
        : command === "print" && words.every((word) => nodes.has(nodeOf(word) ?? ""));
    const form = "a control section runs the analysis and prints v(<node>)";
    refuseUnless(isRead, `\`${excerpt(text)}\` is not read: ${form}`, where);
  }
  refuseUnless(
    control.length === 0 || to >= CONTROL_START.length,
    "the control section was cut",
    control[0]?.where ?? "",
  );
}

interface OpenSection {
  readonly kind: "layer";
  readonly name: string;
  readonly meshes: Mesh[];
  readonly activations: Activation[];
}

/** Devices in the order of the light; `modes` are taken already. Dark inputs get modes of their own. */
function sectionsOf(
  devices: readonly SpiceDevice[],
  inputs: number,
): { modes: number; sections: readonly OpenSection[]; depth: number } {
  let modes = inputs;
  let deepest = 0;
  const sections: OpenSection[] = [];
  /** Modes with a neuron in the section that is open. */
  const neurons = new Set<number>();
  followLight(devices, (device) => {
    const own = device.inputs.map((net) => {
      if (net === null) {
        modes += 1;
        return modes - 1;
      }
      return net.mode!;
    });
    const before = Math.max(...device.inputs.map((net) => net?.depth ?? 0));
    for (const [i, net] of device.outputs.entries()) {
      net.mode = own[i]!;
      net.depth = before + (isNeuronModel(device.model) ? 1 : 0);
      deepest = Math.max(deepest, net.depth);
    }
    let section = sections.at(-1);
    const isNeuron = isNeuronModel(device.model);
    // what stands in front of the first neurons is a section of its own, as in a compiled circuit
    if (section === undefined || isNeuron !== neurons.size > 0 || neurons.has(own[0]!)) {
      section = { kind: "layer", name: `part${sections.length}`, meshes: [], activations: [] };
      sections.push(section);
      neurons.clear();
    }
    const { model } = device;
    if (isNeuronModel(model)) {
      section.activations.push(activationOf(device, model, own[0]!));
      neurons.add(own[0]!);
    } else {
      section.meshes.push(meshOf(device, model, own));
    }
  });
  return { modes, sections, depth: deepest };
}

/** A mesh for one device; light that nothing takes is absorbed. */
function meshOf(of: SpiceDevice, kind: Exclude<SpiceDevice["model"], NeuronModel>, modes: readonly number[]): Mesh {
  const { name, outputs, setting, fieldFactor } = of;
  const phiRad = setting("phi", 0);
  const thetaRad = setting("theta", 0);
  const [first, second] = [setting("k1", 0.5), setting("k2", 0.5)];
  const place = { column: 0, mode: 0, ...(fieldFactor === 1 ? {} : { fieldFactor }) };
  const couplers = {
    ...(first === 0.5 ? {} : { firstCrossPower: first }),
    ...(second === 0.5 ? {} : { secondCrossPower: second }),
  };
  const device = (): Device => {
    switch (kind) {
      case "phase":
        return { kind, ...place, phiRad };
      case "mzi":
        return { kind, ...place, thetaRad, phiRad, ...couplers };
      case "attenuator":
        return { kind, ...place, thetaRad, phiRad };
    }
  };
  const terminated = modes.filter((_, i) => outputs[i]!.taker === null);
  return { kind: "left", name, modes, devices: [device()], terminated };
}

function activationOf({ setting }: SpiceDevice, model: NeuronModel, mode: number): Activation {
  const gain = setting("gain", 1);
  if (model === "neuron") return { kind: "relu", mode, gain };
  return { kind: "saturating", mode, gain, threshold: setting("threshold", 0), range: setting("range", 1) };
}

function stemOf({ worker, symbol }: SymbolPlace): string {
  return `w${worker}_s${symbol}`;
}
