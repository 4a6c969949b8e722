import {
  chipCircuit,
  chipsOf,
  compileSimulation,
  type MeasuredMzi,
  namedMzis,
  readMeasuredDie,
  serializeDie,
} from "../../../netlist/index.ts";
import type { Subject } from "../material/case.ts";
import { circuits } from "../material/corpus.ts";
import { mutateJson } from "../material/mutate.ts";

/** Files of dies: a value or errors; a value is printed as it was read, and all of its devices are numbers. */
export function dieSubject(): Subject {
  const all = circuits().filter((circuit) => namedMzis(circuit).length > 0);
  const texts = all.map((circuit) => {
    const entry = ({ name }: { readonly name: string }, i: number): [string, MeasuredMzi] => [
      name,
      { crossPower: i % 3 === 0 ? null : [0.47, 0.52], lossDb: i % 2 === 0 ? 0.3 : null },
    ];
    const mzis = new Map(namedMzis(circuit).map(entry));
    return [...serializeDie({ format: "optinc.die", version: 1, circuit: circuit.name, mzis })].join("");
  });
  return {
    name: "die",
    weight: 2,
    make: (dice) => {
      const number = dice.below(all.length);
      return { files: { "die.json": mutateJson(JSON.parse(texts[number]!), dice) }, args: [`${number}`] };
    },
    run: ({ files, args }) => {
      const circuit = all[Number(args[0])]!;
      const { value, findings } = readMeasuredDie(String(files["die.json"]), circuit);
      if ((value === null) !== findings.length > 0) throw new Error("a die with errors, or neither");
      if (value === null) return;
      const again = readMeasuredDie([...serializeDie(value)].join(""), circuit).value;
      if (again === null || again.mzis.size !== value.mzis.size) throw new Error("a die that is not read as printed");
      const exact = chipCircuit(compileSimulation(circuit));
      const { coefficients } = chipsOf(exact, { kind: "measured", die: value }, 0)(0).program;
      // the range of a rectifier is infinite
      if (coefficients.some(Number.isNaN)) throw new Error("unsound: a device that is no number");
    },
  };
}
