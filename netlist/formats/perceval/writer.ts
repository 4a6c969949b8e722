import { base64, bytesField, doubleField, message, packedField, varintField } from "../../../formats/index.ts";
import type { Attenuator, Device, Mesh } from "../../circuit/circuit.ts";
import { type LinearBlock, leftOut } from "../block.ts";
import { couplersAlike, lossesLeftOut } from "../ideal-only.ts";
import { blockFiles } from "../join.ts";
import { tooLarge } from "../sax/writer.ts";
import type { Target } from "../target.ts";

/**
 * Perceval 1.x: a serialised Circuit, text for `deserialize`. It is unitary, so that losses lead to modes of their own:
 * modes 0..n-1 are the ports of the block, the following ones start dark and take what attenuators and absorbers dump.
 * The transfer matrix of the block is the rows of its outputs and the first n columns.
 */
export const percevalTarget: Target = {
  name: "perceval",
  summary: "serialised unitary circuit for Perceval (text)",
  carries:
    "passive linear optics as a unitary, losses on additional modes; a file a section and an index where neurons stand between",
  limits: "no neurons, receivers and constant light; Perceval needs minutes beyond some 5 000 devices",
  options: [],
  check: (subject) => [
    ...couplersAlike(subject, "perceval"),
    ...lossesLeftOut(subject, "perceval"),
    ...leftOut(subject, "perceval"),
    ...tooLarge(subject, "Perceval", 5_000),
  ],
  emit: (subject) =>
    blockFiles(subject, "perceval", (block) => ({ name: `${block.stem}.pcvl`, content: printPerceval(block) })),
};

function* printPerceval(block: LinearBlock): Generator<string> {
  yield ":PCVL:ACircuit:";
  yield* base64(circuitMessage(block));
  yield "\n";
}

/** Which wire stands at which position, and which wire a port of the block is on. */
interface Wiring {
  order: number[];
  readonly wireOfPort: number[];
  nextDark: number;
}

function* circuitMessage(block: LinearBlock): Generator<Uint8Array> {
  const ports = block.modes.length;
  const wires = ports + extraModes(block);
  const wiring: Wiring = {
    order: Array.from({ length: wires }, (_, i) => i),
    wireOfPort: Array.from({ length: ports }, (_, i) => i),
    nextDark: ports,
  };
  yield bytesField(1, new TextEncoder().encode(block.name));
  yield varintField(2, wires);
  const portOf = new Map(block.modes.map((mode, port) => [mode, port]));
  const isAbsorbed = new Uint8Array(ports);
  for (const mesh of block.meshes) {
    const meshPorts = mesh.modes.map((mode) => portOf.get(mode)!);
    for (const port of meshPorts) {
      // whatever follows an absorber starts dark
      if (isAbsorbed[port] === 1) {
        isAbsorbed[port] = 0;
        wiring.wireOfPort[port] = wiring.nextDark;
        wiring.nextDark += 1;
      }
    }
    yield* meshMessage(mesh, meshPorts, wiring);
    for (const mode of mesh.terminated) {
      isAbsorbed[portOf.get(mode)!] = 1;
    }
  }
  const first = new Set(wiring.wireOfPort);
  yield* reorder(wiring, [...wiring.wireOfPort, ...wiring.order.filter((wire) => !first.has(wire))]);
}

/** One for every attenuator, and one for every mesh that a port enters again after its light was absorbed. */
function extraModes(block: LinearBlock): number {
  const absorbed = new Set<number>();
  let extra = 0;
  for (const mesh of block.meshes) {
    extra += mesh.devices.filter((device) => device.kind === "attenuator").length;
    for (const mode of mesh.modes) {
      extra += absorbed.delete(mode) ? 1 : 0;
    }
    for (const mode of mesh.terminated) {
      absorbed.add(mode);
    }
  }
  return extra;
}

function* meshMessage(mesh: Mesh, ports: readonly number[], wiring: Wiring): Generator<Uint8Array> {
  const wires = ports.map((port) => wiring.wireOfPort[port]!);
  let base = wiring.order.indexOf(wires[0]!);
  if (wires.some((wire, i) => wiring.order[base + i] !== wire)) {
    const own = new Set(wires);
    yield* reorder(wiring, [...wires, ...wiring.order.filter((wire) => !own.has(wire))]);
    base = 0;
  }
  for (let d = 0; d < mesh.devices.length; d += 1) {
    const device = mesh.devices[d]!;
    switch (device.kind) {
      case "mzi":
        yield* mzi(base + device.mode, device.thetaRad, device.phiRad);
        break;
      case "waveguide":
        break;
      case "phase":
        yield phaseShifter(base + device.mode, device.phiRad);
        break;
      case "attenuator": {
        const run = attenuatorRun(mesh.devices, d);
        yield* attenuators(run, base, wiring);
        d += run.length - 1;
        break;
      }
      default:
        device satisfies never;
    }
  }
}

/** Attenuators one after the other in the list, on different modes. */
function attenuatorRun(devices: readonly Device[], from: number): Attenuator[] {
  const run: Attenuator[] = [];
  const modes = new Set<number>();
  for (let d = from; d < devices.length; d += 1) {
    const device = devices[d]!;
    if (device.kind !== "attenuator" || modes.has(device.mode)) {
      break;
    }
    modes.add(device.mode);
    run.push(device);
  }
  return run;
}

/** Brings a dark mode beside every attenuator's, and afterwards the order back. */
function* attenuators(run: readonly Attenuator[], base: number, wiring: Wiring): Generator<Uint8Array> {
  const before = wiring.order;
  const partner = new Map(run.map((device, i) => [before[base + device.mode]!, wiring.nextDark + i]));
  const dark = new Set(partner.values());
  wiring.nextDark += run.length;
  yield* reorder(
    wiring,
    before.flatMap((wire) => (dark.has(wire) ? [] : partner.has(wire) ? [wire, partner.get(wire)!] : [wire])),
  );
  const position = new Map(wiring.order.map((wire, at) => [wire, at]));
  for (const device of run) {
    yield* mzi(position.get(before[base + device.mode]!)!, device.thetaRad, device.phiRad);
  }
  yield* reorder(wiring, before);
}

function* reorder(wiring: Wiring, order: number[]): Generator<Uint8Array> {
  const position = new Map(order.map((wire, at) => [wire, at]));
  const permutation = wiring.order.map((wire) => position.get(wire)!);
  wiring.order = order;
  if (permutation.some((to, from) => to !== from)) {
    yield component(0, order.length, bytesField(14, packedField(1, permutation)));
  }
}

function* mzi(at: number, thetaRad: number, phiRad: number): Generator<Uint8Array> {
  yield phaseShifter(at, phiRad);
  yield component(at, 2, EVEN_SPLITTER);
  yield phaseShifter(at, thetaRad);
  yield component(at, 2, EVEN_SPLITTER);
}

function phaseShifter(at: number, phiRad: number): Uint8Array {
  return component(at, 1, bytesField(11, parameter(1, phiRad)));
}

/** Convention Rx (0, not written): cos(theta/2), i sin(theta/2); four outer phases of 0. */
const EVEN_SPLITTER: Uint8Array = bytesField(
  12,
  message([parameter(2, Math.PI / 2), parameter(3, 0), parameter(4, 0), parameter(5, 0), parameter(6, 0)]),
);

function parameter(field: number, value: number): Uint8Array {
  return bytesField(field, doubleField(1, value));
}

function component(at: number, modes: number, kind: Uint8Array): Uint8Array {
  const start = at === 0 ? new Uint8Array(0) : varintField(1, at);
  return bytesField(4, message([start, varintField(2, modes), kind]));
}
