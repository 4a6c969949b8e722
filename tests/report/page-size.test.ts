import { expect, it } from "vitest";
import { sizeObstacle } from "../../cli/report/page-size.ts";
import { synthesise } from "../../compiler/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import { specOf } from "../compiler/specs.ts";

const { circuit } = synthesise(specOf(2, 2, 4));
const first = circuit.sections.findIndex(({ meshes }) => meshes.some(({ devices }) => devices.length > 0));
const others = circuit.sections.reduce(
  (sum, { meshes, activations }, s) =>
    sum + activations.length + (s === first ? 0 : meshes.reduce((all, mesh) => all + mesh.devices.length, 0)),
  0,
);

/** The circuit with so many devices and neurons, those too many in its first mesh. */
function withDevices(count: number): Circuit {
  const sections = circuit.sections.map((section, s) => {
    if (s !== first) return section;
    const mesh = section.meshes.find(({ devices }) => devices.length > 0)!;
    return { ...section, meshes: [{ ...mesh, devices: new Array(count - others).fill(mesh.devices[0]!) }] };
  });
  return { ...circuit, sections };
}

it("a page takes 150 000 devices and neurons, and not one more", () => {
  expect(sizeObstacle(withDevices(150_000))).toBeNull();
  expect(sizeObstacle(withDevices(150_001))).toMatchObject({
    code: "OPT0655",
    severity: "error",
    message: expect.stringContaining("has 150 001 devices and neurons"),
  });
});
