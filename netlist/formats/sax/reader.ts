import { type PlacedDevice, type Reading, reading, Unreadable } from "../reading.ts";

/** A part of a SAX netlist without inner structure, and what is connected to its inputs. */
interface Part {
  readonly model: string;
  readonly settings: Readonly<Record<string, number>>;
}

/**
 * Devices of a recursive SAX netlist of phase_shifter and coupler_ideal, in an order in which light can meet them. Composite
 * models are opened, so that what counts is what SAX would multiply. `modes[i]` names the ports `in<mode>`, `out<mode>`
 * of port i; ports without `out` absorb.
 */
export function readSax(text: string, modes: readonly number[]): Reading<readonly PlacedDevice[]> {
  return reading(() => {
    const models = record(parse(text), "");
    const top = Object.keys(models)[0];
    if (top === undefined) {
      throw new Unreadable("the file has no model", "");
    }
    const parts = new Map<string, Part>();
    const links = new Map<string, string>();
    const ports = open(models, top, "", {}, parts, links);
    return inOrder(parts, links, ports, modes);
  });
}

/** Adds the parts inside a model and the connections between them; returns what its ports are connected to. */
function open(
  models: Readonly<Record<string, unknown>>,
  name: string,
  prefix: string,
  settings: Readonly<Record<string, unknown>>,
  parts: Map<string, Part>,
  links: Map<string, string>,
): Map<string, string> {
  const model = record(models[name], name);
  const inner = new Map<string, Map<string, string>>();
  for (const [instance, entry] of Object.entries(record(model["instances"], `${name}.instances`))) {
    const where = `${name}.instances.${instance}`;
    const { component, settings: own = {} } = record(entry, where);
    const given = { ...record(own, where), ...record(settings[instance] ?? {}, where) };
    const path = `${prefix}${instance}`;
    if (typeof component !== "string" || prefix.length > 1000) {
      throw new Unreadable("the component is no name, or models contain themselves", where);
    }
    if (component in models) {
      inner.set(instance, open(models, component, `${path}.`, given, parts, links));
    } else {
      parts.set(path, { model: component, settings: numbers(given, where) });
    }
  }
  const resolve = (end: unknown, where: string): string => {
    const [, instance, port] = /^([^,]+),(\w+)$/.exec(String(end)) ?? [];
    const found =
      instance === undefined
        ? undefined
        : inner.has(instance)
          ? inner.get(instance)!.get(port!)
          : `${prefix}${instance},${port}`;
    if (found === undefined || (!inner.has(instance!) && !parts.has(`${prefix}${instance}`))) {
      throw new Unreadable(`${String(end)} is no port of an instance`, where);
    }
    return found;
  };
  for (const [from, to] of Object.entries(record(model["connections"], `${name}.connections`))) {
    const [a, b] = [resolve(from, name), resolve(to, name)];
    if (links.has(a) || links.has(b)) {
      throw new Unreadable(`${from} or ${String(to)} is connected twice`, name);
    }
    links.set(a, b);
    links.set(b, a);
  }
  return new Map(
    Object.entries(record(model["ports"], `${name}.ports`)).map(([port, end]) => [port, resolve(end, `${name}.ports`)]),
  );
}

function inOrder(
  parts: ReadonlyMap<string, Part>,
  links: ReadonlyMap<string, string>,
  ports: ReadonlyMap<string, string>,
  modes: readonly number[],
): PlacedDevice[] {
  const devices: PlacedDevice[] = [];
  /** Port of the block on which the light of a part's input runs; unconnected inputs start dark on a new one. */
  const portOf = new Map<string, number>();
  modes.forEach((mode, port) => {
    const end = ports.get(`in${mode}`);
    if (end === undefined) {
      throw new Unreadable(`there is no port in${mode}`, "ports");
    }
    portOf.set(end, port);
  });
  const exits = new Map<string, number>();
  modes.forEach((mode, port) => {
    const end = ports.get(`out${mode}`);
    if (end !== undefined) {
      exits.set(end, port);
    }
  });
  const taken = new Set(portOf.values());
  const waiting = new Set(parts.keys());
  const leave = (path: string, output: string, port: number): void => {
    const end = `${path},${output}`;
    const next = links.get(end);
    if (next !== undefined) {
      portOf.set(next, port);
      return;
    }
    const exit = exits.get(end);
    if (exit === undefined) {
      devices.push({ kind: "absorb", ports: [port], thetaRad: 0, phiRad: 0 });
    } else if (exit !== port) {
      throw new Unreadable(`${end} leaves on mode ${modes[exit]!}, its light came on ${modes[port]!}`, "ports");
    }
  };
  let open: string[] = [...parts.keys()];
  while (waiting.size > 0) {
    const before = waiting.size;
    open = open.filter((path) => {
      const part = parts.get(path)!;
      const inputs = part.model === "coupler_ideal" ? ["in0", "in1"] : ["in0"];
      const ready = inputs.map((input) => portOf.get(`${path},${input}`));
      const known = inputs.every((input, i) => ready[i] !== undefined || !links.has(`${path},${input}`));
      if (!known || ready.every((port) => port === undefined)) {
        return true;
      }
      waiting.delete(path);
      emit(path, part, ready, devices, leave, modes.length, taken);
      return false;
    });
    if (waiting.size === before) {
      throw new Unreadable(`${waiting.size} parts, such as ${[...waiting][0]!}, get no light`, "connections");
    }
  }
  return devices;
}

function emit(
  path: string,
  part: Part,
  ready: readonly (number | undefined)[],
  devices: PlacedDevice[],
  leave: (path: string, output: string, port: number) => void,
  modes: number,
  taken: Set<number>,
): void {
  if (part.model === "phase_shifter") {
    if ((part.settings["length"] ?? 10) !== 0) {
      throw new Unreadable("a phase shifter of other length than 0 depends on the wavelength", path);
    }
    const port = ready[0]!;
    devices.push({ kind: "phase", ports: [port], thetaRad: 0, phiRad: Math.PI * (part.settings["voltage"] ?? 0) });
    leave(path, "out0", port);
    return;
  }
  if (part.model !== "coupler_ideal") {
    throw new Unreadable(`${part.model} is not read: phase_shifter and coupler_ideal are`, path);
  }
  const coupling = part.settings["coupling"] ?? 0.5;
  if (coupling < 0 || coupling > 1) {
    throw new Unreadable(`a coupling of ${coupling} is not passive`, path);
  }
  // a dark input takes a port beyond those of the block
  const ports = ready.map((port) => {
    if (port !== undefined) {
      return port;
    }
    const fresh = modes + Math.max(0, taken.size - modes);
    taken.add(fresh);
    return fresh;
  });
  devices.push(...coupler(coupling, ports));
  leave(path, "out0", ports[0]!);
  leave(path, "out1", ports[1]!);
}

/** [[t, ik], [ik, t]] with t = sqrt(1 - coupling): an MZI with phi = -pi/2 and a phase on either output. */
export function coupler(coupling: number, ports: readonly number[]): PlacedDevice[] {
  const half = Math.atan2(Math.sqrt(1 - coupling), Math.sqrt(coupling));
  return [
    { kind: "mzi", ports, thetaRad: 2 * half, phiRad: -Math.PI / 2 },
    { kind: "phase", ports: [ports[0]!], thetaRad: 0, phiRad: -half },
    { kind: "phase", ports: [ports[1]!], thetaRad: 0, phiRad: Math.PI / 2 - half },
  ];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable("the file is no complete JSON text", "");
  }
}

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Unreadable("an object is missing", where);
  }
  return value as Readonly<Record<string, unknown>>;
}

function numbers(settings: Readonly<Record<string, unknown>>, where: string): Readonly<Record<string, number>> {
  for (const [key, value] of Object.entries(settings)) {
    if (typeof value !== "number" || !Number.isFinite(value) || !["length", "voltage", "coupling"].includes(key)) {
      throw new Unreadable(`the setting ${key} is not read`, where);
    }
  }
  return settings as Readonly<Record<string, number>>;
}
