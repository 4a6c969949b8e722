import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Spec } from "../../dsl/index.ts";
import {
  type Circuit,
  countDevices,
  crossingsOf,
  crosstalkCircuit,
  type Device,
  floorOfCircuit,
  type Mesh,
  matrixOfMzi,
  measurePlacement,
  type Placement,
  randomVectors,
  seededRandom,
  simulate,
} from "../../netlist/index.ts";
import { lossyOptics } from "../compiler/optics.ts";
import { specOf } from "../compiler/specs.ts";
import { circuit as circuitOf, output, section, worker } from "./build.ts";

const compiled = (spec: Spec, portOrder: "free" | "by-worker"): Circuit =>
  synthesise({ ...spec, portOrder }, { network: null }, lossyOptics).circuit;
const relu = (workers: number): Spec => specOf(workers, 8, 4, "half-up", true, 0.4, { kind: "single" }, "relu");

const circuits: readonly (readonly [string, Circuit])[] = [
  ["mean-4x8 by worker", compiled(specOf(4, 8, 4), "by-worker")],
  ["rectifiers by worker", compiled(relu(3), "by-worker")],
  ["rectifiers, free", compiled(relu(4), "free")],
  [
    "a cascade by worker",
    compiled(specOf(4, 5, 4, "half-even", false, 0.25, { kind: "cascade", fanIn: [2, 2] }), "by-worker"),
  ],
];

describe.each(circuits)("crossings of %s", (_, circuit) => {
  const { floor } = floorOfCircuit(circuit);
  const found = crossingsOf(floor, circuit.placement!);

  it("are those that the placement counts, of every stretch", () => {
    const { crossings, totalCrossings } = measurePlacement(floor, circuit.placement!);
    const counted = new Array<number>(floor.stretches.length).fill(0);
    for (const { upper, lower } of found) {
      for (const stretch of [upper, lower]) counted[stretch] = counted[stretch]! + 1;
    }
    expect(counted).toEqual(crossings);
    expect(found).toHaveLength(totalCrossings);
    expect(countDevices(circuit).crossings).toBe(found.length);
    expect(found.length).toBeGreaterThan(0);
  });

  it("join lanes that are lit there", () => {
    const turn = new Map(circuit.placement!.sequence.map((device, at) => [device, at]));
    const turnOf = (device: number): number => turn.get(device) ?? (device < 0 ? -1 : floor.devices.length);
    for (const { device, upper, lower } of found) {
      for (const stretch of [upper, lower]) {
        const { from, to } = floor.stretches[stretch]!;
        expect(turnOf(from)).toBeLessThanOrEqual(turnOf(device));
        expect(turnOf(to)).toBeGreaterThanOrEqual(turnOf(device));
      }
    }
  });

  it("do nothing where no light leaks: in the order of the placement the fields are the circuit's", () => {
    const { symbols } = randomVectors(circuit.aggregate, 300, seededRandom(1));
    const wanted = simulate(circuit, symbols);
    const got = simulate(
      crosstalkCircuit(circuit).withCrosstalk(0, () => 1),
      symbols,
    );
    const scale = Math.max(...wanted.re.map(Math.abs));
    for (const part of ["re", "im"] as const) {
      const off = got[part].reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[part][i]!)), 0);
      expect(off).toBeLessThan(1e-9 * scale);
    }
  });

  it("leak what their share says: fields are off by its root while it is small", () => {
    const { symbols } = randomVectors(circuit.aggregate, 50, seededRandom(2));
    const { withCrosstalk } = crosstalkCircuit(circuit);
    const wanted = simulate(circuit, symbols).re;
    const off = (share: number): number => {
      const got = simulate(
        withCrosstalk(share, (i) => 2.4 * i),
        symbols,
      ).re;
      return Math.max(...got.map((value, i) => Math.abs(value - wanted[i]!)));
    };
    expect(off(1e-10)).toBeGreaterThan(0);
    expect(off(4e-10) / off(1e-10)).toBeCloseTo(2, 2);
  });
});

/** Two workers and two receivers on two lanes, with some meshes between them. */
function twoLanes(meshes: readonly Mesh[], placement: Placement): Circuit {
  return circuitOf({
    version: 2,
    aggregate: { workers: 2, bits: 1, levels: 2, signed: false, rounding: "floor", symbols: 1 },
    modes: 2,
    inputs: [worker(0, 0, 0), worker(1, 0, 1)],
    sections: [section("layer", "l", meshes)],
    outputs: [output(0, 0, 0, 1), output(1, 0, 1, 1)],
    placement,
  });
}

const mesh = (devices: readonly Device[], terminated: readonly number[] = []): Mesh => ({
  ...{ kind: "left", name: "m", modes: [0, 1], devices, terminated },
});
const mzi = (thetaRad: number, phiRad: number): Device => ({ kind: "mzi", column: 0, mode: 0, thetaRad, phiRad });
const words = Uint8Array.from([1, 0, 0, 1, 1, 1]);
const uncrossed: Placement = { sequence: [0], lanes: [0, 1, 2, 3], left: [0, 1], right: [2, 3] };

it.each([[[]], [[1]]])("waveguides between the meshes of one device stay between them, %j terminated", (terminated) => {
  const guide: Device = { kind: "waveguide", column: 0, mode: 0, crossings: 0, lengthUm: 9, fieldFactor: 0.5 };
  const meshes = [
    mesh([mzi(0.7, 0.2)]),
    mesh([guide]),
    mesh([mzi(1.9, 1.1)], terminated),
    mesh([{ ...guide, fieldFactor: 0.7 }]),
  ];
  const right = terminated.length === 0 ? [2, 3] : [2];
  const circuit = twoLanes(meshes, { ...uncrossed, lanes: [0, 1, ...right], right });
  const wanted = simulate(circuit, words);
  const got = simulate(
    crosstalkCircuit(circuit).withCrosstalk(0, () => 0),
    words,
  );
  for (const part of ["re", "im"] as const) {
    got[part].forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[part][i]!, 12);
    });
  }
});

it.each([
  ["at the left edge", "before", 1, { ...uncrossed, left: [1, 0] }],
  ["in front of the device", "before", 0, { ...uncrossed, lanes: [1, 0, 2, 3], left: [1, 0] }],
  ["behind the device", "behind", 0, { ...uncrossed, lanes: [0, 1, 3, 2], right: [3, 2] }],
  ["at the right edge", "behind", 1, { ...uncrossed, right: [3, 2] }],
] as const)("a crossing %s lies on that side of it", (_, side, upper, placement) => {
  const { crossings, withCrosstalk } = crosstalkCircuit(twoLanes([mesh([mzi(0.7, 0.2)])], placement));
  expect(crossings).toBe(1);
  const { aRe, aIm, bRe, bIm, cRe, cIm, dRe, dIm } = matrixOfMzi({ thetaRad: 0.7, phiRad: 0.2 });
  const device = [
    [
      [aRe, aIm],
      [bRe, bIm],
    ],
    [
      [cRe, cIm],
      [dRe, dIm],
    ],
  ] as const;
  const d = Math.asin(0.1);
  const polar = (size: number, angle: number) => [size * Math.cos(angle), size * Math.sin(angle)] as const;
  const [toUpper, toLower] = [polar(-Math.sin(d), 0.7 - d), polar(Math.sin(d), d - 0.7)];
  const straight = [Math.cos(d), 0] as const;
  // row: where light goes
  const crossing =
    upper === 0
      ? [
          [straight, toUpper],
          [toLower, straight],
        ]
      : [
          [straight, toLower],
          [toUpper, straight],
        ];
  const [first, second] = side === "before" ? [crossing, device] : [device, crossing];
  const { re, im } = simulate(
    withCrosstalk(0.01, () => 0.7),
    Uint8Array.from([1, 0, 0, 1]),
  );
  for (const input of [0, 1]) {
    for (const output of [0, 1]) {
      let [sumRe, sumIm] = [0, 0];
      for (const k of [0, 1]) {
        const [a, b] = [second[output]![k]!, first[k]![input]!];
        sumRe += a[0] * b[0] - a[1] * b[1];
        sumIm += a[0] * b[1] + a[1] * b[0];
      }
      expect(re[2 * input + output]).toBeCloseTo(sumRe, 12);
      expect(im[2 * input + output]).toBeCloseTo(sumIm, 12);
    }
  }
});

it("a crossing couples its lanes by the matrix that crosstalkCircuit names", () => {
  const circuit = twoLanes([], { sequence: [], lanes: [0, 1], left: [0, 1], right: [1, 0] });
  const { crossings, withCrosstalk } = crosstalkCircuit(circuit);
  expect(crossings).toBe(1);
  const [share, c] = [0.01, 0.7];
  const d = Math.asin(Math.sqrt(share));
  // what stands first on the right edge is the upper lane of the crossing
  const [upper, lower] = [1, 0];
  const { re, im } = simulate(
    withCrosstalk(share, () => c),
    Uint8Array.from([1, 0, 0, 1]),
  );
  const field = (vector: number, port: number): readonly number[] => [re[2 * vector + port]!, im[2 * vector + port]!];
  const expected = (vector: number, port: number): readonly number[] => {
    const source = vector;
    if (source === port) return [Math.cos(d), 0];
    const angle = port === upper && source === lower ? Math.PI + c - d : d - c;
    return [Math.sin(d) * Math.cos(angle), Math.sin(d) * Math.sin(angle)];
  };
  for (const vector of [0, 1]) {
    for (const port of [0, 1]) {
      field(vector, port).forEach((value, i) => {
        expect(value).toBeCloseTo(expected(vector, port)[i]!, 12);
      });
    }
  }
});
