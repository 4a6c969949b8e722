import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { aggregationOf, synthesise } from "../../compiler/index.ts";
import { importNetwork } from "../../compiler/network/imported.ts";
import { parseSpecs, type Spec } from "../../dsl/index.ts";
import { type Circuit, enumeratedVectors, seededRandom } from "../../netlist/index.ts";
import { chooseThrough, openDrive, verifyCircuit } from "../../verify/index.ts";
import { circuit, mesh, reference, relu, section } from "../netlist/build.ts";
import { randomCircuit } from "../netlist/random-circuit.ts";

function specOf(text: string): Spec {
  return parseSpecs({ name: "x", text }, { emitTargets: ["spice", "phases"] }).value![0]!;
}

function importedCircuit(): Circuit {
  const directory = new URL("../../examples/imported/", import.meta.url);
  const spec = specOf(readFileSync(new URL("mean-2x4.optinc", directory), "utf8"));
  if (spec.network.kind !== "imported") throw new Error("the example imports its network");
  const file = { name: spec.network.weights, bytes: readFileSync(new URL(spec.network.weights, directory)) };
  return synthesise(spec, { network: importNetwork(spec.network, aggregationOf(spec), file).value!.mlp }).circuit;
}

const circuits: readonly Circuit[] = [
  synthesise(specOf("aggregate a { workers 3; precision 5 bits }")).circuit,
  importedCircuit(),
];

test("composed matrices carry the same fields as the devices, for any number of vectors", () => {
  for (const circuit of circuits) {
    const devices = openDrive(circuit, "devices");
    const composed = openDrive(circuit, "composed");
    for (const count of [1, 49, 40]) {
      const { symbols } = enumeratedVectors(circuit.aggregate, 0, count);
      const a = devices(symbols);
      const b = composed(symbols);
      expect(b.vectors).toBe(count);
      let worst = 0;
      for (let i = 0; i < a.re.length; i++) {
        worst = Math.max(worst, Math.abs(a.re[i]! - b.re[i]!), Math.abs(a.im[i]! - b.im[i]!));
      }
      expect(worst).toBeLessThan(1e-13);
    }
  }
});

test("a broken device is seen either way, and the errors add up", () => {
  for (const circuit of circuits) {
    const section = circuit.sections.findIndex((each) => each.kind === "layer" && each.meshes.length > 0);
    const sections = circuit.sections.map((each, s) =>
      s !== section
        ? each
        : {
            ...each,
            meshes: each.meshes.map((mesh) => ({
              ...mesh,
              devices: mesh.devices.map((device) =>
                "thetaRad" in device ? { ...device, thetaRad: device.thetaRad + 0.7 } : device,
              ),
            })),
          },
    );
    const broken = { ...circuit, sections };
    const reports = (["devices", "composed"] as const).map((through) =>
      verifyCircuit(broken, { inputs: { kind: "exhaustive" }, seed: 1, through }),
    );
    const [devices, composed] = reports;
    expect(devices!.wrong).toBeGreaterThan(0);
    expect(composed!.wrong).toBe(devices!.wrong);
    expect(composed!.errors).toEqual(devices!.errors);
    expect(devices!.errors.reduce((sum, error) => sum + error.count, 0)).toBe(devices!.wrong);
  }
});

test("small circuits are driven device by device, large ones composed", () => {
  expect(circuits.map((circuit) => chooseThrough(circuit, 100))).toEqual(["devices", "devices"]);
  expect(chooseThrough(circuits[1]!, 1e6)).toBe("composed");
  expect(verifyCircuit(circuits[1]!, { inputs: { kind: "exhaustive" }, seed: 1 }).through).toBe("devices");
});

describe("the choice of the way", () => {
  /** A circuit of so many devices, modes that its mesh has, neurons and inputs; never driven. */
  function sized(devices: number, rows: number, neurons: number, inputs: number, modes: number): Circuit {
    const all = Array.from({ length: rows }, (_, i) => i);
    const device = { kind: "phase", column: 0, mode: 0, phiRad: 0 } as const;
    const layer = mesh("left", "m", all, new Array(devices).fill(device));
    const activations = Array.from({ length: neurons }, (_, mode) => relu(mode));
    const ports = Array.from({ length: inputs }, (_, mode) => reference(`r${mode}`, mode, 1));
    return circuit({ modes, inputs: ports, sections: [section("layer", "l", [layer], activations)], outputs: [] });
  }

  test("is the devices up to two hundred million steps", () => {
    expect(chooseThrough(sized(1000, 10, 1, 1, 10), 200_000)).toBe("devices");
    expect(chooseThrough(sized(1000, 10, 1, 1, 10), 200_001)).toBe("composed");
    const two = sized(1000, 10, 1, 1, 10);
    expect(chooseThrough({ ...two, sections: [...two.sections, ...two.sections] }, 100_001)).toBe("composed");
    const halves = two.sections.map((it) => ({ ...it, meshes: [...it.meshes, ...it.meshes] }));
    expect(chooseThrough({ ...two, sections: halves }, 100_001)).toBe("composed");
    expect(chooseThrough({ ...two, sections: halves }, 100_000)).toBe("devices");
  });

  test("is the devices where composing is more than the vectors", () => {
    expect(chooseThrough(sized(1000, 10, 1, 1, 300_000), 299_999)).toBe("devices");
    expect(chooseThrough(sized(1000, 10, 1, 1, 300_000), 300_000)).toBe("composed");
  });

  test("is the devices where the matrices would take more than 1.2 GB", () => {
    // 16 bytes for each of 75 000 rows and 1000 sources.
    expect(chooseThrough(sized(1000, 75_000, 997, 2, 10), 1e6)).toBe("composed");
    expect(chooseThrough(sized(1000, 75_000, 998, 2, 10), 1e6)).toBe("devices");
    expect(chooseThrough(sized(1000, 75_000, 997, 3, 10), 1e6)).toBe("devices");
    expect(chooseThrough(sized(1000, 75_001, 997, 2, 10), 1e6)).toBe("devices");
  });
});

test("composed matrices take whole vectors, more than one block of them, and keep what is no number", () => {
  const drive = openDrive(circuits[0]!, "composed");
  expect(() => drive(new Uint8Array(4))).toThrow("4 symbols are not whole vectors of 9");
  const { symbols } = enumeratedVectors(circuits[0]!.aggregate, 0, 300);
  const whole = drive(symbols);
  const again = drive(symbols.subarray(9 * 256));
  expect([...whole.re.subarray(256 * whole.ports)]).toEqual([...again.re]);
  expect(whole).toMatchObject({ vectors: 300, ports: circuits[0]!.outputs.length });
  const devices = openDrive(circuits[0]!, "devices")(symbols);
  whole.re.forEach((value, i) => {
    expect(value).toBeCloseTo(devices.re[i]!, 12);
    expect(whole.im[i]).toBeCloseTo(devices.im[i]!, 12);
  });
  const inputs = circuits[0]!.inputs.map((port) =>
    port.kind === "worker" ? { ...port, fieldPerLevel: Number.NaN } : port,
  );
  expect([...openDrive({ ...circuits[0]!, inputs }, "composed")(symbols).re].every(Number.isNaN)).toBe(true);
});

test("composed matrices carry both parts of the fields, to the last block of vectors, of any circuit", () => {
  let largest = 0;
  for (let seed = 0; seed < 6; seed++) {
    const random = seededRandom(seed);
    const any = randomCircuit(random, { workers: 2, symbols: 2, layers: 3, spare: 3, devices: 12 });
    const symbols = Uint8Array.from({ length: 4 * 600 }, () => Math.floor(4 * random()));
    const devices = openDrive(any, "devices")(symbols);
    const composed = openDrive(any, "composed")(symbols);
    devices.im.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value));
      expect(Math.abs(composed.im[i]! - value)).toBeLessThan(1e-11);
      expect(Math.abs(composed.re[i]! - devices.re[i]!)).toBeLessThan(1e-11);
    });
  }
  expect(largest).toBeGreaterThan(0.01);
});
