import { expect, it } from "vitest";
import { synthesise } from "../../compiler/index.ts";
import { prove } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { mesh, mzi } from "../netlist/build.ts";

const cascade = synthesise(specOf(4, 2, 2, "half-even", true, 0.25, { kind: "cascade", fanIn: [2, 2] })).circuit;
const { signals, cells } = cascade.certificate!;

/** The circuit with light of a reference on the lane of a signal: `share` of its unit, through an MZI that is barely open. */
function leaking(id: number, share: number): typeof cascade {
  const { section, mode, fieldPerUnit } = signals[id]!;
  const open = 1e-12;
  const leak = mesh("left", "leak", [mode, cascade.modes], [mzi(0, 0, Math.PI - 2 * open, Math.PI)]);
  const name = "leak";
  const reference = { kind: "reference", name, mode: cascade.modes, field: (share * fieldPerUnit) / open } as const;
  const sections = cascade.sections.map((it, s) => (s === section ? { ...it, meshes: [...it.meshes, leak] } : it));
  return { ...cascade, modes: cascade.modes + 1, inputs: [...cascade.inputs, reference], sections };
}

it.each([
  ["a sum of signals", cells.flatMap((it) => (it.kind === "sum" ? [it.total] : []))],
  ["a sum of workers", signals.flatMap(({ kind }, id) => (kind === "sum" ? [id] : []))],
])("light of a reference on the lane of %s counts in its deviation", (_, ids) => {
  expect(ids.length).toBeGreaterThan(0);
  for (const id of ids) {
    for (const share of [-0.01, 1e-6]) {
      const { holds, log } = prove(leaking(id, share));
      expect(holds).toBe(false);
      expect(log.signals[id]!.deviation).toBeGreaterThanOrEqual(Math.abs(share) * (1 - 1e-6));
      expect(log.signals[id]!.deviation).toBeLessThan(Math.abs(share) * (1 + 1e-3));
    }
    expect(prove(leaking(id, 0)).holds).toBe(true);
  }
});
