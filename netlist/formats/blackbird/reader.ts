import { angleOf, type BlockPorts, type PlacedDevice, type Reading, reading, Unreadable } from "../reading.ts";
import { blackbirdName } from "./writer.ts";

/** The lines with which a program starts, in this order. */
const HEAD: readonly RegExp[] = [/^name [A-Za-z]\w*$/, /^version 1\.0$/, /^target gaussian$/];
/** As Blackbird has numbers and as the writer prints them. */
const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:e[+-]?\d+)?`;
const MODE = String.raw`(?:0|[1-9]\d{0,7})`;
const GATE = new RegExp(String.raw`^(\w+)\((${NUMBER}(?:, ${NUMBER})?)\) \| (${MODE}|\[${MODE}, ${MODE}\])$`);

/**
 * Devices of a Blackbird program of MZgate, Rgate and LossChannel with numbers, whose mode i is position i of the block. Every
 * mode has a gate; those that are no outputs end in a loss of everything, the others do not.
 */
export function readBlackbird(text: string, block: BlockPorts): Reading<readonly PlacedDevice[]> {
  return reading(() => {
    const devices: PlacedDevice[] = [];
    let heads = 0;
    text.split("\n").forEach((line, i) => {
      const where = `line ${i + 1}`;
      if (!/^[\x20-\x7e]*\r?$/.test(line)) {
        throw new Unreadable("a program is plain text", where);
      }
      const plain = line.replace(/#.*$/, "").trimEnd();
      if (plain === "") {
        return;
      }
      if (heads < HEAD.length) {
        if (!HEAD[heads]!.test(plain)) {
          throw new Unreadable("a program starts with its name, version 1.0 and target gaussian", where);
        }
        if (heads === 0 && plain !== `name ${blackbirdName(block.name)}`) {
          throw new Unreadable(`the program is not called ${blackbirdName(block.name)}, as its block`, where);
        }
        heads += 1;
        return;
      }
      devices.push(gate(plain, block.modes.length, where));
    });
    if (heads < HEAD.length) {
      throw new Unreadable("the program has no name, version and target", "");
    }
    checkEnds(devices, block);
    return devices;
  });
}

function gate(line: string, modes: number, where: string): PlacedDevice {
  const [, name, list, targets] = GATE.exec(line) ?? [];
  if (name === undefined || list === undefined || targets === undefined) {
    throw new Unreadable("the line is no gate with numbers", where);
  }
  const values = list.split(", ").map(Number);
  const ports = targets.replace(/[[\]]/g, "").split(", ").map(Number);
  if (values.some((value) => !Number.isFinite(value)) || ports.some((port) => port >= modes)) {
    throw new Unreadable("a value or a mode is out of range", where);
  }
  return device(name, values, ports, where);
}

function device(gate: string, values: readonly number[], ports: readonly number[], where: string): PlacedDevice {
  const [a, b] = values;
  if (gate === "MZgate" && values.length === 2 && ports.length === 2 && ports[0] !== ports[1]) {
    return { kind: "mzi", ports, thetaRad: angleOf(a!, where), phiRad: angleOf(b!, where) };
  }
  if (gate === "Rgate" && values.length === 1 && ports.length === 1) {
    return { kind: "phase", ports, thetaRad: 0, phiRad: angleOf(a!, where) };
  }
  if (gate === "LossChannel" && values.length === 1 && ports.length === 1 && a! >= 0 && a! <= 1) {
    if (a === 0) {
      return { kind: "absorb", ports, thetaRad: 0, phiRad: 0 };
    }
    // real and positive field sqrt(a)
    const thetaRad = 2 * Math.atan2(Math.sqrt(a!), Math.sqrt(1 - a!));
    return { kind: "attenuator", ports, thetaRad, phiRad: 1.5 * Math.PI - thetaRad / 2 };
  }
  throw new Unreadable(`${gate} with ${values.length} values on ${ports.length} modes is not read`, where);
}

/** Which modes still carry light is said twice, by the gates and by the index: they must agree. */
function checkEnds(devices: readonly PlacedDevice[], { modes, outputs }: BlockPorts): void {
  const absorbed = new Map<number, boolean>();
  for (const { kind, ports } of devices) {
    for (const port of ports) {
      absorbed.set(port, kind === "absorb");
    }
  }
  const leaving = new Set(outputs);
  for (const port of modes.keys()) {
    if (absorbed.get(port) === undefined) {
      throw new Unreadable(`no gate acts on mode ${port}`, "");
    }
    if (absorbed.get(port) === leaving.has(port)) {
      const what = leaving.has(port) ? "is absorbed, and an output" : "is not absorbed, and no output";
      throw new Unreadable(`mode ${port} ${what} of the block`, "");
    }
  }
}
