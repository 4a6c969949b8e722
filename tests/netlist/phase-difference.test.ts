import fc from "fast-check";
import { expect, test } from "vitest";
import { synthesise } from "../../compiler/index.ts";
import { parseSpecs } from "../../dsl/index.ts";
import { type Circuit, type Device, phaseDifference } from "../../netlist/index.ts";

const text = "aggregate a { workers 3; precision 3 bits }";
const spec = parseSpecs({ name: "a.optinc", text }, { emitTargets: ["spice", "phases"] }).value![0]!;
const { circuit } = synthesise(spec);

/** How many phases there are, counted without the code under test. */
const all = JSON.stringify(circuit).match(/"(theta|phi)Rad":/g)!.length;

function withDevices(change: (device: Device, index: number) => readonly Device[]): Circuit {
  let index = 0;
  const sections = circuit.sections.map((section) => ({
    ...section,
    meshes: section.meshes.map((mesh) => ({ ...mesh, devices: mesh.devices.flatMap((each) => change(each, index++)) })),
  }));
  return { ...circuit, sections };
}

test("a circuit has all of its phases in common with itself", () => {
  const none = { changed: 0, added: 0, removed: 0, largestRad: 0 };
  expect(phaseDifference(circuit, circuit)).toEqual({ same: all, ...none });
  expect(phaseDifference(null, circuit)).toEqual({ same: 0, ...none, added: all });
  expect(phaseDifference(circuit, null)).toEqual({ same: 0, ...none, removed: all });
});

test("phases that were moved are counted, rounding is not", () => {
  const devices = circuit.sections.flatMap(({ meshes }) => meshes.flatMap((mesh) => mesh.devices));
  const movable = devices.flatMap((device, i) => (device.kind === "waveguide" ? [] : [i]));
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...movable), { maxLength: 12 }),
      fc.double({ min: 1e-6, max: 3, noNaN: true }),
      (moved, by) => {
        const newer = withDevices((device, i) => {
          if (device.kind === "waveguide") return [device];
          return [{ ...device, phiRad: device.phiRad + (moved.includes(i) ? by : 1e-12) }];
        });
        const found = phaseDifference(circuit, newer);
        expect(found).toMatchObject({ same: all - moved.length, changed: moved.length, added: 0, removed: 0 });
        expect(found.largestRad).toBeCloseTo(moved.length === 0 ? 0 : by, 9);
      },
    ),
    { seed: 1, numRuns: 50 },
  );
});

test("devices that are gone take their phases with them", () => {
  const first = circuit.sections
    .flatMap(({ meshes }) => meshes.flatMap((mesh) => mesh.devices))
    .findIndex(({ kind }) => kind === "mzi");
  const newer = withDevices((device, i) => (i === first ? [] : [device]));
  expect(phaseDifference(circuit, newer)).toEqual({ same: all - 2, changed: 0, added: 0, removed: 2, largestRad: 0 });
  expect(phaseDifference(newer, circuit)).toEqual({ same: all - 2, changed: 0, added: 2, removed: 0, largestRad: 0 });
});
