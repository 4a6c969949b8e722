import { synthesise, synthesiseMeasured } from "../../../compiler/synthesise.ts";
import type { Spec } from "../../../dsl/index.ts";
import { type Circuit, idealOptics, type MeasuredChip, namedMzis, seededRandom } from "../../../netlist/index.ts";
import { lossyOptics } from "../../compiler/optics.ts";
import { specOf } from "../../compiler/specs.ts";
import { allRounds } from "../../rounds.ts";

const single = { kind: "single" } as const;
const cascade = { kind: "cascade", fanIn: [2, 2] } as const;

/** Small specs of every kind of cell: all of their words can be tried. */
const specs: readonly Spec[] = [
  specOf(2, 2, 4, "half-up", true, 0.25, single, "saturating"),
  specOf(2, 2, 2, "half-even", false, 0.4, single, "saturating"),
  specOf(3, 2, 4, "floor", true, 0.25, single, "saturating"),
  specOf(2, 4, 4, "half-up", true, 0.25, single, "saturating"),
  specOf(2, 4, 2, "floor", false, 0.1, single, "saturating", "electronic", "direct", "regenerated"),
  specOf(2, 3, 2, "half-even", true, 0.25, single, "saturating", "electronic", "regenerated", "regenerated"),
  specOf(4, 1, 2, "half-up", false, 0.25, single, "saturating", "optical"),
  specOf(2, 2, 4, "half-up", true, 0.25, single, "relu"),
  specOf(2, 2, 2, "half-even", true, 0.25, single, "relu"),
  specOf(4, 1, 2, "half-up", false, 0.25, cascade, "saturating"),
  specOf(4, 2, 4, "half-even", true, 0.25, cascade, "saturating"),
  specOf(3, 2, 2, "half-up", true, 0.25, { kind: "cascade", fanIn: [2, 2] }, "relu"),
];

/** Those of the examples, and the widest words: `npm run test:exhaustive` attacks them too. */
const large: readonly Spec[] = [
  specOf(4, 8, 4, "half-up", true, 0.25, single, "saturating"),
  specOf(8, 16, 16, "half-up", true, 0.25, single, "saturating"),
  specOf(4, 5, 4, "half-even", false, 0.25, single, "saturating", "electronic", "regenerated", "regenerated"),
];

function measured(circuit: Circuit, spec: Spec): Circuit {
  const random = seededRandom(7);
  const share = (): number => 0.5 + 0.03 * (random() - 0.5);
  const mzis: MeasuredChip["mzis"] = new Map(
    namedMzis(circuit).map(({ name }) => [name, { crossPower: [share(), share()] as const, lossDb: 0.3 * random() }]),
  );
  const made = synthesiseMeasured(spec, idealOptics, {
    format: "optinc.measured-chip",
    version: 1,
    circuit: circuit.name,
    mzis,
  });
  return "circuit" in made ? made.circuit : circuit;
}

const made: Circuit[] = [];

/** Right circuits, as they are compiled: of ideal light, of a technology that loses it, and of measured couplers. */
export function bases(): readonly Circuit[] {
  if (made.length === 0) {
    for (const spec of allRounds ? [...specs, ...large] : specs) {
      const { circuit } = synthesise(spec, { network: null });
      made.push(circuit, synthesise(spec, { network: null }, lossyOptics).circuit, measured(circuit, spec));
    }
  }
  return made;
}
