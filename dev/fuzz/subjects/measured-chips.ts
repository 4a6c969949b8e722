import {
  chipCircuit,
  chipsOf,
  compileSimulation,
  type MeasuredMzi,
  namedMzis,
  readMeasuredChip,
  serializeMeasuredChip,
} from "../../../netlist/index.ts";
import type { FuzzSubject } from "../material/case.ts";
import { circuits } from "../material/corpus.ts";
import { mutateJson } from "../material/mutate.ts";

/** Files of chips: a value or errors; a value is printed as it was read, and all of its devices are numbers. */
export function measuredChipSubject(): FuzzSubject {
  const all = circuits().filter((circuit) => namedMzis(circuit).length > 0);
  const texts = all.map((circuit) => {
    const entry = ({ name }: { readonly name: string }, i: number): [string, MeasuredMzi] => [
      name,
      { crossPower: i % 3 === 0 ? null : [0.47, 0.52], lossDb: i % 2 === 0 ? 0.3 : null },
    ];
    const mzis = new Map(namedMzis(circuit).map(entry));
    return [...serializeMeasuredChip({ format: "optinc.measured-chip", version: 1, circuit: circuit.name, mzis })].join(
      "",
    );
  });
  return {
    name: "chip",
    weight: 2,
    make: (dice) => {
      const number = dice.below(all.length);
      return { files: { "measured.json": mutateJson(JSON.parse(texts[number]!), dice) }, args: [`${number}`] };
    },
    run: ({ files, args }) => {
      const circuit = all[Number(args[0])]!;
      const { value, findings } = readMeasuredChip(String(files["measured.json"]), circuit);
      if ((value === null) !== findings.length > 0) throw new Error("a chip with errors, or neither");
      if (value === null) return;
      const again = readMeasuredChip([...serializeMeasuredChip(value)].join(""), circuit).value;
      if (again === null || again.mzis.size !== value.mzis.size) throw new Error("a chip that is not read as printed");
      const exact = chipCircuit(compileSimulation(circuit));
      const { coefficients } = chipsOf(exact, { kind: "measured", chip: value }, 0)(0).program;
      // the range of a rectifier is infinite
      if (coefficients.some(Number.isNaN)) throw new Error("unsound: a device that is no number");
    },
  };
}
