import { type Fields, isFields, shown } from "../../check/form.ts";
import { Unreadable } from "../reading.ts";

/** The models that SAX brings and the writer uses: what runs through them, and which settings change it. */
const PRIMITIVES: Readonly<Record<SaxPart["model"], { readonly ways: 1 | 2; readonly settings: readonly string[] }>> = {
  phase_shifter: { ways: 1, settings: ["length", "voltage"] },
  coupler_ideal: { ways: 2, settings: ["coupling"] },
  attenuator: { ways: 1, settings: ["loss"] },
};

/** A part without inner structure. Light runs from in0 to out0, and from in1 to out1. */
export interface SaxPart {
  readonly model: "phase_shifter" | "coupler_ideal" | "attenuator";
  readonly path: string;
  readonly settings: ReadonlyMap<string, number>;
  /** 1, or 2 for a coupler. */
  readonly ways: 1 | 2;
}

/** A netlist whose models have all been opened. A port is four times its part + 0, 1 (in0, in1) or 2, 3 (out0, out1). */
export interface FlatNetlist {
  /** Of the model that was opened. */
  readonly name: string;
  readonly parts: readonly SaxPart[];
  /** Input to the output that feeds it, and back. */
  readonly links: ReadonlyMap<number, number>;
  /** By name. */
  readonly ports: ReadonlyMap<string, number>;
}

export function isInput(port: number): boolean {
  return port % 4 < 2;
}

/** Of a model or an instance: Python makes arguments of them. */
const PLAIN = /^[A-Za-z]\w*$/;

/** Parts that a file may have once its models are opened: half a million MZIs. */
const MOST_PARTS = 1 << 21;
const DEEPEST = 16;

interface Model {
  readonly name: string;
  readonly instances: ReadonlyMap<string, { readonly component: string; readonly settings: Fields }>;
  readonly connections: readonly (readonly [string, string])[];
  readonly ports: readonly (readonly [string, string])[];
}

interface Opening {
  readonly models: ReadonlyMap<string, Model>;
  readonly opened: Set<string>;
  readonly parts: SaxPart[];
  readonly links: Map<number, number>;
  instances: number;
}

/** Opens the first model of a recursive netlist; every other one must stand in it. Throws Unreadable. */
export function flatten(value: unknown): FlatNetlist {
  const entries = Object.entries(fieldsOf(value, ""));
  const odd = entries.find(([name]) => !PLAIN.test(name));
  if (odd !== undefined) {
    throw new Unreadable(`the model ${shown(odd[0])} has no plain name`, "");
  }
  const models = new Map(entries.map(([name, model]) => [name, modelOf(name, model)]));
  const top = entries[0]?.[0];
  if (top === undefined) {
    throw new Unreadable("the file has no model", "");
  }
  const state: Opening = { models, opened: new Set(), parts: [], links: new Map(), instances: 0 };
  const ports = open(state, models.get(top)!, "", [], [top]);
  const idle = entries.find(([name]) => !state.opened.has(name));
  if (idle !== undefined) {
    throw new Unreadable("the model stands in no other one", idle[0]);
  }
  return { name: top, parts: state.parts, links: state.links, ports };
}

function modelOf(name: string, value: unknown): Model {
  if (Object.hasOwn(PRIMITIVES, name)) {
    throw new Unreadable("a model of the file has the name of one that SAX brings", name);
  }
  const { instances, connections, ports } = exactly(value, ["instances", "connections", "ports"], [], name);
  return {
    name,
    instances: new Map(
      Object.entries(fieldsOf(instances, `${name}.instances`)).map(([instance, entry]) => {
        const where = `${name}.instances.${instance}`;
        if (!PLAIN.test(instance)) {
          throw new Unreadable(`the instance ${shown(instance)} has no plain name`, `${name}.instances`);
        }
        const { component, settings = {} } = exactly(entry, ["component"], ["settings"], where);
        if (typeof component !== "string") {
          throw new Unreadable(`a component is wanted, not ${shown(component)}`, where);
        }
        return [instance, { component, settings: fieldsOf(settings, where) }];
      }),
    ),
    connections: pairs(connections, `${name}.connections`),
    ports: pairs(ports, `${name}.ports`),
  };
}

/**
 * Adds the parts inside a model and the connections between them; returns what its ports are connected to. `settings` are
 * by instance, the outermost last: it counts.
 */
function open(
  state: Opening,
  model: Model,
  prefix: string,
  settings: readonly Fields[],
  around: readonly string[],
): Map<string, number> {
  const { name, instances } = model;
  state.opened.add(name);
  if (around.length > DEEPEST) {
    throw new Unreadable(`models stand in each other ${around.length} deep`, name);
  }
  for (const layer of settings) {
    const unknown = Object.keys(layer).find((instance) => !instances.has(instance));
    if (unknown !== undefined) {
      throw new Unreadable(`the setting ${shown(unknown)} is for no instance of ${name}`, prefix);
    }
  }
  const inner = new Map<string, ReadonlyMap<string, number>>();
  for (const [instance, { component, settings: own }] of instances) {
    const path = `${prefix}${instance}`;
    const given = settings.flatMap((layer) =>
      Object.hasOwn(layer, instance) ? [fieldsOf(layer[instance], path)] : [],
    );
    state.instances += 1;
    if (state.instances > MOST_PARTS) {
      throw new Unreadable(`the file opens to more than ${MOST_PARTS} parts`, path);
    }
    const composite = state.models.get(component);
    if (composite === undefined) {
      inner.set(instance, addPart(state, component, path, [own, ...given]));
    } else if (around.includes(component)) {
      throw new Unreadable(`the model ${component} contains itself`, path);
    } else {
      inner.set(instance, open(state, composite, `${path}.`, [own, ...given], [...around, component]));
    }
  }
  const idle = new Set(inner.keys());
  const resolve = (end: string, where: string): number => {
    const [, instance, port] = /^(\w+),(\w+)$/.exec(end) ?? [];
    const found = inner.get(instance ?? "")?.get(port ?? "");
    idle.delete(instance ?? "");
    if (found === undefined) {
      throw new Unreadable(`${shown(end)} is not a port of an instance`, where);
    }
    return found;
  };
  for (const [from, to] of model.connections) {
    const [a, b] = [resolve(from, `${name}.connections`), resolve(to, `${name}.connections`)];
    if (state.links.has(a) || state.links.has(b)) {
      throw new Unreadable(`${shown(from)} or ${shown(to)} is connected twice`, `${name}.connections`);
    }
    if (isInput(a) === isInput(b)) {
      throw new Unreadable(`${shown(from)} and ${shown(to)} are no output and an input`, `${name}.connections`);
    }
    state.links.set(a, b);
    state.links.set(b, a);
  }
  const ports = new Map(model.ports.map(([port, end]) => [port, resolve(end, `${name}.ports`)]));
  for (const [port, end] of ports) {
    if (state.links.has(end)) {
      throw new Unreadable(`the port ${shown(port)} is connected inside too`, `${name}.ports`);
    }
  }
  for (const instance of idle) {
    throw new Unreadable(`the instance ${instance} is connected to nothing`, name);
  }
  if (new Set(ports.values()).size < ports.size) {
    throw new Unreadable("two ports lead to one place", `${name}.ports`);
  }
  return ports;
}

function addPart(
  state: Opening,
  component: string,
  path: string,
  layers: readonly Fields[],
): ReadonlyMap<string, number> {
  if (component !== "phase_shifter" && component !== "coupler_ideal" && component !== "attenuator") {
    throw new Unreadable(`${shown(component)} is not read: phase_shifter, coupler_ideal and attenuator are`, path);
  }
  const { ways, settings: known } = PRIMITIVES[component];
  const settings = new Map<string, number>();
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer)) {
      if (!known.includes(key) || typeof value !== "number" || !Number.isFinite(value)) {
        throw new Unreadable(`the setting ${shown(key)} of ${component} is not read, or no finite number`, path);
      }
      settings.set(key, value);
    }
  }
  const base = 4 * state.parts.length;
  state.parts.push({ model: component, path, settings, ways });
  return new Map([
    ["in0", base],
    ["out0", base + 2],
    ...(ways === 2
      ? ([
          ["in1", base + 1],
          ["out1", base + 3],
        ] as const)
      : []),
  ]);
}

function fieldsOf(value: unknown, where: string): Fields {
  if (!isFields(value)) {
    throw new Unreadable(`an object is wanted, not ${shown(value)}`, where);
  }
  return value;
}

/** An object with the keys, perhaps with the others, and with nothing else. */
function exactly(value: unknown, keys: readonly string[], also: readonly string[], where: string): Fields {
  const fields = fieldsOf(value, where);
  const missing = keys.find((key) => !Object.hasOwn(fields, key));
  const unknown = Object.keys(fields).find((key) => !keys.includes(key) && !also.includes(key));
  if (missing !== undefined || unknown !== undefined) {
    throw new Unreadable(missing !== undefined ? `${missing} is missing` : `${shown(unknown)} is not read`, where);
  }
  return fields;
}

function pairs(value: unknown, where: string): (readonly [string, string])[] {
  return Object.entries(fieldsOf(value, where)).map(([key, end]) => {
    if (typeof end !== "string") {
      throw new Unreadable(`${shown(key)} leads to no port`, where);
    }
    return [key, end];
  });
}
