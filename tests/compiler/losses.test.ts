import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Rounding, Spec, TopologySpec } from "../../dsl/index.ts";
import {
  type Circuit,
  checkCircuit,
  countDevices,
  heaterCounts,
  idealOptics,
  type Optics,
  seededRandom,
  serializeCircuit,
  simulate,
} from "../../netlist/index.ts";
import { prove, verifyCircuit } from "../../verify/index.ts";
import { every } from "../rounds.ts";
import { mlpOf, specOf as specOfText } from "./network/mlps.ts";
import { lossyOptics } from "./optics.ts";
import { specOf } from "./specs.ts";

const none = { network: null };
const text = (circuit: Circuit) => [...serializeCircuit(circuit)].join("");
const lossy = (spec: Spec, optics: Optics = lossyOptics) => synthesise(spec, none, optics).circuit;

function cascade(fanIn: readonly number[], workers: number, bits: number, rounding: Rounding = "half-up"): Spec {
  const topology: TopologySpec = { kind: "cascade", fanIn };
  return specOf(workers, bits, 4, rounding, true, 0.25, topology);
}

/** Numbers of workers that are powers of two and not, words with a short symbol, every rounding, both signs, cascades. */
const specs: readonly Spec[] = [
  // four of them in npm test, with all roundings
  ...every(
    7,
    [2, 3, 4, 5, 7, 8, 12, 16].flatMap((workers) =>
      (["floor", "half-up", "half-even"] as const).map((rounding, i) =>
        specOf(workers, [8, 5, 6][i]!, 4, rounding, (workers + i) % 2 === 0),
      ),
    ),
  ),
  // of these every fourth one in npm test
  ...every(4, [
    ...([2, 4, 8, 16] as const).map((levels) => specOf(4, 8, levels, "half-even", true)),
    ...[1, 2, 3].map((bits) => specOf(6, bits, 2, "half-even", bits === 1)),
    specOf(4, 8, 4, "half-up", true, 0.4),
    specOf(3, 8, 4, "half-up", true, 0.05),
    specOf(4, 32, 4),
    cascade([3, 2], 6, 5, "half-even"),
    cascade([4, 4], 16, 4),
    cascade([4, 2], 7, 4),
    cascade([2, 2, 2], 8, 3, "floor"),
  ]),
];

describe("the circuit of a spec under lossy optics", () => {
  it.each(specs.map((spec) => [`${spec.name} ${spec.levels} ${spec.rounding} ${spec.topology.kind}`, spec] as const))(
    "%s is proved exact on its lossy devices, with its whole margin",
    (_, spec) => {
      const circuit = lossy(spec);
      expect(checkCircuit(JSON.parse(text(circuit))).findings).toEqual([]);
      // Every crossing is named by both of its lanes.
      expect(Number.isInteger(countDevices(circuit).crossings)).toBe(true);
      const proof = prove(circuit);
      expect(proof.problems).toEqual([]);
      const margin = spec.network.kind === "constructed" ? spec.network.margin : Number.NaN;
      expect(proof.comparatorMargin).toBeGreaterThan(margin - 1e-6);
      expect(proof.receiverMargin).toBeGreaterThan(0.499);
    },
  );

  it("reads every word of small specs", () => {
    for (const spec of [specOf(2, 4, 4), specOf(3, 3, 2, "half-even"), specOf(5, 2, 4, "floor", false)]) {
      const report = verifyCircuit(lossy(spec), { inputs: { kind: "exhaustive" }, seed: 1 });
      expect(report).toMatchObject({ wrong: 0, counterexample: null });
      expect(report.worstReceiverError).toBeLessThan(1e-9);
    }
  });

  it("loses in every device: MZIs, phase shifters, crossings, lengths", () => {
    const circuit = lossy(specOf(4, 8, 4));
    const heaters = heaterCounts(circuit);
    const devices = [...heaters.keys()];
    for (const [device, count] of heaters) {
      const expected =
        device.kind === "waveguide"
          ? lossyOptics.crossingFieldFactor ** device.crossings * lossyOptics.fieldFactorPerUm ** device.lengthUm
          : device.kind === "phase"
            ? lossyOptics.phaseFieldFactor
            : lossyOptics.mziFieldFactor * lossyOptics.heaterFieldFactor ** count;
      expect(device.fieldFactor).toBe(expected);
    }
    expect(new Set(devices.map(({ kind }) => kind))).toEqual(new Set(["mzi", "phase", "waveguide"]));
    // fixed splitters, those that tune one phase, and those that tune two
    expect(new Set(devices.flatMap((it) => (it.kind === "mzi" ? [heaters.get(it)] : [])))).toEqual(new Set([0, 1, 2]));
  });

  it("has the MZIs of the ideal one, where they stand there, but for the tree of biases, and the same modes and ports", () => {
    const spec = specOf(8, 8, 4, "half-even");
    const skeleton = (circuit: Circuit) => ({
      modes: circuit.modes,
      ports: [...circuit.inputs, ...circuit.outputs].map(({ name, mode }) =>
        name === "reference" ? name : { name, mode },
      ),
      inTree: countDevices(circuit).bySection.reference.mzis,
      mzis: circuit.sections.map(({ kind: section, meshes }) =>
        meshes
          .filter(({ kind }) => kind !== "lanes" && section !== "reference")
          .map((mesh) => ({
            modes: mesh.modes,
            devices: mesh.devices.flatMap(({ kind, mode, column }) =>
              kind === "waveguide" ? [] : [{ kind, mode, column }],
            ),
          })),
      ),
    });
    expect(skeleton(lossy(spec))).toEqual(skeleton(synthesise(spec).circuit));
  });

  it("launches no more light: the highest level stays the unit, what is lost is made up behind it", () => {
    for (const port of lossy(specOf(5, 8, 4)).inputs) if (port.kind === "worker") expect(port.fieldPerLevel).toBe(1);
  });

  it("is the ideal circuit, byte for byte, where nothing is lost", () => {
    const spec = specOf(4, 8, 4);
    expect(text(lossy(spec, idealOptics))).toBe(text(synthesise(spec).circuit));
    expect(synthesise(spec).circuit.version).toBe(1);
    expect(lossy(spec).version).toBe(2);
  });

  it("is exact for any mixture of losses and delays", () => {
    const random = seededRandom(3);
    // Both delays, every number of workers and both waits in npm test, twelve mixtures in all.
    for (const i of every(5, [...Array(12).keys()])) {
      const optics: Optics = {
        mziFieldFactor: 0.7 + 0.3 * random(),
        heaterFieldFactor: 0.9 + 0.1 * random(),
        mziDelayS: 1e-11 * random(),
        phaseFieldFactor: 0.9 + 0.1 * random(),
        phaseDelayS: 1e-12 * random(),
        crossingFieldFactor: 0.95 + 0.05 * random(),
        crossingDelayS: 1e-12 * random(),
        fieldFactorPerUm: 1 - 1e-4 * random(),
        delaySPerUm: 1e-14 * (0.5 + random()),
        lanePitchUm: 100 * random(),
        layout: null,
        neuronDelayS: 1e-10 * random(),
        matchDelays: i % 2 === 0,
        shortestWaitS: i < 6 ? 0 : 1e-11,
      };
      expect(prove(lossy(specOf(3 + (i % 3), 4, 4), optics)).problems).toEqual([]);
    }
  });

  it("says the same twice", () => {
    const spec = specOf(5, 8, 4, "half-even");
    expect(text(lossy(spec))).toBe(text(lossy(spec)));
  });
});

describe("a perceptron under lossy optics", () => {
  const random = seededRandom(11);
  const spec = specOfText("aggregate a { workers 3; precision 8 bits; network trained { hidden 9 } }");
  const shapes: readonly (readonly [string, readonly number[], (layer: number) => boolean])[] = [
    ["dense layers", [4, 9, 6, 4], () => false],
    ["factored layers", [4, 8, 8, 4], () => true],
    ["both, and inputs of two symbols", [2, 10, 7, 4], (layer) => layer === 2],
  ];
  it.each(shapes)("computes its forward pass on padded meshes: %s", (_, widths, factored) => {
    const network = mlpOf(widths, factored, random);
    const ideal = synthesise(spec, { network });
    const made = synthesise(spec, { network }, lossyOptics);
    expect(checkCircuit(JSON.parse(text(made.circuit))).findings.filter((it) => it.severity === "error")).toEqual([]);
    const symbols = Uint8Array.from({ length: 60 * 12 }, () => Math.floor(4 * random()));
    const levels = (circuit: Circuit) => {
      const { re, ports } = simulate(circuit, symbols);
      return Array.from(re, (field, i) => field * circuit.outputs[i % ports]!.levelsPerField);
    };
    const expected = levels(ideal.circuit);
    const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
    levels(made.circuit).forEach((x, i) => {
      expect(Math.abs(x - expected[i]!) / largest).toBeLessThan(1e-9);
    });
    // the receivers make up for what is lost
    expect(made.perceptron!.gain).toBeGreaterThan(ideal.perceptron!.gain);
    expect(countDevices(made.circuit).mzis).toBe(countDevices(ideal.circuit).mzis);
  });

  it("leaves no lane of a mesh less lossy than another: light takes equal losses on every path", () => {
    const network = mlpOf([4, 9, 6, 4], () => false, random);
    const { circuit } = synthesise(spec, { network }, lossyOptics);
    for (const section of circuit.sections.filter(({ kind }) => kind === "layer")) {
      for (const mesh of section.meshes.filter(({ kind }) => kind !== "lanes")) {
        expect(lossesThrough(mesh)).toBeLessThan(1e-12);
      }
    }
  });
});

/** Spread of what light has lost where it meets other light in a mesh, behind the waveguides in front of it. */
function lossesThrough({ modes, devices }: Circuit["sections"][number]["meshes"][number]): number {
  const passed = new Float64Array(modes.length);
  const leads = new Set<number>();
  let spread = 0;
  for (const device of devices) {
    if (device.kind === "waveguide" && device.column === 0 && !leads.has(device.mode)) {
      leads.add(device.mode);
      continue;
    }
    leads.add(device.mode);
    const loss = -Math.log(device.fieldFactor ?? 1);
    if (device.kind === "mzi") {
      const [a, b] = [passed[device.mode]!, passed[device.mode + 1]!];
      // a dark lane has lost nothing yet
      if (a > 0 && b > 0) spread = Math.max(spread, Math.abs(a - b));
      passed[device.mode] = Math.max(a, b) + loss;
      passed[device.mode + 1] = passed[device.mode]!;
    } else passed[device.mode] = passed[device.mode]! + loss;
  }
  return spread;
}
