import fc from "fast-check";
import {
  type Circuit,
  checkCircuit,
  chipCircuit,
  chipsOf,
  compileSimulation,
  type MeasuredMzi,
  namedMzis,
  readMeasuredChip,
  readSpice,
  serializeMeasuredChip,
} from "../../../netlist/index.ts";
import { demandEither, type FuzzSubject, type Input } from "../material/case.ts";
import { circuits, circuitText, exported } from "../material/corpus.ts";
import { judge } from "../material/judge.ts";
import { mutateJson, mutateText } from "../material/mutate.ts";

/** Says to the judge which of the formats is printed. */
export const choice: fc.Arbitrary<string[]> = fc.nat(2 ** 20).map((number) => [`${number}`]);

/** Circuits as files: circuit.json, the format that is read back, and what was measured on a chip. */
export function circuitSubjects(): FuzzSubject[] {
  return [circuitSubject(), netlistSubject(), measuredChipSubject()];
}

/** circuit.json through check, simulation, verification, proof and exports. */
function circuitSubject(): FuzzSubject {
  const texts = circuits().map((circuit) => mutateJson(JSON.parse(circuitText(circuit))));
  return {
    name: "circuit",
    weight: 1400,
    inputs: fc.record({ files: fc.record({ "circuit.json": fc.oneof(...texts) }), args: choice }),
    run: ({ files, args }) => {
      const value = parsed(String(files["circuit.json"]));
      if (value === undefined) return;
      const { circuit, findings } = checkCircuit(value);
      demandEither(circuit, findings);
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

/** Also with the options that change its shape. */
function netlistSubject(): FuzzSubject {
  const exports = circuits().flatMap((circuit) => [
    exported(circuit, "spice"),
    exported(circuit, "spice", { hierarchy: "flat", testbench: "inside" }),
  ]);
  return {
    name: "spice",
    weight: 1100,
    inputs: fc.record({ files: fc.oneof(...exports.map(mutateNetlist)), args: choice }),
    run: ({ files, args }) => {
      const [first] = Object.keys(files);
      // As files of a directory are found: by their own names only.
      const load = (name: string): string | null => (Object.hasOwn(files, name) ? String(files[name]) : null);
      const { value, findings } = readSpice(String(files[first!]), load);
      demandEither(value, findings);
      if (value !== null) judge(value, Number(args[0]));
    },
  };
}

/** Half of the changes go into the first file, which says how the others join; at times one of the others is missing. */
function mutateNetlist(files: Readonly<Record<string, string>>): fc.Arbitrary<Record<string, string>> {
  const [first, ...others] = Object.keys(files).map((name) =>
    mutateText([files[name]!]).map((text) => ({ ...files, [name]: text })),
  );
  const missing = Object.keys(files)
    .slice(1)
    .map((name) => fc.constant(Object.fromEntries(Object.entries(files).filter(([other]) => other !== name))));
  if (others.length === 0) return first!;
  return fc.oneof(
    { weight: 50, arbitrary: first! },
    { weight: 50, arbitrary: fc.oneof(...others) },
    { weight: 1, arbitrary: fc.oneof(...missing) },
  );
}

/** Files of chips: a value or errors; a value is printed as it was read, and all of its devices are numbers. */
function measuredChipSubject(): FuzzSubject {
  const all = circuits().filter((circuit) => namedMzis(circuit).length > 0);
  const inputs = all.map((circuit, number) =>
    mutateJson(JSON.parse(measuredText(circuit))).map(
      (text): Input => ({ files: { "measured.json": text }, args: [`${number}`] }),
    ),
  );
  return {
    name: "chip",
    weight: 200,
    inputs: fc.oneof(...inputs),
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

function measuredText(circuit: Circuit): string {
  const entries = namedMzis(circuit).map(({ name }, i): [string, MeasuredMzi] => [
    name,
    { crossPower: i % 3 === 0 ? null : [0.47, 0.52], lossDb: i % 2 === 0 ? 0.3 : null },
  ]);
  const chip = { format: "optinc.measured-chip", version: 1, circuit: circuit.name, mzis: new Map(entries) } as const;
  return [...serializeMeasuredChip(chip)].join("");
}
