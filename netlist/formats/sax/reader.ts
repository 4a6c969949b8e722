import {
  angleOf,
  type BlockPorts,
  jsonValueOf,
  MOST_LOSS_DB,
  type NetlistReading,
  type PlacedDevice,
  reading,
  Unreadable,
} from "../reading.ts";
import { type FlatNetlist, flatten, isInput, type SaxPart } from "./netlist.ts";
import { saxName } from "./writer.ts";

/**
 * Devices of a recursive SAX netlist of phase_shifter and coupler_ideal, in an order in which light can meet them. Composite
 * models are opened, so that what counts is what SAX would multiply. The file has a port `in<mode>` for every mode of the
 * block and `out<mode>` for its outputs, and no others; it is refused when there is anything in it that is not read.
 */
export function readSax(text: string, block: BlockPorts): NetlistReading<readonly PlacedDevice[]> {
  return reading(() => {
    const netlist = flatten(jsonValueOf(text));
    if (netlist.name !== saxName(block.name)) {
      throw new Unreadable(`the file holds ${netlist.name}, not ${block.name}`, "");
    }
    return inOrder(netlist, endsOf(netlist, block), block.modes);
  });
}

/** The outer ports of the file: position in the modes of the block by port of a part. */
function endsOf({ ports }: FlatNetlist, { modes, outputs }: BlockPorts): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const add = (name: string, position: number, input: boolean): void => {
    const port = ports.get(name);
    if (port === undefined || isInput(port) !== input) {
      throw new Unreadable(`there is no port ${name} of an ${input ? "input" : "output"}`, "ports");
    }
    ends.set(port, position);
  };
  modes.forEach((mode, position) => {
    add(`in${mode}`, position, true);
  });
  for (const position of outputs) {
    add(`out${modes[position]!}`, position, false);
  }
  if (ends.size !== ports.size) {
    throw new Unreadable(`the file has ${ports.size} ports, the block ${ends.size}`, "ports");
  }
  return ends;
}

/** On an input: nothing comes here. Other lines are positions of the block, and beyond them light that starts dark. */
const DARK = -1;

function inOrder(
  { parts, links }: FlatNetlist,
  ends: ReadonlyMap<number, number>,
  modes: readonly number[],
): PlacedDevice[] {
  const devices: PlacedDevice[] = [];
  const last: PlacedDevice[] = [];
  let lines = modes.length;
  /** Line on every input whose light is known. */
  const arriving = new Map<number, number>();
  /** How many inputs of a part still wait. */
  const waiting = parts.map((part, p) => ways(part).filter((way) => links.has(4 * p + way)).length);
  const ready = [...parts.keys()].filter((p) => waiting[p] === 0);
  const leave = (port: number, line: number): void => {
    const next = links.get(port);
    if (next !== undefined) {
      arriving.set(next, line);
      const p = Math.floor(next / 4);
      waiting[p] = waiting[p]! - 1;
      if (waiting[p] === 0) {
        ready.push(p);
      }
    } else if (line !== DARK) {
      depart(line, ends.get(port));
    }
  };
  const depart = (line: number, exit: number | undefined): void => {
    if (exit === undefined) {
      devices.push({ kind: "absorb", ports: [line], thetaRad: 0, phiRad: 0 });
    } else if (line >= modes.length) {
      // a cross that hands over the light unchanged, once the mode's own light has been absorbed
      last.push({ kind: "mzi", ports: [line, exit], thetaRad: 0, phiRad: -Math.PI / 2 });
    } else if (exit !== line) {
      throw new Unreadable(`out${modes[exit]!} is where the light of in${modes[line]!} runs straight through`, "ports");
    }
  };
  // `ready` grows while it is walked through
  for (const p of ready) {
    const part = parts[p]!;
    const on = ways(part).map((way) => arriving.get(4 * p + way) ?? ends.get(4 * p + way) ?? DARK);
    const lit = on.some((line) => line !== DARK);
    if (lit && part.model === "coupler_ideal") {
      for (const way of ways(part)) {
        if (on[way] === DARK) {
          on[way] = lines;
          lines += 1;
        }
      }
    }
    const made = devicesOf(part, on);
    if (lit) {
      for (const device of made) {
        devices.push(device);
      }
    }
    for (const way of ways(part)) {
      leave(4 * p + 2 + way, on[way]!);
    }
  }
  if (ready.length < parts.length) {
    const stuck = parts[waiting.findIndex((count) => count > 0)]!;
    throw new Unreadable(`light runs in a circle, through ${stuck.path}`, "connections");
  }
  return [...devices, ...last];
}

function ways(part: SaxPart): readonly number[] {
  return part.ways === 1 ? ONE_WAY : TWO_WAYS;
}
const ONE_WAY: readonly number[] = [0];
const TWO_WAYS: readonly number[] = [0, 1];

function devicesOf(part: SaxPart, on: readonly number[]): PlacedDevice[] {
  switch (part.model) {
    case "phase_shifter":
      return shifter(part, on[0]!);
    case "coupler_ideal":
      return coupler(couplingOf(part), on);
    case "attenuator":
      return [{ kind: "phase", ports: [on[0]!], thetaRad: 0, phiRad: 0, fieldFactor: fieldFactorOf(part) }];
    default:
      return part.model satisfies never;
  }
}

/** SAX: dB of power, none where nothing is given. */
function fieldFactorOf({ settings, path }: SaxPart): number {
  const lossDb = settings.get("loss") ?? 0;
  if (!(lossDb >= 0 && lossDb <= MOST_LOSS_DB)) {
    throw new Unreadable(`a loss of ${lossDb} dB is none`, path);
  }
  return 10 ** (-lossDb / 20);
}

/** SAX: a length of 10 um and a voltage of 0 where none are given; phase = pi * voltage at length 0. */
function shifter({ settings, path }: SaxPart, line: number): PlacedDevice[] {
  if ((settings.get("length") ?? 10) !== 0) {
    throw new Unreadable("a phase shifter of other length than 0 depends on the wavelength", path);
  }
  const phiRad = angleOf(Math.PI * (settings.get("voltage") ?? 0), path);
  return [{ kind: "phase", ports: [line], thetaRad: 0, phiRad }];
}

/** SAX: half of the power where nothing is given. */
function couplingOf({ settings, path }: SaxPart): number {
  const coupling = settings.get("coupling") ?? 0.5;
  if (!(coupling >= 0 && coupling <= 1)) {
    throw new Unreadable(`a coupling of ${coupling} is not passive`, path);
  }
  return coupling;
}

/** [[t, ik], [ik, t]] with t = sqrt(1 - coupling): an MZI with phi = -pi/2 and a phase on either output. */
function coupler(coupling: number, ports: readonly number[]): PlacedDevice[] {
  const half = Math.atan2(Math.sqrt(1 - coupling), Math.sqrt(coupling));
  return [
    { kind: "mzi", ports, thetaRad: 2 * half, phiRad: -Math.PI / 2 },
    { kind: "phase", ports: [ports[0]!], thetaRad: 0, phiRad: -half },
    { kind: "phase", ports: [ports[1]!], thetaRad: 0, phiRad: Math.PI / 2 - half },
  ];
}
