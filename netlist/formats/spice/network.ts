import { SMALLEST_QUANTITY } from "../../circuit/schema.ts";
import { deviceModels, excerpt, refuseUnless, type Subcircuit, Unreadable, wordsOf } from "./cards.ts";
import { deckOf, type Instance, netsOf, notRead, takeInstances } from "./instances.ts";
import { MOST_PINS } from "./plan.ts";

/** An instance of a subcircuit of the writer's: a device or a neuron. Nets have names that no other net of the file has. */
export interface SpiceDevice extends Pick<Instance, "name" | "settings" | "where"> {
  readonly model: DeviceModel;
  /** In the order of the pins; null is dark. */
  readonly inputs: readonly (string | null)[];
  readonly outputs: readonly string[];
}

type DeviceModel = "mzi" | "attenuator" | "phase" | "neuron" | "saturating";

export function isNeuron({ model }: Pick<SpiceDevice, "model">): boolean {
  return model === "neuron" || model === "saturating";
}

/** Beyond, sin(theta / 2 + phi) of ngspice and the product of two exponentials differ in digits that count. */
const LARGEST_PHASE_RAD = 1e4;
type Range = readonly [low: number, high: number];
const phase: Range = [-LARGEST_PHASE_RAD, LARGEST_PHASE_RAD];
/** An insertion loss in dB of power: behind 2000 dB no number is left that a circuit may have. */
const loss: Range = [0, 2000];
const share: Range = [SMALLEST_QUANTITY, 1];
const any: Range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
/** What a circuit has no place for, couplers of attenuators among them, may be written out as it is when nobody sets it. */
const only = (ideal: number): Range => [ideal, ideal];
const detection = { offset: only(0), noise: only(0), nt: only(5e-11) };

/** Fields that enter a device, and as many leave it; and what can be set. */
const models: Readonly<
  Record<DeviceModel, { readonly width: number; readonly settings: Readonly<Record<string, Range>> }>
> = {
  mzi: { width: 2, settings: { theta: phase, phi: phase, il: loss, k1: share, k2: share } },
  attenuator: { width: 1, settings: { theta: phase, phi: phase, il: loss, k1: only(0.5), k2: only(0.5) } },
  phase: { width: 1, settings: { phi: phase, il: loss } },
  neuron: { width: 1, settings: { gain: any, saturation: only(1e30), ...detection } },
  saturating: { width: 1, settings: { gain: any, threshold: any, range: any, ...detection } },
};

/** Circuit, section, mesh: deeper ones are not written. */
const DEEPEST = 3;

/**
 * Opens the instances of the top of a file into devices, in the order of the file. Every subcircuit stands in one place, so the
 * work grows as the file does, and one that contains itself is found. Throws Unreadable.
 */
export function devicesOf(
  instances: readonly Instance[],
  subcircuits: ReadonlyMap<string, Subcircuit>,
): readonly SpiceDevice[] {
  for (const [name, model] of deviceModels) {
    const own = subcircuits.get(name);
    if (own !== undefined)
      refuseUnless(wordsOf(own) === wordsOf(model), `the subcircuit ${name} was edited`, own.where);
  }
  const devices: SpiceDevice[] = [];
  const opened = new Set<string>();
  /** `netOf`: what the nets of the part around it are called in the whole file; null where they are dark. */
  const open = (instance: Instance, path: string, depth: number, netOf: (net: string) => string | null): void => {
    const { model, where } = instance;
    const definition = subcircuits.get(model);
    refuseUnless(definition !== undefined, `there is no subcircuit ${excerpt(model)}`, where);
    const nets = instance.nets.map((net) => (net === null ? null : netOf(net)));
    if (isDeviceModel(model)) {
      devices.push(deviceOf(instance, model, nets));
      return;
    }
    checkUse(instance, definition);
    const once = !opened.has(model) && depth < DEEPEST;
    refuseUnless(once, `${excerpt(model)} is used twice, or contains itself, or is too deep`, where);
    opened.add(model);
    const pins = pinsOf(definition);
    refuseUnless(pins.length === nets.length, `${excerpt(model)} has ${pins.length} fields, not ${nets.length}`, where);
    const outside = new Map(pins.map((pin, i) => [pin, nets[i]!]));
    const inside = `${path}${instance.name}.`;
    const deck = deckOf(definition.cards);
    const inner = takeInstances(deck);
    for (const card of deck.values()) throw notRead(card);
    for (const it of inner) {
      open(it, inside, depth + 1, (net) => (outside.has(net) ? outside.get(net)! : `${inside}${net}`));
    }
  };
  for (const instance of instances) open(instance, "", 0, (net) => net);
  for (const { name, where } of subcircuits.values()) {
    refuseUnless(opened.has(name) || isDeviceModel(name), `nothing uses the subcircuit ${excerpt(name)}`, where);
  }
  return devices;
}

/** That a section or mesh is called as one, and has no settings. */
function checkUse({ model, settings, where }: Instance, definition: Subcircuit): void {
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
  refuseUnless(settings.size === 0, `${excerpt(model)} has no parameters`, where);
}

/** Names of the nets that meet a subcircuit, which are distinct. Throws Unreadable. */
export function pinsOf({ where, pins }: Subcircuit, of: "part" | "circuit" = "part"): readonly string[] {
  refuseUnless(pins.length <= MOST_PINS, `${pins.length} nodes are more than ngspice takes`, where);
  const nets = netsOf(pins, where, of);
  const names = nets.filter((net) => net !== null);
  refuseUnless(new Set(names).size === nets.length, "a pin is ground, or stands twice", where);
  return names;
}

function isDeviceModel(name: string): name is DeviceModel {
  return Object.hasOwn(models, name);
}

function deviceOf(
  { name, settings, where }: Instance,
  model: DeviceModel,
  nets: readonly (string | null)[],
): SpiceDevice {
  const { width, settings: ranges } = models[model];
  refuseUnless(nets.length === 2 * width, `${model} has ${2 * width} fields, not ${nets.length}`, where);
  for (const [key, value] of settings) {
    refuseUnless(Object.hasOwn(ranges, key), `${model} has no parameter ${key}`, where);
    const [low, high] = ranges[key]!;
    const problem =
      low === high ? `for ngspice only: verification needs ideal devices, ${key}=${low}` : `not in ${low}..${high}`;
    refuseUnless(value >= low && value <= high, `${key}=${value} is ${problem}`, where);
  }
  const outputs = nets.slice(width).filter((net) => net !== null);
  refuseUnless(outputs.length === width, `an output of ${name} is on ground`, where);
  return { name, model, inputs: nets.slice(0, width), outputs, settings, where };
}

/** A field that a receiver reads. */
export interface ReadField {
  readonly net: string;
  readonly where: string;
}

/**
 * The device that takes each field, null for a receiver. Throws Unreadable where a field has two sources or none, or is taken twice, as light
 * cannot be copied.
 */
export function takersOf(
  devices: readonly SpiceDevice[],
  sources: Iterable<string>,
  receivers: readonly ReadField[],
): ReadonlyMap<string, SpiceDevice | null> {
  const driven = new Set(sources);
  const takers = new Map<string, SpiceDevice | null>();
  const takes = ({ net, where }: ReadField, taker: SpiceDevice | null): void => {
    refuseUnless(!takers.has(net), `${net} is taken twice: light cannot be copied`, where);
    takers.set(net, taker);
  };
  for (const device of devices) {
    const { name, inputs, outputs, where } = device;
    for (const net of outputs) {
      refuseUnless(!driven.has(net), `an output of ${name} is on another output`, where);
      driven.add(net);
    }
    for (const net of inputs) {
      if (net !== null) takes({ net, where }, device);
    }
  }
  for (const receiver of receivers) takes(receiver, null);
  for (const net of takers.keys()) refuseUnless(driven.has(net), `no source and no device drives ${net}`, "");
  return takers;
}

/**
 * Devices in the order of the light. Neurons wait until no other device can go on, so that they come in layers whatever the order of the
 * file. Linear in the devices. Throws Unreadable where light runs in a circle.
 */
export function inOrderOfLight(
  devices: readonly SpiceDevice[],
  sources: Iterable<string>,
  takers: ReadonlyMap<string, SpiceDevice | null>,
): readonly SpiceDevice[] {
  const lit = new Set(sources);
  const waiting = new Set(devices);
  const ordered: SpiceDevice[] = [];
  let passive: SpiceDevice[] = [];
  let neurons: SpiceDevice[] = [];
  const start = (device: SpiceDevice): void => {
    if (!waiting.has(device) || device.inputs.some((net) => net !== null && !lit.has(net))) return;
    waiting.delete(device);
    (isNeuron(device) ? neurons : passive).push(device);
  };
  for (const device of devices) start(device);
  while (passive.length + neurons.length > 0) {
    const next = passive.length > 0 ? passive : neurons;
    if (next === passive) passive = [];
    else neurons = [];
    for (const device of next) {
      ordered.push(device);
      for (const net of device.outputs) lit.add(net);
      for (const net of device.outputs) {
        const taker = takers.get(net) ?? null;
        if (taker !== null) start(taker);
      }
    }
  }
  for (const { name, where } of waiting) throw new Unreadable(`no light reaches ${name}: it lies on a loop`, where);
  return ordered;
}
