import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import {
  type Circuit,
  checkCircuit,
  countDevices,
  drawCircuit,
  type Floor,
  type FloorStage,
  floorOf,
  floorOfCircuit,
  measurePlacement,
  type Placement,
  placeFloor,
  seededRandom,
  serializeCircuit,
} from "../../netlist/index.ts";
import { lossyOptics } from "../compiler/optics.ts";
import { specOf } from "../compiler/specs.ts";

const none = { network: null };
const lossy = (portOrder: "free" | "by-worker", workers = 4): Circuit =>
  synthesise({ ...specOf(workers, 8, 4), portOrder }, none, lossyOptics).circuit;
const free = lossy("free");
const byWorker = lossy("by-worker");

it("is the same each time, whatever was placed since", () => {
  const random = seededRandom(5);
  const floors = Array.from({ length: 40 }, () => randomFloor(random));
  const place = (): readonly Placement[] =>
    floors.flatMap((floor) => (["free", "by-worker"] as const).map((ports) => placeFloor(floor, ports, 1e4)));
  const first = place();
  expect(place()).toEqual(first);
});

/** Stages of meshes of one to four lanes and of neurons. */
function randomFloor(random: () => number): Floor {
  const below = (n: number) => Math.floor(random() * n);
  const modes = 3 + below(12);
  const all = Array.from({ length: modes }, (_, mode) => mode);
  const stages = Array.from({ length: 6 }, (): FloorStage => {
    const pool = [...all];
    const draw = (n: number) => Array.from({ length: n }, () => pool.splice(below(pool.length), 1)[0]!);
    const stations = Array.from({ length: 1 + below(2) }, () => {
      const lanes = draw(Math.min(pool.length, 1 + below(4)));
      return { inputs: lanes.slice(0, 1 + below(lanes.length)), outputs: lanes.slice(0, below(lanes.length + 1)) };
    });
    return { stations, neurons: all.filter(() => random() < 0.2) };
  });
  const ports = all.map((mode) => ({ mode, owner: mode % 3 }));
  return floorOf(
    modes,
    ports.filter(() => random() < 0.7),
    stages,
    ports,
  ).floor;
}

function shuffled(length: number, random: () => number): number[] {
  const list = Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}

function randomPlacement({ devices, stretches }: Floor, random: () => number): Placement {
  const sequence: number[] = [];
  const open = new Set(devices.keys());
  while (open.size > 0) {
    const ready = [...open].filter((d) => devices[d]!.inputs.every((s) => !open.has(stretches[s]!.from)));
    const next = ready[Math.floor(random() * ready.length)]!;
    open.delete(next);
    sequence.push(next);
  }
  const mixed = (is: (i: number) => boolean) => shuffled(stretches.length, random).filter(is);
  return {
    sequence,
    lanes: shuffled(stretches.length, random),
    left: mixed((i) => stretches[i]!.sender >= 0),
    right: mixed((i) => stretches[i]!.to === devices.length && stretches[i]!.receiver >= 0),
  };
}

/** Lanes that swap with their neighbours, a pair at a time. A device takes the place and orientation at which the fewest pairs swap. */
function slowCrossings({ devices, stretches }: Floor, { sequence, lanes, left, right }: Placement): number {
  const rank = new Map(lanes.map((stretch, at) => [stretch, at]));
  const swaps = (from: readonly number[], to: readonly number[]): number => {
    const at = new Map(to.map((stretch, i) => [stretch, i]));
    let count = 0;
    from.forEach((a, i) => {
      for (const b of from.slice(i + 1)) if (at.get(a)! > at.get(b)!) count++;
    });
    return count;
  };
  const inOrder = (list: readonly number[]): number[] => [...list].sort((a, b) => rank.get(a)! - rank.get(b)!);
  let row = inOrder(stretches.flatMap(({ from }, i) => (from < 0 ? [i] : [])));
  let total = swaps(left, inOrder(left));
  for (const d of sequence) {
    const { kind, inputs, outputs } = devices[d]!;
    const beside = row.filter((stretch) => !inputs.includes(stretch));
    const after = inOrder([...beside, ...outputs]);
    if (kind === "mesh") {
      let least = Number.POSITIVE_INFINITY;
      for (let place = 0; place <= beside.length; place++) {
        for (const flip of [false, true]) {
          const at = (own: readonly number[]) => [
            ...beside.slice(0, place),
            ...(flip ? [...own].reverse() : own),
            ...beside.slice(place),
          ];
          least = Math.min(least, swaps(row, at(inputs)) + swaps(at(outputs), after));
        }
      }
      total += least;
    }
    row = after;
  }
  const ends = row.filter((stretch) => right.includes(stretch));
  return total + swaps(ends, right);
}

describe("crossings of a placement", () => {
  it("are those of a row of lanes that swap with their neighbours, and each is named by two stretches", () => {
    const random = seededRandom(5);
    for (let i = 0; i < 150; i++) {
      const floor = randomFloor(random);
      const placement = randomPlacement(floor, random);
      const { totalCrossings, crossings, moved } = measurePlacement(floor, placement);
      expect(totalCrossings).toBe(slowCrossings(floor, placement));
      expect(crossings.reduce((sum, count) => sum + count, 0)).toBe(2 * totalCrossings);
      expect(moved.reduce((sum, count) => sum + count, 0)).toBe(totalCrossings);
    }
  });

  it("are none where light never has to pass other light", () => {
    const pairs = [0, 1, 2, 3].map((i) => ({ inputs: [i, 7 - i], outputs: [i] }));
    const ports = (modes: number[]) => modes.map((mode) => ({ mode, owner: mode }));
    const { floor } = floorOf(
      8,
      ports([0, 1, 2, 3, 4, 5, 6, 7]),
      [{ stations: pairs, neurons: [0] }],
      ports([0, 1, 2, 3]),
    );
    expect(measurePlacement(floor, placeFloor(floor, "free")).totalCrossings).toBe(0);
  });
});

describe("a search", () => {
  it("never makes a floor worse, keeps it a placement, and keeps ports of an owner together where that is asked for", () => {
    const random = seededRandom(8);
    for (let i = 0; i < 25; i++) {
      const floor = randomFloor(random);
      const least = (ports: "free" | "by-worker", work: number) => {
        const placement = placeFloor(floor, ports, work);
        const { totalCrossings } = measurePlacement(floor, placement);
        expect([...placement.lanes].sort((a, b) => a - b)).toEqual(floor.stretches.map((_, s) => s));
        expect(totalCrossings).toBe(slowCrossings(floor, placement));
        if (ports === "by-worker") {
          for (const [side, owner] of [
            [placement.left, "sender"],
            [placement.right, "receiver"],
          ] as const) {
            const owners = side.map((stretch) => floor.stretches[stretch]![owner]);
            expect(owners.filter((it, at) => it !== owners[at - 1]).length).toBe(new Set(owners).size);
          }
        }
        return totalCrossings;
      };
      expect(least("free", 1e5)).toBeLessThanOrEqual(least("free", 0));
      expect(least("by-worker", 1e5)).toBeLessThanOrEqual(least("by-worker", 0));
    }
  });

  it("crosses at most 10 waveguides in mean-4x8, and at most 60 with ports by worker", () => {
    expect(countDevices(free).crossings).toBeLessThanOrEqual(10);
    expect(countDevices(byWorker).crossings).toBeLessThanOrEqual(60);
  });

  it("places a circuit of 64 workers and 32 bits with fewer crossings than lanes, without a search", () => {
    const { floor } = floorOfCircuit(synthesise(specOf(64, 32, 4)).circuit);
    const { totalCrossings } = measurePlacement(floor, placeFloor(floor, "free", 0));
    expect(totalCrossings).toBeLessThan(floor.stretches.length);
  });
});

describe("the placement of a circuit", () => {
  const json = (circuit: Circuit): Circuit => JSON.parse([...serializeCircuit(circuit)].join(""));
  const codes = (circuit: unknown) => checkCircuit(circuit).findings.map(({ code, where }) => `${code} ${where}`);

  it("crosses what its waveguides say", () => {
    for (const circuit of [free, byWorker]) {
      const { floor } = floorOfCircuit(circuit);
      expect(measurePlacement(floor, circuit.placement!).totalCrossings).toBe(countDevices(circuit).crossings);
      expect(codes(json(circuit))).toEqual([]);
    }
  });

  it("is what the picture shows: a ring for every crossing, beside that in the legend, and a dashed wire for every neuron that moves", () => {
    for (const circuit of [free, byWorker, synthesise(specOf(2, 4, 4)).circuit, synthesise(specOf(2, 1, 2)).circuit]) {
      const text = drawCircuit(circuit);
      const [, crossings, wires] = /(\d+) crossings, (\d+) wires to other lanes</.exec(text)!;
      expect(text.split("<circle").length - 2).toBe(Number(crossings));
      expect(text.split("stroke-dasharray").length - 1).toBe(Number(wires));
      if (circuit.placement !== undefined) expect(Number(crossings)).toBe(countDevices(circuit).crossings);
      // The legend may be wider than a small chip; its last word ends inside of the picture.
      const [, width] = /^<svg [^>]*width="(\d+)"/.exec(text)!;
      expect(Number(width)).toBeGreaterThan(Number(/x="([\d.]+)" y="44">crossing</.exec(text)![1]) + 40);
    }
  });

  it("is no part of a circuit of ideal light", () => {
    expect("placement" in synthesise(specOf(4, 8, 4)).circuit).toBe(false);
  });

  it("is refused where it is not one of this circuit", () => {
    const given = free.placement!;
    const changed = (fields: Record<string, unknown>) => codes({ ...json(free), placement: { ...given, ...fields } });
    const reversed = (list: readonly number[]) => [...list].reverse();
    expect(changed({ sequence: given.sequence.slice(1) })).toEqual(["OPT0416 placement.sequence"]);
    expect(changed({ sequence: reversed(given.sequence) })).toEqual(["OPT0416 placement.sequence"]);
    expect(changed({ lanes: given.lanes.map(() => 0) })).toEqual(["OPT0416 placement.lanes"]);
    expect(changed({ lanes: [...given.lanes, 1e9] })).toEqual(["OPT0416 placement.lanes"]);
    expect(changed({ left: reversed(given.left) })).toEqual(["OPT0416 placement.lanes"]);
    expect(changed({ right: [0, ...given.right] })).toEqual(["OPT0416 placement.right"]);
    expect(changed({ left: "no" })).toEqual(["OPT0403 placement.left"]);
    // a chip seen in a mirror
    const { lanes, left, right } = given;
    expect(changed({ lanes: reversed(lanes), left: reversed(left), right: reversed(right) })).toEqual([]);
  });
});
