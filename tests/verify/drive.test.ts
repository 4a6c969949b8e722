import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { aggregationOf, synthesise } from "../../compiler/index.ts";
import { importNetwork } from "../../compiler/network/imported.ts";
import { parseSpecs, type Spec } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import { chooseThrough, openDrive, verifyCircuit } from "../../verify/index.ts";
import { enumeratedVectors } from "../../verify/vectors.ts";

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
