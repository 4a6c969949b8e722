import { type PlacedDevice, type Reading, reading, Unreadable } from "../reading.ts";

/** Devices of a Blackbird program of MZgate, Rgate and LossChannel with numbers, on modes 0..modes-1. */
export function readBlackbird(text: string, modes: number): Reading<readonly PlacedDevice[]> {
  return reading(() =>
    text.split("\n").flatMap((line, i): PlacedDevice[] => {
      const where = `line ${i + 1}`;
      const plain = line.replace(/#.*$/, "").trim();
      if (plain === "" || /^(name \S+|version 1\.0|target \w+)$/.test(plain)) {
        return [];
      }
      const [, gate, list, targets] = /^(\w+)\(([^)]*)\) \| (\d+|\[\d+(?:, \d+)*\])$/.exec(plain) ?? [];
      if (gate === undefined || list === undefined || targets === undefined) {
        throw new Unreadable(`\`${plain}\` is no gate with numbers`, where);
      }
      const values = list.split(", ").map(Number);
      const ports = targets.replace(/[[\]]/g, "").split(", ").map(Number);
      if (values.some((value) => !Number.isFinite(value)) || ports.some((port) => port >= modes)) {
        throw new Unreadable(`\`${plain}\` has a value or a mode out of range`, where);
      }
      return [device(gate, values, ports, where)];
    }),
  );
}

function device(gate: string, values: readonly number[], ports: readonly number[], where: string): PlacedDevice {
  const [a, b] = values;
  if (gate === "MZgate" && values.length === 2 && ports.length === 2 && ports[0] !== ports[1]) {
    return { kind: "mzi", ports, thetaRad: a!, phiRad: b! };
  }
  if (gate === "Rgate" && values.length === 1 && ports.length === 1) {
    return { kind: "phase", ports, thetaRad: 0, phiRad: a! };
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
