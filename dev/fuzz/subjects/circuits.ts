import { checkCircuit } from "../../../netlist/index.ts";
import type { FuzzSubject } from "../material/case.ts";
import { circuits, circuitText } from "../material/corpus.ts";
import { judge } from "../material/judge.ts";
import { mutateJson } from "../material/mutate.ts";

/** circuit.json through check, simulation, verification, proof and exports. */
export function circuitSubject(): FuzzSubject {
  const values = circuits().map((circuit) => JSON.parse(circuitText(circuit)) as unknown);
  return {
    name: "circuit",
    weight: 14,
    make: (dice) => ({
      files: { "circuit.json": mutateJson(dice.pick(values), dice) },
      args: [`${dice.below(2 ** 20)}`],
    }),
    run: ({ files, args }) => {
      const value = parsed(String(files["circuit.json"]));
      if (value === undefined) return;
      const { circuit, findings } = checkCircuit(value);
      if ((circuit === null) !== findings.some((finding) => finding.severity === "error")) {
        throw new Error("a circuit with errors, or neither");
      }
      if (circuit !== null) judge(circuit, Number(args[0]));
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
