import { type Card, deviceModels, excerpt, isSame, refuseUnless, type Subcircuit, Unreadable } from "./cards.ts";
import { type Instance, instanceOf, netsOf, withParameters } from "./elements.ts";
import { MOST_PINS } from "./plan.ts";

/** A field on two nodes: one source or device drives it, at most one device or receiver takes it, as light cannot be copied. */
export interface Net {
  readonly name: string;
  driven: boolean;
  taker: SpiceDevice | "receiver" | null;
  /** Circuit mode on which its light runs, once it is known. */
  mode: number | null;
  /** Neurons that its light passed one after the other. */
  depth: number;
}

/** An instance of a subcircuit of the writer's: a device or a neuron. */
export interface SpiceDevice {
  readonly name: string;
  readonly model: DeviceModel;
  /** In the order of the pins; null is dark. */
  readonly inputs: readonly (Net | null)[];
  readonly outputs: readonly Net[];
  /** A number that is set, or its usual value. */
  readonly setting: (name: string, usual: number) => number;
  /** Of its insertion loss; 1 where there is none. */
  readonly fieldFactor: number;
  readonly where: string;
}

export type DeviceModel = "mzi" | "attenuator" | "phase" | NeuronModel;
export type NeuronModel = "neuron" | "saturating";

export function isNeuronModel(model: DeviceModel): model is NeuronModel {
  return model === "neuron" || model === "saturating";
}

/** Fields that enter a device, and as many leave it; and what can be set. */
const MODELS: Readonly<Record<DeviceModel, { readonly width: number; readonly settings: readonly string[] }>> = {
  mzi: { width: 2, settings: ["theta", "phi", "il", "k1", "k2"] },
  attenuator: { width: 1, settings: ["theta", "phi", "il", "k1", "k2"] },
  phase: { width: 1, settings: ["phi", "il"] },
  neuron: { width: 1, settings: ["gain", "offset", "saturation", "noise", "nt"] },
  saturating: { width: 1, settings: ["gain", "threshold", "range", "offset", "noise", "nt"] },
};

/** Settings that a circuit has no place for, couplers of attenuators among them: they may be written out as they are when nobody sets them. */
const IDEAL: Readonly<Record<string, number>> = {
  k1: 0.5,
  k2: 0.5,
  offset: 0,
  saturation: 1e30,
  noise: 0,
  nt: 5e-11,
};

/** Circuit, section, mesh: deeper ones are not written. */
const DEEPEST = 3;
/** Beyond, sin(theta / 2 + phi) of ngspice and the product of two exponentials differ in digits that count. */
const LARGEST_PHASE_RAD = 1e4;

/** Nets of a part by their names in it; a name that was not there yet is a new net. */
export interface NetTable {
  readonly of: (name: string) => Net;
  readonly names: () => Iterable<string>;
}

export interface SpiceNetwork {
  readonly devices: SpiceDevice[];
  readonly nets: Net[];
}

interface Part {
  readonly network: SpiceNetwork;
  readonly subcircuits: ReadonlyMap<string, Subcircuit>;
  /** Subcircuits that are opened, each of which stands in one place. */
  readonly opened: Set<string>;
}

export function emptyNetwork(): SpiceNetwork {
  return { devices: [], nets: [] };
}

export function netTable(network: SpiceNetwork, pins: ReadonlyMap<string, Net>): NetTable {
  const known = new Map(pins);
  return {
    names: () => known.keys(),
    of: (name) => {
      const old = known.get(name);
      if (old !== undefined) {
        return old;
      }
      const net: Net = { name, driven: false, taker: null, mode: null, depth: 0 };
      known.set(name, net);
      network.nets.push(net);
      return net;
    },
  };
}

/**
 * Opens the instances of the top of a file into devices, in the order of the file. Every subcircuit stands in one place, so the
 * work grows as the file does, and one that contains itself is found. Throws Unreadable.
 */
export function openInstances(
  instances: readonly { readonly instance: Instance; readonly where: string }[],
  subcircuits: ReadonlyMap<string, Subcircuit>,
  network: SpiceNetwork,
  table: NetTable,
): void {
  for (const [name, model] of deviceModels) {
    const own = subcircuits.get(name);
    refuseUnless(own === undefined || isSame(own, model), `the subcircuit ${name} was edited`, own?.where ?? "");
  }
  const part: Part = { network, subcircuits, opened: new Set() };
  for (const { instance, where } of instances) {
    open(part, instance, where, table, new Set(), 0);
  }
  for (const { name, where } of subcircuits.values()) {
    if (!part.opened.has(name) && !isDeviceModel(name)) {
      throw new Unreadable(`nothing uses the subcircuit ${excerpt(name)}`, where);
    }
  }
  const loose = network.nets.find((net) => !net.driven);
  if (loose !== undefined) throw new Unreadable(`no source and no device drives ${loose.name}`, "");
}

function open(
  part: Part,
  instance: Instance,
  where: string,
  table: NetTable,
  dark: ReadonlySet<string>,
  depth: number,
): void {
  const { model } = instance;
  const definition = part.subcircuits.get(model);
  refuseUnless(definition !== undefined, `there is no subcircuit ${excerpt(model)}`, where);
  const nets = instance.nets.map((net) => (net === null || dark.has(net) ? null : table.of(net)));
  if (isDeviceModel(model)) {
    part.network.devices.push(deviceOf(instance, model, nets, where));
    return;
  }
  refuseUnless(
    !model.endsWith("_late"),
    `${excerpt(model)} has a delay, which verification does not read: export with delays=off`,
    where,
  );
  refuseUnless(
    /^s\d/.test(model),
    `${excerpt(model)} is not a name of a section or mesh: s<number>_<name>`,
    definition.where,
  );
  refuseUnless(instance.settings.size === 0, `${excerpt(model)} has no parameters`, where);
  refuseUnless(
    !part.opened.has(model) && depth < DEEPEST,
    `${excerpt(model)} is used twice, or contains itself, or is too deep`,
    where,
  );
  part.opened.add(model);
  const pins = pinsOf(definition);
  refuseUnless(pins.length === nets.length, `${excerpt(model)} has ${pins.length} fields, not ${nets.length}`, where);
  const inside = new Map<string, Net>();
  const darkInside = new Set<string>();
  for (const [i, pin] of pins.entries()) {
    const net = nets[i] ?? null;
    if (net === null) {
      darkInside.add(pin);
    } else {
      inside.set(pin, net);
    }
  }
  const own = netTable(part.network, inside);
  for (const { instance: inner, where: place } of instancesOf(definition.cards)) {
    open(part, inner, place, own, darkInside, depth + 1);
  }
}

/** The instances of a part, which have different names, with the phases that the part sets. */
function instancesOf(cards: readonly Card[]): { instance: Instance; where: string }[] {
  const names = new Set<string>();
  return withParameters(cards, (others, phases) =>
    others.map((card) => {
      const instance = instanceOf(card, phases);
      refuseUnless(!names.has(instance.name), `a second ${instance.name}`, card.where);
      names.add(instance.name);
      return { instance, where: card.where };
    }),
  );
}

/** Names of the nets that meet a subcircuit, which are distinct. Throws Unreadable. */
export function pinsOf(definition: Subcircuit, of: "part" | "circuit" = "part"): string[] {
  const { where, pins } = definition;
  refuseUnless(pins.length <= MOST_PINS, `${pins.length} nodes are more than ngspice takes`, where);
  const names: string[] = [];
  for (const net of netsOf(pins, where, of)) {
    if (net === null || names.includes(net)) {
      throw new Unreadable("a pin is ground, or stands twice", where);
    }
    names.push(net);
  }
  return names;
}

function isDeviceModel(name: string): name is DeviceModel {
  return Object.hasOwn(MODELS, name);
}

/** Behind 2000 dB no number is left that a circuit may have. */
const MOST_LOSS_DB = 2000;

/** Of an insertion loss in dB of power. */
function fieldFactorOf(lossDb: number, where: string): number {
  refuseUnless(lossDb >= 0 && lossDb <= MOST_LOSS_DB, `an insertion loss of ${lossDb} dB is out of range`, where);
  return 10 ** (-lossDb / 20);
}

function deviceOf(instance: Instance, model: DeviceModel, nets: readonly (Net | null)[], where: string): SpiceDevice {
  const { width, settings } = MODELS[model];
  refuseUnless(nets.length === 2 * width, `${model} has ${2 * width} fields, not ${nets.length}`, where);
  for (const [key, value] of instance.settings) {
    refuseUnless(settings.includes(key), `${model} has no parameter ${key}`, where);
    const isMeasured = model === "mzi" && (key === "k1" || key === "k2");
    refuseUnless(!isMeasured || (value > 0 && value <= 1), `a share of power ${key}=${value} is out of range`, where);
    const ideal = isMeasured ? value : (IDEAL[key] ?? value);
    refuseUnless(
      value === ideal,
      `${key}=${value} is for ngspice only: verification needs ideal devices, ${key}=${ideal}`,
      where,
    );
    refuseUnless(
      !["theta", "phi"].includes(key) || Math.abs(value) <= LARGEST_PHASE_RAD,
      `a phase of ${value} rad is too large for an accurate sine`,
      where,
    );
  }
  const inputs = nets.slice(0, width);
  const outputs: Net[] = [];
  for (const net of nets.slice(width)) {
    if (net === null || net.driven) {
      throw new Unreadable(`an output of ${instance.name} is on ground or on another output`, where);
    }
    net.driven = true;
    outputs.push(net);
  }
  const device: SpiceDevice = {
    name: instance.name,
    model,
    inputs,
    outputs,
    setting: (name, usual) => instance.settings.get(name) ?? usual,
    fieldFactor: fieldFactorOf(instance.settings.get("il") ?? 0, where),
    where,
  };
  for (const net of inputs) {
    if (net !== null) {
      refuseUnless(net.taker === null, `${net.name} is taken twice: light cannot be copied`, where);
      net.taker = device;
    }
  }
  return device;
}

/**
 * Calls `light` for every device after those before it; `light` gives the outputs of the device a mode. Neurons wait until no
 * other device can go on, so that they come in layers whatever the order of the file. Linear in the devices. Throws Unreadable
 * where light runs in a circle.
 */
export function followLight(devices: readonly SpiceDevice[], light: (device: SpiceDevice) => void): void {
  const waiting = new Set(devices);
  let passive: SpiceDevice[] = [];
  let neurons: SpiceDevice[] = [];
  const start = (device: SpiceDevice): void => {
    if (waiting.has(device) && isReady(device)) {
      waiting.delete(device);
      (isNeuronModel(device.model) ? neurons : passive).push(device);
    }
  };
  for (const device of devices) {
    start(device);
  }
  while (passive.length + neurons.length > 0) {
    const next = passive.length > 0 ? passive : neurons;
    if (next === passive) {
      passive = [];
    } else {
      neurons = [];
    }
    for (const device of next) {
      light(device);
      for (const { taker } of device.outputs) {
        if (taker !== null && taker !== "receiver") {
          start(taker);
        }
      }
    }
  }
  for (const { name, where } of waiting) {
    throw new Unreadable(`no light reaches ${name}: it lies on a loop`, where);
  }
}

function isReady(device: SpiceDevice): boolean {
  return device.inputs.every((net) => net === null || net.mode !== null);
}
