import { expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { type Circuit, circuitVersion, type Mesh, type Section } from "../../netlist/index.ts";
import { prove, verifyCircuit } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { waveguide, withDevices } from "../netlist/lossy.ts";

const { circuit } = synthesise(specOf(4, 4, 4));
const words = { inputs: { kind: "exhaustive" }, seed: 1 } as const;

/** Every input port loses light, and launches or is fed as much more. */
function launchedThrough(fieldFactor: number, made: number): Circuit {
  const lossy = circuit.inputs.map(
    ({ mode }, i): Mesh => ({
      kind: "combiner",
      name: `feed${i}`,
      modes: [mode],
      devices: [waveguide(0, 0, fieldFactor)],
      terminated: [],
    }),
  );
  const first = circuit.sections[0]!;
  const sections: Section[] = [{ ...first, meshes: [...lossy, ...first.meshes] }, ...circuit.sections.slice(1)];
  const inputs = circuit.inputs.map((port) =>
    port.kind === "worker"
      ? { ...port, fieldPerLevel: port.fieldPerLevel / made }
      : { ...port, field: port.field / made },
  );
  return { ...circuit, version: circuitVersion(sections), inputs, sections };
}

it("proves a circuit that loses light and makes up for it, on the lossy devices", () => {
  const ideal = prove(circuit);
  const made = launchedThrough(0.7, 0.7);
  const proof = prove(made);
  expect(proof.problems).toEqual([]);
  expect(proof.comparatorMargin).toBeCloseTo(ideal.comparatorMargin, 9);
  expect(verifyCircuit(made, words).wrong).toBe(0);
});

it("does not prove one that loses light and makes up for too little, too much or nothing", () => {
  for (const share of [1, 0.71, 0.69]) expect(prove(launchedThrough(0.7, share)).holds).toBe(false);
});

it("sees the loss of every single device, waveguide or lane: the proof fails or its figures move", () => {
  const ideal = prove(circuit);
  const devices = circuit.sections.flatMap(({ meshes }) => meshes.flatMap((mesh) => mesh.devices));
  const unseen = devices.filter((lossy) => {
    const one = withDevices(circuit, (mesh) =>
      mesh.devices.map((device) => (device === lossy ? { ...device, fieldFactor: 0.9 } : device)),
    );
    const proof = prove(one);
    const moved = Math.abs(proof.receiverMargin - ideal.receiverMargin) > 1e-6;
    return proof.holds && !moved && Math.abs(proof.comparatorMargin - ideal.comparatorMargin) < 1e-6;
  });
  expect(unseen).toEqual([]);
});
